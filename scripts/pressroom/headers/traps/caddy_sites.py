"""The sites of a Caddyfile as a request meets them: imports in place, errors apart."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.headers.traps.caddy_syntax import Line, expand

if TYPE_CHECKING:
    from collections.abc import Iterator

_NESTING = {"route", "handle", "handle_path"}
_ADDRESS = re.compile(r"(?:(?P<scheme>[a-z]+)://)?(?P<host>[^:/]*)(?::(?P<port>\d+))?(?:/.*)?")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """A directive and the matchers that a request has to meet before it does: its own, and those around it."""

    line: Line
    matchers: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One header that a directive sets, or takes away (`-name`); the name in lower case."""

    name: str
    value: str
    line: int
    matchers: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Its addresses, its directives, the handlers of its errors, and what its named matchers say."""

    line: int
    addresses: tuple[str, ...]
    directives: tuple[Directive, ...]
    errors: tuple[tuple[Line, tuple[Directive, ...]], ...]
    matchers: dict[str, tuple[Line, ...]]

    def is_at(self, port: str) -> bool:
        """Whether it is reached at the port of `http` or `https`."""
        return any(_port(one) == port for one in self.addresses)

    def catches_all(self, port: str) -> bool:
        """Whether every host leads to it at that port."""
        return any(_host(one) == "" and _port(one) == port for one in self.addresses)

    @property
    def refuses_all(self) -> bool:
        """Whether every request ends in a refusal."""
        return any(is_refusal(one.line) and not one.matchers for one in self.directives)

    def named(self, name: str) -> Iterator[Directive]:
        """The directives of that name."""
        return (one for one in self.directives if one.line.name == name)


def find_sites(lines: tuple[Line, ...]) -> tuple[Site, ...]:
    """The sites of a file, but no snippets and no global options."""
    snippets = {one.name[1:-1]: one for one in lines if _is_snippet(one)}
    blocks = [one for one in lines if one.words and one.has_block and not _is_snippet(one)]
    first = lines[0] if lines else None
    if first is not None and first.words and not first.has_block and first.name != "import":
        # A file may be one site without braces around it.
        blocks = [Line(words=first.words, line=first.line, block=lines[1:], has_block=True)]
    return tuple(_make_site(one, snippets) for one in blocks)


def fields(directives: tuple[Directive, ...]) -> Iterator[Field]:
    """All headers that they set or take away."""
    for one in directives:
        if one.line.name == "header":
            lines = one.line.block or (dataclasses.replace(one.line, words=one.line.arguments),)
            for line in lines:
                value = line.words[1] if len(line.words) > 1 else ""
                yield Field(
                    name=line.name.lower(), value=value, line=line.line, matchers=one.matchers
                )


def is_refusal(line: Line) -> bool:
    """`abort`, or an answer of 4xx."""
    status = any(re.fullmatch("4[0-9][0-9]", word) for word in line.arguments)
    return line.name == "abort" or (line.name in {"respond", "error"} and status)


def _make_site(line: Line, snippets: dict[str, Line]) -> Site:
    block = expand(line.block, snippets)
    errors = [one for one in block if one.name == "handle_errors"]
    addresses = (word.strip(",") for words in line.words for word in words.split(","))
    return Site(
        line=line.line,
        addresses=tuple(filter(None, addresses)),
        directives=tuple(_walk(tuple(one for one in block if one not in errors))),
        errors=tuple((one, tuple(_walk(one.block))) for one in errors),
        matchers=dict(_find_matchers(block)),
    )


def _walk(lines: tuple[Line, ...], around: tuple[str, ...] = ()) -> Iterator[Directive]:
    for one in lines:
        if not one.name.startswith("@"):
            matchers = (*around, one.matcher) if one.matcher else around
            yield Directive(line=one, matchers=matchers)
            if one.name in _NESTING:
                yield from _walk(one.block, matchers)


def _find_matchers(lines: tuple[Line, ...]) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Named matchers, each as the lines that must all hold."""
    for one in lines:
        if one.name.startswith("@"):
            inline = (dataclasses.replace(one, words=one.words[1:]),) if one.words[1:] else ()
            yield one.name, inline or one.block
        elif one.name in _NESTING or one.name == "handle_errors":
            yield from _find_matchers(one.block)


def _is_snippet(line: Line) -> bool:
    return line.name.startswith("(") and line.name.endswith(")")


def _host(address: str) -> str:
    match = _ADDRESS.fullmatch(address)
    host = match["host"] if match else address
    return "" if host == "*" else host


def _port(address: str) -> str:
    match = _ADDRESS.fullmatch(address)
    plain = match is not None and (match["scheme"] == "http" or match["port"] == "80")
    return "http" if plain else "https"
