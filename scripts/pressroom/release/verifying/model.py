"""What verifying a release says: an answer a question, and all answers together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.proven import FORMAT, QUESTIONS, Cell, Proof, ProvenRelease, State
from pressroom.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.findings import Finding


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """The answer to one question; `is_unanswered`: somebody outside could not be asked."""

    state: State
    note: str = ""
    hint: str = ""
    is_unanswered: bool = False


def ok(note: str = "") -> Check:
    """It is as it should be."""
    return Check(state=State.OK, note=note)


def wrong(note: str, hint: str) -> Check:
    """It is something else than it should be."""
    return Check(state=State.WRONG, note=note, hint=hint)


def missing(note: str, hint: str) -> Check:
    """It is not there."""
    return Check(state=State.MISSING, note=note, hint=hint)


def unknown(note: str) -> Check:
    """Nobody can say, and why."""
    return Check(state=State.UNKNOWN, note=note)


def unanswered(note: str, hint: str) -> Check:
    """The outside did not say."""
    return Check(state=State.UNKNOWN, note=note, hint=hint, is_unanswered=True)


def not_asked(note: str) -> Check:
    """There was no question, and why."""
    return Check(state=State.NOT_ASKED, note=note)


def worst(checks: list[Check]) -> Check:
    """One answer of several: all that is bad is said, else the first that could not be answered, else what is right."""
    bad = [check for check in checks if check.state.is_bad]
    if bad:
        state = State.WRONG if any(one.state is State.WRONG for one in bad) else State.MISSING
        hints = dict.fromkeys(check.hint for check in bad)
        note = "; ".join(dict.fromkeys(check.note for check in bad))
        return Check(state=state, note=note, hint="; ".join(hints))
    for check in checks:
        if check.state is not State.OK:
            return check
    return ok("; ".join(check.note for check in checks if check.note))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One release with its answers, by the names of QUESTIONS and in their order."""

    version: str
    date: str
    checks: Mapping[str, Check]

    @property
    def bad(self) -> list[tuple[str, Check]]:
        """What somebody has to look at."""
        return [(name, check) for name, check in self.checks.items() if check.state.is_bad]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All releases that were verified, and what is wrong beside them."""

    project: str
    name: str
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...] = ()
    downloaded: bool = False

    @property
    def exit_code(self) -> ExitCode:
        """1 something is wrong or a finding stands, 3 nothing is, but somebody did not answer."""
        if self.findings or any(row.bad for row in self.rows):
            return ExitCode.FINDINGS
        return ExitCode.OUTSIDE if self.is_unanswered else ExitCode.FINE

    @property
    def is_unanswered(self) -> bool:
        """Whether somebody outside could not be asked."""
        return any(one.is_unanswered for row in self.rows for one in row.checks.values())

    def proof(self, date: str) -> Proof:
        """The facts, as they are recorded."""
        return Proof(
            format=FORMAT,
            project=self.project,
            date=date,
            downloaded=self.downloaded,
            findings=tuple(finding.message for finding in self.findings),
            releases=tuple(
                ProvenRelease(
                    version=row.version,
                    date=row.date,
                    checks={
                        name: Cell(state=row.checks[name].state, note=row.checks[name].note)
                        for name in QUESTIONS
                    },
                )
                for row in self.rows
            ),
        )
