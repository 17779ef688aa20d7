"""Changelogs of projects that never were, for tests of all releases in the order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.model import BadRelease, Changelog, Kind, Project, Release
from pressroom.dates import PartialDate

if TYPE_CHECKING:
    from pressroom.site.catalogue import Catalogue

BAD = BadRelease(reason="its file is missing")


def release(version: str, date: str | None = None, *, bad: bool = False) -> Release:
    """A version with a date (ISO 8601, as precise as it is known) and nothing else."""
    return Release(
        version=version,
        date=PartialDate.from_iso(date) if date else None,
        bad=BAD if bad else None,
    )


def changelog(name: str, *releases: Release) -> Changelog:
    """The changelog of a project whose id is its name in small letters."""
    project = Project(
        id=name.lower(), name=name, title=name, kind=Kind.PYTHON, description=f"What {name} does."
    )
    return Changelog(project=project, releases=releases)


def catalogue(*changelogs: Changelog) -> Catalogue:
    """The hub's content with these changelogs and nothing else."""
    # Here: the numbers are tested without what reads posts and readers.
    from pressroom.site.catalogue import build_catalogue  # noqa: PLC0415 - as above
    from pressroom.site.content import Content  # noqa: PLC0415 - as above

    content = Content(changelogs=changelogs, posts=(), series=())
    return build_catalogue(content, drafts=False, readers_of={})


def three() -> tuple[Changelog, ...]:
    """Days, months, a year, no date at all, two bad ones, and a year without a release (2024)."""
    return (
        changelog(
            "Gadget",
            release("2.0"),
            release("1.2", "2026-01"),
            release("1.1", "2025-06-10", bad=True),
            release("1.0", "2023"),
        ),
        changelog("Widget", release("0.2", "2026-01-20"), release("0.1", "2025-06-12")),
        changelog("Gizmo", release("3.0b", bad=True), release("2.9")),
    )
