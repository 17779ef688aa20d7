"""`1.5.18 - August 2025, Name`, then `  - bullet` and `   . bullet of a bullet`; dates know months only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.changelog.headings import Heading, format_heading
from pressroom.changelog.styles.bullets import Layout
from pressroom.changelog.styles.headline import Headline, month_of, read_headline
from pressroom.changelog.styles.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Release

_EXAMPLE = "1.5.18 - August 2025, Name"
_HEADING = re.compile(r"(?P<version>[0-9]\S*)(?:[ \t]+-[ \t]+(?P<rest>.*))?")
_LAYOUT = Layout(columns=(2,), marks=("-", "."), prose=2)


def _read_heading(lines: Sequence[str], index: int) -> Headline | None:
    match = _HEADING.fullmatch(lines[index].rstrip())
    return read_headline(match["version"], match["rest"] or "", example=_EXAMPLE) if match else None


def _write_heading(release: Release) -> list[str]:
    heading = Heading(
        version=release.version,
        date=month_of(release.date),
        authors=release.authors,
        undated=release.undated,
    )
    return [format_heading(heading)]


STYLE = Style(
    name="pykcs11",
    example=_EXAMPLE,
    read_heading=_read_heading,
    write_heading=_write_heading,
    layout=lambda _release: _LAYOUT,
)
