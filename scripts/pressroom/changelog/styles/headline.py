"""The heading of one version in a project's own changelog."""

from __future__ import annotations

import dataclasses
import re

from pressroom.changelog.headings import UNDATED, is_version, parse_heading
from pressroom.changelog.styles.months import month_meant
from pressroom.dates import PartialDate

# "10 August 2019, Name", "27 october, 2003", "August 2019" and "2004 Name", as people write dates.
_DATED = re.compile(
    r"(?P<date>(?:[^\W_]+[.,]{0,2} ){0,2}[0-9]{4}(?:-[0-9]{2}){0,2})(?: ?, ?| |$)(?P<authors>.*)"
)
_UNDATED = re.compile(rf"{UNDATED}(?: ?, ?| |$)(?P<authors>.*)")
# For text with single blanks: before several ones in a row it would take quadratic time.
_AND = re.compile(r" ?(?:,(?: ?and\b)?|\band\b|&) ?")
# At the margin and not understood as a heading, this is one that would be missed.
LIKE_A_HEADING = re.compile(
    r"(?:v|version |release[- ])?[0-9]+\.[0-9]|\W?unreleased\b", re.IGNORECASE
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """Something in a heading that a maintainer may want to mend."""

    message: str
    hint: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a heading says, how many lines it takes, and what is odd about it.

    `above` is how many of its lines stand above the one with the version.
    """

    version: str
    date: PartialDate | None = None
    authors: tuple[str, ...] = ()
    undated: bool = False
    lines: int = 1
    above: int = 0
    rest: str = ""  # what was not understood
    odd: tuple[Odd, ...] = ()


def read_headline(version: str, rest: str, *, example: str) -> Headline | None:
    """The heading of a version from what follows it; None where no version can be.

    A misspelt date is understood and noted; what is no date is noted and kept.
    """
    if not is_version(version):
        return None
    rest = " ".join(rest.split())
    undated = _UNDATED.fullmatch(rest)
    if undated:
        return Headline(version=version, undated=True, authors=_authors(undated["authors"]))
    dated = _DATED.fullmatch(rest)
    if dated is None:
        if re.search("[0-9]", rest):
            return _not_a_date(version, rest, "", example)
        return Headline(version=version, authors=_authors(rest))
    date = read_date(dated["date"])
    if date is None:
        return _not_a_date(version, dated["date"], dated["authors"], example)
    words = date.words
    misspelt = Odd(
        message=f"the date {dated['date']!r} is read as {words}", hint=f'write "{words}"'
    )
    return Headline(
        version=version,
        date=date,
        authors=_authors(dated["authors"]),
        odd=() if words == dated["date"] else (misspelt,),
    )


def read_date(text: str) -> PartialDate | None:
    """The date that a text alone says, with the month in English or French, short or with a slip."""
    words = [month_meant(word) or word for word in text.replace(",", " ").split()]
    heading = parse_heading(f"0 - {' '.join(words)}")
    return heading.date if heading and not heading.authors else None


def _not_a_date(version: str, text: str, authors: str, example: str) -> Headline:
    odd = Odd(message=f"{text!r} is not a date; kept as text", hint=f'write "{example}"')
    return Headline(version=version, rest=text, authors=_authors(authors), odd=(odd,))


def _authors(text: str) -> tuple[str, ...]:
    return tuple(name for part in _AND.split(text) if (name := part.strip()))


def month_of(date: PartialDate | None) -> PartialDate | None:
    """The date in a style that knows months only."""
    return PartialDate(date.year, date.month) if date else None
