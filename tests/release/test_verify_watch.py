"""What a watch tells: news of the index, each once; and what it makes of an index that lies or is silent."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from release_history import add_version, files_of, make_past, sdist
from release_server import Server, http, says
from release_verifying import run, served, surround

from pressroom.release.index.listing import MEDIA_TYPE
from pressroom.release.warehouse.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from release_history import Past


@pytest.fixture
def past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Past:
    """Four good releases."""
    made = make_past(tmp_path / "past", 4, defects={"1.3": "no record"})
    surround(made, monkeypatch)
    return made


def state(past: Past) -> Path:
    """Where a watch keeps what it told."""
    return past.root / "home/state/pressroom/watch/widget.json"


def page(files: Mapping[str, bytes], **more: Any) -> bytes:
    """What an index says of `widget`."""
    rows = [
        {
            "filename": name,
            "url": f"/files/{name}",
            "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
        }
        for name, data in files.items()
    ]
    value = {"meta": {"api-version": "1.4"}, "name": "widget", "files": rows, "versions": []}
    return http(200, "OK", json.dumps(value | more).encode(), content_type=MEDIA_TYPE)


def public() -> dict[str, bytes]:
    """The files that the good releases have."""
    found = {}
    for version in ("1.0", "1.1", "1.2", "1.3"):
        found[f"widget-{version}-py3-none-any.whl"] = f"wheel {version}".encode()
        found[f"widget-{version}.tar.gz"] = sdist(version, files_of(version))
    return found


def test_news_is_told_once(past: Past) -> None:
    """Nothing at first; then each thing that happened, once; all of it with --again."""
    with served(past) as index:
        quiet = run("--watch", url=index.simple_url)
        index.store.delete("widget-1.1.tar.gz")
        index.store.yank("widget-1.2.tar.gz", "no \x1b[31mgood")
        index.store.set_status("widget", Status.ARCHIVED)
        first = run("--watch", url=index.simple_url)
        second = run("--watch", url=index.simple_url)
        again = run("--watch", "--again", url=index.simple_url)
        index.store.delete("widget-1.0.tar.gz")
        third = run("--watch", url=index.simple_url)

    assert (0, "") == (quiet.code, quiet.output)
    assert [
        "Widget: the index says that the project is archived",
        "Widget: widget-1.1.tar.gz vanished",
        "Widget: widget-1.2.tar.gz was yanked: no [31mgood",
    ] == first.output.splitlines()
    assert (1, 0, 1, 1) == (first.code, second.code, again.code, third.code)
    assert "" == second.output
    assert first.output == again.output
    assert "Widget: widget-1.0.tar.gz vanished\n" == third.output


def test_a_version_without_a_tag_of_ours_is_told(past: Past) -> None:
    """Whether nobody tagged it, or somebody whom nobody allowed."""
    add_version(past, "9.9")
    past.git("tag", "9.8", "1.3^{commit}")
    add_version(past, "9.8")
    with served(past) as index:
        said = run("--watch", "--json", url=index.simple_url)
        second = run("--watch", "--json", url=index.simple_url)

    assert 1 == said.code
    assert [
        "version 9.8 has no tag of ours (1 file)",
        "version 9.9 has no tag of ours (1 file)",
    ] == sorted(said.json["new"])
    assert (0, []) == (second.code, second.json["new"])
    assert 2 == len(second.json["all"])


@pytest.mark.usefixtures("past")
def test_a_file_that_was_added_or_changed_is_told() -> None:
    """Beside a record, and beside what was seen where there is none; with both hashes."""
    shown = public()
    with Server(lambda _line: page(shown)) as server:
        quiet = run("--watch", url=f"{server.url}/simple/")
        shown |= {
            "widget-1.2-cp311-cp311-win32.whl": b"a present",
            "widget-1.3-cp311-cp311-win32.whl": b"another",
            "widget-1.3-py3-none-any.whl": b"other bytes",
        }
        said = run("--watch", url=f"{server.url}/simple/")
        second = run("--watch", url=f"{server.url}/simple/")
        again = run("--watch", "--again", url=f"{server.url}/simple/")

    assert (0, "") == (quiet.code, quiet.output)
    lines = said.output.splitlines()
    assert 3 == len(lines)
    assert "widget-1.3-py3-none-any.whl has other bytes: " in lines[0]
    assert [
        f"Widget: widget-{name}-cp311-cp311-win32.whl was added to a release that was complete"
        for name in ("1.2", "1.3")
    ] == lines[1:]
    assert (0, "") == (second.code, second.output)
    assert said.output == again.output


def test_a_project_that_is_gone_is_one_line(past: Past) -> None:
    """Not one for each of its files; and when it comes back, nothing is news."""
    with Server(says(404, "Not Found")) as server:
        said = run("--watch", url=f"{server.url}/simple/")
    with served(past) as index:
        back = run("--watch", url=index.simple_url)

    assert "Widget: the index shows no file of the project any more\n" == said.output
    assert (1, 0) == (said.code, back.code)


SILENT = {
    "busy": says(503, "Busy"),
    "a login page": says(200, "OK", b"<html>", content_type="text/html"),
    "no JSON": says(200, "OK", b"{", content_type=MEDIA_TYPE),
    "lists in lists": says(200, "OK", b"[" * 100_000, content_type=MEDIA_TYPE),
    "another project": lambda _line: page({}, name="gadget"),
    "a path for a name": lambda _line: page({"../widget-1.0.tar.gz": b""}),
    "elsewhere": says(302, "Found", location="https://index.example/simple/widget/"),
    "forbidden": says(403, "Forbidden"),
}


@pytest.mark.parametrize("play", SILENT.values(), ids=SILENT)
def test_who_could_not_look_does_not_know(past: Past, play: Any) -> None:
    """Exit 3, with a reason and a hint; nothing is forgotten, and no release is called wrong."""
    with served(past) as index:
        run("--watch", url=index.simple_url)
    before = state(past).read_bytes()
    with Server(play) as server:
        watched = run("--watch", url=f"{server.url}/simple/")
        table = run("--all", "--json", url=f"{server.url}/simple/")

    assert (3, 3) == (watched.code, table.code)
    assert "hint:" in watched.output
    assert before == state(past).read_bytes()
    assert set() == table.faults
    for one in table.json["releases"]:
        assert "not known" == one["checks"]["index"]["state"]
        assert one["checks"]["index"]["hint"]


@pytest.mark.usefixtures("past")
def test_hostile_names_are_text() -> None:
    """Versions that are none, names without end, thousands of them: told in bounded lines, in bounded time."""
    odd = {f"{'x' * 5000}-{number}.exe": b"" for number in range(300)}
    shown = public() | odd
    versions = ["1.0", "{version}", "--exec=x", "9" * 5000, "refs/tags/1.0"]
    with Server(lambda _line: page(shown, versions=versions)) as server:
        watched = run("--watch", url=f"{server.url}/simple/")
        table = run("--all", "--json", url=f"{server.url}/simple/")

    assert (1, 1) == (watched.code, table.code)
    assert all(len(line) < 300 for line in watched.output.splitlines())
    assert "version --exec=x has no tag of ours" in watched.output
    findings = [one["message"] for one in table.json["findings"]]
    assert any("and 295 more" in one for one in findings)
    assert all(len(one) < 1_000 for one in findings)
    assert all(one["hint"] for one in table.json["findings"])


def test_what_was_told_is_kept_whole_or_said_to_be_broken(past: Past) -> None:
    """A damaged state is refused with what to do, not guessed."""
    with served(past) as index:
        run("--watch", url=index.simple_url)
        for damage in (b"", b"{}x", b'{"format": 9}', b'{"told": 7}', b"\xff"):
            state(past).write_bytes(damage)
            said = run("--watch", url=index.simple_url)

            assert 1 == said.code
            assert "what was told before cannot be read" in said.output
            assert "hint: remove the file" in said.output
            assert damage == state(past).read_bytes()


def test_what_could_not_be_told_is_told_again(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch that dies while it tells has told nothing."""
    add_version(past, "9.9")

    def dies(_text: str) -> None:
        raise KeyboardInterrupt

    with served(past) as index:
        with monkeypatch.context() as patch:
            patch.setattr("pressroom.release.verifying.cli.click.echo", dies)
            dead = run("--watch", url=index.simple_url)
        said = run("--watch", url=index.simple_url)

    assert "9.9" not in dead.output
    assert "version 9.9 has no tag of ours" in said.output
