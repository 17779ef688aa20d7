"""Where a changelog here and the project's own one differ, version by version, with the place on both sides."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from pressroom.changelog.model import Entry
from pressroom.changelog.styles.content import content_of, differences, same_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.changelog.model import Block, Changelog, Release
    from pressroom.changelog.styles.style import Style


class Kind(enum.StrEnum):
    """In what a version differs."""

    ONLY_HERE = "only here"
    ONLY_THERE = "only there"
    DATE = "date differs"
    AUTHORS = "authors differ"
    ENTRIES = "entries differ"
    # No drift: here are facts alone, and the project's words can be taken.
    NO_ENTRIES = "no entries here"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one file says, and in which line."""

    line: int
    says: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference of one version; a side that does not have the version is None."""

    version: str
    kind: Kind
    here: Side | None
    there: Side | None


def find_drift(ours: Changelog, theirs: Sequence[Release], style: Style) -> list[Drift]:
    """Every difference, in the order of our file, then what only theirs has in the order of that.

    Unreleased sections do not count, nor do versions that `tag.without_changelog_entry` names. Of a version
    without entries here, version and date are compared; `NO_ENTRIES` says that there are some there. What the
    style cannot say (days, authors, the mark of a bad release) is no drift. Where a version stands twice, the
    first one counts.
    """
    here, there = first_of_each(ours.published), first_of_each(theirs)
    absent = set(ours.project.tag.without_changelog_entry) if ours.project else set()
    found: list[Drift] = []
    for version, release in here.items():
        other = there.get(version)
        if other is not None:
            found += _differences(release, other, style)
        elif version not in absent:
            side = Side(line=release.line, says=_heading(release))
            found.append(Drift(version=version, kind=Kind.ONLY_HERE, here=side, there=None))
    for version, release in there.items():
        if version not in here:
            side = Side(line=release.line, says=_heading(release))
            found.append(Drift(version=version, kind=Kind.ONLY_THERE, here=None, there=side))
    return found


def first_of_each(releases: Sequence[Release]) -> dict[str, Release]:
    """The releases by version, without unreleased sections."""
    by_version: dict[str, Release] = {}
    for release in releases:
        if not release.is_unreleased:
            by_version.setdefault(release.version, release)
    return by_version


def _differences(ours: Release, theirs: Release, style: Style) -> Iterator[Drift]:
    written = style.as_written(ours) or ours
    dates = [one.date.words if one.date else "no date" for one in (ours, theirs)]
    # What is written where a date should be, and is none, is left to whoever reads that file.
    unread = len(content_of(theirs)) < len(theirs.blocks)
    one_sided = (written.date is None) != (theirs.date is None) and not unread
    if one_sided or not same_date(written.date, theirs.date):
        yield _drift(Kind.DATE, ours, theirs, dates)
    if not content_of(ours):
        if content_of(theirs):
            yield _drift(Kind.NO_ENTRIES, ours, theirs, ["no entries", "entries"])
        return
    names = [", ".join(one.authors) for one in (written, theirs)]
    if all(names) and len({" ".join(name.split()).casefold() for name in names}) > 1:
        yield _drift(Kind.AUTHORS, ours, theirs, names)
    yield from _first_entry(ours, written, theirs, style)


def _first_entry(ours: Release, written: Release, theirs: Release, style: Style) -> Iterator[Drift]:
    if not content_of(theirs):
        yield _drift(Kind.ENTRIES, ours, theirs, ["entries", "no entries"])
        return
    # Dates and authors are told apart above.
    others = style.plain_text(theirs)
    mine, others = (dataclasses.replace(one, date=None, authors=()) for one in (written, others))
    there = next(differences(mine, others), None)
    here = next(differences(others, mine), None)
    if there is None or here is None:
        return
    lines, as_written = list(_lines(ours.blocks)), list(_lines(written.blocks))
    same_shape = len(lines) == len(as_written)
    at = dict(zip(as_written, lines, strict=True)) if same_shape else {}
    yield Drift(
        version=ours.version,
        kind=Kind.ENTRIES,
        here=Side(line=at.get(here.line, ours.line), says=here.theirs),
        there=Side(line=there.line, says=there.theirs),
    )


def _drift(kind: Kind, ours: Release, theirs: Release, says: Sequence[str]) -> Drift:
    here, there = says
    return Drift(
        version=ours.version,
        kind=kind,
        here=Side(line=ours.line, says=here),
        there=Side(line=theirs.line, says=there),
    )


def _heading(release: Release) -> str:
    date = release.date.words if release.date else "no date"
    return ", ".join([date, *release.authors])


def _lines(blocks: Sequence[Block]) -> Iterator[int]:
    for block in blocks:
        yield block.line
        if isinstance(block, Entry):
            yield from _lines(block.children)
