"""What a build made, and whether two of them made the same."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.release.building.differences import describe_difference
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pressroom.release.building.environment import Lock


class NotReproducibleError(PressroomError):
    """Two builds of one commit gave different files."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFile:
    """A file of a release."""

    name: str
    size: int
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made, and with what: every package of its environment, the Python, the zlib."""

    folder: Path
    files: tuple[BuiltFile, ...]
    lock: Lock
    tools: Mapping[str, str]

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where the files are."""
        return tuple(self.folder / file.name for file in self.files)


def compare(first: Built, second: Built) -> None:
    """Raise NotReproducibleError unless both builds made the same files."""
    names = [[file.name for file in built.files] for built in (first, second)]
    if names[0] != names[1]:
        message = f"two builds made different files: {', '.join(names[0])}; {', '.join(names[1])}"
        raise _not_reproducible(message, where=", ".join(names[0]))
    differing = [
        one.name for one, other in zip(first.files, second.files, strict=True) if one != other
    ]
    if differing:
        with explained(first.folder):
            described = [
                describe_difference(
                    name, (first.folder / name).read_bytes(), (second.folder / name).read_bytes()
                )
                for name in differing
            ]
        raise _not_reproducible(
            "two builds of the same commit differ\n" + "\n".join(described),
            where=", ".join(differing),
        )


def _not_reproducible(message: str, *, where: str) -> NotReproducibleError:
    return NotReproducibleError(
        message,
        where=where,
        hint="nothing was kept; make that independent of the time, the folder, the umask and of chance "
        "(SOURCE_DATE_EPOCH is set), commit, and start again",
    )
