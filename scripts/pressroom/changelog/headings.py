"""The heading of a release: read as people write it, and the one way in which we write it."""

from __future__ import annotations

import dataclasses
import re

from pressroom.changelog.model import UNRELEASED
from pressroom.dates import MONTHS, PartialDate

UNDATED = "undated"
MAX_VERSION = 64

VERSION = re.compile(r"[0-9](?:[0-9A-Za-z.+-]{0,62}[0-9A-Za-z+-])?", re.ASCII)
_HEADING = re.compile(
    r"(?:[A-Za-z][A-Za-z_-]*[-_ ]|[vV])?\[?(?P<version>[0-9][0-9A-Za-z.+-]*)\]?:?(?P<rest>(?:\s|$).*)",
    re.ASCII | re.DOTALL,
)
_DAY = r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+)?"
_WORDS = re.compile(
    _DAY + r"(?P<month>[^\W\d_]{3,9})?[\s,]*(?P<year>\d{4})(?!\d)(?P<rest>.*)", re.DOTALL
)
_ISO = re.compile(r"(?P<iso>\d{4}-\d\d(?:-\d\d)?)(?![\d-])(?P<rest>.*)", re.DOTALL | re.ASCII)
_FRENCH = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What the heading of a release says."""

    version: str
    date: PartialDate | None = None
    authors: tuple[str, ...] = ()
    undated: bool = False  # it says itself that no date is known


def format_heading(heading: Heading) -> str:
    """`1.4.31 - 10 August 2019, Ludovic Rousseau`; without a date only where there are authors to name."""
    parts = [heading.date.words if heading.date else UNDATED, *heading.authors]
    if heading.date or heading.authors or heading.undated:
        return f"{heading.version} - {', '.join(parts)}"
    return heading.version


def parse_heading(text: str) -> Heading | None:
    """What the text of a heading says, however it says it; None if it names no version."""
    text = " ".join(text.split())
    if text.strip("[]").casefold() == UNRELEASED.casefold():
        return Heading(version=UNRELEASED, undated=False)
    match = _HEADING.fullmatch(text)
    if match is None or not VERSION.fullmatch(match["version"]):
        return None
    rest = match["rest"].strip(" ()-–—:,")
    date, others = _split_date(rest)
    undated = date is None and rest.casefold().startswith(UNDATED)
    if undated:
        others = rest[len(UNDATED) :]
    if rest and date is None and not undated and not re.match(r"\s*[-–—]\s", match["rest"]):
        return None  # a sentence that starts with a number
    return Heading(version=match["version"], date=date, authors=_authors(others), undated=undated)


def _split_date(text: str) -> tuple[PartialDate | None, str]:
    """A date at the start of the text, and what follows it."""
    match = _ISO.match(text)
    if match:
        try:
            return PartialDate.from_iso(match["iso"]), match["rest"]
        except ValueError:
            return None, text
    match = _WORDS.match(text)
    month = _month(match["month"]) if match and match["month"] else None
    if match is None or (match["month"] and month is None) or (match["day"] and not month):
        return None, text
    try:
        day = int(match["day"]) if match["day"] else None
        return PartialDate(int(match["year"]), month, day), match["rest"]
    except ValueError:
        return None, text


def _month(name: str) -> int | None:
    """The number of a month in English or French, whole or by its first letters, in any case."""
    folded = name.casefold()
    for names in (MONTHS, _FRENCH):
        for number, known in enumerate(names, 1):
            if folded == known.casefold() or (len(folded) == 3 and known.casefold()[:3] == folded):
                return number
    return None


def _authors(text: str) -> tuple[str, ...]:
    names = re.split(r",|\band\b|&", text)
    return tuple(name.strip(" ()") for name in names if name.strip(" ()"))
