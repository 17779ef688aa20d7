"""What the questions about releases are asked of: a project's changelog beside what else is known of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressroom.changelog.history_cells import Known
    from pressroom.changelog.model import Project, Release
    from pressroom.dates import PartialDate


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A release of which the answer is no: why in a few words (none where the question says it all), and as a sentence.

    `line` is that of its heading in the changelog, or of its line in the history.
    """

    version: str
    why: str
    message: str
    line: int
    in_changelog: bool = True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of a project: its releases with their history, and history without a release."""

    project: Project
    pairs: tuple[tuple[Release, Known | None], ...]
    strays: tuple[Known, ...]

    @property
    def known(self) -> list[tuple[Release, Known]]:
        """The releases of which there is a history."""
        return [(release, known) for release, known in self.pairs if known is not None]


# Of how many releases it could be asked, and those of which the answer is no.
Answer = tuple[int, list[Case]]


def stated(release: Release, known: Known | None) -> PartialDate | None:
    """The date that the project states."""
    return (known.own_date if known else None) or release.date


def case(release: Release, why: str, message: str) -> Case:
    """A case at the heading of a release."""
    return Case(version=release.version, why=why, message=message, line=release.line)


def stray(known: Known, why: str, what: str) -> Case:
    """A case at a line of the history, for a version without a heading."""
    message = f"{known.version} {what}, and no entry in releases/{known.project}.md"
    return Case(
        version=known.version, why=why, message=message, line=known.line, in_changelog=False
    )
