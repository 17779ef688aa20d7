"""What a style of changelog can do: read a file, write a version's section, put it into the file."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.model import Prose, Release
from pressroom.changelog.styles.bullets import write_blocks
from pressroom.changelog.styles.content import differences
from pressroom.changelog.styles.lines import put_above, put_below, split_lines
from pressroom.changelog.styles.sections import read_blocks
from pressroom.errors import PressroomError
from pressroom.findings import Finding, Severity, errors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.changelog.styles.bullets import Layout
    from pressroom.changelog.styles.headline import Headline

# At the margin and not understood as a heading, this is one that would be missed.
_LIKE_A_HEADING = re.compile(
    r"(?:v|version |release[- ])?[0-9]+\.[0-9]|\W?unreleased\b", re.IGNORECASE
)


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

    def read(self, text: str, *, where: str) -> tuple[tuple[Release, ...], list[Finding]]:
        """All versions as they stand, and what a maintainer may want to mend.

        What is not understood is kept as prose with a warning; what looks like the heading of a version and is
        none is an error. The file's own head, up to the first version, is not part of the result.
        """
        lines = [line.rstrip("\r\n") for line in split_lines(text)]
        found = {n: one for n in range(len(lines)) if (one := self.read_heading(lines, n))}
        ends = [*list(found)[1:], len(lines)]
        releases, findings = [], self._missed(lines[: next(iter(found), len(lines))], where)
        for (start, headline), end in zip(found.items(), ends, strict=bool(found)):
            release, strays = _release(headline, lines[:end], start)
            releases.append(release)
            findings += _odd(headline, where=where, line=start + 1)
            findings += [self._stray(lines[n - 1], where=where, line=n) for n in strays]
        return tuple(releases), sorted(findings + _twice(releases, where=where))

    def section(self, release: Release) -> str:
        """The text of one version, with the blank line below it."""
        lines = self.write_heading(release) + write_blocks(release.blocks, self.layout(release))
        return "\n".join(lines) + "\n\n"

    def insert(self, text: str, release: Release, *, where: str) -> str:
        """The file with that version above the newest one; unchanged if it says the same already.

        Line ends and a byte order mark stay as they are. Raises PressroomError if the version is there and
        says something else, or if nobody can say where the newest one starts.
        """
        written = self._written(release, where=where)
        releases, findings = self.read(text, where=where)
        there = next((one for one in releases if one.version == release.version), None)
        if there is not None:
            _refuse_others(written, there, where=where)
            return text
        first = releases[0].line if releases else 0
        unclear = [one for one in errors_of(findings) if not first or one.line < first]
        if unclear:
            raise PressroomError(unclear[0].message, where=unclear[0].place, hint=unclear[0].hint)
        section = self.section(release)
        return put_above(text, section, line=first) if first else put_below(text, section)

    def _written(self, release: Release, *, where: str) -> Release:
        """The release as its section says it."""
        again, _ = self.read(self.section(release), where=where)
        if [one.version for one in again] != [release.version]:
            raise PressroomError(
                f"version {release.version} cannot be written in the style {self.name}",
                where=where,
                hint=f'a heading of it is "{self.example}"; mend the version',
            )
        return again[0]

    def _missed(self, head: Sequence[str], where: str) -> list[Finding]:
        """Findings about lines above the first heading that look like one."""
        numbers = [n for n, line in enumerate(head, 1) if _LIKE_A_HEADING.match(line)]
        return [self._stray(head[n - 1], where=where, line=n) for n in numbers]

    def _stray(self, text: str, *, where: str, line: int) -> Finding:
        if _LIKE_A_HEADING.match(text):
            message, severity = (
                f"looks like a version and is none: {text.strip()[:60]!r}",
                Severity.ERROR,
            )
            hint = f'write "{self.example}"'
        else:
            message, severity = (
                "stands at the margin and is no bullet; kept as text",
                Severity.WARNING,
            )
            hint = "indent it below the bullet that it belongs to"
        return Finding(where=where, line=line, message=message, hint=hint, severity=severity)


def _release(headline: Headline, lines: Sequence[str], start: int) -> tuple[Release, list[int]]:
    """The version whose heading is at `start`, and the numbers of lines of it that are not understood."""
    below = start + headline.lines
    blocks, strays = read_blocks(lines[below:], first=below + 1)
    rest = (Prose(text=headline.rest, line=start + 1),) if headline.rest else ()
    release = Release(
        version=headline.version,
        date=headline.date,
        authors=headline.authors,
        undated=headline.undated,
        blocks=(*rest, *blocks),
        line=start + 1,
    )
    return release, strays


def _odd(headline: Headline, *, where: str, line: int) -> list[Finding]:
    return [
        Finding(
            where=where, line=line, message=one.message, hint=one.hint, severity=Severity.WARNING
        )
        for one in headline.odd
    ]


def _twice(releases: Sequence[Release], *, where: str) -> list[Finding]:
    first: dict[str, int] = {}
    return [
        Finding(
            where=where,
            line=release.line,
            message=f"version {release.version} stands twice, first in line {first[release.version]}",
            hint="delete one of the two",
            severity=Severity.WARNING,
        )
        for release in releases
        if first.setdefault(release.version, release.line) != release.line
    ]


def _refuse_others(ours: Release, theirs: Release, *, where: str) -> None:
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
