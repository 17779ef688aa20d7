"""What a Markdown parser found, as a tree of blocks that know their lines."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token


@dataclasses.dataclass(slots=True, kw_only=True)
class Node:
    """A block: what it is (`heading`, `bullet_list`), its lines from and to before, its text, and what is in it.

    The parser's own tree costs a fifth of the time that a long file takes, and is not linear in depth.
    """

    type: str
    tag: str
    markup: str
    content: str
    map: list[int] | None
    children: list[Node] = dataclasses.field(default_factory=list)


def read_nodes(tokens: Sequence[Token]) -> list[Node]:
    """The blocks at the top, each with those that it holds."""
    top: list[Node] = []
    open_lists = [top]
    for token in tokens:
        if token.nesting < 0:
            open_lists.pop()
            continue
        node = Node(
            type=token.type.removesuffix("_open"),
            tag=token.tag,
            markup=token.markup,
            content=token.content,
            map=token.map,
        )
        open_lists[-1].append(node)
        if token.nesting > 0:
            open_lists.append(node.children)
    return top


def span(node: Node) -> tuple[int, int]:
    """The lines of a block, from and to before."""
    assert node.map is not None, "every block knows its lines"
    begin, end = node.map
    return begin, end
