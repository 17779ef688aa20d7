"""A verdict: what every test of one page came to, the score and the grade."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.errors import ExitCode, PressroomError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.observatory.algorithm import Outcome


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What each test came to by its name, in the algorithm's order."""

    algorithm: int
    results: Mapping[str, Outcome]
    score: int
    grade: str

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(result.passed for result in self.results.values())

    @property
    def total(self) -> int:
        """How many tests there are."""
        return len(self.results)


class UnjudgeableError(PressroomError):
    """The Observatory gives no grade for this: down, an unexpected status, an address that is none."""

    exit_code = ExitCode.OUTSIDE
