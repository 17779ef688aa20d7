"""What an index knows: projects, and the files of their versions."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name, canonicalize_version
from packaging.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Status(enum.StrEnum):
    """What may be done with a project (PEP 792)."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    QUARANTINED = "quarantined"
    DEPRECATED = "deprecated"

    @property
    def takes_files(self) -> bool:
        """Whether new files may be uploaded."""
        return self in {Status.ACTIVE, Status.DEPRECATED}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class IndexFile:
    """One file that can be downloaded; of a file in a wheelhouse nobody knows when it was uploaded."""

    project: str
    version: str
    filename: str
    filetype: str
    size: int
    sha256: str
    blake2_256: str = ""
    md5: str = ""
    pyversion: str = "source"
    requires_python: str | None = None
    uploaded: dt.datetime | None = None
    yanked: str | None = None  # the reason, which may be empty


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class IndexProject:
    """A project as the index shows it; its name is normalized."""

    name: str
    files: tuple[IndexFile, ...]
    status: Status = Status.ACTIVE

    @property
    def versions(self) -> tuple[str, ...]:
        """All versions that have a file, the newest last."""
        return tuple(sorted({file.version for file in self.files}, key=Version))

    @property
    def latest(self) -> str:
        """What an installer would choose: final before pre-release, not yanked before yanked."""
        yanked = {file.version for file in self.files if file.yanked is not None}
        return max(
            self.versions,
            key=lambda text: (text not in yanked, not Version(text).is_prerelease, Version(text)),
        )

    def of(self, version: str) -> tuple[IndexFile, ...]:
        """The files of a version, however it is spelled."""
        wanted = canonicalize_version(version)
        return tuple(file for file in self.files if canonicalize_version(file.version) == wanted)


def gather(
    files: Iterable[IndexFile],
    *,
    names: Iterable[str] = (),
    status: Mapping[str, Status] | None = None,
) -> dict[str, IndexProject]:
    """The projects that have these files, and those of that name that have none, by normalized name."""
    found: dict[str, list[IndexFile]] = {canonicalize_name(name): [] for name in names}
    for file in files:
        found.setdefault(canonicalize_name(file.project), []).append(file)
    return {
        name: IndexProject(
            name=name,
            files=tuple(sorted(group, key=lambda file: (Version(file.version), file.filename))),
            status=(status or {}).get(name, Status.ACTIVE),
        )
        for name, group in sorted(found.items())
    }
