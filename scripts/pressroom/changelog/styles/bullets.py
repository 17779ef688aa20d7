"""Bullets as plain text: for a project's own changelog and for the message of a tag.

A bullet says what its page says: `*`, `_`, backslashes and the backticks of code stay as they are, since
the page shows them so (`changelog/markdown.py`). Only links need another form: `words (https://…)`.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from pressroom.changelog.markdown import MAX_CHARACTERS, inline_renderer
from pressroom.changelog.model import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from pressroom.changelog.model import Block

BULLET: Final = re.compile(r"[-*.](?=[ \t]|$)[ \t]*")
_BLANK = " \t"
_LINE_END = re.compile(r"\r\n|\r|\n")
_TEXT = 2  # columns from a bullet's mark to its text


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where bullets of each depth stand and what marks them; deeper ones go on as the last."""

    columns: tuple[int, ...]
    marks: tuple[str, ...]
    step: int = 1
    prose: int = 0  # the column of text that is no bullet, at the top
    hang: int = _TEXT  # columns from a bullet's mark to the lines that its text goes on in

    def column(self, depth: int) -> int:
        """The column of a bullet's mark."""
        known = min(depth, len(self.columns) - 1)
        return self.columns[known] + self.step * (depth - known)

    def mark(self, depth: int) -> str:
        """The mark of a bullet."""
        return self.marks[min(depth, len(self.marks) - 1)]

    def text(self, depth: int) -> int:
        """The column at which prose of that depth starts: below the text of the bullet that it is part of."""
        return self.column(depth - 1) + _TEXT if depth else self.prose


def write_blocks(blocks: Sequence[Block], layout: Layout, depth: int = 0) -> list[str]:
    """The lines of blocks; prose stands between blank lines."""
    lines: list[str] = []
    after_prose = False
    for number, block in enumerate(blocks):
        if after_prose or (not isinstance(block, Entry) and (number or depth)):
            lines.append("")
        after_prose = not isinstance(block, Entry)
        if isinstance(block, Entry):
            lines += _bullet(block.text, layout, depth)
            lines += write_blocks(block.children, layout, depth + 1)
        else:
            indent = " " * layout.text(depth)
            lines += [(indent + line).rstrip(_BLANK) for line in _LINE_END.split(block.text)]
    return lines


def _bullet(text: str, layout: Layout, depth: int) -> list[str]:
    indent = " " * layout.column(depth)
    first, *more = _wrapped(plain_inline(text))
    lines = [f"{indent}{layout.mark(depth)} {first}".rstrip(_BLANK)]
    return lines + [f"{indent}{' ' * layout.hang}{line}" for line in more]


def _wrapped(text: str) -> list[str]:
    """The lines of a bullet's text; one that would read as a bullet joins the line above."""
    lines = [""]
    for number, line in enumerate(
        stripped for part in _LINE_END.split(text) if (stripped := part.strip(_BLANK))
    ):
        if number and not BULLET.match(line):
            lines.append(line)
        else:
            lines[-1] = f"{lines[-1]} {line}" if number else line
    return lines


def plain_inline(text: str) -> str:
    """The text of a bullet with its links as `words (https://…)`; all else verbatim."""
    # Without these signs there is no link, and to read the text is much slower than to look for them.
    if len(text) > MAX_CHARACTERS or not ("](" in text or "<" in text):
        return text
    tokens = inline_renderer().parseInline(text)[0].children or []
    if not any(token.type == "link_open" for token in tokens):
        return text
    return "".join(_links_written_out(tokens))


def _links_written_out(tokens: Sequence[Token]) -> list[str]:
    parts: list[str] = []
    target, title, start = "", None, 0
    for token in tokens:
        if token.type == "link_open":
            target, title, start = str(token.attrGet("href")), token.attrGet("title"), len(parts)
        elif token.type == "link_close":
            words = "".join(parts[start:])
            if target.removeprefix("mailto:") != words:
                parts.append(f" ({target})")
            if title:
                parts.append(f' "{title}"')
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        else:
            # The mark of code is there once; text has none.
            parts += [token.markup, token.content, token.markup]
    return parts
