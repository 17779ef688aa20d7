"""Who refers to a file: what a missing one is needed for, as the shipped sources and build files say."""

from __future__ import annotations

import dataclasses
import posixpath
from typing import TYPE_CHECKING

from pressroom.release.audit.build_files import read_build_file
from pressroom.release.audit.c_sources import read_c_source
from pressroom.release.audit.mention import Mention, Mode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from collections.abc import Set as AbstractSet


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A place in a file that needs another file."""

    by: str
    mention: Mention
    shipped: bool = True

    def __str__(self) -> str:
        note = "" if self.shipped else " (missing too)"
        return f"{self.by}:{self.mention.line}{note} {self.mention.says}"


def find_references(
    shipped: Mapping[str, bytes], missing: Mapping[str, bytes]
) -> dict[str, Reference]:
    """For each missing file that is needed, the first place that says so.

    Shipped files need others, and so do missing ones that are needed themselves; `missing` has what they hold.
    """
    building = _mentions(shipped, read_build_file)
    known = _Known(shipped, missing, {_folder(reference.mention.name) for reference in building})
    waiting = [*_mentions(shipped, read_c_source), *building]
    found: dict[str, Reference] = {}
    while waiting:
        new: dict[str, Reference] = {}
        for reference in waiting:
            target = known.meant(reference)
            if target is not None and target not in found:
                new.setdefault(target, reference)
        found |= new
        needed = {path: missing[path] for path in new}
        waiting = [
            dataclasses.replace(reference, shipped=False)
            for read in (read_c_source, read_build_file)
            for reference in _mentions(needed, read)
        ]
    return found


def _mentions(
    files: Mapping[str, bytes], read: Callable[[str, str], Iterator[Mention]]
) -> list[Reference]:
    return [
        Reference(by=path, mention=mention)
        for path, data in sorted(files.items())
        for mention in read(path, _text(data))
    ]


def _text(data: bytes) -> str:
    """The text of any bytes: what is looked for is ASCII, or bytes that tracked names have too."""
    text = data.decode("utf-8", "surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Known:
    """What is there and what is not, to tell which file a mention means."""

    def __init__(
        self,
        shipped: Mapping[str, bytes],
        missing: Mapping[str, bytes],
        named: AbstractSet[str],
    ) -> None:
        self.shipped = shipped
        self.missing = missing
        # Folders that a build file names, as include_dirs has them.
        self.named = named
        self.tails: dict[str, list[str]] = {}
        for path in sorted(missing):
            self.tails.setdefault(path.rpartition("/")[2], []).append(path)
        self.names = {path.rpartition("/")[2] for path in shipped}
        self.sources = {posixpath.dirname(path) for path in shipped if _is_source(path)}

    def meant(self, reference: Reference) -> str | None:
        """The missing file that a mention means, if it means one."""
        mention = reference.mention
        name = posixpath.normpath(mention.name.replace("\\\\", "/").replace("\\", "/"))
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(reference.by), name))
        if name.startswith("/"):
            return None
        if mention.mode is Mode.WORD:
            return None
        # What lies beside the file is taken first, by compilers too: no other one stands in for it.
        for path in (beside, name):
            if path in self.shipped:
                return None
            if path in self.missing and (path == beside or not self._elsewhere(name, mention)):
                return path
        if mention.mode is Mode.FILE or self._elsewhere(name, mention):
            return None
        return self._below(name, quoted=mention.mode is Mode.QUOTED)

    def _elsewhere(self, name: str, mention: Mention) -> bool:
        """Whether a shipped file in any other folder could be the one that is included."""
        if mention.mode is Mode.FILE or name.rpartition("/")[2] not in self.names:
            return False
        return any(path.endswith(f"/{name}") for path in self.shipped)

    def _below(self, name: str, *, quoted: bool) -> str | None:
        """The missing file of that name in a folder that compilers are told to look in."""
        for path in self.tails.get(name.rpartition("/")[2], []):
            folder = path[: -len(name)].rstrip("/") if path.endswith(f"/{name}") else None
            if folder and (folder in self.named or (quoted and folder in self.sources)):
                return path
        return None


def _folder(name: str) -> str:
    return posixpath.normpath(name.removeprefix("-I").replace("\\", "/") or ".")


def _is_source(path: str) -> bool:
    return path.lower().endswith((".h", ".hh", ".hpp", ".hxx", ".c", ".cc", ".cpp", ".cxx", ".i"))
