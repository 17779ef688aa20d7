"""What became of a mail, line by line: made, intent, and then sent, later, refused or doubt.

Unlike a journal this file is the truth: no server can be asked whether it took a mail. A file that cannot be
read stops everything, so that nobody sends twice for want of a line.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import json
import os
from typing import TYPE_CHECKING

import msgspec

from pressroom.errors import PressroomError
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
_LARGEST = 1_000_000
_HINT = (
    "ask a recipient, or look into the list's archive, whether the mail is there; if not, take this file "
    "from a backup, or write the mail by hand. Do not remove it: that would send again"
)


class State(enum.StrEnum):
    """What is known of a mail."""

    MADE = "made"
    INTENT = "intent"  # on the way: without a word after it, a doubt
    SENT = "sent"
    LATER = "later"  # not taken, this time
    REFUSED = "refused"  # not taken
    DOUBT = "doubt"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One happening: when (ISO 8601, UTC), what, and what there is to say of it."""

    at: str
    state: State
    code: int = 0
    note: str = ""
    format: int = FORMAT


def new_line(state: State, *, at: dt.datetime, code: int = 0, note: str = "") -> bytes:
    """A line for the file."""
    values = dataclasses.asdict(Line(at=at.isoformat(), state=state, code=code, note=note))
    return json.dumps(values, ensure_ascii=True).encode() + b"\n"


def append(path: Path, line: bytes) -> None:
    """The line is on the disk when this returns; half a line of a dead process is cut off first."""
    with explained(path):
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            size = os.fstat(handle).st_size
            kept = os.pread(handle, _LARGEST, 0).rfind(b"\n") + 1
            if kept != size:
                os.ftruncate(handle, kept)
            try:
                _write_all(handle, line)
            except OSError:
                os.ftruncate(handle, kept)
                raise
        finally:
            os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
    os.fsync(handle)


def parse_lines(data: bytes, *, where: str) -> tuple[Line, ...]:
    """The happenings, oldest first; a last line without its end never happened. Raises PressroomError."""
    if len(data) > _LARGEST:
        raise PressroomError("this record is larger than any can be", where=where, hint=_HINT)
    lines = tuple(
        _line(one, where=f"{where}:{number}")
        for number, one in enumerate(data.split(b"\n")[:-1], 1)
    )
    if not lines or lines[0].state is not State.MADE:
        raise PressroomError("this record has no beginning", where=where, hint=_HINT)
    return lines


def _line(data: bytes, *, where: str) -> Line:
    try:
        found = msgspec.json.decode(data, type=dict[str, object]).get("format")
        if found != FORMAT:
            raise PressroomError(
                f"this record has format {found!r}, and this Pressroom knows {FORMAT}",
                where=where,
                hint="go on with the Pressroom that wrote it",
            )
        line = msgspec.json.decode(data, type=Line)
        dt.datetime.fromisoformat(line.at)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PressroomError("this is no line of a record", where=where, hint=_HINT) from error
    else:
        return line
