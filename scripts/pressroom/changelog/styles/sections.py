"""The lines below the heading of a version, as blocks: bullets by their indentation, the rest as prose."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.markdown import MAX_DEPTH
from pressroom.changelog.model import Entry, Prose
from pressroom.changelog.styles.bullets import BULLET
from pressroom.changelog.styles.headline import LIKE_A_HEADING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Block

# Columns; people wrote "     . x" and "\t . x" as neighbours, which eight would not make them.
_TAB = 4
_BLANK = " \t"


@dataclasses.dataclass(slots=True)
class _Open:
    """A block that may go on: a bullet (its mark and text stand in these columns) or prose (`text` alone)."""

    line: int
    texts: list[str]
    mark: int | None = None
    text: int = 0
    below: list[_Open] = dataclasses.field(default_factory=list)


def read_blocks(lines: Sequence[str], *, first: int) -> tuple[tuple[Block, ...], list[int]]:
    """The blocks, and the numbers of lines at the margin that are no bullets and kept as prose.

    `first` is the number of the first line in its file.
    """
    body = _Body()
    for number, line in enumerate(lines, first):
        body.add(number, line)
    return _frozen(body.root), body.strays


class _Body:
    def __init__(self) -> None:
        self.root = _Open(line=0, texts=[])
        self.bullets: list[_Open] = []  # those that the next line can be part of
        self.last: _Open | None = None  # what the next line continues; None after a blank line
        self.strays: list[int] = []

    def add(self, number: int, line: str) -> None:
        stripped = line.strip(_BLANK)
        if not stripped:
            self.last = None
            return
        column = len(line.expandtabs(_TAB)) - len(line.expandtabs(_TAB).lstrip(" "))
        bullet = BULLET.match(stripped)
        if bullet:
            self._bullet(number, column, bullet[0], stripped[bullet.end() :])
        elif column == 0 and (
            self.last is None or self.last.mark is not None or LIKE_A_HEADING.match(stripped)
        ):
            self.strays.append(number)
            self._prose(number, column, stripped)
        elif self.last is None:
            self._prose(number, column, stripped)
        elif self.last.mark is None:
            self.last.texts.append(" " * (column - self.last.text) + stripped)
        else:
            self.last.texts.append(stripped)

    def _bullet(self, number: int, column: int, mark: str, text: str) -> None:
        while self.bullets and (self.bullets[-1].mark or 0) >= column:
            self.bullets.pop()
        del self.bullets[MAX_DEPTH - 1 :]
        width = len(mark.expandtabs(_TAB)) if text else len(mark) + 1
        self.last = _Open(
            line=number, texts=[text] if text else [], mark=column, text=column + width
        )
        self._parent().below.append(self.last)
        self.bullets.append(self.last)

    def _prose(self, number: int, column: int, text: str) -> None:
        while self.bullets and self.bullets[-1].text > column:
            self.bullets.pop()
        self.last = _Open(line=number, texts=[text], text=column)
        self._parent().below.append(self.last)

    def _parent(self) -> _Open:
        return self.bullets[-1] if self.bullets else self.root


def _frozen(parent: _Open) -> tuple[Block, ...]:
    return tuple(
        Prose(text="\n".join(one.texts), line=one.line)
        if one.mark is None
        else Entry(text="\n".join(one.texts), line=one.line, children=_frozen(one))
        for one in parent.below
    )
