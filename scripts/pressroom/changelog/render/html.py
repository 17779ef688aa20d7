"""Bullets and prose as HTML. A bullet knows code and links only: `*.c`, `ABC_*` and `a_b_c` are no emphasis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from pressroom.changelog.markdown import MAX_CHARACTERS, inline_renderer, prose_renderer
from pressroom.changelog.model import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Block


def render_inline(text: str) -> Markup:
    """The text of a bullet; links lead to http(s) or mail addresses only, others stay text."""
    if len(text) > MAX_CHARACTERS:
        return escape(text)
    return Markup(inline_renderer().renderInline(text))  # noqa: S704 - html is off: the renderer escapes


def plain_text(text: str) -> str:
    """The text of a bullet without its markup, on one line."""
    if len(text) <= MAX_CHARACTERS:
        tokens = inline_renderer().parseInline(text)[0].children or []
        breaks = {"softbreak", "hardbreak"}
        text = "".join(" " if token.type in breaks else token.content for token in tokens)
    return " ".join(text.split())


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
    if any(len(paragraph) > MAX_CHARACTERS for paragraph in text.split("\n\n")):
        return Markup("<pre>{}</pre>\n").format(text)
    return Markup(prose_renderer().render(text))  # noqa: S704 - html is off: the renderer escapes
