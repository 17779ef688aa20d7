"""What a changelog here and the project's own one say differently of the same version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.styles import style
from pressroom.changelog.styles.content import differences
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.changelog.model import Changelog, Release


def compare(
    ours: Changelog, theirs: tuple[Release, ...], *, where: str, ours_where: str
) -> list[Finding]:
    """An error for each difference, at its line of the project's file `where`.

    A version on one side only is no drift: the project's file has the whole history, and what only we have is
    what a release is about to write. Without bullets on both sides, the date alone is compared.
    """
    by_version: dict[str, Release] = {}
    for release in theirs:
        by_version.setdefault(release.version, release)
    return sorted(
        finding
        for release in ours.published
        if release.version in by_version
        for finding in _drift(ours, release, by_version[release.version], (where, ours_where))
    )


def _drift(
    ours: Changelog, release: Release, theirs: Release, places: tuple[str, str]
) -> Iterator[Finding]:
    where, ours_where = places
    for found in differences(_as_they_write(ours, release), theirs):
        here = f"{ours_where}:{release.line}"
        yield Finding(
            where=where,
            line=found.line,
            message=f"{release.version} says {found.theirs}; {here} says {found.ours}",
            hint=f"mend the wrong one: edit {here} here, or {where} in the project and commit it",
        )


def _as_they_write(ours: Changelog, release: Release) -> Release:
    """The release as the project's file would say it, so that what its style cannot say is no drift."""
    file = ours.project.changelog if ours.project else None
    theirs = style(file.style) if file else None
    if theirs is None:
        return release
    written, _ = theirs.read(theirs.section(release), where="")
    return written[0] if [one.version for one in written] == [release.version] else release
