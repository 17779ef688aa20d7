"""Changelogs in a markup of their own: titles, groups of entries under headings, and entries of many blocks.

A group is prose, `### Added`, with its entries below it at the same level: so it is written in our own
format too, and nothing has to be guessed when the group is written again.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from pressroom.changelog.headings import is_version
from pressroom.changelog.model import UNRELEASED, BadRelease, Prose, Release
from pressroom.changelog.styles.bullets import Layout
from pressroom.changelog.styles.headline import Headline, Odd, read_date
from pressroom.changelog.styles.lines import bare_lines, put_above, put_below, usual_gap
from pressroom.changelog.styles.oddities import odd_heading, stray_line, versions_twice
from pressroom.changelog.styles.style import Style, refuse_others

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.changelog.model import Block
    from pressroom.changelog.styles.style import Reading

YANKED: Final = BadRelease(reason="yanked")
LAYOUT: Final = Layout(columns=(0, 2), marks=("-",))
GROUP: Final = re.compile(r"(?P<marks>#{3,6})[ \t]+(?P<title>\S.*)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """How a file writes the title of a version: at which level, and with which name before the version."""

    level: int = 2
    name: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A version in a file: what its title says, and where it and its blocks stand."""

    headline: Headline
    line: int
    blocks: tuple[Block, ...] = ()
    title: Title = Title()
    yanked: bool = False
    missed: tuple[int, ...] = ()  # lines that look like the title of a version and are none

    @property
    def release(self) -> Release:
        """The version as our changelogs know it."""
        rest = (Prose(text=self.headline.rest, line=self.line),) if self.headline.rest else ()
        return Release(
            version=self.headline.version,
            date=self.headline.date,
            authors=self.headline.authors,
            undated=self.headline.undated,
            bad=YANKED if self.yanked else None,
            blocks=(*rest, *self.blocks),
            line=self.line,
        )


def _as_it_is(text: str, _version: str, _newest: str) -> str:
    return text


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MarkedStyle(Style):
    """A style whose file is read as a whole, and written with the titles that the file has.

    Left out when it is written: authors, and why a release is bad.
    """

    # All versions of a text; the lines of a release.
    sections: Callable[[str], list[Section]]
    write: Callable[[Release, Title], list[str]]
    # The lines at the end of a file that are no part of its last version.
    tail: Callable[[Sequence[str]], int] = len
    # The file with a new version, that version, and the one that was the newest: what else has to be told of it.
    finish: Callable[[str, str, str], str] = _as_it_is

    def read(self, text: str, *, where: str) -> Reading:
        """All versions as they stand, and what a maintainer may want to mend."""
        lines = bare_lines(text)
        found = self.sections("\n".join(lines))
        releases = tuple(one.release for one in found)
        findings = versions_twice(releases, where=where)
        for one in found:
            findings += odd_heading(one.headline, where=where, line=one.line)
            findings += [
                stray_line(lines[n - 1].lstrip("# ["), where=where, line=n, example=self.example)
                for n in one.missed
            ]
        return releases, sorted(findings)

    def plain_text(self, release: Release) -> Release:
        """The release as it is: what fences say here, they say there."""
        return release

    def section(self, release: Release) -> str:
        """The text of one version, with the blank line below it."""
        return "\n".join(self.write(release, Title())) + "\n\n"

    def insert(self, text: str, release: Release, *, where: str) -> str:
        """The file with that version above the newest one and below what is not released yet.

        Raises PressroomError if the version is there and says something else.
        """
        written = self._written(release, where=where)
        lines = bare_lines(text)
        found = self.sections("\n".join(lines))
        there = next((one for one in found if one.headline.version == release.version), None)
        if there is not None:
            refuse_others(written, there.release, where=where)
            return text
        newest = next((one for one in found if one.headline.version != UNRELEASED), None)
        if newest is not None:
            below = "\n" * usual_gap(lines, [one.line for one in found])
            section = "\n".join(self.write(release, newest.title)) + "\n" + below
            after = put_above(text, section, line=newest.line)
            return self.finish(after, release.version, newest.headline.version)
        section = self.section(release)
        end = self.tail(lines)
        if end == len(lines):
            return put_below(text, section)
        gap = "\n" if end and lines[end - 1].strip() else ""
        return put_above(text, gap + section, line=end + 1)


def read_title(version: str, rest: str, *, example: str) -> Headline | None:
    """What a title says: its version and what stands where the date has to be (ISO 8601 is as it should be)."""
    if version.strip("[]").casefold() == UNRELEASED.casefold():
        return Headline(version=UNRELEASED) if not rest else None
    if not is_version(version):
        return None
    if not rest:
        return Headline(version=version)
    date = read_date(rest)
    if date is None:
        odd = Odd(message=f"{rest!r} is not a date; kept as text", hint=f'write "{example}"')
        return Headline(version=version, rest=rest, odd=(odd,))
    other = Odd(message=f"the date {rest!r} is read as {date.iso}", hint=f'write "{date.iso}"')
    return Headline(version=version, date=date, odd=() if date.iso == rest else (other,))
