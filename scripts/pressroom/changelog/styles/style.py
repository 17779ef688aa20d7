"""What a style of changelog can do: read a file, write a version's section, put it into the file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

from pressroom.changelog.model import Prose, Release
from pressroom.changelog.styles.bullets import write_blocks
from pressroom.changelog.styles.content import differences
from pressroom.changelog.styles.extent import after_findings, find_extent
from pressroom.changelog.styles.headline import LIKE_A_HEADING
from pressroom.changelog.styles.lines import bare_lines, put_above, put_below, usual_gap
from pressroom.changelog.styles.oddities import (
    missed_headings,
    odd_heading,
    stray_line,
    versions_twice,
)
from pressroom.changelog.styles.sections import read_blocks
from pressroom.changelog.styles.unfenced import unfenced
from pressroom.errors import PressroomError
from pressroom.findings import errors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.changelog.styles.bullets import Layout
    from pressroom.changelog.styles.extent import Extent
    from pressroom.changelog.styles.headline import Headline
    from pressroom.findings import Finding

# All versions of a file, and what its maintainer may want to mend.
Reading: TypeAlias = "tuple[tuple[Release, ...], list[Finding]]"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How one project writes its changelog.

    `section` says what the style can say. Left out: the mark of a bad release (made here, long after the file
    went out), days of dates, authors where headings have none. Prose is written between blank lines; a line
    of it that starts with `- `, `* ` or `. ` reads back as a bullet.
    """

    name: str
    example: str
    # From all lines and the number of one: what it says if it is a heading. To the lines of one.
    read_heading: Callable[[Sequence[str], int], Headline | None]
    write_heading: Callable[[Release], list[str]]
    layout: Callable[[Release], Layout]
    in_readme: bool = False  # the history may be a part of a README, below the heading "History"
    plain: bool = False  # lines at the margin with no bullet above them are as usual as bullets

    def read(self, text: str, *, where: str) -> Reading:
        """All versions as they stand, and what a maintainer may want to mend.

        What is not understood is kept as prose with a warning; what looks like the heading of a version and is
        none is an error. The file's own head, up to the first version, is not part of the result; nor is what
        follows the history in a README, which a warning says.
        """
        lines = bare_lines(text)
        extent, found = self._history(lines)
        first, *others = [*found, extent.end]
        findings = missed_headings(
            lines[extent.begin : first], first=extent.begin + 1, where=where, example=self.example
        )
        releases = []
        for (start, headline), end in zip(found.items(), others, strict=True):
            release, strays = _release(headline, lines[start:end], start)
            releases.append(release)
            findings += odd_heading(headline, where=where, line=release.line)
            findings += [
                stray_line(lines[n - 1], where=where, line=n, example=self.example)
                for n in strays
                if LIKE_A_HEADING.match(lines[n - 1]) or not self._usual(release, n)
            ]
        findings += versions_twice(releases, where=where) + after_findings(extent, where=where)
        return tuple(releases), sorted(findings)

    def plain_text(self, release: Release) -> Release:
        """The release without the fences that keep plain text apart from Markdown here; the style has none."""
        return unfenced(release)

    def as_written(self, release: Release) -> Release | None:
        """The release as a file in this style says it; None where its heading cannot be written."""
        again, _ = self.read(self.section(self.plain_text(release)), where="")
        return again[0] if [one.version for one in again] == [release.version] else None

    def section(self, release: Release) -> str:
        """The text of one version, with the blank line below it."""
        lines = self.write_heading(release) + write_blocks(release.blocks, self.layout(release))
        return "\n".join(lines) + "\n\n"

    def insert(self, text: str, release: Release, *, where: str) -> str:
        """The file with that version above the newest one; unchanged if it says the same already.

        Line ends and a byte order mark stay as they are, and so does all other text. Raises PressroomError if
        the version is there and says something else, or if nobody can say where the newest one starts.
        """
        written = self._written(release, where=where)
        releases, findings = self.read(text, where=where)
        there = next((one for one in releases if one.version == release.version), None)
        if there is not None:
            refuse_others(written, self.plain_text(there), where=where)
            return text
        first = releases[0].line if releases else 0
        unclear = [one for one in errors_of(findings) if not first or one.line < first]
        if unclear:
            raise PressroomError(unclear[0].message, where=unclear[0].place, hint=unclear[0].hint)
        return self._added(text, self.section(self.plain_text(release)))

    def _added(self, text: str, section: str) -> str:
        lines = bare_lines(text)
        extent, found = self._history(lines)
        if found:
            starts = [number + 1 for number in found]
            section = section.rstrip("\n") + "\n" * (usual_gap(lines, starts) + 1)
            return put_above(text, section, line=starts[0])
        if extent.end == len(lines):
            return put_below(text, section)
        gap = "\n" if extent.end and lines[extent.end - 1].strip() else ""
        return put_above(text, gap + section, line=extent.end + 1)

    def _history(self, lines: Sequence[str]) -> tuple[Extent, dict[int, Headline]]:
        """Where the history stands, and its headings by the number of their first line, counted from 0."""
        found: dict[int, Headline] = {}
        after = 0
        for number in range(len(lines)):
            if number >= after and (headline := self.read_heading(lines, number)):
                found[number] = headline
                after = number + headline.lines
        extent = find_extent(lines, list(found), in_readme=self.in_readme)
        inside = {n: one for n, one in found.items() if extent.begin <= n < extent.end}
        return extent, inside

    def _usual(self, release: Release, number: int) -> bool:
        """Whether text at the margin in that line is what the style has there."""
        return self.plain and all(number < entry.line for entry in release.entries[:1])

    def _written(self, release: Release, *, where: str) -> Release:
        """The release as its section says it."""
        written = self.as_written(release)
        if written is None:
            raise PressroomError(
                f"version {release.version} cannot be written in the style {self.name}",
                where=where,
                hint=f'a heading of it is "{self.example}"; mend the version',
            )
        return written


def _release(headline: Headline, lines: Sequence[str], start: int) -> tuple[Release, list[int]]:
    """The version whose lines those are, from `start` on, and the numbers of lines that are not understood."""
    blocks, strays = read_blocks(lines[headline.lines :], first=start + headline.lines + 1)
    line = start + headline.above + 1
    rest = (Prose(text=headline.rest, line=line),) if headline.rest else ()
    release = Release(
        version=headline.version,
        date=headline.date,
        authors=headline.authors,
        undated=headline.undated,
        blocks=(*rest, *blocks),
        line=line,
    )
    return release, strays


def refuse_others(ours: Release, theirs: Release, *, where: str) -> None:
    """Stop if the version that is there says something else; one without content does."""
    found = next(differences(ours, theirs), None)
    if found is None and bool(ours.blocks) == bool(theirs.blocks):
        return
    said = f"{found.theirs}, not {found.ours}" if found else "nothing, or more than the release"
    raise PressroomError(
        f"version {theirs.version} is there already and says {said}",
        where=f"{where}:{found.line if found else theirs.line}",
        hint="mend it there or in the changelog here until both say the same, or delete that section",
    )
