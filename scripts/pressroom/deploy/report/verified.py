"""What a verification found, for a person and for a machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pressroom.deploy.history import render_time
from pressroom.deploy.report.problems import problems_as_list, render_problems
from pressroom.deploy.words import counted, shortened
from pressroom.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.deploy.live import HostSeen
    from pressroom.deploy.verification import Verification

# So many ways are told in which a target was changed by hand.
SHOWN = 20
_ENDS = {
    ExitCode.FINE: "everything is as it should be",
    ExitCode.FINDINGS: "not everything is as it should be",
    ExitCode.OUTSIDE: "not everything could be looked at",
}


def render_verification(found: Verification) -> str:
    """The target, a line a host, what is wrong with them, and a last line that says the whole."""
    lines = [f"{found.target}: {_live(found)}"]
    changed = found.changed or ()
    lines += [f"changed by hand: {shortened(one)}" for one in changed[:SHOWN]]
    if len(changed) > SHOWN:
        lines.append(f"changed by hand: … and {len(changed) - SHOWN:,} more; --json has them all")
    if found.changed == () and found.live:
        lines.append("its files are what was deployed")
    rows = [tuple(_row(found, host)) for host in found.hosts]
    if rows:
        rows.insert(0, ("host", "version", "grade", "score", "certificate"))
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines += render_problems(found.problems).splitlines()
    lines += [
        f"{host.host}: its certificate should have been renewed\n"
        "  hint: let a machine renew it, and look why that one did not: certbot renew --dry-run"
        for host in found.hosts
        if found.is_running_out(host)
    ]
    return "\n".join([*lines, _ENDS[found.exit_code]])


def verification_as_dict(found: Verification) -> dict[str, Any]:
    """The same for `--json`; what is not known is null."""
    return {
        "target": found.target,
        "at": render_time(found.at),
        "fine": found.exit_code is ExitCode.FINE,
        "built": found.built or None,
        "live": found.live or None,
        "changed": None if found.changed is None else list(found.changed),
        "hosts": {
            host.host: {
                "site": host.site,
                "version": shortened(host.version) or None,
                "score": dataclasses.asdict(host.score) if host.score else None,
                "certificate": shortened(host.certificate) or None,
                "days_left": found.days_left(host),
                "renew": found.is_running_out(host),
            }
            for host in found.hosts
        },
        "problems": problems_as_list(found.problems),
    }


def _live(found: Verification) -> str:
    if not found.live:
        return "its hosts do not name one version" if found.hosts else "no version is live"
    live = shortened(found.live)
    if not found.built:
        return f"{live} is live, and nothing is built to compare it with"
    if found.live == found.built:
        return f"{live} is live, and is what was built"
    return f"{live} is live, and {found.built} was built: pressroom deploy {found.target}"


def _row(found: Verification, host: HostSeen) -> Iterator[str]:
    yield host.host
    yield shortened(host.version) or "-"
    yield host.score.grade if host.score else "-"
    yield str(host.score.score) if host.score else "-"
    left = found.days_left(host)
    yield (
        "not seen" if left is None else "has ended" if left < 0 else f"{counted(left, 'day')} left"
    )
