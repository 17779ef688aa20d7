"""Our verdict on hosts beside that of Mozilla's service, and our table beside its own: what both come to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pressroom.findings import Finding
from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.api import compare, drift
from pressroom.observatory.api.fetch import fetch_matrix, fetch_version, scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.errors import PressroomError
    from pressroom.observatory.api.model import Service
    from pressroom.observatory.verdict import Verdict


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was compared, what it came to in words, and all that is different."""

    name: str
    words: str
    findings: tuple[Finding, ...]
    differences: tuple[dict[str, Any], ...] = ()
    # Whether there is nothing to compare with: never a pass, never a fail.
    is_unseen: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The comparison for `--json`."""
        return {
            "name": self.name,
            "words": self.words,
            "differences": list(self.differences),
            "could_not_look": [one.as_dict() for one in self.findings] if self.is_unseen else [],
        }


def could_not_look(name: str, error: PressroomError) -> Beside:
    """What is said where we or the service could not look."""
    finding = Finding(where=error.where, message=error.message, hint=error.hint)
    return Beside(name=name, words="could not be compared", findings=(finding,), is_unseen=True)


def compare_host(
    service: Service,
    host: str,
    verdict_by: Callable[..., Verdict],
    *,
    announce: Callable[[float], None],
) -> Beside:
    """The service's scan of a host, made now, beside ours: what `verdict_by` says, given the same `algorithm`.

    Raises ServiceError where the service has no result, and what `verdict_by` raises.
    """
    theirs = scan(service, host, fresh=True, announce=announce)
    verdict = verdict_by(algorithm=load_algorithm(theirs.algorithm_version))
    found = compare.compare(verdict, theirs)
    ours = f"{verdict.grade} {verdict.score}"
    words = (
        f"{ours} here, {theirs.grade} {theirs.score} at Mozilla's"
        if found
        else f"{ours} here and at Mozilla's, in every test"
    )
    return Beside(
        name=host,
        words=words,
        findings=tuple(compare.findings_of(found, theirs)),
        differences=tuple(one.as_dict() for one in found),
    )


def compare_table(service: Service) -> Beside:
    """Our newest table beside the one that the service lists; raises ServiceError where it lists none."""
    algorithm = load_algorithm()
    there = fetch_version(service)
    found = drift.find_drift(algorithm, fetch_matrix(service))
    words = f"differences: {len(found)}" if found else "every token and its points are the same"
    words += f"; Mozilla's runs {there.version} ({there.commit[:7]})"
    return Beside(
        name=f"algorithm {algorithm.number}",
        words=words,
        findings=tuple(drift.findings_of(found, algorithm)),
        differences=tuple(one.as_dict() for one in found),
    )
