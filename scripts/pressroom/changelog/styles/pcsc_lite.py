"""`2.5.1: Name` with `10 June 2026` below it, then `- bullet` and `  . bullet of a bullet`.

Older headings have the project's name in front, no colon, addresses of the authors, a date above them, or no
date at all; the oldest versions are lines at the margin.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.headings import UNDATED
from pressroom.changelog.styles.bullets import Layout
from pressroom.changelog.styles.headline import Headline, Odd, read_date, read_headline
from pressroom.changelog.styles.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Release

_EXAMPLE = "2.5.1: Name, with 10 June 2026 in the line below"
_HEADING = re.compile(
    r"(?:[A-Za-z]\w*-){0,4}(?P<version>[0-9][^\s:]*)[ \t]*(?P<colon>:[ \t]*(?P<people>.*))?"
)
_DATE_LINE = re.compile(
    rf"(?:[^\W_]+[.,]{{0,2}}[ \t]+){{0,2}}[0-9]{{4}}(?:-[0-9]{{2}}){{0,2}}|{UNDATED}"
)
_ADDRESS = re.compile(r" ?<[^<>\s@]*@[^<>\s]*>")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_LAYOUT = Layout(columns=(0, 2, 3), marks=("-", ".", "-"), prose=1)


def _read_heading(lines: Sequence[str], index: int) -> Headline | None:
    here = _heading_at(lines, index)
    if here is not None:
        return here
    above = _date_line(lines, index)
    below = _heading_at(lines, index + 1) if above else None
    if below is None:
        return None
    date = read_date(above)
    odd = Odd(
        message=f"the date {above!r} stands above the heading of {below.version}",
        hint="write the date once, below the heading",
    )
    return dataclasses.replace(
        below,
        date=below.date or date,
        undated=below.undated or (above == UNDATED and below.date is None),
        rest="\n".join(filter(None, (below.rest, "" if date or above == UNDATED else above))),
        lines=below.lines + 1,
        above=1,
        odd=(*below.odd, odd),
    )


def _heading_at(lines: Sequence[str], index: int) -> Headline | None:
    """The heading in that line and the date below it; words and a number in the midst of others are none."""
    match = _HEADING.fullmatch(lines[index].rstrip()) if index < len(lines) else None
    if match is None or "." not in match["version"]:
        return None
    dated = _date_line(lines, index + 1)
    starts = index == 0 or not lines[index - 1].strip() or _date_line(lines, index - 1)
    if not (dated or starts):
        return None
    people, odd = _without_addresses(match["people"] or "")
    headline = read_headline(match["version"], people, example=_EXAMPLE)
    if headline is None:
        return None
    headline = dataclasses.replace(headline, odd=(*headline.odd, *odd))
    return _dated(headline, dated) if dated else headline


def _dated(headline: Headline, line: str) -> Headline:
    below = read_headline(headline.version, line, example=_EXAMPLE)
    assert below is not None, "the heading's version is one"
    return dataclasses.replace(
        headline,
        date=below.date or headline.date,
        undated=below.undated,
        rest="\n".join(filter(None, (headline.rest, below.rest))),
        lines=2,
        odd=(*headline.odd, *below.odd),
    )


def _date_line(lines: Sequence[str], index: int) -> str:
    """The line if it is at the margin and nothing but a date, or meant to be one."""
    line = lines[index].rstrip() if 0 <= index < len(lines) else ""
    return line if _DATE_LINE.fullmatch(line) else ""


def _without_addresses(text: str) -> tuple[str, tuple[Odd, ...]]:
    """`Name` of `(Name <name@host>)`: who reads a changelog needs no address, and collectors do."""
    text = " ".join(text.split())
    people, number = _ADDRESS.subn("", text)
    inside = _PARENTHESES.fullmatch(people)
    people = inside[1] if inside else people
    odd = Odd(message=f"{text!r} is read as {people!r}", hint=f'write "{people}", without address')
    return people, (odd,) if number else ()


def _write_heading(release: Release) -> list[str]:
    date = release.date.words if release.date else UNDATED if release.undated else ""
    heading = f"{release.version}: {', '.join(release.authors)}".rstrip()
    return [heading, date] if date else [heading]


STYLE = Style(
    name="pcsc-lite",
    example=_EXAMPLE,
    read_heading=_read_heading,
    write_heading=_write_heading,
    layout=lambda _release: _LAYOUT,
    plain=True,
)
