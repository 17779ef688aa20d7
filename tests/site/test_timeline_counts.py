"""All releases of all projects as numbers: years, months, the time between two, and the places of bars."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from timeline_changelogs import changelog, release, three

from pressroom.changelog.model import UNRELEASED, Changelog
from pressroom.site.timeline.charts import HEIGHT, WIDTH, stacked_chart
from pressroom.site.timeline.counts import (
    OTHERS,
    SHOWN_PROJECTS,
    SHOWN_YEARS,
    YearCounts,
    names_and_counts,
    timeline,
)
from pressroom.site.timeline.months import STRONGEST, calendar, month_rows
from pressroom.site.timeline.pace import pace

DATES = st.none() | st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.dates().map(lambda day: day.isoformat()[:4]),
)


def many(*, projects: int, releases: int) -> tuple[Changelog, ...]:
    """Projects with as many releases each over 27 years, dated to the day."""
    newest = dt.date(2026, 12, 31)
    days = [newest - dt.timedelta(days=at * 9_999 // releases) for at in range(releases)]
    return tuple(
        changelog(
            f"P{number}", *(release(f"1.{at}", day.isoformat()) for at, day in enumerate(days))
        )
        for number in range(projects)
    )


def test_the_newest_stands_first_whatever_its_project() -> None:
    """By date, a month as its last day; of one day, in the order of the changelogs."""
    line = timeline(three())

    assert ["Gadget 1.2", "Widget 0.2", "Widget 0.1", "Gadget 1.1", "Gadget 1.0"] == [
        f"{one.project.name} {one.release.version}" for one in line.dated
    ]
    twins = timeline(
        [changelog(name, release("1", "2025-01-01"), release("0", "2025-01-01")) for name in "BA"]
    )
    assert ["B1", "B0", "A1", "A0"] == [
        one.project.name + one.release.version for one in twins.dated
    ]


def test_what_has_no_date_is_counted_apart() -> None:
    """Nothing is dropped: it is listed, counted by project, and named where it is the newest of its project."""
    line = timeline(three())

    assert ["2.0", "3.0b", "2.9"] == [one.release.version for one in line.undated]
    assert [("Gadget", 1), ("Gizmo", 2)] == [(one.name, made) for one, made in line.undated_of]
    assert ["2.0", "3.0b"] == [one.release.version for one in line.newest_undated]


def test_what_is_not_released_is_in_no_number() -> None:
    """Entries that wait for their version are no release."""
    line = timeline([changelog("Widget", release(UNRELEASED), release("1", "2025-01-01"))])

    assert (1, ()) == (len(line.dated), line.undated)


def test_a_year_without_a_release_is_a_year() -> None:
    """The table has it with zeros, so that a pause can be seen."""
    names, rows = names_and_counts(timeline(three()))

    assert ("Gadget", "Widget") == names
    assert [(2026, (1, 1)), (2025, (1, 1)), (2024, (0, 0)), (2023, (1, 0))] == [
        (row.year, row.counts) for row in rows
    ]


@given(st.lists(st.lists(DATES, max_size=8), max_size=12))
def test_no_release_is_lost_or_counted_twice(dates: list[list[str | None]]) -> None:
    """Dated and undated ones are all; years, tables, calendars and pages of a year agree on them."""
    changelogs = [
        changelog(f"P{number}", *(release(str(at), one) for at, one in enumerate(group)))
        for number, group in enumerate(dates)
    ]
    line = timeline(changelogs)
    names, rows = names_and_counts(line)
    shown = sum(len(made) for year, made in line.by_year.items() if year in line.years)

    assert sum(map(len, dates)) == len(line.dated) + len(line.undated)
    assert len(line.dated) == sum(map(len, line.by_year.values()))
    assert len(line.dated) == shown + sum(count for _, count in line.earlier)
    assert shown == sum(row.total for row in rows) == sum(row.total for row in calendar(line))
    assert all(len(names) == len(row.counts) for row in rows)
    for made in line.by_year.values():
        _, months = month_rows(made)
        assert sorted(map(id, made)) == sorted(
            id(one) for row in months for cell in row.cells for one in cell
        )


def test_a_history_of_a_thousand_years_has_forty() -> None:
    """Charts and calendars end there; what is older is counted by year."""
    line = timeline(
        [changelog("Codex", release("2", "2025-03"), release("1", "1986"), release("0", "1025"))]
    )

    assert SHOWN_YEARS == len(line.years) == len(calendar(line))
    assert (2025, 1986) == (line.years[0], line.years[-1])
    assert ((1025, 1),) == line.earlier


def test_more_projects_than_colours_share_the_last_one() -> None:
    """Those with the most releases are named in the usual order; the last column has all others."""
    logs = [
        changelog(f"P{n}", *(release(str(at), "2025-05-05") for at in range(n))) for n in range(12)
    ]
    names, rows = names_and_counts(timeline(logs))

    assert (*(f"P{n}" for n in range(5, 12)), OTHERS) == names
    assert ((5, 6, 7, 8, 9, 10, 11, 1 + 2 + 3 + 4),) == tuple(row.counts for row in rows)
    eight, _ = names_and_counts(timeline(logs[:9]))
    assert SHOWN_PROJECTS == len(eight)
    assert OTHERS not in eight


def test_the_time_between_two_releases_is_in_days() -> None:
    """The median of all and the longest with its two versions; of two as long the newer one."""
    found = pace(
        changelog(
            "Widget",
            release("5", "2025-03-11"),
            release("4", "2025-03-01"),
            release("3", "2025-02-19"),
            release("2", "2025-02-19"),
            release("1", "2025-02-16"),
        )
    )

    assert (5, 4, 4) == (found.releases, found.pairs, found.counted)
    assert ("6.5", 6.5) == (found.median_words, found.median)
    assert found.longest is not None
    assert (10, "4", "5") == (
        found.longest.days,
        found.longest.older.version,
        found.longest.newer.version,
    )


@pytest.mark.parametrize(
    ("middle", "counted"),
    [("2025-02-05", 2), ("2025-02", 0), ("2025", 0), (None, 0), ("2025-03-05", 1)],
)
def test_nothing_is_guessed_of_a_version_without_a_day(middle: str | None, counted: int) -> None:
    """A month, a year or no date breaks the chain, and a date out of order is no negative gap."""
    found = pace(
        changelog(
            "Widget",
            release("3", "2025-03-01"),
            release("2", middle),
            release("1", "2025-01-01"),
        )
    )

    assert (2, counted) == (found.pairs, found.counted)
    assert (found.median is None) == (found.longest is None) == (counted == 0)


def test_one_release_and_none_have_no_time_between() -> None:
    """There is no number to show, and nothing fails."""
    for releases in ((), (release("1", "2025-01-01"),)):
        found = pace(changelog("Widget", *releases))
        assert (0, 0, None, "") == (found.pairs, found.counted, found.median, found.median_words)


def test_months_are_coloured_by_their_number() -> None:
    """None is 0, one of many the weakest, the most the strongest; the unknown month has a column if it is needed."""
    log = changelog(
        "Widget",
        *(release(f"2.{at}", "2025-07-09") for at in range(8)),
        release("1.1", "2025-02"),
        release("1.0", "2025-02-01"),
    )
    (year,) = calendar(timeline([log]))

    assert [0, 1, 0, 0, 0, 0, STRONGEST, 0, 0, 0, 0, 0] == [cell.strength for cell in year.cells]
    (year,) = calendar(timeline([changelog("W", release("1", "2025")), log]))
    assert (None, 1) == (year.cells[12].month, year.cells[12].count)


@given(st.lists(st.lists(st.integers(0, 3_000), min_size=3, max_size=3), max_size=SHOWN_YEARS))
def test_no_bar_leaves_the_drawing(counts: list[list[int]]) -> None:
    """Parts stand on each other, as high as their numbers; the lines across end at the top."""
    rows = [YearCounts(year=2026 - at, counts=tuple(row)) for at, row in enumerate(counts)]
    chart = stacked_chart(("a", "b", "c"), rows)
    parts = [part for bar in chart.bars for part in bar.parts]

    assert len([count for row in counts for count in row if count]) == len(parts)
    assert all(0 <= part.y and part.y + part.height <= HEIGHT + 0.11 for part in parts)
    assert all(0 <= bar.x and bar.x + chart.thick <= WIDTH + 0.11 for bar in chart.bars)
    for bar in chart.bars:
        floor = float(HEIGHT)
        for part in bar.parts:
            assert part.y + part.height == pytest.approx(floor, abs=0.11)
            floor = part.y
    assert 2 <= len(chart.guides) <= 5
    assert (0, float(HEIGHT)) == chart.guides[0]
    assert 0 == chart.guides[-1][1]


def test_the_bars_go_from_the_oldest_year_to_the_newest() -> None:
    """Named by every fifth year where there are many, and each part says what it counts."""
    names, rows = names_and_counts(timeline(three()))
    chart = stacked_chart(names, rows)

    assert ["2023", "2024", "2025", "2026"] == [bar.label for bar in chart.bars]
    assert ["Gadget in 2026: 1", "Widget in 2026: 1"] == [
        part.words for part in chart.bars[-1].parts
    ]
    assert [1, 2] == [part.kind for part in chart.bars[-1].parts]
    long = stacked_chart(("a",), [YearCounts(year=2026 - at, counts=(1,)) for at in range(26)])
    assert ["2005", "2010", "2015", "2020", "2025"] == [bar.label for bar in long.bars if bar.label]


def test_thirty_thousand_releases_are_counted_in_linear_time() -> None:
    """Ten times as many take ten times as long and a bit, not a hundred times."""

    def took(releases: int) -> float:
        logs = many(projects=10, releases=releases)
        start = time.process_time()
        line = timeline(logs)
        names_and_counts(line)
        calendar(line)
        for one in logs:
            pace(one)
        return time.process_time() - start

    small = min(took(300) for _ in range(3))
    assert took(3_000) < 25 * small + 0.05
