"""nginx's configuration as a tree of directives, each with its line."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"""(?P<blank>\s+|\#[^\n]*)
      | (?P<mark>[;{}])
      | "(?P<double>(?:\\.|[^"\\])*)"(?=[\s;{)]|\Z)
      | '(?P<single>(?:\\.|[^'\\])*)'(?=[\s;{)]|\Z)
      | (?P<bare>(?!["'])(?:\\.|\$\{|[^\s;{\\])+)
      """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\([\"'\\])")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """`name args… ;`, or with a block instead of the semicolon."""

    name: str
    args: tuple[str, ...]
    line: int
    children: tuple[Directive, ...] = ()

    def named(self, *names: str) -> Iterator[Directive]:
        """The directives of those names directly in this block."""
        return (one for one in self.children if one.name in names)

    def below(self) -> Iterator[Directive]:
        """All directives in this block, at any depth, in their order."""
        waiting = list(reversed(self.children))
        while waiting:
            one = waiting.pop()
            yield one
            waiting += reversed(one.children)


class NginxSyntaxError(ValueError):
    """Text that nginx would not read either; `line` says where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse_nginx(text: str) -> Directive:
    """The whole file as one block without a name; NginxSyntaxError for what is no configuration."""
    open_blocks: list[tuple[str, tuple[str, ...], int]] = []
    contents: list[list[Directive]] = [[]]
    words: list[str] = []
    start = line = 1
    for line, mark, word in _tokens(text):
        if not mark:
            start = start if words else line
            words.append(word)
        elif mark == "}":
            if words or not open_blocks:
                raise NginxSyntaxError("a } where none is expected", line)
            name, args, opened = open_blocks.pop()
            block = Directive(name=name, args=args, line=opened, children=tuple(contents.pop()))
            contents[-1].append(block)
        elif not words:
            raise NginxSyntaxError(f"a {mark} where none is expected", line)
        elif mark == ";":
            contents[-1].append(Directive(name=words[0], args=tuple(words[1:]), line=start))
            words = []
        else:
            open_blocks.append((words[0], tuple(words[1:]), start))
            contents.append([])
            words = []
    if words or open_blocks:
        raise NginxSyntaxError("it ends in the middle of a directive", line)
    return Directive(name="", args=(), line=1, children=tuple(contents[0]))


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, and either one of `;{}` or a word without its quotes."""
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NginxSyntaxError("a quotation mark without its other half", line)
        kind = match.lastgroup
        if kind == "mark":
            yield line, match[0], ""
        elif kind != "blank":
            yield line, "", _ESCAPED.sub(r"\1", match[str(kind)])
        line += match[0].count("\n")
        at = match.end()
