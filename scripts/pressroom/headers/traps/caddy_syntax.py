"""A Caddyfile as its lines: words, the block behind them, and where each stands."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# One token, or the end of a line. A backslash joins lines outside quotes; within double ones it protects a quote.
_TOKEN = re.compile(
    r"""
    (?P<space>(?:[^\S\n]|\\\n)+ | \#[^\n]*)
    | (?P<end>\n)
    | <<(?P<mark>[\w-]+)\n(?P<document>(?s:.*?))\n?^[^\S\n]*(?P=mark)(?=\s|\Z)
    | "(?P<double>(?:\\.|[^"\\])*)"
    | `(?P<raw>[^`]*)`
    | (?P<bare>[^\s"`](?:\\\S|[^\s\\])*)
    | (?P<open>["`])
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

_DEEPEST = 50


class CaddySyntaxError(ValueError):
    """The text is no Caddyfile; says why, and in which line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Words, perhaps with a block: a site, a directive, a named matcher, or one of the lines in those."""

    words: tuple[str, ...]
    line: int
    block: tuple[Line, ...] = ()
    has_block: bool = False

    @property
    def name(self) -> str:
        """The first word; the global options have none."""
        return self.words[0] if self.words else ""

    @property
    def matcher(self) -> str:
        """Which requests it is for: `@name`, a path, or empty for all."""
        first = self.words[1] if len(self.words) > 1 else ""
        return first if first.startswith(("@", "/")) else ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words behind name and matcher."""
        return self.words[2 if self.matcher or self.words[1:2] == ("*",) else 1 :]


def parse_caddyfile(text: str) -> tuple[Line, ...]:
    """The lines of the whole file; raises CaddySyntaxError when quotes or braces do not match."""
    lines = list(_lines(text))
    found, rest = _parse_block(lines, 0)
    if rest < len(lines):
        raise CaddySyntaxError("a block ends that did not begin", lines[rest][0])
    return found


def expand(lines: tuple[Line, ...], snippets: Mapping[str, Line]) -> tuple[Line, ...]:
    """The lines with those of snippets in the place of their imports; files are not looked for."""
    found: list[Line] = []
    for one in lines:
        name = one.words[1] if one.name == "import" and len(one.words) > 1 else ""
        if name in snippets:
            others = {key: value for key, value in snippets.items() if key != name}
            found += expand(snippets[name].block, others)
        else:
            found.append(dataclasses.replace(one, block=expand(one.block, snippets)))
    return tuple(found)


def _lines(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The words of each line that has any, and its number."""
    words: list[str] = []
    number = start = 1
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match["open"]:
            raise CaddySyntaxError("quotes are opened and not closed", number)
        position = match.end()
        if match["end"] and words:
            yield start, tuple(words)
            words = []
        elif match.lastgroup not in {"space", "end"}:
            start = start if words else number
            words.append(_word(match))
        number += match[0].count("\n")
    if words:
        yield start, tuple(words)


def _word(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return match["double"].replace('\\"', '"')
    return next(match[one] for one in ("document", "raw", "bare") if match[one] is not None)


def _parse_block(
    lines: list[tuple[int, tuple[str, ...]]], at: int, depth: int = 0
) -> tuple[tuple[Line, ...], int]:
    """Lines up to the brace that closes their block, and where that is."""
    found: list[Line] = []
    while at < len(lines):
        number, words = lines[at]
        if words == ("}",):
            break
        at += 1
        block: tuple[Line, ...] = ()
        opens = words[-1] == "{"
        if opens:
            if depth == _DEEPEST:
                raise CaddySyntaxError("too many blocks in one another", number)
            block, at = _parse_block(lines, at, depth + 1)
            if at == len(lines):
                raise CaddySyntaxError("a block begins that does not end", number)
            at += 1
        words = words[:-1] if opens else words
        found.append(Line(words=words, line=number, block=block, has_block=opens))
    return tuple(found), at
