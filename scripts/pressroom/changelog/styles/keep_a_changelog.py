"""`## [1.2.3] - 2024-05-06`, then `### Added` and its bullets, as keepachangelog.com has it.

What is not released stands under `## [Unreleased]`; a version that was withdrawn has `[YANKED]` behind its
date. The link references at the end of the file are no part of a version; where they compare versions, a new
one is added to them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.changelog.styles.markdown_file import markdown_style, title_lines
from pressroom.changelog.styles.marked import read_title
from pressroom.changelog.styles.references import add_reference

if TYPE_CHECKING:
    from pressroom.changelog.model import Release
    from pressroom.changelog.styles.headline import Headline
    from pressroom.changelog.styles.marked import Title

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


def _write(release: Release, title: Title) -> list[str]:
    date = f" - {release.date.iso}" if release.date else ""
    yanked = " [YANKED]" if release.bad else ""
    return title_lines(f"[{release.version}]{date}{yanked}", release, title)


STYLE = markdown_style(
    name="keep-a-changelog",
    example=_EXAMPLE,
    read_title=_read_title,
    write=_write,
    finish=lambda text, version, newest: add_reference(text, version, newest=newest),
)
