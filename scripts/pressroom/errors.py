"""What can go wrong, as a message a person can act on, and the exit code it becomes at the door."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.findings import Finding


class ExitCode(enum.IntEnum):
    """What a command's exit status says."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    OUTSIDE = 3


class PressroomError(Exception):
    """Something that stops the work: where it is, what it is, and how to mend it."""

    exit_code = ExitCode.FINDINGS

    def __init__(self, message: str, *, where: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.message}\n  hint: {self.hint}"


class ConfigError(PressroomError):
    """The configuration or the command line cannot be used as it stands."""

    exit_code = ExitCode.USAGE


class FindingsError(PressroomError):
    """Content that cannot be published; carries all findings, not the first one."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        first = self.findings[0]
        super().__init__(first.message, where=first.place, hint=first.hint)

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class ConfigFindingsError(FindingsError, ConfigError):
    """All findings about the configuration: wrong usage, not wrong content."""
