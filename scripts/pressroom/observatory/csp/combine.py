"""Policies of one page as one: of each directive, the sources that further policies leave of the first one's."""

from __future__ import annotations

import bisect
import dataclasses
import itertools
import operator
from typing import TYPE_CHECKING, TypeAlias

from pressroom.observatory.csp.collation import Key, key_of
from pressroom.observatory.csp.paths import Parts, matches, parts_of
from pressroom.observatory.csp.policy import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pressroom.observatory.csp.policy import Policy

# Where a source stands among others: by collation, then by age.
Place: TypeAlias = tuple[Key, int]
_PLACE = operator.attrgetter("place")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A source, its place and the number of the policy that has it."""

    place: Place
    text: str
    policy: int
    parts: Parts

    def follows(self, left: _Source) -> bool | None:
        """What a left neighbour says: kept (True), dropped (False) or nothing about it (None)."""
        if left.policy == self.policy:
            return False if self.text.startswith(left.text) else None
        return matches(left.parts, self.parts) or None


def combine(policies: Sequence[Policy]) -> Mapping[str, tuple[str, ...]]:
    """The sources of every directive of any of the policies; `'none'` where nothing is left.

    UnparsableError if sources that are compared have escapes that cannot be read. Neighbours are what
    counts, not what a browser would allow (measured).
    """
    if not policies:
        return {}
    first, *further = policies
    combined = {name: sort_first(sources) for name, sources in first.directives}
    narrowed: dict[str, _Narrowed] = {}
    for number, policy in enumerate(further, start=1):
        for name, sources in policy.directives:
            if name not in narrowed:
                narrowed[name] = _Narrowed(combined.get(name, ()))
            narrowed[name].narrow(sources, number)
    combined |= {name: one.texts for name, one in narrowed.items()}
    return {name: sources or (NONE,) for name, sources in combined.items()}


def sort_first(sources: tuple[str, ...]) -> tuple[str, ...]:
    """The sources of a first policy in order, without those that start with the text of the one before."""
    if len(sources) < 2:
        return sources
    ordered = sorted(sources, key=key_of)
    return (
        ordered[0],
        *(right for left, right in itertools.pairwise(ordered) if not right.startswith(left)),
    )


class _Narrowed:
    """One directive while further policies are put upon it.

    Each time all its sources would be sorted together, every one be told by its left neighbour whether it is marked, and
    the marked be kept. From the second time on, the marked of before stay so unless a new left neighbour
    drops them; so only those (`_unsure`) and what is new are looked at, and a thousand policies cost a thousand steps.
    """

    def __init__(self, sources: tuple[str, ...]) -> None:
        self._age = itertools.count()
        self._sources = self._placed(sources, 0)
        self._unsure: dict[int, _Source] = {}
        self._is_first = True

    @property
    def texts(self) -> tuple[str, ...]:
        """The sources that are left."""
        return tuple([source.text for source in self._sources])

    def narrow(self, sources: tuple[str, ...], policy: int) -> None:
        """Put the sources of one more policy upon it."""
        new = sorted(self._placed(sources, policy), key=_PLACE)
        if self._is_first:
            self._is_first = False
            together = sorted((*self._sources, *new), key=_PLACE)
            self._sources = [b for a, b in itertools.pairwise(together) if b.follows(a)]
            self._unsure = _by_age(self._sources[1:])
        elif self._sources:
            self._narrow_again(new)

    def _placed(self, sources: tuple[str, ...], policy: int) -> list[_Source]:
        return [
            _Source(
                place=(key_of(text), next(self._age)),
                text=text,
                policy=policy,
                parts=parts_of(text),
            )
            for text in sources
        ]

    def _narrow_again(self, new: list[_Source]) -> None:
        """The same when all that is left is marked."""
        old = self._sources
        # The last new source in front of an old one, by the index of the old one.
        gaps: dict[int, _Source] = {}
        kept: list[_Source] = []
        for source in new:
            index = self._index(source)
            if index and index not in gaps and source.follows(old[index - 1]):
                kept.append(source)
            gaps[index] = source
        dropped = [
            source
            for source in self._unsure.values()
            if (index := self._index(source))
            and index not in gaps
            and source.follows(old[index - 1]) is False
        ]
        unsure = [old[index] for index in gaps if index < len(old)]
        for source, left in zip(unsure, gaps.values(), strict=False):
            # It stays marked whatever this says, but escapes are read.
            source.follows(left)
        # From the right, so that whoever comes next is one that stays.
        for source in sorted(dropped, key=_PLACE, reverse=True):
            index = self._index(source)
            del old[index]
            unsure += old[index : index + 1]
        for source in kept:
            old.insert(self._index(source), source)
        self._unsure = _by_age((*unsure, *kept))

    def _index(self, source: _Source) -> int:
        return bisect.bisect_left(self._sources, source.place, key=_PLACE)


def _by_age(sources: Iterable[_Source]) -> dict[int, _Source]:
    """Sources by what no two have."""
    return {source.place[1]: source for source in sources}
