"""The Markdown of changelogs: CommonMark without HTML, reference links, indented code and images.

Changelogs indent by hand and hold names of functions and macros, so what CommonMark makes of four spaces,
`__init__` and `a*b*c` is not what was meant. HTML comments are known, so that what they hide stays hidden.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import blockquote, list_block, paragraph
from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

# Nobody nests this deep; Python's stack ends some way beyond it.
MAX_DEPTH: Final = 32
# Brackets cost the square of their number: this many cost a quarter of a second.
MAX_CHARACTERS: Final = 5_000
TOO_DEEP: Final = "too_deep"

_LINKS = re.compile(r"(?:https?://|mailto:)\S+", re.IGNORECASE)
# What a list, a heading, a fence, a quote, a bar or a comment can start with.
_SIGNS = frozenset("-+*_#`~><0123456789")
_RUN = re.compile(r"\*+|_+")


@functools.cache
def block_parser() -> MarkdownIt:
    """A parser of blocks alone: `inline` tokens have their content, and no children."""
    parser = _parser()
    parser.core.ruler.enableOnly(["normalize", "block"])
    # Most lines are text, and to ask every other rule first takes a third of the time.
    parser.block.ruler.before("fence", "text", _text)
    return parser


@functools.cache
def inline_renderer() -> MarkdownIt:
    """A renderer of a bullet's text: code and links; `*.c`, `ABC_*` and `a_b` are no markup."""
    parser = _parser()
    parser.disable(["emphasis", "escape", "entity"])
    parser.validateLink = is_safe_link  # type: ignore[method-assign] # the documented way to narrow it
    return parser


@functools.cache
def prose_renderer() -> MarkdownIt:
    """A renderer of prose whose only attributes are `href` of a link and `start` of a list."""
    parser = _parser()
    parser.enable("table")
    parser.validateLink = is_safe_link  # type: ignore[method-assign] # the documented way to narrow it
    rules = {
        "link_open": _link_open,
        "fence": _fence,
        "th_open": _bare,
        "td_open": _bare,
        "heading_open": _heading,
        "heading_close": _heading,
        "comment": _nothing,
    }
    for name, rule in rules.items():
        parser.add_render_rule(name, rule)
    return parser


def is_safe_link(url: str) -> bool:
    """Whether a link may lead there; all other links stay text."""
    return _LINKS.fullmatch(url) is not None


def _parser() -> MarkdownIt:
    # Levels count a list and its item apart; the limit of our own rules comes first.
    options = {"html": False, "xhtmlOut": False, "maxNesting": 4 * MAX_DEPTH}
    parser = MarkdownIt("commonmark", options)
    # HTML is off, and yet its rule would be asked at each line.
    parser.disable(["code", "reference", "lheading", "image", "html_block"])
    block = parser.block.ruler
    block.at("list", _list, {"alt": ["paragraph", "blockquote"]})
    block.at("blockquote", _quote, {"alt": ["paragraph", "blockquote", "list"]})
    block.before("heading", "comment", _comment, {"alt": ["paragraph", "blockquote", "list"]})
    parser.inline.ruler.before("emphasis", "names", _names)
    return parser


def _list(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return not _stop(state, start) and list_block(state, start, end, silent)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return not _stop(state, start) and blockquote(state, start, end, silent)


def _stop(state: StateBlock, start: int) -> bool:
    """Whether a container would nest too deep here; the first such line is noted in the environment."""
    if state.level < 2 * MAX_DEPTH or state.sCount[start] < state.blkIndent:
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if re.match(r"[-*+>]|\d+[.)]", line):
        state.env.setdefault(TOO_DEEP, start)
    return True


def _text(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A paragraph, where its first sign starts nothing else; tables, which could, are not read here."""
    first = state.src[state.bMarks[start] + state.tShift[start]]
    return first not in _SIGNS and paragraph(state, start, end, silent)


def _comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`<!--` at the start of a line up to the line that holds `-->`, as one block."""

    def text(line: int) -> str:
        return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]

    if not text(start).startswith("<!--"):
        return False
    # Where a search found no end, one from a line below it finds none either.
    known = f"no comment ends before {end}"
    last = start
    while "-->" not in text(last):
        last += 1
        if last >= min(end, state.env.get(known, end)):
            state.env[known] = min(start, state.env.get(known, start))
            return False
        if state.sCount[last] < state.blkIndent and not state.isEmpty(last):
            return False
    if not silent:
        state.line = last + 1
        token = state.push("comment", "", 0)
        token.map = [start, state.line]
    return True


def _names(state: StateInline, silent: bool) -> bool:
    """`_`, and `*` between the letters of a word, as they stand: `__init__`, `a*b*c`."""
    match = _RUN.match(state.src, state.pos)
    if match is None:
        return False
    before = state.src[max(match.start() - 1, 0) : match.start()]
    after = state.src[match.end() : match.end() + 1]
    if match[0][0] == "*" and not (_is_word(before) and _is_word(after)):
        return False
    if not silent:
        state.append_pending(match[0])
    state.pos = match.end()
    return True


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _link_open(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    return f'<a href="{escape(tokens[index].attrGet("href"))}">'


def _fence(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    return f"<pre><code>{escape(tokens[index].content)}</code></pre>\n"


def _bare(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    return f"<{tokens[index].tag}>"


def _heading(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    """A heading below those of a page (h1) and a release (h2)."""
    tag = max(tokens[index].tag, "h3")
    return f"<{tag}>" if tokens[index].nesting == 1 else f"</{tag}>\n"


def _nothing(
    _renderer: RendererHTML,
    _tokens: Sequence[Token],
    _index: int,
    _options: OptionsDict,
    _env: EnvType,
) -> str:
    return ""
