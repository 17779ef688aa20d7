"""Bar charts as SVG: values and places, for a template that draws in the colour of the text."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

# In units of the drawing: width of all, height of a lying bar with its label, and of the standing ones.
WIDTH = 720
LYING = 38
STANDING = 220
# What the figure behind the longest lying bar needs.
_FIGURE = 70


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A value with its label, and the address (relative to its page) of what it counts."""

    label: str
    value: int
    url: str | None = None


def lying_bars(bars: Sequence[Bar], *, id: str, title: str, columns: tuple[str, str]) -> Markup:  # noqa: A002 - the element's id
    """Bars from left to right, one a line, with the same figures as a table beside them."""
    most = max((bar.value for bar in bars), default=0) or 1
    span = WIDTH - _FIGURE
    placed = [
        (bar, position * LYING, round(bar.value * span / most, 1))
        for position, bar in enumerate(bars)
    ]
    return render(
        "readers/chart_lying.html",
        id=id,
        title=title,
        columns=columns,
        bars=bars,
        placed=placed,
        width=WIDTH,
        height=len(bars) * LYING,
    )


def standing_bars(bars: Sequence[Bar], *, id: str, title: str, columns: tuple[str, str]) -> Markup:  # noqa: A002 - likewise
    """Bars side by side for many values in an order, labelled now and then, with a table beside them."""
    most = max((bar.value for bar in bars), default=0) or 1
    step = WIDTH / max(1, len(bars))
    placed = [
        (bar, round(place * step, 1), round(bar.value * STANDING / most, 1))
        for place, bar in enumerate(bars)
    ]
    every = max(1, len(bars) // 9)
    return render(
        "readers/chart_standing.html",
        id=id,
        title=title,
        columns=columns,
        bars=bars,
        placed=placed,
        labelled=placed[::every],
        thick=round(step * 0.8, 1),
        width=WIDTH,
        height=STANDING,
        most=most,
    )
