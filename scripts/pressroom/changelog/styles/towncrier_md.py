"""`## 1.2.3 (2024-05-06)` or `# Name 1.2.3 (2024-05-06)`, then `### Features` and `- text (#12)`.

What towncrier makes for a file in Markdown; its mark `<!-- towncrier release notes start -->` stands above.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

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

_EXAMPLE = "## 1.2.3 (2024-05-06)"
# A name of a few words, the version, and the date in parentheses; a version may be a link.
TITLE: Final = re.compile(
    r"(?P<name>(?:[^\W\d][^\s\[\]()]* ){0,6})"
    r"(?:\[v?(?P<linked>[^\s\[\]]+)\](?:\([^\s()]*\))?|v?(?P<bare>[0-9][^\s\[\]()]*))"
    r"(?:[ \t]+\((?P<rest>[^()]*)\))?"
)


def read_words(words: str) -> tuple[Headline, str, bool] | None:
    """What the title of a version says and the name in it; a name without a date is a sentence."""
    match = TITLE.fullmatch(" ".join(words.split()))
    if match is None:
        return None
    name, version = match["name"].strip(), match["linked"] or match["bare"]
    if match["rest"] is None and (name or "." not in version):
        return None
    headline = read_title(version, (match["rest"] or "").strip(), example=_EXAMPLE)
    return (headline, name, False) if headline else None


def write_words(release: Release, title: Title) -> str:
    """The title of a version, with the name that the file's titles have."""
    date = f" ({release.date.iso})" if release.date else ""
    return f"{title.name} {release.version}{date}".strip()


def _read_heading(lines: Sequence[str], index: int) -> Headline | None:
    """The heading in a line by itself; that it may stand in a code fence is seen in whole files only."""
    marked = MARKS.fullmatch(lines[index])
    found = read_words(marked[2]) if marked else None
    return found[0] if found else None


def _write(release: Release, title: Title) -> list[str]:
    return title_lines(write_words(release, title), release, title)


def _sections(text: str) -> list[Section]:
    return markdown_sections(text, read_words)


STYLE = MarkedStyle(
    name="towncrier-md",
    example=_EXAMPLE,
    read_heading=_read_heading,
    write_heading=lambda release: _write(release, Title())[:1],
    layout=lambda _release: LAYOUT,
    sections=_sections,
    write=_write,
    tail=history_end,
)
