"""The scores of a host over time, as steps: places for a template that draws in the colour of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.observatory.grade import grade_of
from pressroom.site.grades.history import date_of
from pressroom.site.views import render

if TYPE_CHECKING:
    from markupsafe import Markup

    from pressroom.site.grades.history import History

# In units of the drawing: the field of the steps, and the words to its left.
WIDTH = 400
HEIGHT = 110
LABELS = 76
# The most that anybody can have by algorithm 6 (preloaded, with good cookies).
TOP = 165
GUIDES = (100, 50, 0)


def step_chart(history: History, *, id: str) -> Markup | None:  # noqa: A002 - the element's id
    """A step a result from the oldest shown to the newest; None where there is but one."""
    results = history.results[::-1]
    first, last = results[0], results[-1]
    span = (last.at - first.at).total_seconds()
    if not span:
        return None
    top = max(TOP, *(one.score for one in results))

    def y_of(score: int) -> float:
        return round(HEIGHT * (1 - score / top), 1)

    steps = "".join(
        f"H{round(WIDTH * (one.at - first.at).total_seconds() / span, 1)}V{y_of(one.score)}"
        for one in results[1:]
    )
    return render(
        "grades/chart.html",
        id=id,
        history=history,
        since=date_of(first),
        until=date_of(last),
        steps=f"M0 {y_of(first.score)}{steps}",
        end=y_of(last.score),
        guides=[(score, grade_of(score), y_of(score)) for score in GUIDES],
        width=WIDTH,
        height=HEIGHT,
        labels=LABELS,
    )
