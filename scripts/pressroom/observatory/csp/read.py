"""The Content-Security-Policy of a page, of header and meta tags together."""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
from typing import TYPE_CHECKING

from pressroom.observatory.csp.combine import combine
from pressroom.observatory.csp.policy import Policy, UnparsableError, parse_policy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What browsers ignore in a meta tag (HTML, pragma directives), so that alone it is no policy.
_NOT_IN_META = frozenset(("frame-ancestors", "report-uri", "sandbox"))
# Hosts send one policy with every page. A longer one is not kept: together they would take much memory.
_KEPT = 64
_LONGEST_KEPT = 4096


class State(enum.Enum):
    """What became of the policies of a page."""

    ABSENT = "absent"
    INVALID = "invalid"
    PRESENT = "present"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Csp:
    """All policies of a page as one.

    `directives` are empty unless `state` is PRESENT; names and sources in lower case, and every directive
    has a source. `has_duplicates` tells whether one of the policies repeats report-uri or report-to.
    """

    state: State
    directives: Mapping[str, tuple[str, ...]]
    has_duplicates: bool


_NOTHING: Mapping[str, tuple[str, ...]] = types.MappingProxyType({})
_ABSENT = Csp(state=State.ABSENT, directives=_NOTHING, has_duplicates=False)
_INVALID = Csp(state=State.INVALID, directives=_NOTHING, has_duplicates=False)


def read_csp(header: str | None, metas: tuple[str, ...], *, splits_on_commas: bool) -> Csp:
    """The policy of a page, from the header's value (None: no such field) and the meta tags' in document order.

    Each text can hold several policies if they are split on commas (algorithm 5 and later).
    Never raises: what cannot be read is INVALID.
    """
    length = len(header or "") + sum(map(len, metas))
    read = _read if length > _LONGEST_KEPT else _read_again
    return read(header, metas, splits_on_commas)


def _read(header: str | None, metas: tuple[str, ...], splits_on_commas: bool) -> Csp:
    try:
        from_header = _parse_all(() if header is None else (header,), splits_on_commas)
        from_metas = _parse_all(metas, splits_on_commas)
        policies = (*from_header, *from_metas)
        directives = combine(policies)
    except UnparsableError:
        return _INVALID
    if not any(policy.directives for policy in from_header) and not _counts(from_metas):
        return _ABSENT
    return Csp(
        state=State.PRESENT,
        directives=types.MappingProxyType(directives),
        has_duplicates=any(policy.has_duplicates for policy in policies),
    )


_read_again = functools.lru_cache(maxsize=_KEPT)(_read)


def _parse_all(texts: Sequence[str], splits_on_commas: bool) -> tuple[Policy, ...]:
    pieces = [
        piece for text in texts for piece in (text.split(",") if splits_on_commas else [text])
    ]
    return tuple([parse_policy(piece) for piece in pieces])


def _counts(metas: Sequence[Policy]) -> bool:
    """Whether meta tags alone are a policy: one with a directive that may be there, and one that can be read.

    A directive that is repeated counts as well, whichever it is.
    """
    if all(
        not policy.has_duplicates and _NOT_IN_META.issuperset(name for name, _ in policy.directives)
        for policy in metas
    ):
        return False
    try:
        combine(metas)
    except UnparsableError:
        return False
    return True
