"""Whether a target is as it should be: live is what was built, files, hosts, certificates, grades."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from pressroom.errors import ExitCode

if TYPE_CHECKING:
    from pressroom.deploy.live import HostSeen, Problem


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A target as it was found, and its live hosts; nothing was changed.

    `built` and `live` are ids, "" where nothing is, or where hosts do not agree. `changed` says how the target was
    changed by hand, its link and its files; None where nobody can look. `problems` are what `judge_live` found of `hosts`. A certificate has to be good for `days` more than `at`,
    when it was looked at.
    """

    target: str
    at: dt.datetime
    built: str
    live: str
    days: int
    changed: tuple[str, ...] | None = None
    hosts: tuple[HostSeen, ...] = ()
    problems: tuple[Problem, ...] = ()

    def days_left(self, host: HostSeen) -> int | None:
        """Whole days until the host's certificate ends, negative after it; None where it was not seen."""
        if host.certificate_ends is None:
            return None
        return (host.certificate_ends - self.at) // dt.timedelta(days=1)

    def is_running_out(self, host: HostSeen) -> bool:
        """Whether the host's certificate should have been renewed by now."""
        left = self.days_left(host)
        return left is not None and left < self.days

    @property
    def exit_code(self) -> ExitCode:
        """1 if anything is wrong, else 3 if anything could not be looked at, else 0."""
        unseen = any(problem.unseen for problem in self.problems)
        # Of a host that did not answer nobody knows what it shows.
        is_other = self.live != self.built if self.live else not (self.changed is None and unseen)
        wrong = self.changed or is_other
        wrong = wrong or any(not problem.unseen for problem in self.problems)
        if wrong or any(self.is_running_out(host) for host in self.hosts):
            return ExitCode.FINDINGS
        return ExitCode.OUTSIDE if unseen else ExitCode.FINE
