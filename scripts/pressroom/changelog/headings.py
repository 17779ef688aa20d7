"""The heading of a release: `1.4.31 - 10 August 2019, Name`, and what people write instead."""

from __future__ import annotations

import dataclasses
import re

from pressroom.changelog.model import UNRELEASED
from pressroom.dates import MONTHS, PartialDate

UNDATED = "undated"
EXAMPLE = "## 1.4.31 - 10 August 2019, Name"

_VERSION = re.compile(r"[0-9](?:[0-9A-Za-z.+-]{0,62}[0-9A-Za-z+-])?", re.ASCII)
# Words before a version, at once (`v1.2`, `tool-1.2`, `[1.2]`) or apart (`Release 1.2`); then what follows.
_LOOSE = re.compile(
    r"\[?(?:(?:[A-Za-z][A-Za-z0-9]*[-_])*(?:[A-Za-z]+[-_])?v?|(?P<word>[A-Za-z][\w-]*) v?)"
    r"(?P<version>[0-9][^\s\[\](),:;]*)\]?"
    r"(?P<between>\s*(?:[-–—:,]\s*|(?=\()|$)|\s+(?=[0-9]))?(?P<rest>.*)",
    re.ASCII,
)
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er)?"
_MONTH = r"(?P<month>[^\W\d_]{3,})"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9-])"
_DATES = (
    re.compile(rf"{_DAY}\.?\s+(?:of\s+)?{_MONTH}[.,]?\s+{_YEAR}"),
    re.compile(rf"{_MONTH}\.?\s+{_DAY},?\s+{_YEAR}"),
    re.compile(rf"{_MONTH}[.,]?\s+{_YEAR}"),
    re.compile(r"(?P<iso>[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?![\w-])"),
)
_AFTER_DATE = re.compile(r"\s*(?:,|-|–|by\b|$)\s*")
# People write the months of their own language; these are told apart from their first letters on.
_FRENCH = (
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
)
_SHORTEST = 3  # letters of a month's name


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What a heading says; `rest` is what could not be understood, and `problem` why."""

    version: str
    date: PartialDate | None = None
    authors: tuple[str, ...] = ()
    undated: bool = False  # it says itself that no date is known
    rest: str = ""
    problem: str = ""


def is_version(text: str) -> bool:
    """Whether it can name a release, a page and a file."""
    return _VERSION.fullmatch(text) is not None or text == UNRELEASED


def parse_heading(text: str) -> Heading | None:
    """The heading of a release from the text after `## `, written well or not; None if it is no such thing."""
    text = " ".join(text.split())
    version, dash, rest = text.partition(" - ")
    if text.strip("[]").casefold() == UNRELEASED.casefold():
        return Heading(version=UNRELEASED)
    if not is_version(version):
        found = _LOOSE.fullmatch(text)
        if found is None or not is_version(found["version"].rstrip(".")):
            return None
        version, rest = found["version"].rstrip("."), found["rest"]
        if (found["word"] and "." not in version) or (rest and found["between"] is None):
            return None
        return _heading(version, rest)
    return _heading(version, rest) if not dash or rest else None


def format_heading(heading: Heading) -> str:
    """The text after `## ` as it is to be written."""
    undated = [UNDATED] if heading.undated else []
    rest = ", ".join([heading.date.words] if heading.date else undated)
    rest = ", ".join([*([rest] if rest else []), *heading.authors])
    return f"{heading.version} - {rest}" if rest else heading.version


def is_well_written(text: str, heading: Heading) -> bool:
    """Whether the text is the heading as it is to be written; ` and ` between authors is as good as a comma."""
    return format_heading(heading).replace(" and ", ", ") == text.replace(" and ", ", ")


def _heading(version: str, rest: str) -> Heading:
    """The heading of that version from what follows it."""
    if rest.startswith("("):
        rest = rest[1:].replace(")", "", 1)
    if re.match(rf"{UNDATED}\b", rest, re.IGNORECASE):
        return Heading(version=version, undated=True, authors=_authors(rest[len(UNDATED) :]))
    match = next((match for one in _DATES if (match := one.match(rest))), None)
    if match is None:
        authors = _authors(rest)
        if any(_month(author) or re.search(r"[0-9]", author) for author in authors):
            return Heading(version=version, rest=rest, problem=f"{rest!r} is not a date")
        return Heading(version=version, authors=authors, undated=bool(authors))
    try:
        date = _date(match.groupdict())
    except ValueError as error:
        return Heading(version=version, rest=rest, problem=str(error))
    after = _AFTER_DATE.match(rest, match.end())
    if after is None:
        return Heading(version=version, rest=rest, problem=f"{rest!r} is not a date")
    return Heading(version=version, date=date, authors=_authors(rest[after.end() :]))


def _authors(text: str) -> tuple[str, ...]:
    names = re.split(r",(?:\s*and\b)?|\band\b|&", text)
    return tuple(author for name in names if (author := _author(name)))


def _author(text: str) -> str:
    """The name without what stands around it; an alias in parentheses at its end belongs to it."""
    name = text.strip(" ,()")
    return name + ")" * (name.count("(") - name.count(")"))


def _date(parts: dict[str, str | None]) -> PartialDate:
    iso, name, day = parts.get("iso"), parts.get("month"), parts.get("day")
    if iso:
        return PartialDate.from_iso(iso)
    month = _month(name or "")
    if not month:
        raise ValueError(f"{name!r} is not a month")
    return PartialDate(int(parts["year"] or 0), month, int(day) if day else None)


def _month(name: str) -> int:
    """1 to 12 for a month's name, or the beginning of one, in any case; else 0."""
    wanted = name.casefold().rstrip(".")
    if len(wanted) < _SHORTEST:
        return 0
    for names in (MONTHS, _FRENCH):
        for number, known in enumerate(names, 1):
            if known.casefold().startswith(wanted):
                return number
    return 0
