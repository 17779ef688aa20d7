"""Which style a changelog is in, found by reading it in each one."""

from __future__ import annotations

import collections
import dataclasses
from typing import TYPE_CHECKING, Final

from pressroom.changelog.model import Release
from pressroom.changelog.styles import STYLES, style
from pressroom.changelog.styles.lines import split_lines
from pressroom.dates import PartialDate
from pressroom.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.styles.style import Reading, Style

# A style that finds less than this part of the versions of another one is out.
_FEWER: Final = 0.8
# Of two that find as many, one has to write this many more of a hundred lines as they stand.
_CLEARLY: Final = 3
# Below this many of a hundred lines, nobody should say that it is the file's style.
_LEAST: Final = 10


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What one style makes of a file: the versions it finds, and how exactly it would write them."""

    style: Style
    reading: Reading
    exact: int  # lines of a hundred that it writes as they stand

    @property
    def releases(self) -> tuple[Release, ...]:
        """The versions that it finds."""
        return self.reading[0]

    @property
    def count(self) -> int:
        """How many versions it finds."""
        return len(self.releases)

    @property
    def measured(self) -> str:
        """What speaks for it, without its name."""
        versions = f"{self.count} version{'' if self.count == 1 else 's'}"
        dates = "" if _has_its_dates(self) else ", dates unlike its own"
        return f"{versions}, {self.exact} % of the lines as it writes them{dates}"

    def __str__(self) -> str:
        return f"{self.style.name} ({self.measured})"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """The style of a file, and why it is that one; `why` does not name it again."""

    style: Style
    why: str
    reading: Reading | None = None  # what the style reads from the file, where that was asked


def detect(text: str, *, where: str) -> Style:
    """The style of a changelog; see `explain`."""
    return explain(text, where=where).style


def explain(text: str, *, where: str) -> Detected:
    """The style that reads clearly more versions than all others or, of several, writes them as they stand.

    Two styles that read the same leave no doubt: either brings in what the file says. Raises ConfigError
    with all candidates if no style fits, or if two read differently and fit alike.
    """
    found = [one for name in STYLES if (one := _candidate(name, text, where)).count]
    if not found:
        raise ConfigError(
            "no version was found in any style of changelog",
            where=where,
            hint=f"name the style: --style {STYLES[0]}, or one of {', '.join(STYLES[1:])}",
        )
    most = max(one.count for one in found)
    rivals = [one for one in found if one.count >= _FEWER * most]
    # Where dates are months, a style that has days is not the file's, and the other way round.
    rivals = [one for one in rivals if _has_its_dates(one)] or rivals
    rivals.sort(key=lambda one: (-one.exact, -one.count))
    best, *others = rivals
    alike = [one for one in others if one.exact > best.exact - _CLEARLY and not _same(one, best)]
    if alike or best.exact < _LEAST:
        shown = "; ".join(map(str, sorted(found, key=lambda one: (-one.count, -one.exact))))
        raise ConfigError(
            f"the style of this changelog is not clear: {shown}",
            where=where,
            hint=f"name the style: --style {best.style.name}",
        )
    beaten = [one for one in found if one is not best]
    beaten.sort(key=lambda one: (-one.count, -one.exact))
    others_say = f"next is {beaten[0]}" if beaten else "no other style finds any"
    why = f"{best.measured}; {others_say}"
    return Detected(style=best.style, why=why, reading=best.reading)


def _candidate(name: str, text: str, where: str) -> Candidate:
    one = style(name)
    assert one is not None, "every name has its style"
    reading = one.read(text, where=where)
    return Candidate(style=one, reading=reading, exact=_exact(one, reading[0], text))


def _exact(one: Style, releases: Sequence[Release], text: str) -> int:
    """How many of a hundred lines, from the first version on, the style writes as they stand."""
    if not releases:
        return 0
    lines = [line.rstrip() for line in split_lines(text)][releases[0].line - 1 :]
    there = collections.Counter(line for line in lines if line)
    written: collections.Counter[str] = collections.Counter()
    for release in releases:
        written.update(one.section(release).split("\n"))
    return 100 * (there & written).total() // max(1, there.total())


def _has_its_dates(one: Candidate) -> bool:
    """Whether half of the dates or more are as exact as the style writes them."""
    dates = [release.date for release in one.releases if release.date]
    written = {tuple(one.style.write_heading(_dated(day))) for day in (1, 2)}
    with_day = sum(1 for date in dates if date.day)
    usual = with_day if len(written) > 1 else len(dates) - with_day
    return usual * 2 >= len(dates)


def _dated(day: int) -> Release:
    return Release(version="1.0", date=PartialDate(2020, 1, day))


def _same(one: Candidate, other: Candidate) -> bool:
    """Whether both read the same versions, dates, authors and words."""
    return one.releases == other.releases
