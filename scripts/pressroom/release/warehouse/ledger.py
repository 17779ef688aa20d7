"""What an index accepted and what was said of it since, one line each: only what is here is there."""

from __future__ import annotations

import collections
import dataclasses
import enum
import os
from typing import TYPE_CHECKING

import msgspec

from pressroom.errors import PressroomError
from pressroom.release.warehouse.model import IndexFile, Status
from pressroom.release.warehouse.policy import Stock
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Kind(enum.StrEnum):
    """What happened."""

    UPLOAD = "upload"
    REPEAT = "repeat"  # the same bytes came again, and were answered as if they were new
    DELETE = "delete"
    YANK = "yank"
    STATUS = "status"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line: `file` of an upload; else the name of a file or project, and what is said of it."""

    kind: Kind
    name: str
    value: str = ""
    file: IndexFile | None = None


class Ledger:
    """The ledger in one file. A last line without its end was never answered, and is cut off."""

    def __init__(self, path: Path) -> None:
        self._path = path
        data = _read(path)
        whole = data[: data.rfind(b"\n") + 1]
        self.events = _parse(whole, where=str(path))
        self._size = len(whole)
        if whole != data:
            with explained(path):
                os.truncate(path, self._size)

    def write(self, event: Event) -> None:
        """One more line, on the disk when this returns; when it raises, nothing happened."""
        line = msgspec.json.encode(event) + b"\n"
        with explained(self._path):
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                with open(handle, "ab", closefd=False) as file:
                    file.write(line)
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, self._size)
                raise
            finally:
                os.close(handle)
        self._size += len(line)
        self.events += (event,)


def count_events(path: Path, kind: Kind) -> dict[str, int]:
    """How often something happened to each file name, by a ledger that another process may be writing."""
    data = _read(path)
    events = _parse(data[: data.rfind(b"\n") + 1], where=str(path))
    return dict(collections.Counter(event.name for event in events if event.kind is kind))


def replay(events: Iterable[Event]) -> Stock:
    """What there is after all that happened."""
    live: dict[str, IndexFile] = {}
    ever: list[IndexFile] = []
    status: dict[str, Status] = {}
    for event in events:
        if event.kind is Kind.UPLOAD and event.file is not None:
            live[event.name] = event.file
            ever.append(event.file)
        elif event.kind is Kind.DELETE:
            live.pop(event.name, None)
        elif event.kind is Kind.YANK and event.name in live:
            live[event.name] = dataclasses.replace(live[event.name], yanked=event.value)
        elif event.kind is Kind.STATUS:
            status[event.name] = Status(event.value)
    return Stock(live=live, ever=tuple(ever), status=status)


def _read(path: Path) -> bytes:
    with explained(path):
        return path.read_bytes() if path.exists() else b""


def _parse(data: bytes, *, where: str) -> tuple[Event, ...]:
    events = []
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            events.append(msgspec.json.decode(line, type=Event))
        except msgspec.MsgspecError as error:
            raise PressroomError(
                f"this is no line of the index's ledger: {error}",
                where=f"{where}:{number}",
                hint="this rehearsal cannot go on: start again with another --world folder",
            ) from error
    return tuple(events)
