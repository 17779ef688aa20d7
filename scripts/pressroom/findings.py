"""Findings: what was seen, where, and how to mend it."""

from __future__ import annotations

import dataclasses
import enum


class Severity(enum.StrEnum):
    """Whether a finding stops the work."""

    ERROR = "error"
    WARNING = "warning"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """One thing to mend in one place; findings sort by file and line."""

    where: str
    line: int = 0
    message: str
    hint: str
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """`file:line`, or the file alone where a line means nothing."""
        return f"{self.where}:{self.line}" if self.line else self.where

    def __str__(self) -> str:
        note = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{self.place}: {note}{self.message}\n  hint: {self.hint}"

    def as_dict(self) -> dict[str, str | int]:
        """The finding for `--json`."""
        return {
            "file": self.where,
            "line": self.line,
            "severity": str(self.severity),
            "message": self.message,
            "hint": self.hint,
        }


def errors_of(findings: tuple[Finding, ...] | list[Finding]) -> list[Finding]:
    """Those that stop the work."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]
