"""How a deploy or a rollback ended."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

from pressroom.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.deploy.changes import Changes
    from pressroom.deploy.live import Problem
    from pressroom.deploy.record import Score

Result = Literal["nothing-to-do", "dry-run", "live", "switched-back"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a target shows now, what was copied to it, and what its live hosts said.

    `previous` was live before, "" for none: it is what a switch back leads to. `changes` is None where they were not
    looked for. `sent` and `new` are bytes: through the line, and of files that were not there yet.
    """

    target: str
    version: str
    previous: str
    result: Result
    changes: Changes | None = None
    sent: int = 0
    new: int = 0
    problems: tuple[Problem, ...] = ()
    # What they said after it was switched back.
    after: tuple[Problem, ...] = ()
    # The worst page of each site as it was judged before the copy; empty where it was not.
    scores: Mapping[str, Score] = dataclasses.field(default_factory=dict)
    # The versions that were pruned.
    removed: tuple[str, ...] = ()
    # What the server said where it was it that did not take the version.
    reason: str = ""

    @property
    def exit_code(self) -> ExitCode:
        """1 where the version did not stay live or something is wrong with it, 3 where a live host could not be looked at."""
        if self.result == "switched-back" or self.reason:
            return ExitCode.FINDINGS
        if any(not problem.unseen for problem in self.problems):
            return ExitCode.FINDINGS
        return ExitCode.OUTSIDE if self.problems else ExitCode.FINE
