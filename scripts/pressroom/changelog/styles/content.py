"""Where two texts of one release say different things: markup, blanks and wrapping do not count."""

from __future__ import annotations

import dataclasses
import itertools
import re
from typing import TYPE_CHECKING

from pressroom.changelog.model import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.changelog.model import Block, Release
    from pressroom.dates import PartialDate

_MARKUP = re.compile(r"\\(?=[!-/:-@\[-`{-~])|`")
_SHOWN = 60  # characters of a bullet that a message quotes


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What the first text says, what the second one says, and where in the second that is."""

    ours: str
    theirs: str
    line: int


def differences(ours: Release, theirs: Release) -> Iterator[Difference]:
    """The date, the authors and the first bullet that differ, each where both sides say something of it."""
    if not same_date(ours.date, theirs.date):
        assert ours.date is not None, "unknown dates do not differ"
        assert theirs.date is not None, "unknown dates do not differ"
        yield Difference(ours=ours.date.words, theirs=theirs.date.words, line=theirs.line)
    if not (ours.blocks and theirs.blocks):
        return
    names = [", ".join(release.authors) for release in (ours, theirs)]
    if all(names) and _plain(names[0]).casefold() != _plain(names[1]).casefold():
        yield Difference(ours=names[0], theirs=names[1], line=theirs.line)
    yield from _first_block(ours, theirs)


def content_of(release: Release) -> tuple[Block, ...]:
    """The blocks but for what the heading says and nobody understood: a date that is none is no content."""
    return tuple(block for block in release.blocks if not block.line or block.line != release.line)


def same_date(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether both can be the same day: compared as exactly as the vaguer one is known."""
    if one is None or other is None:
        return True
    parts = [(date.year, date.month, date.day) for date in (one, other)]
    return all(a == b or None in {a, b} for a, b in zip(*parts, strict=True))


def _first_block(ours: Release, theirs: Release) -> Iterator[Difference]:
    pairs = itertools.zip_longest(_flat(content_of(ours)), _flat(content_of(theirs)))
    for mine, other in pairs:
        if mine is None or other is None or mine.key != other.key:
            line = other.line if other else theirs.line
            yield Difference(ours=_quoted(mine, other), theirs=_quoted(other, mine), line=line)
            return


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Flat:
    depth: int
    is_entry: bool
    text: str
    line: int

    @property
    def key(self) -> tuple[int, bool, str]:
        return self.depth, self.is_entry, self.text


def _flat(blocks: Sequence[Block], depth: int = 0) -> Iterator[_Flat]:
    for block in blocks:
        is_entry = isinstance(block, Entry)
        yield _Flat(depth=depth, is_entry=is_entry, text=_plain(block.text), line=block.line)
        if isinstance(block, Entry):
            yield from _flat(block.children, depth + 1)


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub("", text).split())


def _quoted(one: _Flat | None, other: _Flat | None) -> str:
    """What one side says, from where it differs on."""
    if one is None:
        return "nothing more"
    start = 0
    if other and other.text != one.text:
        same = itertools.takewhile(
            lambda pair: pair[0] == pair[1], zip(one.text, other.text, strict=False)
        )
        start = max(0, sum(1 for _ in same) - _SHOWN // 2)
    shown = one.text[start : start + _SHOWN]
    before, after = "…" * bool(start), "…" * (start + _SHOWN < len(one.text))
    kind = f"a bullet at level {one.depth + 1}" if one.is_entry else "text without a bullet"
    place = f" as {kind}" if other and one.text == other.text else ""
    return f'"{before}{shown}{after}"{place}'
