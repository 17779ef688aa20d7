"""Releases a year and project as standing bars of several parts: places for a template that draws them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.site.timeline.counts import YearCounts

# In units of the drawing: the field of the bars.
WIDTH = 400
HEIGHT = 170
# Steps that people count in.
_STEPS = (1, 2, 5)
# The most lines across, beside the one at zero.
_LINES = 4
# Beyond as many bars only every fifth year has room for its name.
_NAMED_YEARS = 10


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one project has of a bar; `kind` is the number of its colour, from 1."""

    kind: int
    y: float
    height: float
    words: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A year: its parts from the bottom up, and its name where there is room for it."""

    x: float
    parts: tuple[Part, ...]
    label: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StackedChart:
    """All places of the chart, oldest year first."""

    bars: tuple[Bar, ...]
    # How wide a bar is, and how far its middle is from its left side.
    thick: float
    middle: float
    # Numbers at the left with their heights.
    guides: tuple[tuple[int, float], ...]


def stacked_chart(names: Sequence[str], rows: Sequence[YearCounts]) -> StackedChart:
    """The chart of a table of years, newest first, whose columns have these names."""
    step = WIDTH / max(1, len(rows))
    most = max((row.total for row in rows), default=0) or 1
    guides = _guides(most)
    top = max(most, guides[-1])
    thick = round(step * 0.8, 1)
    return StackedChart(
        bars=tuple(
            Bar(
                x=round(place * step + step * 0.1, 1),
                parts=tuple(_parts(names, row, top)),
                label=str(row.year) if len(rows) <= _NAMED_YEARS or row.year % 5 == 0 else "",
            )
            for place, row in enumerate(reversed(rows))
        ),
        thick=thick,
        middle=round(thick / 2, 1),
        guides=tuple((value, _y(value, top)) for value in guides),
    )


def _parts(names: Sequence[str], row: YearCounts, top: int) -> list[Part]:
    parts, below = [], 0
    for kind, (name, count) in enumerate(zip(names, row.counts, strict=True), 1):
        if count:
            y = _y(below + count, top)
            words = f"{name} in {row.year}: {count}"
            height = round(_y(below, top) - y, 1)
            parts.append(Part(kind=kind, y=y, height=height, words=words))
            below += count
    return parts


def _y(value: int, top: int) -> float:
    return round(HEIGHT * (1 - value / top), 1)


def _guides(most: int) -> tuple[int, ...]:
    """Zero and up to four round numbers, the last of which is as high as the highest bar or next to it."""
    size = 1
    while True:
        for step in _STEPS:
            if most <= step * size * _LINES:
                return tuple(range(0, most + step * size, step * size))
        size *= 10
