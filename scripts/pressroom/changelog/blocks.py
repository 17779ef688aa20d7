"""Markdown lines to the blocks of a release: entries as a tree, everything else verbatim."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.model import Block, Entry, Prose
from pressroom.changelog.nodes import span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.changelog.nodes import Node

_BLANK = " \t"
_TAB = 4  # columns, CommonMark 2.2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the content of a container starts: from which column, and on `first` behind a marker."""

    column: int = 0
    first: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of a body; `start` is the number of the first one in its file."""

    texts: tuple[str, ...]
    start: int = 1

    def number(self, index: int) -> int:
        """The number of a line in the file."""
        return self.start + index

    def source(self, begin: int, end: int) -> str:
        """Lines as they stand."""
        return "\n".join(self.texts[begin:end]).strip("\n")

    def cut(self, index: int, place: Place) -> str:
        """A line without its first columns: the container's marker on its first line, spaces on all others."""
        text = self.texts[index]
        at = column = 0
        while at < len(text) and column < place.column:
            if index != place.first and text[at] not in _BLANK:
                break
            column += _TAB - column % _TAB if text[at] == "\t" else 1
            at += 1
        return " " * (column - place.column) + text[at:]


class Walk:
    """Nodes to blocks; `strays` are lines that no node covers, kept as prose all the same."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.strays: list[int] = []

    def blocks(
        self,
        nodes: Sequence[Node],
        begin: int,
        end: int,
        place: Place = Place(),
    ) -> tuple[Block, ...]:
        """The blocks of the lines from `begin` to before `end`; `nodes` is what was found there."""
        found: list[Block] = []
        for node in nodes:
            found += self._uncovered(begin, span(node)[0], place)
            begin = max(begin, span(node)[1])
            if node.type == "bullet_list":
                found += (self._entry(item, place) for item in node.children)
            else:
                found += self._prose(*span(node), place)
        return (*found, *self._uncovered(begin, end, place))

    def prose(self, nodes: Sequence[Node], begin: int, end: int) -> tuple[Prose, ...]:
        """The same with lists verbatim too."""
        found: list[Prose] = []
        for node in nodes:
            found += self._uncovered(begin, span(node)[0], Place())
            found += self._prose(*span(node), Place())
            begin = max(begin, span(node)[1])
        return (*found, *self._uncovered(begin, end, Place()))

    def _entry(self, item: Node, place: Place) -> Entry:
        begin, end = span(item)
        column = _behind_marker(self.lines.texts[begin], place.column)
        inner = Place(column=column, first=begin)
        children, text, start = item.children, "", begin
        if children and children[0].type == "paragraph":
            first, start = span(children[0])
            cut = [self.lines.cut(index, inner).strip(_BLANK) for index in range(first, start)]
            text = "\n".join(cut)
            children = children[1:]
        below = self.blocks(children, start, end, inner)
        return Entry(text=text, line=self.lines.number(begin), children=below)

    def _prose(self, begin: int, end: int, place: Place) -> Iterator[Prose]:
        """The lines as one block, moved left by as much as the first of them is indented."""
        indent = _indent(self.lines.texts[begin], place, is_first=begin == place.first)
        moved = Place(column=place.column + indent, first=place.first)
        texts = [self.lines.cut(index, moved) for index in range(begin, end)]
        text = "\n".join(text if text.strip(_BLANK) else "" for text in texts).rstrip("\n")
        if text:
            yield Prose(text=text, line=self.lines.number(begin))

    def _uncovered(self, begin: int, end: int, place: Place) -> Iterator[Prose]:
        for index in range(begin, end):
            if self.lines.cut(index, place).strip(_BLANK):
                self.strays.append(index)
                yield from self._prose(index, index + 1, place)


def _behind_marker(text: str, column: int) -> int:
    """The column behind a bullet's marker, the first thing at or after `column`."""
    tail = text.expandtabs(_TAB)[column:]
    return column + len(tail) - len(tail.lstrip(" ")) + 1


def _indent(text: str, place: Place, *, is_first: bool) -> int:
    """The columns between where a container's content starts and where this line does."""
    wide = text.expandtabs(_TAB)
    if wide[: place.column].strip(" ") and not is_first:
        return 0
    return len(wide[place.column :]) - len(wide[place.column :].lstrip(" "))
