"""Dates that know how exactly they are known: a day, a month or a year."""

from __future__ import annotations

import calendar
import datetime as dt
import enum
import functools
import re

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_WORDS = re.compile(r"(?:(?:(\d{1,2}) )?([A-Z][a-z]+) )?(\d{4})", re.ASCII)


class Precision(enum.StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@functools.total_ordering
class PartialDate:
    """A date to the day, the month or the year; ordered by the last day it can mean.

    Raises ValueError for a date that no calendar has. No dataclass: msgspec would read one from a
    mapping, and front matter writes a date as `2019-12-18`.
    """

    __slots__ = ("day", "month", "year")

    def __init__(self, year: int, month: int | None = None, day: int | None = None) -> None:
        if day is not None and month is None:
            raise ValueError("a day needs a month")
        self.year, self.month, self.day = year, month, day
        self.first  # noqa: B018 - raises for a day that no calendar has

    @classmethod
    def from_iso(cls, text: str) -> PartialDate:
        """`2019-12-18`, `2019-12` or `2019` (ISO 8601, reduced precision); else ValueError."""
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(f"not a date: {text!r}")
        year, month, day = match.groups()
        return cls(int(year), int(month) if month else None, int(day) if day else None)

    @classmethod
    def from_words(cls, text: str) -> PartialDate:
        """`10 August 2019`, `December 2019` or `2004`; else ValueError."""
        match = _WORDS.fullmatch(text)
        if match is None:
            raise ValueError(f"not a date: {text!r}")
        day, month, year = match.groups()
        if month is not None and month not in MONTHS:
            raise ValueError(f"not a month: {month!r}")
        return cls(int(year), MONTHS.index(month) + 1 if month else None, int(day) if day else None)

    @classmethod
    def from_date(cls, day: dt.date) -> PartialDate:
        """The same day."""
        return cls(day.year, day.month, day.day)

    @property
    def precision(self) -> Precision:
        """What is known of it."""
        if self.day is not None:
            return Precision.DAY
        return Precision.MONTH if self.month is not None else Precision.YEAR

    @property
    def last(self) -> dt.date:
        """The last day it can mean."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def first(self) -> dt.date:
        """The first day it can mean."""
        month = 1 if self.month is None else self.month
        return dt.date(self.year, month, 1 if self.day is None else self.day)

    @property
    def iso(self) -> str:
        """ISO 8601, as precise as it is known."""
        parts = [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def words(self) -> str:
        """English words, as precise as it is known: `10 August 2019`."""
        month = MONTHS[self.month - 1] if self.month else None
        return " ".join(
            str(part) for part in (self.day, month, f"{self.year:04}") if part is not None
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and self.iso == other.iso

    def __hash__(self) -> int:
        return hash(self.iso)

    def __repr__(self) -> str:
        return f"PartialDate({self.iso!r})"

    def __lt__(self, other: PartialDate) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[dt.date, dt.date]:
        return self.last, self.first
