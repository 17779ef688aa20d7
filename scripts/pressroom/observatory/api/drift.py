"""Our table beside the one that Mozilla's service lists: what its next release changed."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.observatory.algorithm import Algorithm
    from pressroom.observatory.api.model import Matrix

# A token that scans give and the list leaves out (measured).
UNLISTED = frozenset({"html-not-parseable"})
_WHERE = "recommendation_matrix"


class Change(enum.StrEnum):
    """What is different there."""

    NEW = "new"
    GONE = "gone"
    POINTS = "points"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference of the tables; `token` is "" for a whole test, points are None where a side has none."""

    change: Change
    test: str
    token: str = ""
    ours: int | None = None
    theirs: int | None = None

    def as_dict(self) -> dict[str, str | int | None]:
        """The difference for `--json`."""
        return {**dataclasses.asdict(self), "change": str(self.change)}

    def __str__(self) -> str:
        name = f"{self.test}: {self.token}" if self.token else f"the test {self.test}"
        points = self.theirs if self.ours is None else self.ours
        worth = "" if points is None else f" ({points:+d})"
        match self.change:
            case Change.NEW:
                return f"{name}{worth} is listed there and unknown here"
            case Change.GONE:
                return f"{name}{worth} is known here and not listed there"
            case Change.POINTS:
                return f"{name} is {self.ours:+d} here and {self.theirs:+d} there"


def find_drift(algorithm: Algorithm, matrix: Matrix) -> tuple[Drift, ...]:
    """All differences, in the order of our tests, then what is new; none means that the tables agree.

    The list has no pass or fail: those are compared with each scan.
    """
    ours = {
        name: {token: outcome.modifier for token, outcome in test.outcomes.items()}
        for name, test in algorithm.tests.items()
    }
    names = [*ours, *(name for name in matrix if name not in ours)]
    return tuple(drift for name in names for drift in _of_test(name, ours, matrix))


def findings_of(drifts: tuple[Drift, ...], algorithm: Algorithm) -> list[Finding]:
    """The differences for a person."""
    hint = (
        f"Mozilla's service no longer judges by algorithm {algorithm.number} as we know it: "
        "upgrade this program, and believe no grade of it until then"
    )
    return [Finding(where=_WHERE, message=str(drift), hint=hint) for drift in drifts]


def _of_test(name: str, ours: Matrix, theirs: Matrix) -> Iterator[Drift]:
    if name not in theirs:
        yield Drift(change=Change.GONE, test=name)
    elif name not in ours:
        yield Drift(change=Change.NEW, test=name)
    else:
        yield from _of_tokens(name, ours[name], theirs[name])


def _of_tokens(test: str, ours: Mapping[str, int], theirs: Mapping[str, int]) -> Iterator[Drift]:
    for token in [*ours, *(token for token in theirs if token not in ours)]:
        our, their = ours.get(token), theirs.get(token)
        if our == their or (their is None and token in UNLISTED):
            continue
        if our is None:
            change = Change.NEW
        elif their is None:
            change = Change.GONE
        else:
            change = Change.POINTS
        yield Drift(change=change, test=test, token=token, ours=our, theirs=their)
