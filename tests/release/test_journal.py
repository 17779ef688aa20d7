"""The journal: a trace that cannot be rewritten unseen, and that stands nothing in the way."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import PressroomError
from pressroom.release.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path


def now() -> dt.datetime:
    """A clock that stands still."""
    return dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with three lines."""
    path = tmp_path / "journal.jsonl"
    journal = Journal(path, now=now)
    for event in ("begins", "done", "stopped"):
        journal.write(event, step="push-tag", note="a note\nof two lines, ü")
    return path


def test_what_was_written_is_read_back(path: Path) -> None:
    """Every record comes back in order, and the file is for its owner alone."""
    records = Journal(path, now=now).records

    assert ["begins", "done", "stopped"] == [record.event for record in records]
    assert "a note\nof two lines, ü" == records[1].note
    assert 0o600 == path.stat().st_mode & 0o777


def test_looking_at_a_journal_makes_no_file(tmp_path: Path) -> None:
    """A dry run opens it and leaves nothing."""
    assert () == Journal(tmp_path / "none" / "journal.jsonl", now=now).records
    assert [] == list(tmp_path.iterdir())


def test_a_last_line_that_was_cut_off_is_dropped(path: Path) -> None:
    """A record that was being written when the power went is no reason to stop."""
    path.write_bytes(path.read_bytes()[:-7])
    journal = Journal(path, now=now)
    journal.write("begins again")

    assert ["begins", "done", "begins again"] == [
        record.event for record in Journal(path, now=now).records
    ]


@pytest.mark.parametrize(
    ("spoil", "line", "message"),
    [
        (lambda lines: [lines[0], lines[2]], 2, "does not follow"),
        (lambda lines: [lines[0].replace(b"begins", b"ended!"), *lines[1:]], 2, "does not follow"),
        (lambda lines: [lines[0], b"{}\n", lines[2]], 2, "no line of a journal"),
        (lambda lines: [b"[1]\n", *lines[1:]], 1, "no line of a journal"),
        (lambda lines: [b"\xff\n", *lines[1:]], 1, "no line of a journal"),
        (lambda lines: [lines[0], lines[1].replace(b'"note"', b'"n"'), lines[2]], 2, "no line of"),
    ],
)
def test_a_journal_that_somebody_wrote_into_stops(
    path: Path,
    spoil: object,
    line: int,
    message: str,
) -> None:
    """A line that is missing, changed or strange is named, and what to do about it is said."""
    assert callable(spoil)
    path.write_bytes(b"".join(spoil(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(PressroomError, match=message) as raised:
        Journal(path, now=now)

    assert f"{path}:{line}" == raised.value.where
    assert "move it away: it is only a trace" in raised.value.hint


def test_a_journal_of_a_newer_pressroom_stops(path: Path) -> None:
    """What it does not know it does not guess."""
    first, *rest = path.read_bytes().splitlines(keepends=True)
    values = {**json.loads(first), "format": 2}
    path.write_bytes(json.dumps(values).encode() + b"\n" + b"".join(rest))

    with pytest.raises(PressroomError, match="has format 2") as raised:
        Journal(path, now=now)

    assert "the Pressroom that began this release" in raised.value.hint
