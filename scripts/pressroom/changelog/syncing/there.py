"""What our changelog says, put into the project's own one in its style: versions, dates, authors and entries."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.styles.content import content_of
from pressroom.changelog.styles.replacing import body_lines, heading_lines
from pressroom.changelog.syncing.comparison import Kind
from pressroom.changelog.syncing.edits import Edit

if TYPE_CHECKING:
    from collections.abc import Collection

    from pressroom.changelog.model import Release
    from pressroom.changelog.styles.replacing import Place
    from pressroom.changelog.styles.style import Style


def write(
    ours: Release,
    theirs: Release,
    kinds: Collection[Kind],
    *,
    style: Style,
    place: Place,
) -> list[Edit]:
    """The edits of the project's file that give a version what ours says in which it differs.

    Its entries stay where only its heading differs, and the other way round; `ours` has the blocks as plain text.
    """
    edits = []
    if Kind.DATE in kinds or Kind.AUTHORS in kinds:
        size = place.heading - place.first + 1
        heading = tuple(heading_lines(style, _heading(ours, theirs, kinds), place))
        edits.append(Edit(line=place.first, removed=size, lines=heading))
    if Kind.ENTRIES in kinds:
        size = place.last - place.heading
        body = tuple(body_lines(style, ours, place))
        edits.append(Edit(line=place.heading + 1, removed=size, lines=body))
    return edits


def _heading(ours: Release, theirs: Release, kinds: Collection[Kind]) -> Release:
    """Their release with the date and the authors that differ as ours has them."""
    date = ours if Kind.DATE in kinds else theirs
    return dataclasses.replace(
        theirs,
        date=date.date,
        undated=date.undated,
        authors=ours.authors if Kind.AUTHORS in kinds else theirs.authors,
        blocks=content_of(theirs),
    )
