"""Where each version stands in a project's own changelog, line by line, and what is to stand there instead."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.model import Entry
from pressroom.changelog.styles.lines import bare_lines, last_full
from pressroom.changelog.styles.marked import MarkedStyle, Title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.changelog.model import Block, Release
    from pressroom.changelog.styles.headline import Headline
    from pressroom.changelog.styles.style import Style

_UNDERLINE = re.compile(r"([^\w\s])\1{2,}[ \t]*")
_MOST_ABOVE = 2  # lines of a heading above the one with the version


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The first and the last line of a version's section, and the last one of its heading (1 is the first).

    Blank lines below a section are no part of it, nor is what follows the history in its file. `title` is how
    the file writes its headings, where a style has several ways.
    """

    first: int
    heading: int
    last: int
    title: Title | None = None


def find_places(style: Style, text: str, releases: Sequence[Release]) -> list[Place]:
    """The place of each of the releases, which are what the style reads from the text."""
    lines = bare_lines(text)
    headlines: list[Headline | None] = []
    firsts: list[int] = []
    taken = 0  # lines that headings before have
    for release in releases:
        headline = _headline(style, lines, release, after=taken)
        headlines.append(headline)
        firsts.append(release.line - (headline.above if headline else 0))
        taken = firsts[-1] + (headline.lines if headline else 1) - 1
    titles = {}
    if isinstance(style, MarkedStyle):
        titles = {section.line: section.title for section in style.sections("\n".join(lines))}
    places = []
    for number, (release, headline) in enumerate(zip(releases, headlines, strict=True)):
        first = firsts[number]
        spans = list(_spans(release))
        if spans:
            heading = last_full(lines, spans[0][0] - 1, first=first)
        elif headline:
            heading = first + headline.lines - 1
        else:
            below = lines[release.line : release.line + 1]
            heading = release.line + any(_UNDERLINE.fullmatch(line) for line in below)
        last = max([heading, *(end for _, end in spans)])
        if number + 1 < len(releases):
            last = max(last, last_full(lines, firsts[number + 1] - 1, first=first))
        title = titles.get(release.line)
        places.append(Place(first=first, heading=heading, last=last, title=title))
    return places


def heading_lines(style: Style, release: Release, like: Place) -> list[str]:
    """The lines of a heading, written like the one in that place."""
    return section_lines(style, dataclasses.replace(release, blocks=()), like)


def body_lines(style: Style, release: Release, like: Place) -> list[str]:
    """The lines below the heading of a release."""
    heading = len(heading_lines(style, release, like))
    return section_lines(style, release, like)[heading:]


def section_lines(style: Style, release: Release, like: Place) -> list[str]:
    """All lines of a release, with a heading like the one in that place."""
    if isinstance(style, MarkedStyle):
        lines = style.write(release, like.title or Title())
    else:
        lines = style.section(release).split("\n")
    return "\n".join(lines).rstrip("\n").split("\n")


def _headline(
    style: Style, lines: Sequence[str], release: Release, *, after: int
) -> Headline | None:
    """What the heading of a release says, if the style reads headings by themselves."""
    # From above: a line that is part of the heading would be taken for the end of the section before.
    for above in reversed(range(min(_MOST_ABOVE, release.line - 1 - after) + 1)):
        headline = style.read_heading(lines, release.line - 1 - above)
        if headline and headline.above == above and headline.version == release.version:
            return headline
    return None


def _spans(release: Release) -> Iterator[tuple[int, int]]:
    """The first and the last line of each block below the heading, in file order."""

    def walk(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
        for block in blocks:
            yield block.line, block.line + block.text.count("\n")
            if isinstance(block, Entry):
                yield from walk(block.children)

    yield from walk([block for block in release.blocks if block.line != release.line])
