"""What the project's own changelog says, put into ours: versions, dates, authors and entries."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

from pressroom.changelog.format import format_release
from pressroom.changelog.headings import Heading, format_heading
from pressroom.changelog.model import Entry, Prose, Release
from pressroom.changelog.plain import bullet_markdown, prose_markdown
from pressroom.changelog.styles.bullets import plain_inline
from pressroom.changelog.styles.content import content_of
from pressroom.changelog.syncing.comparison import Kind
from pressroom.changelog.syncing.edits import Edit
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from pressroom.changelog.model import Block

Markdown: TypeAlias = "Callable[[Sequence[Block]], tuple[Block, ...]]"
_Key = tuple[bool, str, tuple["_Key", ...]]


def take(
    ours: Release, theirs: Release, kinds: Collection[Kind], *, last: int, markdown: Markdown
) -> list[Edit]:
    """The edits of our file that give a version what theirs says in which it differs.

    Ours stands from its line to `last`; `markdown` makes blocks of theirs ones of ours. Raises PressroomError where there is nothing to take.
    """
    takes_body = Kind.ENTRIES in kinds or Kind.NO_ENTRIES in kinds
    if takes_body and not content_of(theirs):
        raise PressroomError(
            f"{theirs.version} has entries here and none there",
            where="",
            hint="write them there with --to checkout, or delete them here by hand",
        )
    heading = _heading(ours, theirs, kinds)
    edits = []
    if heading != _heading(ours, theirs, ()):
        edits.append(
            Edit(line=ours.line, removed=1, lines=(f"## {format_heading(heading)}",)),
        )
    if takes_body:
        blocks = _with_our_markup(ours.blocks, content_of(theirs), markdown)
        section = format_release(dataclasses.replace(ours, blocks=blocks, source=""))
        body = tuple(section.split("\n")[1:])
        edits.append(Edit(line=ours.line + 1, removed=last - ours.line, lines=body))
    return edits


def taken(theirs: Release, *, markdown: Markdown) -> str:
    """A version of theirs as a section of ours. Raises PressroomError if its heading cannot be read."""
    _refuse_unread(theirs)
    release = Release(
        version=theirs.version,
        date=theirs.date,
        authors=theirs.authors,
        bad=theirs.bad,
        blocks=markdown(theirs.blocks),
        undated=theirs.date is None,
    )
    return format_release(release)


def _heading(ours: Release, theirs: Release, kinds: Collection[Kind]) -> Heading:
    date = theirs if Kind.DATE in kinds else ours
    # Who stands beside words that are not his: without entries here the authors were not compared.
    takes_authors = Kind.AUTHORS in kinds or (Kind.NO_ENTRIES in kinds and theirs.authors)
    return Heading(
        version=ours.version,
        date=date.date,
        undated=date.undated or (date is theirs and date.date is None),
        authors=theirs.authors if takes_authors else ours.authors,
    )


def _refuse_unread(theirs: Release) -> None:
    unread = [block.text for block in theirs.blocks if block not in content_of(theirs)]
    if unread:
        raise PressroomError(
            f"the heading of {theirs.version} says {unread[0]!r}, which is not understood",
            where="",
            hint="mend that heading in the project's file first",
        )


def as_markdown(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks of plain text as Markdown that shows it."""
    return tuple(
        Entry(text=bullet_markdown(block.text), children=as_markdown(block.children))
        if isinstance(block, Entry)
        else Prose(text=prose_markdown(block.text))
        for block in blocks
    )


def as_it_is(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Blocks of a style whose text is Markdown already."""
    return tuple(blocks)


def _with_our_markup(
    ours: Sequence[Block], theirs: Sequence[Block], markdown: Markdown
) -> tuple[Block, ...]:
    """Their blocks as ours; those that say what one of ours says are ours, with its links and code."""
    whole = {_key(block): block for block in reversed(ours)}
    alone = {_key(block)[:2]: block for block in reversed(ours)}
    blocks: list[Block] = []
    for block in theirs:
        key = _key(block)
        same, alike = whole.get(key), alone.get(key[:2])
        if same is not None:
            blocks.append(same)
        elif isinstance(block, Entry) and isinstance(alike, Entry):
            children = _with_our_markup(alike.children, block.children, markdown)
            blocks.append(dataclasses.replace(alike, children=children))
        else:
            blocks += markdown([block])
    return tuple(blocks)


def _key(block: Block) -> _Key:
    is_entry = isinstance(block, Entry)
    text = plain_inline(block.text) if is_entry else block.text
    words = " ".join(text.replace("`", "").replace("\\", "").split())
    return is_entry, words, tuple(map(_key, block.children)) if isinstance(block, Entry) else ()
