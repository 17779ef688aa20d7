"""When a cookie ends: the dates of Expires, which servers write in any shape (RFC 6265, 5.1.1)."""

from __future__ import annotations

import datetime as dt
import re

# What stands between the words of a date.
_BETWEEN = re.compile(r"[\t -/;-@\[-`{-~]+")
# A number counts if no further digit follows it; whatever else does is of no interest.
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)[^:]*", re.ASCII)
_DAY = re.compile(r"(\d{1,2})(?!\d)", re.ASCII)
_YEAR = re.compile(r"(\d{2,4})(?!\d)", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_date(text: str) -> dt.datetime | None:
    """The moment that a date means, in UTC; None if it means none.

    The first word that can be a time is the time, and so on with day, month and year. A day that its month does not
    have runs over into the next one: 31 February is 3 March (tough-cookie; the RFC would refuse it).
    """
    time = day = month = year = None
    for word in _BETWEEN.split(text):
        if time is None and (match := _TIME.fullmatch(word)):
            time = match
        elif day is None and (match := _DAY.match(word)):
            day = int(match[1])
        elif month is None and word[:3].lower() in _MONTHS:
            month = _MONTHS.index(word[:3].lower()) + 1
        elif year is None and (match := _YEAR.match(word)):
            year = _full(int(match[1]))
    if time is None or day is None or month is None or year is None:
        return None
    return _moment(year, month, day, (int(time[1]), int(time[2]), int(time[3])))


def _full(year: int) -> int:
    """A year of two digits in its century."""
    if 70 <= year <= 99:
        return year + 1900
    return year + 2000 if year <= 69 else year


def _moment(year: int, month: int, day: int, time: tuple[int, int, int]) -> dt.datetime | None:
    hour, minute, second = time
    if year < 1601 or not 1 <= day <= 31 or hour > 23 or minute > 59 or second > 59:
        return None
    first = dt.datetime(year, month, 1, hour, minute, second, tzinfo=dt.UTC)
    return first + dt.timedelta(days=day - 1)
