"""All releases of all projects by year and month, counted; those without a date apart."""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from typing import TYPE_CHECKING

from pressroom.site.content import project_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pressroom.changelog.model import Changelog, Project, Release
    from pressroom.dates import PartialDate

# What charts and calendars show of a long history: a working life.
SHOWN_YEARS = 40
# A chart has no more kinds of bars than an eye tells apart.
SHOWN_PROJECTS = 8
OTHERS = "others"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A release and whose it is."""

    project: Project
    release: Release


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All releases: those with a date newest first, the others in the order of their changelogs."""

    projects: tuple[Project, ...]
    dated: tuple[Version, ...]
    undated: tuple[Version, ...]
    # Those of the latter that stand on top of their changelog.
    newest_undated: tuple[Version, ...]
    by_year: Mapping[int, tuple[Version, ...]]

    @property
    def years(self) -> tuple[int, ...]:
        """The newest years up to that of the newest release without a gap, newest first."""
        if not self.by_year:
            return ()
        newest, oldest = next(iter(self.by_year)), min(self.by_year)
        return tuple(range(newest, max(oldest, newest - SHOWN_YEARS + 1) - 1, -1))

    @property
    def earlier(self) -> tuple[tuple[int, int], ...]:
        """The years before those with their numbers of releases, newest first."""
        first = self.years[-1] if self.years else 0
        return tuple((year, len(made)) for year, made in self.by_year.items() if year < first)

    @property
    def undated_of(self) -> tuple[tuple[Project, int], ...]:
        """Each project with releases that have no date, and how many those are."""
        counted = Counter(one.project.id for one in self.undated)
        return tuple((one, counted[one.id]) for one in self.projects if counted[one.id])


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class YearCounts:
    """How many releases of each project a year has, in the order of `projects` of their table."""

    year: int
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Those of all projects."""
        return sum(self.counts)


def timeline(changelogs: Iterable[Changelog]) -> Timeline:
    """The releases of these changelogs in the order of time; of one day, in the order of the changelogs.

    A date that is known to the month or the year counts as its last day, as everywhere.
    """
    changelogs = tuple(changelogs)
    versions = [
        Version(project=project_of(changelog), release=release)
        for changelog in changelogs
        for release in changelog.published
    ]
    dated = sorted(
        (one for one in versions if one.release.date),
        key=lambda one: -date_of(one).last.toordinal(),
    )
    return Timeline(
        projects=tuple(map(project_of, changelogs)),
        dated=tuple(dated),
        undated=tuple(one for one in versions if not one.release.date),
        newest_undated=tuple(
            Version(project=project_of(changelog), release=changelog.published[0])
            for changelog in changelogs
            if changelog.published and not changelog.published[0].date
        ),
        by_year={
            year: tuple(made)
            for year, made in itertools.groupby(dated, key=lambda one: date_of(one).year)
        },
    )


def date_of(version: Version) -> PartialDate:
    """The date of a release that has one."""
    assert version.release.date is not None
    return version.release.date


def names_and_counts(line: Timeline) -> tuple[tuple[str, ...], tuple[YearCounts, ...]]:
    """The names of the columns of a table, and a row for each year that is shown, newest first.

    Where there are more projects than SHOWN_PROJECTS, those with the most releases are named and
    the last column has all others.
    """
    made = Counter(one.project.id for one in line.dated)
    named = [one for one in line.projects if made[one.id]]
    if len(named) > SHOWN_PROJECTS:
        most = sorted(named, key=lambda one: -made[one.id])[: SHOWN_PROJECTS - 1]
        ids = {one.id for one in most}
        named = [one for one in named if one.id in ids]
    others = len(named) < sum(1 for one in line.projects if made[one.id])
    rows = []
    for year in line.years:
        counted = Counter(one.project.id for one in line.by_year.get(year, ()))
        counts = [counted.pop(one.id, 0) for one in named]
        rows.append(YearCounts(year=year, counts=(*counts, *([counted.total()] * others))))
    return (*(one.name for one in named), *([OTHERS] * others)), tuple(rows)
