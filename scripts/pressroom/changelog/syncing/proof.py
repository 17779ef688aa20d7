"""The proof that a changelog that was mended says what it should, and else what it said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.syncing.comparison import Kind, find_drift
from pressroom.findings import errors_of
from pressroom.frontmatter import split_document
from pressroom.texts import decode

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pressroom.changelog.model import Changelog, Release
    from pressroom.changelog.syncing.sides import Pair


def prove_here(pair: Pair, text: str, versions: Collection[str]) -> str:
    """Why our new text is not the old one with these versions mended; empty if it is."""
    plain, _ = decode(text.encode(), where=pair.ours_where)
    before, _ = decode(pair.ours_text.encode(), where=pair.ours_where)
    changelog, findings = parse_changelog(plain, where=pair.ours_where)
    if errors := errors_of(findings):
        return f"our file would have an error: {errors[0].message}"
    fronts = [split_document(one, where="")[0].front for one in (plain, before)]
    if fronts[0] != fronts[1] or changelog.preamble != pair.ours.preamble:
        return "more than this version would change"
    return _others_changed(pair.ours.releases, changelog.releases, versions) or _drifting(
        pair, changelog, pair.theirs, versions
    )


def prove_checkout(pair: Pair, text: str, versions: Collection[str]) -> str:
    """Why the project's new text is not the old one with these versions mended; empty if it is."""
    releases, findings = pair.style.read(text, where=pair.theirs_where)
    if errors := errors_of(findings):
        return f"the project's file would have an error: {errors[0].message}"
    return _others_changed(pair.theirs, releases, versions) or _drifting(
        pair, pair.ours, releases, versions
    )


def _others_changed(
    before: Sequence[Release], after: Sequence[Release], versions: Collection[str]
) -> str:
    kept = [[one for one in some if one.version not in versions] for some in (before, after)]
    return "" if kept[0] == kept[1] else "another version would change with it"


def _drifting(
    pair: Pair, ours: Changelog, theirs: tuple[Release, ...], versions: Collection[str]
) -> str:
    left = [
        one
        for one in find_drift(ours, theirs, pair.style)
        if one.version in versions and one.kind is not Kind.NO_ENTRIES
    ]
    if not left:
        return ""
    said = [side.says for side in (left[0].here, left[0].there) if side]
    return f"read again, {left[0].kind}: {' and '.join(said)}"
