"""`## 1.2.3 (2024-05-06)` or `# Name 1.2.3 (2024-05-06)`, then `### Features` and `- text (#12)`.

What towncrier makes for a file in Markdown; its mark `<!-- towncrier release notes start -->` stands above.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pressroom.changelog.styles.markdown_file import markdown_style, title_lines
from pressroom.changelog.styles.marked import read_title

if TYPE_CHECKING:
    from pressroom.changelog.model import Release
    from pressroom.changelog.styles.headline import Headline
    from pressroom.changelog.styles.marked import Title

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


def _write(release: Release, title: Title) -> list[str]:
    return title_lines(write_words(release, title), release, title)


STYLE = markdown_style(
    name="towncrier-md",
    example=_EXAMPLE,
    read_title=read_words,
    write=_write,
)
