"""The parser of blocks: its short cut and our tree, held against the parser's own rules and tree."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markdown_it.tree import SyntaxTreeNode

from pressroom.changelog.markdown import _parser, block_parser
from pressroom.changelog.nodes import read_nodes

PIECES = st.sampled_from(
    [*"-+*_#`~><|=1a\t\n\n\n\0\f", "- ", "1. ", "> ", "```", "***", "---", "<!--", "-->", "<div>", "  ", "    ", "|--|"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_a_short_cut_changes_nothing(pieces: list[str]) -> None:
    """The rule that takes most text for a paragraph finds the blocks that all other rules find."""
    asked, whole = dict[str, Any](), dict[str, Any]()
    every_rule = _parser()
    every_rule.core.ruler.enableOnly(["normalize", "block"])
    text = "".join(pieces)

    assert every_rule.parse(text, whole) == block_parser().parse(text, asked)
    assert whole == asked


@given(st.lists(PIECES, max_size=25))
def test_our_tree_is_the_parsers(pieces: list[str]) -> None:
    """Each block has its kind, its lines and what is in it."""
    tokens = block_parser().parse("".join(pieces))

    def shown(node: Any) -> tuple[Any, ...]:
        return node.type, node.map and tuple(node.map), [shown(one) for one in node.children]

    assert [shown(one) for one in SyntaxTreeNode(tokens).children] == [
        shown(one) for one in read_nodes(tokens)
    ]
