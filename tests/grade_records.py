"""Recorded results that never were, for tests of what is shown of them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pressroom.observatory.grade import grade_of
from pressroom.observatory.record import Record, render_record

if TYPE_CHECKING:
    from collections.abc import Iterable

NEWEST = dt.datetime(2026, 1, 20, 5, 30, tzinfo=dt.UTC)
LOST = ("csp-implemented-with-unsafe-inline", "x-content-type-options-not-implemented")


def graded(
    score: int = 155, *, host: str = "widgets.example", weeks: int = 0, **more: Any
) -> Record:
    """A result of so many weeks ago; a low one names what it lost points for."""
    values: dict[str, Any] = {
        "at": NEWEST - dt.timedelta(weeks=weeks),
        "host": host,
        "place": "live",
        "algorithm": 6,
        "score": score,
        "grade": grade_of(score),
        "pages": 30,
        "worst": "/posts/hello/" if score < 100 else "/",
        "failing": LOST if score < 100 else (),
    }
    return Record(**{**values, **more})


def several(hosts: Iterable[str] = ("widgets.example", "card.widgets.example")) -> list[Record]:
    """A year and a half of weeks for each host, with the ups and downs of a history."""
    scores = [30] * 20 + [75] * 12 + [80] * 5 + [155] * 30 + [80] + [155] * 14
    return [
        graded(score, host=host, weeks=len(scores) - week, place="built" if week % 9 else "live")
        for host in hosts
        for week, score in enumerate(scores, 1)
    ]


def lines(records: Iterable[Record]) -> str:
    """The file of these records."""
    return "".join(map(render_record, records))
