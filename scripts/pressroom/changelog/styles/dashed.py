"""Headings in one line: `1.5.18 - August 2025, Name`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.changelog.headings import Heading, format_heading
from pressroom.changelog.styles.headline import Headline, month_of, read_headline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.changelog.model import Release

_HEADING = re.compile(r"(?P<version>[0-9]\S*)(?:[ \t]+-[ \t]+(?P<rest>.*))?")


def reader_of_headings(example: str) -> Callable[[Sequence[str], int], Headline | None]:
    """What reads such a heading; a bare number, or one with words alone, is none."""

    def read(lines: Sequence[str], index: int) -> Headline | None:
        match = _HEADING.fullmatch(lines[index].rstrip())
        if match is None:
            return None
        headline = read_headline(match["version"], match["rest"] or "", example=example)
        # "16 - go on" is part of a sentence, and "2004" a year.
        is_sure = headline is None or "." in headline.version or headline.date is not None
        return headline if is_sure else None

    return read


def writer_of_headings(*, days: bool) -> Callable[[Release], list[str]]:
    """What writes such a heading; without `days`, dates say the month."""

    def write(release: Release) -> list[str]:
        heading = Heading(
            version=release.version,
            date=release.date if days else month_of(release.date),
            authors=release.authors,
            undated=release.undated,
        )
        return [format_heading(heading)]

    return write
