"""Our verdict beside Mozilla's scan of the same host, test by test."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeAlias

from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.observatory.algorithm import Outcome
    from pressroom.observatory.api.model import ServiceResult, ServiceScan
    from pressroom.observatory.verdict import Verdict

Value: TypeAlias = "str | int | bool | None"

# Passes that the service leaves open: `pass` is null there and true in the scanner (measured).
OPEN_PASSES = frozenset(
    (
        "cookies-not-found",
        "corp-not-implemented",
        "referrer-policy-not-implemented",
        "sri-not-implemented-but-all-scripts-loaded-from-secure-origin",
        "sri-not-implemented-but-no-scripts-loaded",
        "sri-not-implemented-response-not-html",
    )
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that we and the service see differently; None where one side has nothing to say.

    `test` is "" for what is said of the whole; `what` is token, modifier, pass, algorithm, score or grade.
    """

    test: str
    what: str
    ours: Value
    theirs: Value

    def as_dict(self) -> dict[str, Value]:
        """The difference for `--json`."""
        return dataclasses.asdict(self)

    def __str__(self) -> str:
        subject = f"{self.test}: {self.what}" if self.test else self.what
        return f"{subject} is {_shown(self.ours)} here, {_shown(self.theirs)} at Mozilla's"


def compare(verdict: Verdict, theirs: ServiceScan) -> tuple[Difference, ...]:
    """All differences, in the order of our tests; none at all means that both say the same.

    Points and pass are compared where the token is the same: another token has others anyway.
    """
    names = [*verdict.results, *(name for name in theirs.results if name not in verdict.results)]
    pairs = ((name, verdict.results.get(name), theirs.results.get(name)) for name in names)
    whole = (
        ("algorithm", verdict.algorithm, theirs.algorithm_version),
        ("score", verdict.score, theirs.score),
        ("grade", verdict.grade, theirs.grade),
    )
    return (
        *(difference for pair in pairs for difference in _of_test(*pair)),
        *(
            Difference(test="", what=what, ours=our, theirs=their)
            for what, our, their in whole
            if our != their
        ),
    )


def findings_of(differences: tuple[Difference, ...], theirs: ServiceScan) -> list[Finding]:
    """The differences for a person, each with what to do."""
    hint = (
        f"its scan was made {theirs.age:.0f} s ago, before you asked: scan afresh before you believe this"
        if theirs.is_cached
        else "the site may answer others differently, or have changed just now: compare once more; "
        "if it stays so, Mozilla's rules or ours are not what they were"
    )
    return [
        Finding(where=theirs.host, message=str(difference), hint=hint) for difference in differences
    ]


def _of_test(name: str, ours: Outcome | None, theirs: ServiceResult | None) -> Iterator[Difference]:
    token = ours.token if ours else None
    if ours is None or theirs is None or ours.token != theirs.token:
        their_token = theirs.token if theirs else None
        yield Difference(test=name, what="token", ours=token, theirs=their_token)
        return
    if ours.modifier != theirs.modifier:
        yield Difference(test=name, what="modifier", ours=ours.modifier, theirs=theirs.modifier)
    passed = True if theirs.passed is None and ours.token in OPEN_PASSES else theirs.passed
    if ours.passed != passed:
        yield Difference(test=name, what="pass", ours=ours.passed, theirs=theirs.passed)


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)
