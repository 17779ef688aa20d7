"""The members of an archive put in their places, and what is hostile about them."""

from __future__ import annotations

import collections
import dataclasses
import enum
import posixpath
import re
import unicodedata
from typing import TYPE_CHECKING

from pressroom.release.audit.model import Remark, Sdist

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REBUILD = "build the sdist again from a clean checkout, and find out what put it there"
_BIDI = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class Kind(enum.Enum):
    """What a member is."""

    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a symbolic link"
    HARD_LINK = "a hard link"
    SPARSE = "a sparse file"
    OTHER = "neither file, folder nor link"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of an archive, as it is written there."""

    name: str
    kind: Kind
    mode: int = 0o644
    target: str = ""
    data: bytes = b""


def place_members(filename: str, members: Sequence[Member]) -> Sdist:
    """The sdist that members make, with a remark for each that nobody should unpack."""
    place = _Place(filename)
    for member in members:
        place.add(member)
    return place.sdist()


def name_problem(name: str) -> str | None:
    """Why a path must not be unpacked, or None."""
    parts = name.split("/")
    unseen = any(unicodedata.category(char) in {"Cc", "Zl", "Zp"} or char in _BIDI for char in name)
    problems = (
        (not name, "has no name"),
        (unseen, "has characters in its name that cannot be seen"),
        ("\\" in name, "has a backslash in its name, which is a folder on Windows"),
        (re.match("/|[A-Za-z]:", name), "has an absolute path"),
        (".." in parts, "leads out of the archive by `..`"),
        ("" in parts or "." in parts, "has an empty step or `.` in its path"),
    )
    return next((problem for is_so, problem in problems if is_so), None)


class _Place:
    """Collects the members of one archive."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.files: dict[str, bytes] = {}
        self.links: dict[str, str] = {}
        self.hard_links: list[tuple[str, str]] = []
        self.tops: collections.Counter[str] = collections.Counter()
        self.remarks: list[Remark] = []
        self.open_modes = 0

    def refuse(self, file: str, reason: str) -> None:
        self.remarks.append(Remark(file=file, reason=reason, hint=_REBUILD))

    def add(self, member: Member) -> None:
        name = re.sub(r"\A(?:\./)+", "", member.name)
        if member.kind is Kind.FOLDER:
            name = name.rstrip("/") if name.strip("/") else name
            if name in {"", "."}:
                return
        problem = name_problem(name)
        if problem:
            self.refuse(member.name, problem)
            return
        top, _, path = name.partition("/")
        self.tops[top] += 1
        self._check_mode(path or name, member)
        if member.kind is not Kind.FOLDER:
            self._put(top, path, member)

    def _check_mode(self, path: str, member: Member) -> None:
        if member.mode & 0o6000 and member.kind is not Kind.FOLDER:
            self.refuse(path, "runs with the rights of its owner or group (setuid, setgid)")
        # Archives made on Windows have it on every file, so it refuses nothing.
        if member.mode & 0o002 and member.kind is Kind.FILE:
            self.open_modes += 1

    def _put(self, top: str, path: str, member: Member) -> None:
        if not path:
            self.refuse(top, "lies beside the top folder, not in it")
        elif path in self.files or path in self.links:
            self.refuse(path, "is in the archive twice")
        elif member.kind is Kind.FILE:
            self.files[path] = member.data
        elif member.kind is Kind.LINK:
            self._link(path, member.target)
        elif member.kind is Kind.HARD_LINK:
            self.hard_links.append((path, re.sub(r"\A(?:\./)+", "", member.target)))
        else:
            self.refuse(path, f"is {member.kind.value}")

    def _link(self, path: str, target: str) -> None:
        end = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        steps = [step for step in target.split("/") if step not in {"", ".", ".."}]
        if target.startswith("/") or any(map(name_problem, steps)):
            self.refuse(path, f"is a link to {target!r}, which is no path inside")
        elif end == ".." or end.startswith("../"):
            self.refuse(path, f"is a link that leads out of the archive, to {target!r}")
        else:
            self.links[path] = target

    def sdist(self) -> Sdist:
        """All of it."""
        for path, target in self.hard_links:
            inside = target.partition("/")[2]
            if len(self.tops) == 1 and target == f"{next(iter(self.tops))}/{inside}":
                content = self.files.get(inside)
            else:
                content = None
            if content is None or path in self.files:
                self.refuse(path, f"is a hard link to {target!r}, which is no file before it")
            else:
                self.files[path] = content
        for path in sorted([*self.files, *self.links]):
            self._check_parents(path)
        self.remarks += self._tops()
        top = self.tops.most_common(1)[0][0] if self.tops else ""
        return Sdist(
            filename=self.filename,
            top=top,
            files=self.files,
            links=self.links,
            remarks=tuple(self.remarks),
        )

    def _check_parents(self, path: str) -> None:
        """A member below a link is written elsewhere, one below a file nowhere."""
        for end, char in enumerate(path):
            if char == "/" and (path[:end] in self.files or path[:end] in self.links):
                self.refuse(path, f"lies below {path[:end]!r}, which is no folder")
                return

    def _tops(self) -> Iterator[Remark]:
        if not self.files:
            yield Remark(
                file=self.filename, reason="has no files", hint="build or download it again"
            )
        if len(self.tops) > 1:
            names = ", ".join(sorted(self.tops)[:5])
            yield Remark(
                file=self.filename,
                reason=f"has more than one top folder: {names}",
                hint=_REBUILD,
            )
        if self.open_modes:
            yield Remark(
                file=self.filename,
                reason=f"{self.open_modes} files may be written by everybody",
                hint="build with umask 022",
                blocks=False,
            )
