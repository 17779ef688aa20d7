"""What the index accepted is there after anything that may happen to its process or its disk."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from release_dists import NOON, SDIST, WHEEL, form, make_wheel, upload

from pressroom.errors import PressroomError
from pressroom.release.warehouse.server import serve
from pressroom.release.warehouse.store import LEDGER, Spool

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.release.warehouse.server import Index

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


def files(index: Index) -> dict[str, bytes]:
    """All files of widget that are listed, downloaded, and found to be whole."""
    answer = requests.get(f"{index.simple_url}widget/", headers=JSON, timeout=10)
    if answer.status_code == 404:
        return {}
    found = {}
    for file in answer.json()["files"]:
        data = requests.get(file["url"], timeout=10).content
        assert file["hashes"]["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["size"] == len(data)
        found[file["filename"]] = data
    return found


def test_what_was_accepted_is_there_after_a_restart(tmp_path: Path) -> None:
    """Files, times, yanks, burned names and the status of projects survive."""
    with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
        upload(index.upload_url)
        upload(index.upload_url, SDIST)
        index.store.delete(SDIST)
        index.store.yank(WHEEL, "why")
    with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
        assert {WHEEL: make_wheel()} == files(index)
        (file,) = index.store.projects()["widget"].files
        assert (NOON, "why") == (file.uploaded, file.yanked)
        assert "previously used" in upload(index.upload_url, SDIST).text
        assert {WHEEL: 1, SDIST: 1} == index.uploads


def test_half_a_line_was_never_answered(tmp_path: Path) -> None:
    """A ledger whose last line was cut has what was before it, and goes on."""
    with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
        upload(index.upload_url)
        upload(index.upload_url, SDIST)
    ledger = tmp_path / LEDGER
    whole = ledger.read_bytes()
    for cut in (1, 20, len(whole.splitlines()[-1])):
        ledger.write_bytes(whole[: len(whole) - cut])
        with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
            assert {WHEEL} == set(files(index))
            assert 200 == upload(index.upload_url, SDIST).status_code
        with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
            assert {WHEEL, SDIST} == set(files(index))
        assert 2 == ledger.read_bytes().count(b"\n")


@pytest.mark.parametrize("line", [b"nonsense", b"{}", b'{"kind":"upload"}', b"\xff"])
def test_a_ledger_that_somebody_wrote_into(tmp_path: Path, line: bytes) -> None:
    """A line that is none stops the index, with the place and what to do."""
    with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
        upload(index.upload_url)
    with (tmp_path / LEDGER).open("ab") as file:
        file.write(line + b"\n")
    with (
        pytest.raises(PressroomError, match=f"{LEDGER}:2: this is no line") as caught,
        serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON),
    ):
        pass
    assert "--world" in caught.value.hint


def test_what_was_arriving_is_gone(tmp_path: Path) -> None:
    """Files that were being sent when the process ended are removed, and were never visible."""
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "half").write_bytes(b"half")
    with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
        assert [] == list((tmp_path / "incoming").iterdir())
        assert {} == files(index)


@pytest.mark.parametrize("nth", [0, 1, 2])
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """A disk that fills up at any step of an upload makes it a 500, and nothing of it is visible."""
    real: Callable[[int], None] = os.fsync
    calls = iter(range(99))

    def full(handle: int) -> None:
        if next(calls) == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
        upload(index.upload_url, "widget-0.9-py3-none-any.whl", make_wheel("widget", "0.9"))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            answer = upload(index.upload_url)
        assert 500 == answer.status_code
        assert "No space left on device" in answer.reason
        assert ["widget-0.9-py3-none-any.whl"] == list(files(index))
        assert 200 == upload(index.upload_url).status_code
        assert {"widget-0.9-py3-none-any.whl": 1, WHEEL: 1} == index.uploads
        assert [] == index.failures
    with serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index:
        assert 2 == len(files(index))


def test_a_disk_that_fills_up_while_a_file_arrives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the upload is no request of its own: the connection is good for the next one."""

    def full(_: Spool, __: bytes) -> None:
        raise PressroomError("No space left on device", where="disk", hint="free some")

    with (
        serve(tmp_path, wheelhouse=None, token=None, now=lambda: NOON) as index,
        requests.Session() as session,
    ):
        data = bytes(3_000_000)
        part = {"content": (WHEEL, data, "application/octet-stream")}
        with monkeypatch.context() as patch:
            patch.setattr(Spool, "write", full)
            answer = session.post(index.upload_url, form(WHEEL, data), files=part, timeout=10)
        assert 500 == answer.status_code
        assert 200 == session.get(index.simple_url, timeout=10).status_code
        assert [] == list((tmp_path / "incoming").iterdir())


# kill -9


SERVER = textwrap.dedent("""
    import datetime as dt, pathlib, sys, threading
    from pressroom.release.warehouse.server import serve
    with serve(pathlib.Path(sys.argv[1]), wheelhouse=None, token=None, now=lambda: dt.datetime.now(dt.UTC)) as index:
        print(index.url, flush=True)
        threading.Event().wait()
""")


class Storm:
    """Two clients that upload one version after the other until nobody answers."""

    def __init__(self, url: str, start: int) -> None:
        self.sent: dict[str, bytes] = {}
        self.accepted: set[str] = set()
        self._url = url
        self._threads = [
            threading.Thread(target=self._run, args=(start + 1000 * number,)) for number in (0, 1)
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, number: int) -> None:
        while True:
            number += 1
            name = f"widget-{number}-py3-none-any.whl"
            self.sent[name] = make_wheel("widget", str(number), "Summary: " + "x" * 500)
            try:
                answer = upload(f"{self._url}/legacy/", name, self.sent[name])
            except requests.RequestException:
                return
            assert 200 == answer.status_code
            self.accepted.add(name)

    def end(self) -> None:
        """Wait until both have noticed."""
        for thread in self._threads:
            thread.join()


def test_killed_in_a_storm_of_uploads(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """After kill -9 at any moment: whole files only, all that were answered with yes, none twice."""
    rounds = 60 if request.config.getoption("--soak") else 4
    chance = random.Random(1)  # noqa: S311 - moments, not secrets
    sent: dict[str, bytes] = {}
    accepted: set[str] = set()
    folder = tmp_path
    for number in range(rounds):
        if number % 4 == 0:  # killed four times, then a new one: every file is looked at every time
            folder, sent, accepted = tmp_path / str(number), {}, set()
            folder.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(folder)], stdout=subprocess.PIPE, text=True
        )
        with process:
            assert process.stdout is not None
            storm = Storm(process.stdout.readline().strip(), 10_000 * number)
            time.sleep(chance.uniform(0.05, 0.4))
            process.kill()
            storm.end()
        sent |= storm.sent
        accepted |= storm.accepted
        with serve(folder, wheelhouse=None, token=None, now=lambda: NOON) as index:
            found = files(index)
            assert accepted <= set(found)
            assert all(sent[name] == data for name, data in found.items())
            assert dict.fromkeys(found, 1) == index.uploads
        assert accepted
