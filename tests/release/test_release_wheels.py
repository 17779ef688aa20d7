"""Wheels of other machines: waited for, judged, frozen; the sdist goes last."""

from __future__ import annotations

import datetime as dt
import shutil
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_runs import run_release, send, tags
from release_world import CHANGELOG

from pressroom.errors import ExitCode
from pressroom.release.index.patience import Patience

if TYPE_CHECKING:
    from collections.abc import Mapping

    from release_world import Stage

    from pressroom.release.warehouse.server import Index

NAME = "widget-1.0-cp311-cp311-win_amd64.whl"
PROMISE = """\
packaging:
  wheels:
    names: ["widget-{{version}}-cp3*-win_amd64.whl"]
    folder: {folder}
    hours: 2
"""


@pytest.fixture
def folder(stage: Stage) -> Path:
    """Where the machine that builds for Windows puts its wheels, as the front matter promises."""
    folder = stage.root / "ci"
    folder.mkdir()
    text = CHANGELOG.replace("packaging:\n", PROMISE.format(folder=folder))
    stage.commit(stage.press, {"releases/widget.md": text})
    return folder


def platform_wheel(
    stage: Stage, folder: Path, *, version: str = "1.0", extra: Mapping[str, bytes] | None = None
) -> None:
    """The wheel that was built here, as that machine would make it."""
    tag = "cp311-cp311-win_amd64"
    (ours,) = Path(stage.environment["XDG_STATE_HOME"]).rglob("dist/*-any.whl")
    with zipfile.ZipFile(ours) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    wheel = next(name for name in files if name.endswith("/WHEEL"))
    meta = next(name for name in files if name.endswith("/METADATA"))
    changed = {
        wheel: files[wheel].replace(b"py3-none-any", tag.encode()),
        meta: files[meta].replace(b"Version: 1.0", f"Version: {version}".encode()),
    }
    record = next(name for name in files if name.endswith("/RECORD"))
    import base64  # noqa: PLC0415 - for RECORD alone
    import hashlib  # noqa: PLC0415 - as above

    files |= {**changed, **(extra or {})}
    lines = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{name},,\n" if name == record else f"{name},sha256={digest},{len(data)}\n")
    files[record] = "".join(lines).encode()
    with zipfile.ZipFile(folder / f"widget-1.0-{tag}.whl", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def waiting(stage: Stage, folder: Path, *, after: int) -> tuple[Patience, list[float]]:
    """Patience in whose n-th pause the other machine delivers."""
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == after:
            platform_wheel(stage, folder)

    return Patience(sleep=sleep, clock=time.monotonic), pauses


def test_the_release_waits_for_promised_wheels(stage: Stage, index: Index, folder: Path) -> None:
    """They are uploaded with ours, and the sdist last of all."""
    patience, pauses = waiting(stage, folder, after=3)
    run = run_release(stage, patience=patience)

    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert [30.0, 30.0, 30.0] == pauses[:3]
    assert [NAME, "widget-1.0-py3-none-any.whl", "widget-1.0.tar.gz"] == list(index.uploads)
    assert {1} == set(index.uploads.values())
    assert NAME in (stage.press / "releases/published/widget-1.0.json").read_text()


def test_wheels_that_come_by_the_index_are_judged_and_the_sdist_waits(
    stage: Stage, index: Index, tmp_path: Path
) -> None:
    """The other machines upload themselves: ours adds what is missing, last the sdist, and records all."""
    promise = PROMISE.format(folder="x").replace("    folder: x\n", "")
    text = CHANGELOG.replace("packaging:\n", promise)
    stage.commit(stage.press, {"releases/widget.md": text})
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            platform_wheel(stage, tmp_path)
            send(stage, index, tmp_path / NAME)

    run = run_release(stage, patience=Patience(sleep=sleep, clock=time.monotonic))

    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert [NAME, "widget-1.0-py3-none-any.whl", "widget-1.0.tar.gz"] == list(index.uploads)
    assert {1} == set(index.uploads.values())
    assert NAME in (stage.press / "releases/published/widget-1.0.json").read_text()


def test_wheels_that_do_not_come_stop_it_after_the_deadline(
    stage: Stage, index: Index, folder: Path
) -> None:
    """Nobody waits for ever; what is missing is named, the index got nothing, and later it goes on."""
    clock = [dt.datetime.now(dt.UTC)]

    def sleep(seconds: float) -> None:
        clock[0] += dt.timedelta(seconds=100 * seconds)

    patience = Patience(sleep=sleep, clock=time.monotonic)
    stopped = run_release(stage, patience=patience, now=lambda: clock[0])

    assert ExitCode.OUTSIDE == stopped.outcome.exit_code
    assert "no wheel came for widget-1.0-cp3*-win_amd64.whl within 2 hours" in stopped.reason
    assert "hint: look at the machines that build them" in stopped.reason
    assert ({}, ["1.0"]) == (index.uploads, tags(stage, stage.remote))
    platform_wheel(stage, folder)
    run = run_release(stage, now=lambda: clock[0])
    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert 3 == len(index.uploads)


def test_a_wheel_of_another_version_is_refused(stage: Stage, index: Index, folder: Path) -> None:
    """A machine that built the wrong commit is found out before anything is uploaded."""
    patience, _ = waiting(stage, folder, after=10**6)

    def sleep(_seconds: float) -> None:
        platform_wheel(stage, folder, version="0.9")

    stopped = run_release(stage, patience=Patience(sleep=sleep, clock=patience.clock))

    assert ExitCode.FINDINGS == stopped.outcome.exit_code
    assert NAME in stopped.reason
    assert "0.9" in stopped.reason
    assert "hint:" in stopped.reason
    assert {} == index.uploads


def test_a_wheel_with_a_leak_of_its_machine_is_refused(
    stage: Stage, index: Index, folder: Path
) -> None:
    """What the index would take is judged like ours: a leak stops the release."""

    def sleep(_seconds: float) -> None:
        platform_wheel(stage, folder, extra={"widget_data/.DS_Store": b"leak"})

    stopped = run_release(stage, patience=Patience(sleep=sleep, clock=time.monotonic))

    assert ExitCode.FINDINGS == stopped.outcome.exit_code
    assert ".DS_Store" in stopped.reason
    assert {} == index.uploads


def test_a_frozen_wheel_stays_though_the_folder_is_emptied(
    stage: Stage, index: Index, folder: Path
) -> None:
    """What was judged was copied: the other machine may clean up."""
    patience, _ = waiting(stage, folder, after=1)

    class StopError(Exception):
        """The process dies here."""

    def at(mark: str) -> None:
        if mark == "probe upload-dist":
            raise StopError

    with pytest.raises(StopError):
        run_release(stage, patience=patience, at=at)
    shutil.rmtree(folder)
    run = run_release(stage)
    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert 3 == len(index.uploads)
