"""Calendars: how many releases each month of all years has, and which ones each month of one year has."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from pressroom.dates import MONTHS
from pressroom.site.timeline.counts import date_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Project
    from pressroom.site.timeline.counts import Timeline, Version

# Where a release stands whose month is not known: as the words of a row, and as an element's id.
UNKNOWN = "Month unknown"
# How strongly a month with the most releases is coloured; no release is 0.
STRONGEST = 4


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The releases of a month, counted; None for `month`: they are known to the year."""

    month: int | None
    count: int
    strength: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """A year of the calendar of all years."""

    year: int
    cells: tuple[Cell, ...]
    total: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MonthRow:
    """A month of one year: for each project that has a column its releases, newest first."""

    name: str
    id: str
    cells: tuple[tuple[Version, ...], ...]


def month_id(month: int | None) -> str:
    """The fragment of a month on the page of its year: `june`."""
    return MONTHS[month - 1].lower() if month else "unknown"


def calendar(line: Timeline) -> tuple[CalendarYear, ...]:
    """All years that are shown, newest first, with twelve cells; thirteen if a month is unknown anywhere."""
    counted = {
        year: Counter(date_of(one).month for one in line.by_year.get(year, ()))
        for year in line.years
    }
    most = max((count for months in counted.values() for count in months.values()), default=1)
    columns: list[int | None] = list(range(1, 13))
    if any(months[None] for months in counted.values()):
        columns.append(None)
    return tuple(
        CalendarYear(
            year=year,
            cells=tuple(
                Cell(
                    month=month, count=months[month], strength=-(-STRONGEST * months[month] // most)
                )
                for month in columns
            ),
            total=months.total(),
        )
        for year, months in counted.items()
    )


def month_rows(versions: Sequence[Version]) -> tuple[tuple[Project, ...], tuple[MonthRow, ...]]:
    """The columns of a year's table, which are the projects with a release in it, and its rows."""
    projects = {one.project.id: one.project for one in versions}
    named = tuple(sorted(projects.values(), key=lambda one: (one.name.casefold(), one.id)))
    found: defaultdict[tuple[int | None, str], list[Version]] = defaultdict(list)
    for one in versions:
        found[date_of(one).month, one.project.id].append(one)
    months: list[int | None] = list(range(1, 13))
    if any(month is None for month, _ in found):
        months.append(None)
    rows = tuple(
        MonthRow(
            name=MONTHS[month - 1] if month else UNKNOWN,
            id=month_id(month),
            cells=tuple(tuple(found.get((month, project.id), ())) for project in named),
        )
        for month in months
    )
    return named, rows
