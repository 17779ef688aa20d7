"""The configuration of lighttpd as a tree of blocks with conditions, each assignment with its line."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r'(?P<skip>[ \t\r\n]+|#[^\n]*)|(?P<string>"(?:\\"|[^"])*"|\'[^\']*\')'
    r'|(?P<field>\$[A-Z_]+\[(?:"[^"]*"|\'[^\']*\')\])|(?P<mark>=>|==|=~|!=|!~|:=|\+=|[=+,(){}])'
    r"|(?P<word>[^\s\"'$=!~:+,(){}#]+)"
)
_ASSIGNING = ("=", ":=", "+=")
_COMPARING = ("==", "!=", "=~", "!~")

# A list: its keys (empty where it has none) and values, in their order.
Items = tuple[tuple[str, str], ...]


class SyntaxTrapError(Exception):
    """A text that is no configuration; `line` is where it ends to be one."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}")
        self.line = line


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """`key = value`: a text is a list of one item, and variables are replaced."""

    key: str
    operator: str
    items: Items
    line: int

    @property
    def text(self) -> str:
        """The value of what is no list."""
        return self.items[0][1] if self.items else ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Settings that hold under a condition; `$HTTP["host"] == "x"` is field, operator and text."""

    line: int
    field: str = ""
    operator: str = ""
    text: str = ""
    # Blocks of one if-else chain have the same number, none other has it.
    chain: int = 0
    settings: tuple[Setting, ...] = ()
    blocks: tuple[Block, ...] = ()

    def last(self, key: str) -> Setting | None:
        """What holds of that key in the block itself."""
        return next((one for one in reversed(self.settings) if one.key == key), None)


def parse_lighttpd(text: str) -> Block:
    """The file as a block without condition; raises SyntaxTrapError for what is none."""
    try:
        return _Reader(text).read()
    except RecursionError as error:  # a thousand brackets in each other
        raise SyntaxTrapError(1) from error


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    kind: str
    text: str
    line: int


class _Reader:
    """One walk over the tokens; what a variable holds is known from its line on."""

    def __init__(self, text: str) -> None:
        self._tokens = [*_scan(text)]
        self._at = 0
        self._chains = 0
        self._known: dict[str, Items] = {}

    def read(self) -> Block:
        block = self._body(Block(line=1))
        if self._next.kind != "end":
            raise SyntaxTrapError(self._next.line)
        return block

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, *marks: str) -> _Token:
        """The next token; one of the marks, if there are any."""
        token = self._next
        if token.kind == "end" or (marks and (token.kind == "string" or token.text not in marks)):
            raise SyntaxTrapError(token.line)
        self._at += 1
        return token

    def _sees(self, *marks: str) -> bool:
        return self._next.kind != "string" and self._next.text in marks

    def _body(self, block: Block) -> Block:
        settings: list[Setting] = []
        blocks: list[Block] = []
        while self._next.kind != "end" and not self._sees("}"):
            if self._next.kind == "field":
                self._chains += 1
                blocks.append(self._block(self._chains))
            elif self._sees("else") and blocks:
                self._take()
                blocks.append(self._block(blocks[-1].chain))
            elif self._sees("include", "include_shell"):
                self._take()
                self._value()
            else:
                settings.append(self._setting())
        return dataclasses.replace(block, settings=tuple(settings), blocks=tuple(blocks))

    def _block(self, chain: int) -> Block:
        block = Block(line=self._next.line, chain=chain)
        if self._next.kind == "field":
            block = dataclasses.replace(
                block,
                field=self._take().text.replace("'", '"'),
                operator=self._take(*_COMPARING).text,
                text=_plain(self._take()),
            )
        self._take("{")
        block = self._body(block)
        self._take("}")
        return block

    def _setting(self) -> Setting:
        key = self._take()
        if key.kind != "word":
            raise SyntaxTrapError(key.line)
        operator = self._take(*_ASSIGNING).text
        items = self._value()
        self._known[key.text] = self._known.get(key.text, ()) + items if operator == "+=" else items
        return Setting(key=key.text, operator=operator, items=items, line=key.line)

    def _value(self) -> Items:
        items = self._term()
        while self._sees("+"):
            self._take()
            items += self._term()
        return items

    def _term(self) -> Items:
        if not self._sees("("):
            token = self._take()
            if token.kind not in {"word", "string"}:
                raise SyntaxTrapError(token.line)
            known = self._known.get(token.text) if token.kind == "word" else None
            return (("", _plain(token)),) if known is None else known
        self._take("(")
        items: Items = ()
        while not self._sees(")"):
            value = self._value()
            if self._sees("=>"):
                self._take()
                # What a key means may be a list itself, as in proxy.server; what is in it is no header.
                value = ((value[0][1], " ".join(text for _, text in self._value())),)
            items += value
            if not self._sees(")"):
                self._take(",")
        self._take(")")
        return items


def _scan(text: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SyntaxTrapError(line)
        if match.lastgroup != "skip":
            yield _Token(kind=str(match.lastgroup), text=match[0], line=line)
        at, line = match.end(), line + match[0].count("\n")
    yield _Token(kind="end", text="", line=line)


def _plain(token: _Token) -> str:
    return token.text[1:-1].replace('\\"', '"') if token.kind == "string" else token.text
