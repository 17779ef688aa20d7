"""A project's own changelog brought into our format: every word of it, with what could not be understood verbatim."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from typing import TYPE_CHECKING, Final

from packaging.version import InvalidVersion, Version

from pressroom.changelog.check import check_changelog
from pressroom.changelog.format import format_release
from pressroom.changelog.importing.blocks import Converter, writable
from pressroom.changelog.importing.words import check_words
from pressroom.changelog.model import Changelog, walk_entries
from pressroom.changelog.parse import parse_releases
from pressroom.changelog.styles.extent import find_extent
from pressroom.changelog.styles.lines import bare_lines
from pressroom.changelog.styles.marked import MarkedStyle
from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Release
    from pressroom.changelog.styles.style import Reading, Style

# Whether a date lies in the future is asked by `changelog check`, which knows the day.
_NO_DAY: Final = dt.date(9999, 12, 30)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How much of a file was brought in; `head` and `tail` are the first and last line of what is no history."""

    style: str
    versions: int = 0
    dates: int = 0
    entries: int = 0
    verbatim: int = 0  # blocks that stand in a fence
    head: tuple[int, int] | None = None
    tail: tuple[int, int] | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The text in our format without front matter, its releases (with their lines in the file), and the findings."""

    text: str
    releases: tuple[Release, ...]
    findings: tuple[Finding, ...]
    summary: Summary
    complete: bool  # no word is lost; else nobody may write the text anywhere


def import_changelog(
    text: str, style: Style, *, where: str, reading: Reading | None = None
) -> Imported:
    """A project's own changelog in our format, newest version first.

    `reading` is what the style reads from the text, for who has it already. What is not understood is kept
    verbatim, in a code fence where it would be markup by accident, with a finding. Versions that stand twice
    and dates out of order are findings too. If a word would be lost, `complete` is false and an error names
    the line.
    """
    lines = bare_lines(text)
    read, findings = reading or style.read(text, where=where)
    end = history_end(lines, read, style)
    converter = Converter.of(style, lines, where=where)
    written = tuple(map(converter.release, read))
    releases, turned = _newest_first(written, where=where)
    body, again = _written_and_read(releases, where)
    if again != releases:
        # One by one: nearly always the whole reads back at once, and to read it is what takes the time.
        written = tuple(
            writable(release, lines[release.line : stop], converter)
            for release, stop in zip(written, _stops(read, end), strict=True)
        )
        releases, turned = _newest_first(written, where=where)
        body, again = _written_and_read(releases, where)
    lost = check_words(lines[:end], read, written, where=where, shown=converter.resolved)
    if not lost and again != releases:
        lost = [_unlike(releases, again, where)]
    findings = [*findings, *converter.findings, *lost, *turned, *_order(releases, where)]
    summary = Summary(
        style=style.name,
        versions=len(read),
        dates=sum(1 for release in read if release.date),
        entries=sum(1 for release in read for _ in walk_entries(release.blocks)),
        verbatim=converter.verbatim,
        head=_not_blank(lines, 0, _first_line(read, style, lines, end)),
        tail=_not_blank(lines, end, len(lines)),
    )
    return Imported(
        text=body,
        releases=releases,
        findings=tuple(sorted(findings)),
        summary=summary,
        complete=not lost,
    )


def history_end(lines: Sequence[str], releases: Sequence[Release], style: Style) -> int:
    """How many lines of a file there are down to the end of its history."""
    if isinstance(style, MarkedStyle):
        return style.tail(lines)
    starts = [release.line - 1 for release in releases]
    return find_extent(lines, starts, in_readme=style.in_readme).end


def _written_and_read(
    releases: Sequence[Release], where: str
) -> tuple[str, tuple[Release, ...] | None]:
    """The text of the releases, and what our parser reads from it; None where it reads more than releases."""
    body = "\n\n".join(map(_section, releases))
    body += "\n" if body else ""
    before, again, _ = parse_releases(body, where=where)
    return body, None if before else again


def _section(release: Release) -> str:
    return format_release(dataclasses.replace(release, source=""))


def _stops(read: Sequence[Release], end: int) -> list[int]:
    return [*(release.line - 1 for release in read[1:]), end][: len(read)]


def _first_line(read: Sequence[Release], style: Style, lines: Sequence[str], end: int) -> int:
    """The number of lines above the first version; a date can stand above the line with the version."""
    if not read:
        return end
    first = read[0].line - 1
    headline = style.read_heading(lines, first - 1) if first else None
    return first - 1 if headline and headline.version == read[0].version else first


def _not_blank(lines: Sequence[str], begin: int, end: int) -> tuple[int, int] | None:
    """The first and the last line with words between two lines, counted from 1."""
    full = [number + 1 for number in range(begin, end) if lines[number].strip()]
    return (full[0], full[-1]) if full else None


def _newest_first(
    releases: tuple[Release, ...], *, where: str
) -> tuple[tuple[Release, ...], list[Finding]]:
    """The releases in our order; a file whose versions rise is turned round, which a warning says."""
    rising = falling = 0
    for one, other in itertools.pairwise(releases):
        try:
            order = Version(one.version), Version(other.version)
        except InvalidVersion:
            continue
        rising += order[0] < order[1]
        falling += order[0] > order[1]
    if rising <= falling:
        return releases, []
    finding = Finding(
        where=where,
        line=releases[0].line,
        message="the oldest version stands first; the import has the newest first",
        hint="nothing needs to be done; the words of each version are as they were",
        severity=Severity.WARNING,
    )
    return tuple(reversed(releases)), [finding]


def _order(releases: tuple[Release, ...], where: str) -> list[Finding]:
    """Warnings about versions and dates out of order; that a version stands twice is said already."""
    once = {release.version.casefold(): release for release in reversed(releases)}
    kept = tuple(one for one in releases if once[one.version.casefold()] is one)
    found = check_changelog(Changelog(project=None, releases=kept), where=where, today=_NO_DAY)
    return [dataclasses.replace(one, severity=Severity.WARNING) for one in found]


def _unlike(ours: Sequence[Release], again: Sequence[Release] | None, where: str) -> Finding:
    pairs = itertools.zip_longest(ours, again or ())
    first = next((one for one, other in pairs if one != other and one), ours[-1])
    return Finding(
        where=where,
        line=first.line,
        message=f"version {first.version} would not read back as it is",
        hint="this is our mistake, and nothing was written: change that version a little, or report it",
    )
