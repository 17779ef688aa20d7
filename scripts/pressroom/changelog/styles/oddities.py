"""What in a project's own changelog a maintainer may want to mend, each with its line and a way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.styles.headline import LIKE_A_HEADING
from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Release
    from pressroom.changelog.styles.headline import Headline


def missed_headings(lines: Sequence[str], *, first: int, where: str, example: str) -> list[Finding]:
    """Errors about lines above the first version that look like one; `first` is the number of the first line."""
    return [
        stray_line(line, where=where, line=number, example=example)
        for number, line in enumerate(lines, first)
        if LIKE_A_HEADING.match(line)
    ]


def stray_line(text: str, *, where: str, line: int, example: str) -> Finding:
    """An error about what looks like a version and is none, else a warning about text at the margin."""
    if LIKE_A_HEADING.match(text):
        message = f"looks like a version and is none: {text.strip()[:60]!r}"
        return Finding(where=where, line=line, message=message, hint=f'write "{example}"')
    return Finding(
        where=where,
        line=line,
        message="stands at the margin and is no bullet; kept as text",
        hint="indent it below the bullet that it belongs to",
        severity=Severity.WARNING,
    )


def odd_heading(headline: Headline, *, where: str, line: int) -> list[Finding]:
    """A warning for each thing that is odd about a heading."""
    return [
        Finding(
            where=where, line=line, message=one.message, hint=one.hint, severity=Severity.WARNING
        )
        for one in headline.odd
    ]


def versions_twice(releases: Sequence[Release], *, where: str) -> list[Finding]:
    """A warning for each version that has stood there before."""
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
