"""What the far side said, read with suspicion: a target's state, and the files of a version."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from pressroom.deploy.history import is_version, parse_history
from pressroom.deploy.state import VERSIONS, State
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 200
_END = b"end"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something below the folder of a version: `f`, `d`, `l` or another letter of find's %y; its mode."""

    kind: str
    mode: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """The folder of a version: the texts beside its sites; everything below it, and the hash and size of every file."""

    manifest: str
    carried: str
    record: str
    entries: Mapping[str, Entry]
    files: Mapping[str, tuple[str, int]]


def parse_state(out: bytes, *, where: str) -> State:
    """What the state script told; raises PressroomError for anything else."""
    fields = _fields(out, where)
    if fields == [b"absent"]:
        return State()
    if len(fields) < 5 or fields[0] not in (b"link", b"other", b"none"):
        raise not_understood(where)
    kind, link, since, confirmed, history, *versions = fields
    names = [_text(one).removeprefix(f"{VERSIONS}/") for one in versions]
    named = _text(confirmed).strip()
    return State(
        link=None if kind == b"other" else shown(_path(link)),
        since=_moment(since, where) if kind == b"link" else None,
        history=parse_history(_text(history)),
        confirmed=named if is_version(named) else "",
        versions=tuple(sorted(name for name in names if is_version(name))),
    )


def parse_inspected(out: bytes, *, where: str) -> Inspected:
    """What the script told that looks through a version; raises PressroomError for anything else."""
    fields = _fields(out, where)
    if len(fields) < 4 or b"" not in fields[3:]:
        raise not_understood(where)
    manifest, carried, record = (_text(one) for one in fields[:3])
    middle = fields.index(b"", 3)
    entries, sizes = {}, {}
    for field in fields[3:middle]:
        kind, mode, size, path = (*_path(field).split(" ", 3), "", "", "")[:4]
        try:
            entries[path] = Entry(kind=kind, mode=int(mode, 8))
            sizes[path] = int(size)
        except ValueError as error:
            raise not_understood(where) from error
    hashes = parse_hashes(fields[middle + 1 :], where=where)
    return Inspected(
        manifest=manifest,
        carried=carried,
        record=record,
        entries=entries,
        files={path: (digest, sizes.get(path, -1)) for path, digest in hashes.items()},
    )


def parse_hashes(fields: list[bytes], *, where: str) -> dict[str, str]:
    """Hashes by path, as `sha256sum --zero` tells them of paths that begin with `./`."""
    hashes = {}
    for field in fields:
        digest, _, path = _path(field).partition("  ./")
        if len(digest) != 64 or not path:
            raise not_understood(where)
        hashes[path] = digest
    return hashes


def shown(text: str) -> str:
    """Text from the far side that can be printed, and is told from every other."""
    safe = text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
    return safe if len(safe) <= _LONGEST else f"{safe[:_LONGEST]}…"


def not_understood(where: str) -> PressroomError:
    """The error for an answer that none of our scripts gives."""
    return PressroomError(
        "what came back is not what was asked for",
        where=where,
        hint="a login script that prints, or no GNU coreutils and findutils: try `ssh HOST find --version`",
    )


def _fields(out: bytes, where: str) -> list[bytes]:
    """What is between the NULs; an answer that was cut off has no end."""
    fields = out.split(b"\0")
    if fields[-2:] != [_END, b""]:
        raise not_understood(where)
    return fields[:-2]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _path(data: bytes) -> str:
    # What is no UTF-8 is never a path of ours, nor another one of theirs.
    return data.decode("utf-8", "surrogateescape")


def _moment(data: bytes, where: str) -> dt.datetime:
    try:
        return dt.datetime.fromtimestamp(int(data), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise not_understood(where) from error
