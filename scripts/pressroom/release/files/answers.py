"""What a files server said, read with suspicion, and what can be wrong there, in words that a person can act on."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.world.openssh import readable

if TYPE_CHECKING:
    from pressroom.release.files.place import FilesPlace

_HINTS = {
    "No space left": "free some space there, then start again: nothing that is public was touched",
    "quota exceeded": "free some space there, then start again: nothing that is public was touched",
    "Permission denied": "let your user own that folder and write to it (ls -ld shows who does)",
    "Operation not permitted": "put the folder on a file system that knows hard links, and let your user own it",
    "Read-only file system": "mount that file system writable, then start again",
    "not found": "install coreutils, findutils, util-linux and rsync there",
}
_OTHER = "mend that there, then start again: nothing that is public was touched"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Something in the folder: a file with its size and hash; without a hash it is no file, or cannot be read."""

    name: str
    size: int
    sha256: str | None

    @property
    def words(self) -> str:
        """What it is, beside a hash of ours."""
        return self.sha256 or "something that is no file or cannot be read"


def parse_look(out: bytes, *, place: FilesPlace) -> dict[str, Served]:
    """What the script LOOK told, by name; raises PressroomError for anything else."""
    fields = out.split(b"\0")
    if fields[-2:] != [b"end", b""] or b"" not in fields[:-2]:
        raise not_understood(place)
    middle = fields.index(b"")
    hashes = {}
    for field in fields[middle + 1 : -2]:
        sha256, sign, name = _text(field).partition("  ./")
        if not sign or len(sha256) != 64:
            raise not_understood(place)
        hashes[name] = sha256
    served = {}
    for field in fields[:middle]:
        kind, size, path = (*_text(field).split(" ", 2), "", "")[:3]
        if not (size.isascii() and size.isdigit()) or not path.startswith("./"):
            raise not_understood(place)
        name = path.removeprefix("./")
        known = hashes.get(name) if kind == "f" else None
        served[name] = Served(name=name, size=int(size[:18]), sha256=known)
    return served


def parse_names(out: bytes, *, place: FilesPlace) -> tuple[str, ...]:
    """What the script NAMES told; raises PressroomError for anything else."""
    fields = out.split(b"\0")
    if fields[-2:] != [b"end", b""]:
        raise not_understood(place)
    return tuple(sorted(_text(field) for field in fields[:-2]))


def _text(data: bytes) -> str:
    # What is no UTF-8 is never a name of ours, nor another one of theirs.
    return data.decode("utf-8", "surrogateescape")


def not_understood(place: FilesPlace) -> PressroomError:
    """The error for an answer that none of our scripts gives."""
    return PressroomError(
        "what came back is not what was asked for",
        where=place.where,
        hint="a login script that prints, or no GNU coreutils and findutils: try `ssh HOST find --version`",
    )


def failed(place: FilesPlace, words: str) -> PressroomError:
    """A script ended badly and said so."""
    hint = next((hint for sign, hint in _HINTS.items() if sign in words), _OTHER)
    return PressroomError(readable(words, 500) or "it said nothing", where=place.where, hint=hint)


def unusable(place: FilesPlace, user: str | None) -> PressroomError:
    """The folder is not there, or (`user` is who we are over there) cannot be written to."""
    who = readable(user or "", 60) or "USER"
    machine = f"on {place.host}" if place.host else "on this machine"
    return PressroomError(
        "there is no such folder" if user is None else f"{who} may not write there",
        where=place.where,
        hint=f"once, {machine}: sudo mkdir -p {place.folder} && sudo chown {who} {place.folder}",
    )
