"""Counts, sizes and times as people say them."""

from __future__ import annotations

import datetime as dt

# Short forms of bytes, each a thousand times the one before.
_UNITS = ("kB", "MB", "GB", "TB")
_SPANS = (
    ("day", dt.timedelta(days=1)),
    ("hour", dt.timedelta(hours=1)),
    ("minute", dt.timedelta(minutes=1)),
)
_LONGEST = 160


def amount(size: int) -> str:
    """`512 bytes`, `1.2 MB`."""
    if size < 1_000:
        return counted(size, "byte")
    value, unit = float(size), ""
    for unit in _UNITS:  # noqa: B007 - the last one that was tried is wanted
        value /= 1_000
        # What would be rounded to 1000.0 is 1.0 of the next.
        if value < 999.95:
            break
    return f"{value:,.1f} {unit}"


def counted(number: int, noun: str) -> str:
    """`1 page`, `2,000 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def ago(then: dt.datetime, now: dt.datetime) -> str:
    """`3 days ago`; `just now` for what is less than a minute away, or not yet, by a clock that differs from ours."""
    passed = now - then
    for noun, span in _SPANS:
        if passed >= span:
            return f"{counted(passed // span, noun)} ago"
    return "just now"


def shortened(text: str) -> str:
    """Text from outside on one line of bounded length, with nothing in it that cannot be seen."""
    seen = text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
    return seen if len(seen) <= _LONGEST else f"{seen[: _LONGEST - 1]}…"
