"""What a deploy says: what changes, what live hosts said, how it ended; for a person and for a machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pressroom.config import DEPLOY
from pressroom.deploy.changes import address_of, is_page
from pressroom.deploy.history import render_time
from pressroom.deploy.report.listing import list_as_dict, render_list
from pressroom.deploy.report.problems import problems_as_list, render_problems
from pressroom.deploy.report.verified import render_verification, verification_as_dict
from pressroom.deploy.words import amount, counted, shortened

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from pressroom.deploy.changes import Changes
    from pressroom.deploy.outcome import Outcome
    from pressroom.deploy.refusals import RefusedError

__all__ = [
    "as_dict",
    "list_as_dict",
    "refused_as_dict",
    "render_changes",
    "render_list",
    "render_outcome",
    "render_problems",
    "render_verification",
    "verification_as_dict",
]

# So many addresses are named of those that are added, of those that change, and of those that go.
SHOWN = 10


def render_changes(changes: Changes, *, sites: Collection[str], copies: bool = True) -> str:
    """Pages by address, other files by number, headers in sentences, and how much is copied if anything is.

    `sites` are the names of the sites that were built, in the order in which they are shown.
    """
    if changes.is_nothing:
        return "\n".join(["no file changes", *_header_lines(changes)])
    kinds = {"added": changes.added, "changed": changes.changed, "removed": changes.removed}
    pages = {kind: [path for path in paths if is_page(path)] for kind, paths in kinds.items()}
    rest = {kind: [path for path in paths if not is_page(path)] for kind, paths in kinds.items()}
    ours = {kind: [one for one in paths if _is_server(one)] for kind, paths in rest.items()}
    files = {kind: [one for one in paths if not _is_server(one)] for kind, paths in rest.items()}
    lines = [f"pages: {_counts(pages)}"]
    for kind, paths in pages.items():
        lines += _page_lines(kind, paths, list(sites))
    lines += [f"other files: {_counts(files)}"] if any(files.values()) else []
    lines += [f"server configurations: {_counts(ours)}"] if any(ours.values()) else []
    lines += _header_lines(changes)
    if copies:
        lines.append(f"copies at most {amount(changes.bytes_new)} of {amount(changes.bytes_all)}")
    return "\n".join(lines)


def render_outcome(outcome: Outcome, *, now: dt.datetime) -> str:
    """The last lines: what is live now, what was copied, what is wrong, and the command that takes it back."""
    name, new, old = outcome.target, outcome.version, outcome.previous
    if outcome.result == "nothing-to-do":
        return f"{name}: {new} is live already; nothing was copied or switched"
    if outcome.result == "dry-run":
        return f"{name}: nothing was changed; {new} would be live{f' in place of {old}' if old else ''}"
    troubles = _troubles(outcome)
    if outcome.result == "switched-back":
        lines = [f"{name}: {old} is live again: {new} was, and was switched back, because"]
        lines += [*troubles, "  hint: nothing is lost; mend that and deploy again"]
        if outcome.after:
            lines.append("and now, not everything is as it should be:")
            lines += [f"  {line}" for line in render_problems(outcome.after).splitlines()]
        return "\n".join(lines)
    place = f", in place of {old}" if old and old != new else ""
    lines = [f"{name}: {new} is live since {render_time(now)}{place}"]
    if outcome.sent or outcome.new:
        lines.append(
            f"copied {amount(outcome.new)} of new files, {amount(outcome.sent)} over the line"
        )
    else:
        lines.append("nothing had to be copied")
    lines += ["not everything is as it should be:", *troubles] if troubles else []
    if outcome.removed:
        lines.append(
            f"removed {counted(len(outcome.removed), 'version')}: {', '.join(outcome.removed)}"
        )
    lines.append(
        f"to take it back: pressroom rollback {name} {old}"
        if old and old != new
        else "it is the first version here: there is none to go back to"
    )
    return "\n".join(lines)


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """How it ended, for `--json`."""
    changes = outcome.changes
    return {
        "target": outcome.target,
        "id": outcome.version,
        "previous": outcome.previous,
        "outcome": outcome.result,
        "changes": dataclasses.asdict(changes) if changes is not None else None,
        "copied": {"sent": outcome.sent, "new": outcome.new},
        "problems": problems_as_list(outcome.problems),
        "after": problems_as_list(outcome.after),
        "scores": {site: dataclasses.asdict(one) for site, one in outcome.scores.items()},
        "removed": list(outcome.removed),
        "reason": outcome.reason,
    }


def refused_as_dict(error: RefusedError, *, target: str, version: str = "") -> dict[str, Any]:
    """A deploy that was refused, for `--json`: every finding, and how it can be overridden, "" if not at all."""
    return {
        "target": target,
        "id": version,
        "outcome": "refused",
        "refusals": [
            {"despite": one.name, "findings": [finding.as_dict() for finding in one.findings]}
            for one in error.refusals
        ],
    }


def _troubles(outcome: Outcome) -> list[str]:
    reason = [f"  the server said: {shortened(line)}" for line in outcome.reason.splitlines()]
    return reason + [f"  {line}" for line in render_problems(outcome.problems).splitlines()]


def _is_server(path: str) -> bool:
    return path.startswith(f"{DEPLOY}/")


def _counts(kinds: Mapping[str, Sequence[str]]) -> str:
    return (
        ", ".join(f"{len(paths):,} {kind}" for kind, paths in kinds.items() if paths) or "the same"
    )


def _page_lines(kind: str, paths: Sequence[str], sites: Sequence[str]) -> Iterator[str]:
    places = {site: place for place, site in enumerate(sites)}
    found = [address_of(path) for path in paths]
    # A site that is gone comes last.
    found.sort(key=lambda one: (places.get(one[0], len(places)), one))
    for site, address in found[:SHOWN]:
        yield f"  {kind:7} {site} {shortened(address)}"
    if len(found) > SHOWN:
        yield f"  {kind:7} … and {len(found) - SHOWN:,} more"


def _header_lines(changes: Changes) -> list[str]:
    return ["headers:", *(f"  {one}" for one in changes.headers)] if changes.headers else []
