"""`2.3.1 (October 2025)` underlined, then `   * bullet` and `    - bullet of a bullet`.

Where bullets are grouped by who made them, `- patches from Name` stands at the margin. Dates know months
only, and headings no authors.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.styles.bullets import Layout
from pressroom.changelog.styles.headline import Headline, Odd, month_of, read_headline
from pressroom.changelog.styles.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Release

_EXAMPLE = "2.3.1 (October 2025)"
_HEADING = re.compile(r"(?P<version>[0-9]\S*)(?:[ \t]*\((?P<rest>.*)\))?")
_UNDERLINE = re.compile(r"=+[ \t]*")
_GROUP = re.compile(r"patches from\b", re.IGNORECASE)
_PLAIN = Layout(columns=(3,), marks=("*", "-"), prose=3)
_GROUPED = Layout(columns=(0, 3), marks=("-", "*", "-"), prose=1)


def _read_heading(lines: Sequence[str], index: int) -> Headline | None:
    match = _HEADING.fullmatch(lines[index].rstrip())
    if match is None:
        return None
    headline = read_headline(match["version"], match["rest"] or "", example=_EXAMPLE)
    if headline is None:
        return None
    if index + 1 < len(lines) and _UNDERLINE.fullmatch(lines[index + 1]):
        return dataclasses.replace(headline, lines=2)
    if match["rest"] is None:
        return None
    odd = Odd(
        message=f"the heading of {headline.version} is not underlined",
        hint=f'write "{"=" * len(match[0])}" below it',
    )
    return dataclasses.replace(headline, odd=(*headline.odd, odd))


def _write_heading(release: Release) -> list[str]:
    date = month_of(release.date)
    heading = f"{release.version} ({date.words})" if date else release.version
    return [heading, "=" * len(heading)]


def _layout(release: Release) -> Layout:
    is_grouped = any(_GROUP.match(entry.text) for entry in release.entries)
    return _GROUPED if is_grouped else _PLAIN


STYLE = Style(
    name="pyscard",
    example=_EXAMPLE,
    read_heading=_read_heading,
    write_heading=_write_heading,
    layout=_layout,
)
