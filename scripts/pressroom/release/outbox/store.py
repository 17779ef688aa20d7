"""The outbox on the disk: a folder a parcel, its messages frozen when it appears, and a record of what became of it."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import secrets
from typing import TYPE_CHECKING

import msgspec

from pressroom.errors import ConfigError, PressroomError
from pressroom.release.outbox.parcel import MAIL, Envelope, check_id, is_file_name
from pressroom.release.outbox.record import Line, State, append, new_line, parse_lines
from pressroom.world.disk import explained, remove, save_durably
from pressroom.world.locks import work_lock

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    from pressroom.release.outbox.parcel import Parcel

FORMAT = 1
_LETTER, _STATE = "letter.json", "state.jsonl"
_NEW = ".new-"
_LARGEST = 10_000_000
_DAMAGED = "take the folder from a backup; what is in it was frozen, and nobody can make it again"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a folder of the outbox says of itself; `files` are names and sha256."""

    id: str
    kind: str
    created: str
    files: dict[str, str]
    envelope: Envelope | None = None
    is_private: bool = False
    format: int = FORMAT


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A parcel in the outbox, and what became of its mail."""

    folder: Path
    letter: Letter
    lines: tuple[Line, ...]

    @property
    def state(self) -> State:
        """What is known of its mail: an intent that nothing followed is a doubt."""
        last = self.lines[-1].state
        return State.DOUBT if last is State.INTENT else last

    @property
    def is_mail(self) -> bool:
        """Whether there is a mail in it, and somebody to get it."""
        return self.letter.envelope is not None and MAIL in self.letter.files

    def read(self, name: str) -> bytes:
        """A message, with the bytes that were frozen. Raises ConfigError, PressroomError."""
        if name not in self.letter.files:
            has = ", ".join(sorted(self.letter.files))
            hint = f"it has {has}"
            raise ConfigError(f"it has no {name}", where=self.letter.id, hint=hint)
        data = _read(self.folder / name)
        if hashlib.sha256(data).hexdigest() != self.letter.files[name]:
            message = "these are not the bytes that were frozen"
            raise PressroomError(message, where=str(self.folder / name), hint=_DAMAGED)
        return data


class Outbox:
    """The outbox in a folder that need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ids(self) -> list[str]:
        """What lies in it, by name."""
        with explained(self.folder):
            entries = list(self.folder.iterdir()) if self.folder.is_dir() else []
            return sorted(one.name for one in entries if one.is_dir() and one.name[0] != ".")

    def has(self, name: str) -> bool:
        """Whether a parcel of that id is in it."""
        return (self.folder / check_id(name)).is_dir()

    def load(self, name: str) -> Item:
        """A parcel. Raises ConfigError where there is none, PressroomError for one that is damaged."""
        folder = self.folder / check_id(name)
        if not folder.is_dir():
            hint = "pressroom outbox list shows the ids"
            raise ConfigError(f"nothing is called {name}", where=str(self.folder), hint=hint)
        letter = _letter(_read(folder / _LETTER), folder)
        lines = parse_lines(_read(folder / _STATE), where=str(folder / _STATE))
        return Item(folder=folder, letter=letter, lines=lines)

    def make(self, parcel: Parcel, *, now: dt.datetime) -> Item:
        """The parcel is in the outbox, whole, when this returns; one of its id that is there stays as it is."""
        name = check_id(parcel.id)
        if odd := [one for one in parcel.files if not is_file_name(one)]:
            raise ValueError(odd)
        with work_lock(self.folder / ".lock", what="another parcel into the outbox"):
            with explained(self.folder):
                for left in self.folder.glob(f"{_NEW}*"):
                    remove(left)
            if not self.has(name):
                self._put(parcel, now)
        return self.load(name)

    def _put(self, parcel: Parcel, now: dt.datetime) -> None:
        new = self.folder / f"{_NEW}{secrets.token_hex(8)}"
        letter = Letter(
            id=parcel.id,
            kind=parcel.kind,
            created=now.isoformat(),
            files={name: hashlib.sha256(data).hexdigest() for name, data in parcel.files.items()},
            envelope=parcel.envelope,
            is_private=parcel.is_private,
        )
        text = json.dumps(dataclasses.asdict(letter), indent=2, sort_keys=True)
        with explained(new):
            new.mkdir(mode=0o700)
        files = {**parcel.files, _LETTER: text.encode() + b"\n"}
        files[_STATE] = new_line(State.MADE, at=now)
        for name, data in sorted(files.items()):
            save_durably(new / name, data)
            (new / name).chmod(0o600 if name == _STATE else 0o400)
        with explained(new):
            new.rename(self.folder / parcel.id)
        _sync(self.folder)

    def write(
        self, name: str, state: State, *, at: dt.datetime, code: int = 0, note: str = ""
    ) -> None:
        """One more line in the record of a parcel, on the disk when this returns."""
        append(self.folder / check_id(name) / _STATE, new_line(state, at=at, code=code, note=note))

    @contextlib.contextmanager
    def lock(self, name: str, *, wait: float = 5.0) -> Iterator[None]:
        """Nobody else sends this parcel inside. Raises PressroomError when somebody does."""
        with work_lock(
            self.folder / check_id(name) / ".lock", what=f"the sending of {name}", wait=wait
        ):
            yield


def _read(path: Path) -> bytes:
    """A file of ours: nothing that a link leads to, nothing without an end."""
    with explained(path):
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
            data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise PressroomError("this file is too large", where=str(path), hint=_DAMAGED)
    return data


def _letter(data: bytes, folder: Path) -> Letter:
    where = str(folder / _LETTER)
    try:
        found = msgspec.json.decode(data, type=dict[str, object]).get("format")
        if found != FORMAT:
            raise PressroomError(
                f"this parcel has format {found!r}, and this Pressroom knows {FORMAT}",
                where=where,
                hint="go on with the Pressroom that made it",
            )
        letter = msgspec.json.decode(data, type=Letter)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise PressroomError("this parcel is damaged", where=where, hint=_DAMAGED) from error
    if letter.id != folder.name or not all(map(is_file_name, letter.files)):
        raise PressroomError("this parcel is another one's", where=where, hint=_DAMAGED)
    return letter


def _sync(folder: Path) -> None:
    with explained(folder):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
