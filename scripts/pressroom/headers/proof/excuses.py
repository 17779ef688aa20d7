"""What a server cannot help: each such thing excuses what it names, and has to have happened."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.headers.proof.judge import SILENCE
from pressroom.headers.proof.kinds import KINDS
from pressroom.headers.proof.model import State
from pressroom.headers.proof.result import Unneeded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.headers.proof.model import Verdict
    from pressroom.headers.proof.result import Result
    from pressroom.headers.servers.server import Unavoidable

_ALL = "*"
# Content from elsewhere, or an answer that is none, is never a server's habit.
_NEVER = {"body", "form"}


def excuse(
    results: Sequence[Result], unavoidable: Sequence[Unavoidable]
) -> tuple[tuple[Result, ...], tuple[Unneeded, ...]]:
    """The results with what is excused marked so, and what was named as unavoidable and is not."""
    used: set[Unneeded] = set()
    excused = tuple(
        dataclasses.replace(
            result,
            verdicts=tuple(_excuse(result, one, unavoidable, used) for one in result.verdicts),
        )
        for result in results
    )
    # What was not asked is neither seen nor disproved; what is no kind at all is never seen.
    unasked = {kind.name for kind in KINDS} - {result.kind.name for result in results}
    claims = (claim for claim in _claims(unavoidable) if claim.kind not in unasked)
    return excused, tuple(claim for claim in claims if claim not in used)


def _claims(unavoidable: Sequence[Unavoidable]) -> Iterator[Unneeded]:
    """Everything that is said to be unavoidable: each header of a kind, or the kind as a whole."""
    for number, one in enumerate(unavoidable, 1):
        for kind in one.kinds:
            for header in set(one.headers) - {_ALL} or {""}:
                yield Unneeded(number=number, kind=kind, header=header)


def _excuse(
    result: Result, verdict: Verdict, unavoidable: Sequence[Unavoidable], used: set[Unneeded]
) -> Verdict:
    if verdict.state is not State.WRONG:
        return verdict
    for number, one in enumerate(unavoidable, 1):
        if result.kind.name in one.kinds and _covers(one, verdict, result):
            named = next((name for name in one.headers if _same(name, verdict.subject)), "")
            used.add(Unneeded(number=number, kind=result.kind.name, header=named))
            return dataclasses.replace(verdict, state=State.EXCUSED, excuse=number)
    return verdict


def _covers(one: Unavoidable, verdict: Verdict, result: Result) -> bool:
    """Whether a reason is one for this: it names the header, or the answer that came instead."""
    status = result.about("status")
    came = status.got if status is not None else ""
    if verdict.subject == "status":
        return came == (one.answer or SILENCE)
    if verdict.subject in _NEVER or one.answer not in {"", came}:
        return False
    return _ALL in one.headers or any(_same(name, verdict.subject) for name in one.headers)


def _same(name: str, other: str) -> bool:
    return name.lower() == other.lower()
