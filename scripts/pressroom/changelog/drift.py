"""What a changelog here and the project's own one say differently of the same version, for a release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.styles import style
from pressroom.changelog.styles.content import content_of
from pressroom.changelog.syncing.comparison import Kind, find_drift, first_of_each
from pressroom.findings import Finding

if TYPE_CHECKING:
    from pressroom.changelog.model import Changelog, Release
    from pressroom.changelog.syncing.comparison import Drift


def compare(
    ours: Changelog, theirs: tuple[Release, ...], *, where: str, ours_where: str
) -> list[Finding]:
    """An error for each difference that `pressroom changelog sync` shows, too, at its line of the project's file.

    Fewer than there: what one side alone says stops no release. The project's file has the whole history, and
    what only we have is what a release is about to write. Without entries on both sides, dates alone are
    compared, and where both have one.
    """
    file = ours.project.changelog if ours.project else None
    their_style = style(file.style) if file else None
    assert their_style is not None, (
        "a project without a style that we know has no such file to read"
    )
    here, there = first_of_each(ours.published), first_of_each(theirs)
    return sorted(
        _finding(one, where=where, ours_where=ours_where)
        for one in find_drift(ours, theirs, their_style)
        if _is_said_twice(one.kind, here.get(one.version), there.get(one.version))
    )


def _is_said_twice(kind: Kind, here: Release | None, there: Release | None) -> bool:
    """Whether both sides say something of what differs."""
    if here is None or there is None:
        return False
    if kind is Kind.DATE:
        return here.date is not None and there.date is not None
    return bool(content_of(here)) and bool(content_of(there))


def _finding(one: Drift, *, where: str, ours_where: str) -> Finding:
    assert one.here is not None, "both sides have the version"
    assert one.there is not None, "both sides have the version"
    here = f"{ours_where}:{one.here.line}"
    return Finding(
        where=where,
        line=one.there.line,
        message=f"{one.version} says {one.there.says}; {here} says {one.here.says}",
        hint=f"mend the wrong one: edit {here} here, or {where} in the project and commit it",
    )
