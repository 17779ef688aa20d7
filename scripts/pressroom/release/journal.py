"""The trace of a release: one line a happening, each carrying the hash of the one before.

It is for people and for doubts; what is done is asked of the world, never of this file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from pressroom.errors import PressroomError
from pressroom.world.disk import explained

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

FORMAT = 1
_START = "0" * 64


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line: when, what happened, to which step, and what there is to say of it."""

    at: str
    event: str
    step: str = ""
    note: str = ""


class Journal:
    """The journal in one file, checked when it is opened.

    A last line without its end was being written when the power went: it is cut off. Anything else
    that does not fit raises PressroomError, since a trace that somebody wrote into proves nothing.
    """

    def __init__(self, path: Path, *, now: Callable[[], dt.datetime]) -> None:
        self._path = path
        self._now = now
        with explained(path):
            data = path.read_bytes() if path.exists() else b""
        whole = data[: data.rfind(b"\n") + 1]
        self.records, self._last = _parse(whole, where=str(path))
        if whole != data:
            with explained(path):
                os.truncate(path, len(whole))

    def write(self, event: str, *, step: str = "", note: str = "") -> None:
        """One more line, on the disk when this returns."""
        record = Record(at=self._now().isoformat(), event=event, step=step, note=note)
        line = json.dumps(
            {"format": FORMAT, "previous": self._last, **dataclasses.asdict(record)},
            ensure_ascii=False,
        ).encode()
        with explained(self._path):
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                before = os.fstat(handle).st_size
                try:
                    _write_all(handle, line + b"\n")
                except OSError:
                    # Half a line, or one that may not stay: the next one would not follow it.
                    os.ftruncate(handle, before)
                    raise
            finally:
                os.close(handle)
        self._last = hashlib.sha256(line).hexdigest()
        self.records += (record,)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
    os.fsync(handle)


def _parse(data: bytes, *, where: str) -> tuple[tuple[Record, ...], str]:
    """The records, and the hash that the next line carries."""
    records: list[Record] = []
    previous = _START
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        records.append(_record(line, previous, where=f"{where}:{number}"))
        previous = hashlib.sha256(line).hexdigest()
    return tuple(records), previous


def _record(line: bytes, previous: str, *, where: str) -> Record:
    advice = (
        "find out who wrote into it; then move it away: it is only a trace, and what is public is "
        "asked of the remote and the index when you start again"
    )
    try:
        values: Any = json.loads(line)
        version = values["format"]
        if version != FORMAT:
            raise PressroomError(
                f"this journal has format {version!r}, and this Pressroom knows {FORMAT}",
                where=where,
                hint="go on with the Pressroom that began this release",
            )
        if values.pop("previous") != previous:
            raise PressroomError(
                "this line does not follow the one before: lines were changed or are missing",
                where=where,
                hint=advice,
            )
        del values["format"]
        return Record(**values)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PressroomError("this is no line of a journal", where=where, hint=advice) from error
