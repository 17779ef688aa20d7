"""The pages of all releases: the overview, a year each, and the versions without a date."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING

from markupsafe import Markup
from mkdocs.utils import get_relative_url

from pressroom.dates import MONTHS
from pressroom.site import urls
from pressroom.site.pages import DataPage
from pressroom.site.shell import Anchor
from pressroom.site.timeline.charts import HEIGHT, WIDTH, stacked_chart
from pressroom.site.timeline.counts import date_of, names_and_counts, timeline
from pressroom.site.timeline.months import calendar, month_id, month_rows
from pressroom.site.timeline.pace import pace
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.site.catalogue import Catalogue
    from pressroom.site.pages import Link
    from pressroom.site.timeline.counts import Timeline

TITLE = "Releases"
FEED_TITLE = "Releases of all projects"
ACTIVE = f"{urls.RELEASES}index.html"
# The overview begins with these; the pages of the years have the rest.
NEWEST = 20
SECTIONS = (
    Anchor(id="newest", title="Newest"),
    Anchor(id="years", title="By year"),
    Anchor(id="calendar", title="Calendar"),
    Anchor(id="time", title="Time between releases"),
)


def timeline_pages(catalogue: Catalogue) -> Iterator[DataPage]:
    """All of them; the overview is there also before the first release, since navigation leads to it."""
    line = timeline(catalogue.changelogs)
    yield _overview(catalogue, line)
    for newer, year, older in _neighbours(tuple(line.by_year)):
        yield _year(catalogue, line, newer=newer, year=year, older=older)
    if line.undated:
        yield _undated(catalogue, line)


def _head(url: str) -> Markup:
    """Autodiscovery of the feed of all releases."""
    # The space: see main.html.
    return Markup(
        '<link rel="alternate " type="application/atom+xml" title="{}" href="{}">'
    ).format(FEED_TITLE, get_relative_url(urls.RELEASES_FEED, url))


def _overview(catalogue: Catalogue, line: Timeline) -> DataPage:
    count = len(line.dated) + len(line.undated)
    return DataPage(
        url=urls.RELEASES,
        title=TITLE,
        description=f"The {count} recorded releases of all projects: the newest, by year, and how long they took.",
        head=_head(urls.RELEASES),
        body=functools.partial(_overview_body, catalogue, line),
        lastmod=date_of(line.dated[0]) if line.dated else None,
        active=ACTIVE,
        toc=SECTIONS if line.dated else (),
        keywords="All releases: newest, a year, calendar, time between releases",
    )


def _overview_body(catalogue: Catalogue, line: Timeline, link: Link) -> Markup:
    names, rows = names_and_counts(line)
    return render(
        "timeline/overview.html",
        link=link,
        urls=urls,
        title=TITLE,
        line=line,
        newest=line.dated[:NEWEST],
        names=names,
        rows=rows,
        chart=stacked_chart(names, rows),
        width=WIDTH,
        height=HEIGHT,
        months=MONTHS,
        month_id=month_id,
        calendar=calendar(line),
        paces=[pace(one) for one in catalogue.changelogs],
        release_url=catalogue.release_url,
    )


def _year(
    catalogue: Catalogue, line: Timeline, *, newer: int | None, year: int, older: int | None
) -> DataPage:
    made = line.by_year[year]
    url = urls.release_year(year)

    def body(link: Link) -> Markup:
        projects, rows = month_rows(made)
        return render(
            "timeline/year.html",
            link=link,
            urls=urls,
            year=year,
            count=len(made),
            newer=newer,
            older=older,
            projects=projects,
            rows=rows,
            release_url=catalogue.release_url,
        )

    return DataPage(
        url=url,
        title=f"Releases of {year}",
        description=f"What was released in {year}, by month and project.",
        head=_head(url),
        body=body,
        lastmod=date_of(made[0]),
        active=ACTIVE,
        keywords=", ".join(f"{one.project.name} {one.release.version}" for one in made),
    )


def _undated(catalogue: Catalogue, line: Timeline) -> DataPage:
    groups = [
        (project, tuple(one.release for one in made))
        for project, made in itertools.groupby(line.undated, key=lambda one: one.project)
    ]
    return DataPage(
        url=urls.UNDATED,
        title="Releases without a date",
        description=f"The {len(line.undated)} versions of which no changelog says when they were released.",
        head=_head(urls.UNDATED),
        body=lambda link: render(
            "timeline/undated.html",
            link=link,
            urls=urls,
            groups=groups,
            release_url=catalogue.release_url,
        ),
        active=ACTIVE,
        keywords=", ".join(f"{one.project.name} {one.release.version}" for one in line.undated),
    )


def _neighbours(years: tuple[int, ...]) -> Iterator[tuple[int | None, int, int | None]]:
    """Each year with the newer and the older one that have releases."""
    for place, year in enumerate(years):
        yield (
            years[place - 1] if place else None,
            year,
            years[place + 1] if place + 1 < len(years) else None,
        )
