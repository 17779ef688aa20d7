"""What is wrong with single lines of a changelog, whatever block they ended in."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from markdown_it.common.utils import unescapeAll

from pressroom.changelog.headings import EXAMPLE, format_heading, parse_heading
from pressroom.changelog.markdown import MAX_CHARACTERS, MAX_DEPTH, TOO_DEEP
from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markdown_it.token import Token

    from pressroom.changelog.blocks import Lines

_SIGNS = ("•", "‣", "▪", "◦", "·")
_BULLET = re.compile(r"[ \t]*([-*+])[ \t]+\S")
_UNSAFE_LINK = re.compile(r"(?:\]\(\s*<?|<)\s*(javascript|data|vbscript)\s*:", re.IGNORECASE)
_GLUED = re.compile(r" {0,3}(#{1,6})(?=v?\d+\.\d)")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A finding that knows its line in the body only."""

    index: int
    message: str
    hint: str
    severity: Severity = Severity.ERROR


def check_lines(
    tokens: Sequence[Token], lines: Lines, env: Mapping[str, object], *, where: str
) -> list[Finding]:
    """Findings about lines outside code and comments, and about blocks that swallow lines."""
    code = _verbatim(tokens)
    noted = [
        note
        for index, text in enumerate(lines.texts)
        if index not in code
        for note in _check_line(index, text)
    ]
    for token, outer in zip(tokens, ["", *(token.type for token in tokens)], strict=False):
        noted += _check_token(token, outer, lines)
    too_deep = env.get(TOO_DEEP)
    if isinstance(too_deep, int):
        noted.append(
            Noted(
                index=too_deep,
                message=f"nested more than {MAX_DEPTH} deep; kept as text",
                hint="write it flatter",
            )
        )
    return [
        Finding(
            where=where,
            line=lines.number(note.index),
            message=note.message,
            hint=note.hint,
            severity=note.severity,
        )
        for note in noted
    ]


def _verbatim(tokens: Sequence[Token]) -> set[int]:
    """The lines whose text is not Markdown."""
    return {
        index
        for token in tokens
        if token.map and token.type in {"fence", "comment"}
        for index in range(*token.map)
    }


def _check_line(index: int, text: str) -> Iterator[Noted]:
    if text.lstrip(" \t").startswith(_SIGNS):
        yield Noted(
            index=index,
            message=f"{text.strip()[0]!r} is no bullet in Markdown; kept as text",
            hint='start the line with "- "',
        )
    glued = _GLUED.match(text)
    if glued:
        yield Noted(
            index=index,
            message=f"no space after {glued[1]!r}, so this is no heading",
            hint=f'write "{EXAMPLE}"',
        )
    link = _UNSAFE_LINK.search(unescapeAll(text))
    if link:
        yield Noted(
            index=index,
            message=f"a link must not lead to `{link[1].lower()}:`; shown as text",
            hint="link to an https address, or put it between backticks",
            severity=Severity.WARNING,
        )


def _check_token(token: Token, outer: str, lines: Lines) -> Iterator[Noted]:
    if token.map is None:
        return
    begin, end = token.map
    if token.type == "fence" and not _is_closed(token, lines):
        yield Noted(
            index=begin,
            message="the code fence that starts here does not end",
            hint=f'close it with a line "{token.markup}"',
        )
    if token.type != "inline":
        return
    if len(token.content) > MAX_CHARACTERS:
        yield Noted(
            index=begin,
            message=f"a text of {len(token.content)} characters is longer than {MAX_CHARACTERS}; shown without markup",
            hint="split it into several bullets",
        )
    if outer == "paragraph_open":
        yield from _check_paragraph(token, lines, begin, end)


def _check_paragraph(token: Token, lines: Lines, begin: int, end: int) -> Iterator[Noted]:
    deep = next((n for n in range(begin + 1, end) if _BULLET.match(lines.texts[n])), None)
    if deep is not None:
        yield Noted(
            index=deep,
            message="reads as more text of the line above, not as a bullet",
            hint="indent it by two spaces more than the bullet that it belongs to",
        )
    heading = parse_heading(lines.texts[begin]) if token.level == 1 else None
    if heading and heading.date and "." in heading.version:
        yield Noted(
            index=begin,
            message="looks like the heading of a release, without `## `",
            hint=f'write "## {format_heading(heading)}"',
        )


def _is_closed(token: Token, lines: Lines) -> bool:
    assert token.map is not None, "a fence knows its lines"
    begin, end = token.map
    last = lines.texts[end - 1].strip(" \t>")
    mark = token.markup[0]
    return end - begin > 1 and last.startswith(token.markup) and not last.strip(mark)
