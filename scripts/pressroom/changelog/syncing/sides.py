"""Both changelogs of one project, and the edits that make either say what the other says."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import TYPE_CHECKING

from pressroom.changelog.styles.lines import bare_lines, last_full, usual_gap
from pressroom.changelog.styles.marked import MarkedStyle
from pressroom.changelog.styles.replacing import Place, find_places, section_lines
from pressroom.changelog.syncing.comparison import first_of_each
from pressroom.changelog.syncing.edits import Edit
from pressroom.changelog.syncing.here import as_it_is, as_markdown, take, taken
from pressroom.changelog.syncing.there import write
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from pressroom.changelog.model import Changelog, Release
    from pressroom.changelog.styles.style import Style
    from pressroom.changelog.syncing.comparison import Kind

Edits = dict[str, list[Edit]]
Refused = dict[str, PressroomError]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What stands here and what stands in the checkout: the texts, and what was read from them."""

    ours_text: str
    ours_where: str
    ours: Changelog
    theirs_text: str
    theirs_where: str
    theirs: tuple[Release, ...]
    style: Style


def here_edits(pair: Pair, wanted: Mapping[str, Collection[Kind]]) -> tuple[Edits, Refused]:
    """The edits of our file for each version, and why there are none for some."""
    ours, theirs = first_of_each(pair.ours.releases), first_of_each(pair.theirs)
    markdown = as_it_is if isinstance(pair.style, MarkedStyle) else as_markdown
    lines = bare_lines(pair.ours_text)
    lasts = _lasts(lines, pair.ours.releases)
    above = _above(list(theirs), {version: one.line for version, one in ours.items()})

    def edits_of(version: str) -> list[Edit]:
        if version in ours:
            one = ours[version]
            return take(
                one, theirs[version], wanted[version], last=lasts[one.line], markdown=markdown
            )
        section = taken(theirs[version], markdown=markdown).split("\n")
        return [_inserted(section, above[version], end=last_full(lines, len(lines)))]

    return _each(wanted, edits_of, _twice(pair.ours.releases) | _twice(pair.theirs))


def checkout_edits(pair: Pair, wanted: Mapping[str, Collection[Kind]]) -> tuple[Edits, Refused]:
    """The edits of the project's file for each version, and why there are none for some."""
    text, style = pair.theirs_text, pair.style
    ours, theirs = first_of_each(pair.ours.releases), first_of_each(pair.theirs)
    found = find_places(style, text, pair.theirs)
    places = {one.line: place for one, place in zip(pair.theirs, found, strict=True)}
    firsts = {version: places[one.line].first for version, one in theirs.items()}
    above = _above(list(ours), firsts)
    like = next((places[one.line] for one in theirs.values()), Place(first=1, heading=1, last=1))
    begun = next(iter(wanted), "")
    gap = usual_gap(bare_lines(text), [place.first for place in found])

    def edits_of(version: str) -> list[Edit]:
        release = style.plain_text(ours[version])
        if version in theirs:
            there = theirs[version]
            place = places[there.line]
            return write(release, there, wanted[version], style=style, place=place)
        section = section_lines(style, release, like)
        if not found:
            first = style.insert(text, release, where=pair.theirs_where)
            edit = _added(text, first)
            return [edit if version == begun else Edit(line=edit.line, lines=("", *section))]
        return [_inserted(section, above[version], end=found[-1].last, gap=gap)]

    return _each(wanted, edits_of, _twice(pair.ours.releases) | _twice(pair.theirs))


def _each(
    versions: Collection[str], edits_of: Callable[[str], list[Edit]], twice: set[str]
) -> tuple[Edits, Refused]:
    edits: Edits = {}
    refused: Refused = {}
    for version in sorted(twice & set(versions)):
        hint = "delete one of its two sections first"
        refused[version] = PressroomError(
            "it stands twice in one of the files", where="", hint=hint
        )
    for version in versions:
        if version in refused:
            continue
        try:
            edits[version] = edits_of(version)
        except PressroomError as error:
            refused[version] = error
    return edits, refused


def _twice(releases: Sequence[Release]) -> set[str]:
    counts = Counter(one.version for one in releases)
    return {version for version, count in counts.items() if count > 1}


def _above(order: Sequence[str], lines: Mapping[str, int]) -> dict[str, int | None]:
    """For each version of one file the line of the other at which the next older one starts there."""
    at: int | None = None
    above: dict[str, int | None] = {}
    for version in reversed(order):
        above[version] = at
        at = lines.get(version, at)
    return above


def _inserted(section: Sequence[str], line: int | None, *, end: int, gap: int = 1) -> Edit:
    """A section above a line, or below all others, with blank lines between."""
    blank = ("",) * gap
    if line is None:
        return Edit(line=end + 1, lines=(*blank, *section))
    return Edit(line=line, lines=(*section, *blank))


def _added(text: str, new: str) -> Edit:
    """The edit that makes one text the other, which has more lines in one place."""
    old_lines = bare_lines(text)
    new_lines = bare_lines(new)
    same = next(
        (n for n, pair in enumerate(zip(old_lines, new_lines, strict=False)) if pair[0] != pair[1]),
        len(old_lines),
    )
    more = len(new_lines) - len(old_lines)
    return Edit(line=same + 1, lines=tuple(new_lines[same : same + more]))


def _lasts(lines: Sequence[str], releases: Sequence[Release]) -> dict[int, int]:
    """The last line that is not blank of each section, by the line of its heading."""
    ends = [*(one.line - 1 for one in releases[1:]), len(lines)][: len(releases)]
    return {
        one.line: last_full(lines, end, first=one.line)
        for one, end in zip(releases, ends, strict=True)
    }
