"""Plain text that stands in a code fence in our Markdown, without the fence."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.model import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Block, Release


def unfenced(release: Release) -> Release:
    """The release without the fences that keep plain text apart from Markdown.

    A fence with a blank line in it stays: without its marks it would read back as several texts.
    """
    return dataclasses.replace(release, blocks=_blocks(release.blocks))


def _blocks(blocks: Sequence[Block]) -> tuple[Block, ...]:
    return tuple(
        dataclasses.replace(block, children=_blocks(block.children))
        if isinstance(block, Entry)
        else dataclasses.replace(block, text=_text(block.text))
        for block in blocks
    )


def _text(text: str) -> str:
    first, *inside = text.split("\n")
    if (
        len(inside) > 1
        and first == inside.pop()
        and not first.strip("`")
        and len(first) >= 3
        and all(inside)
    ):
        return "\n".join(inside)
    return text
