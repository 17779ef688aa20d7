"""The history of each host: its recorded results in order, the older ones counted."""

from __future__ import annotations

import dataclasses
import itertools
from typing import TYPE_CHECKING

from pressroom.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.observatory.record import Record

# A year of weeks. The page has as many rows, however long results are recorded.
SHOWN = 52


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """The results that are not shown one by one."""

    count: int
    since: PartialDate
    until: PartialDate
    lowest: int
    highest: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The results of a host, newest first and one at least; `older` is what is known of those before."""

    host: str
    results: tuple[Record, ...]
    older: Older | None = None

    @property
    def newest(self) -> Record:
        """The result that holds now."""
        return self.results[0]


def histories(records: Iterable[Record]) -> tuple[History, ...]:
    """The history of each host, by its name; of two results of one moment that of the live host is newer."""
    ordered = sorted(records, key=lambda one: (one.host, one.at, one.place == "live"))
    return tuple(
        _history(host, tuple(group)[::-1])
        for host, group in itertools.groupby(ordered, key=lambda one: one.host)
    )


def date_of(record: Record) -> PartialDate:
    """The day of a result, in UTC."""
    return PartialDate.from_date(record.at.date())


def _history(host: str, newest_first: tuple[Record, ...]) -> History:
    shown, others = newest_first[:SHOWN], newest_first[SHOWN:]
    if not others:
        return History(host=host, results=shown)
    scores = [one.score for one in others]
    older = Older(
        count=len(others),
        since=date_of(others[-1]),
        until=date_of(others[0]),
        lowest=min(scores),
        highest=max(scores),
    )
    return History(host=host, results=shown, older=older)
