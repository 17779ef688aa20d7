"""What an index shows of a project, put to the versions that the files are of."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pressroom.release.job import version_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from packaging.version import Version

    from pressroom.release.index.listing import IndexFile, IndexProject

# No version is longer; so each name is looked at a bounded number of times.
_LONGEST = 64


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Why an index said nothing."""

    message: str
    hint: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The files of an index by version; `strays` are names from which nobody can tell one."""

    project: IndexProject
    files: Mapping[Version | str, tuple[IndexFile, ...]]
    strays: tuple[IndexFile, ...]

    def of(self, version: str) -> tuple[IndexFile, ...]:
        """The files of a version, however it is spelt."""
        return self.files.get(key_of(version), ())


def key_of(version: str) -> Version | str:
    """What two spellings of one version have in common (PEP 440), else the text."""
    # Python refuses to read numbers of thousands of digits.
    return (version_of(version) if len(version) <= _LONGEST else None) or version


def sort_files(project: IndexProject, versions: Iterable[str]) -> Shown:
    """The files of a project by version; old kinds of names (`.exe`, `.egg`) by the versions that are known."""
    known = {version.casefold(): key_of(version) for version in (*versions, *project.versions)}
    name = re.escape(canonicalize_name(project.name)).replace(r"\-", "[-_.]")
    start = re.compile(rf"{name}-", re.IGNORECASE)
    found: dict[Version | str, list[IndexFile]] = {}
    strays = []
    for file in project.files:
        key = key_of(file.version) if file.version is not None else None
        if key is None and (match := start.match(file.filename)):
            key = _longest(file.filename[match.end() :].casefold(), known)
        if key is None:
            strays.append(file)
        else:
            found.setdefault(key, []).append(file)
    return Shown(
        project=project,
        files={key: tuple(files) for key, files in found.items()},
        strays=tuple(strays),
    )


def _longest(rest: str, known: Mapping[str, Version | str]) -> Version | str | None:
    """The longest known version that a name goes on with."""
    for end in range(min(len(rest) - 1, _LONGEST), 0, -1):
        if not rest[end].isalnum() and rest[:end] in known:
            return known[rest[:end]]
    return None
