"""Bullets and prose as HTML. A bullet knows code and links only: `*.c`, `PCSC_*` and `a_b_c` are no emphasis."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markupsafe import Markup

from pressroom.changelog.model import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Block

_ALLOWED_LINK = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)

_INLINE = MarkdownIt("commonmark", {"html": False}).disable(
    ["emphasis", "escape", "entity", "image"]
)
_PROSE = MarkdownIt("commonmark", {"html": False}).disable(["image", "reference", "lheading"])
for _parser in (_INLINE, _PROSE):
    _parser.validateLink = lambda url: bool(_ALLOWED_LINK.fullmatch(url))  # type: ignore[method-assign]  # the way it is meant to be set


def render_inline(text: str) -> Markup:
    """The text of a bullet; links lead to http(s) or mail addresses only, others stay text."""
    return Markup(_INLINE.renderInline(text))  # noqa: S704 - html is off: the renderer escapes


def plain_text(text: str) -> str:
    """The text of a bullet without its markup, on one line."""
    tokens = _INLINE.parseInline(text)[0].children or []
    words = (" " if token.type == "softbreak" else token.content for token in tokens)
    return " ".join("".join(words).split())


def render_blocks(blocks: Sequence[Block]) -> Markup:
    """Bullets as nested lists, prose as paragraphs, code and the like."""
    parts: list[Markup] = []
    listed: list[Markup] = []
    for block in blocks:
        if isinstance(block, Entry):
            listed.append(
                Markup("<li>{}{}</li>\n").format(
                    render_inline(block.text), render_blocks(block.children)
                )
            )
            continue
        parts += [_list(listed)] if listed else []
        listed = []
        parts.append(_prose(block.text))
    parts += [_list(listed)] if listed else []
    return Markup().join(parts)


def _list(items: list[Markup]) -> Markup:
    return Markup("<ul>\n{}</ul>\n").format(Markup().join(items))


def _prose(text: str) -> Markup:
    tokens = _PROSE.parse(text)
    for token in tokens:
        # A page has one h1, and its h2 are ours.
        if token.type in {"heading_open", "heading_close"} and token.tag in {"h1", "h2"}:
            token.tag = "h3"
    return Markup(_PROSE.renderer.render(tokens, _PROSE.options, {}))  # noqa: S704 - html is off: the renderer escapes
