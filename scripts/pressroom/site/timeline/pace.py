"""How long the projects take from one release to the next."""

from __future__ import annotations

import dataclasses
import itertools
import statistics
from typing import TYPE_CHECKING

from pressroom.dates import Precision
from pressroom.site.content import project_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.changelog.model import Changelog, Project, Release


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The days between a release and the next one of its changelog."""

    days: int
    older: Release
    newer: Release


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known of the time between the releases of a project; `pairs` are all of them, `counted` those with both days."""

    project: Project
    releases: int
    pairs: int
    counted: int
    median: float | None
    longest: Gap | None

    @property
    def median_words(self) -> str:
        """The median as a person writes it: `45` or `45.5`."""
        return "" if self.median is None else f"{self.median:,.1f}".removesuffix(".0")


def pace(changelog: Changelog) -> Pace:
    """The time between the releases that follow each other in a changelog, where both days are known.

    Over a version without a day nothing is counted, since what lies beside it is no gap between two
    releases; nor are two whose dates are not in order. Of gaps of one length the newest is named.
    """
    gaps = tuple(_gaps(changelog))
    return Pace(
        project=project_of(changelog),
        releases=len(changelog.published),
        pairs=max(0, len(changelog.published) - 1),
        counted=len(gaps),
        median=statistics.median(gap.days for gap in gaps) if gaps else None,
        longest=max(gaps, key=lambda gap: gap.days, default=None),
    )


def _gaps(changelog: Changelog) -> Iterator[Gap]:
    for newer, older in itertools.pairwise(changelog.published):
        dates = [one.date for one in (newer, older) if one.date]
        if [one.precision for one in dates] != [Precision.DAY] * 2:
            continue
        days = (dates[0].last - dates[1].last).days
        if days >= 0:
            yield Gap(days=days, older=older, newer=newer)
