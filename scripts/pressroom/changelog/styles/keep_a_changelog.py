"""`## [1.2.3] - 2024-05-06`, then `### Added` and its bullets, as keepachangelog.com has it.

What is not released stands under `## [Unreleased]`; a version that was withdrawn has `[YANKED]` behind its
date. The link references at the end of the file are no part of a version: adding one leaves them as they are.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.changelog.styles.markdown_file import (
    MARKS,
    history_end,
    markdown_sections,
    title_lines,
)
from pressroom.changelog.styles.marked import LAYOUT, MarkedStyle, Title, read_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Release
    from pressroom.changelog.styles.headline import Headline
    from pressroom.changelog.styles.marked import Section

_EXAMPLE = "## [1.2.3] - 2024-05-06"
_TITLE = re.compile(
    r"(?:\[v?(?P<linked>[^\s\[\]]+)\](?:\([^\s()]*\)|\[[^\[\]]*\])?|v?(?P<bare>[0-9][^\s\[\]]*|[Uu]nreleased))"
    r"(?:[ \t]*[-–—][ \t]*(?P<rest>[^\s\[(][^\[]*?))?"
    r"(?P<yanked>[ \t]*\[YANKED\])?[ \t]*",
    re.IGNORECASE,
)


def _read_title(words: str) -> tuple[Headline, str, bool] | None:
    match = _TITLE.fullmatch(" ".join(words.split()))
    if match is None:
        return None
    version = match["linked"] or match["bare"]
    headline = read_title(version, (match["rest"] or "").strip(), example=_EXAMPLE)
    return (headline, "", bool(match["yanked"])) if headline else None


def _read_heading(lines: Sequence[str], index: int) -> Headline | None:
    """The heading in a line by itself; that it may stand in a code fence is seen in whole files only."""
    marked = MARKS.fullmatch(lines[index])
    found = _read_title(marked[2]) if marked else None
    return found[0] if found else None


def _write(release: Release, title: Title) -> list[str]:
    date = f" - {release.date.iso}" if release.date else ""
    yanked = " [YANKED]" if release.bad else ""
    return title_lines(f"[{release.version}]{date}{yanked}", release, title)


def _sections(text: str) -> list[Section]:
    return markdown_sections(text, _read_title)


STYLE = MarkedStyle(
    name="keep-a-changelog",
    example=_EXAMPLE,
    read_heading=_read_heading,
    write_heading=lambda release: _write(release, Title())[:1],
    layout=lambda _release: LAYOUT,
    sections=_sections,
    write=_write,
    tail=history_end,
)
