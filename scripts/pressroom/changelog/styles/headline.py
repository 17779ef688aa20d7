"""The heading of one version in a project's own changelog."""

from __future__ import annotations

import dataclasses
import re

from pressroom.changelog.headings import UNDATED, is_version, parse_heading
from pressroom.dates import PartialDate

# "10 August 2019, Name", "August 2019" and "2004 Name", with a date as people write it.
_DATED = re.compile(
    r"(?P<date>(?:[^\W_]+\.? +){0,2}[0-9]{4}(?:-[0-9]{2}){0,2})(?: *, *| +|$)(?P<authors>.*)"
)
_UNDATED = re.compile(rf"{UNDATED}(?: *, *| +|$)(?P<authors>.*)")
_AND = re.compile(r"\s*(?:,(?:\s*and\b)?|\band\b|&)\s*")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """Something in a heading that a maintainer may want to mend."""

    message: str
    hint: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a heading says, how many lines it takes, and what is odd about it."""

    version: str
    date: PartialDate | None = None
    authors: tuple[str, ...] = ()
    undated: bool = False
    lines: int = 1
    rest: str = ""  # what was not understood
    odd: tuple[Odd, ...] = ()


def read_headline(version: str, rest: str, *, example: str) -> Headline | None:
    """The heading of a version from what follows it; None where no version can be.

    A misspelt date is understood and noted; what is no date is noted and kept.
    """
    if not is_version(version):
        return None
    undated = _UNDATED.fullmatch(rest)
    if undated:
        return Headline(version=version, undated=True, authors=_authors(undated["authors"]))
    dated = _DATED.fullmatch(rest)
    if dated is None:
        if re.search("[0-9]", rest):
            return _not_a_date(version, rest, "", example)
        return Headline(version=version, authors=_authors(rest))
    read = parse_heading(f"{version} - {dated['date']}")
    if read is None or read.date is None:
        return _not_a_date(version, dated["date"], dated["authors"], example)
    words = read.date.words
    misspelt = Odd(
        message=f"the date {dated['date']!r} is read as {words}", hint=f'write "{words}"'
    )
    return Headline(
        version=version,
        date=read.date,
        authors=_authors(dated["authors"]),
        odd=() if words == dated["date"] else (misspelt,),
    )


def _not_a_date(version: str, text: str, authors: str, example: str) -> Headline:
    odd = Odd(message=f"{text!r} is not a date; kept as text", hint=f'write "{example}"')
    return Headline(version=version, rest=text, authors=_authors(authors), odd=(odd,))


def _authors(text: str) -> tuple[str, ...]:
    return tuple(name for part in _AND.split(text) if (name := part.strip()))


def month_of(date: PartialDate | None) -> PartialDate | None:
    """The date in a style that knows months only."""
    return PartialDate(date.year, date.month) if date else None
