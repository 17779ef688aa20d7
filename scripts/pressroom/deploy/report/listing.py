"""What is at a target: which version is live and since when, and what can be gone back to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pressroom.deploy.history import render_time
from pressroom.deploy.words import ago

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from pressroom.deploy.state import Record, Score, State

_HEAD = ("version", "made", "live", "worst page", "to go back")


def render_list(
    state: State, records: Mapping[str, Record], *, now: dt.datetime, target: str = "TARGET"
) -> str:
    """A line a version, the live one first, then as they were live last; `records` as far as they could be read."""
    lines = []
    versions = _in_order(state)
    if versions:
        rows = [_HEAD, *(_row(state, one, records.get(one), now, target) for one in versions)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    elif not state.foreign:
        return f"nothing is deployed to {target} yet: pressroom deploy {target}"
    if state.live and state.live != state.confirmed:
        lines.append(
            f"{state.live} is live, but its live hosts have not said what they should: pressroom deploy {target} --verify"
        )
    if state.foreign:
        lines.append(f"changed by hand: {state.foreign}")
    return "\n".join(lines)


def list_as_dict(state: State, records: Mapping[str, Record]) -> dict[str, Any]:
    """The same for `--json`; what is not known is null."""
    return {
        "live": state.live or None,
        "since": _time(_since(state)),
        "confirmed": state.confirmed or None,
        "previous": state.previous or None,
        "changed_by_hand": state.foreign or None,
        "versions": [
            {
                "id": one,
                "made": _time(records[one].made) if one in records else None,
                "last_live": _time(state.last_live(one)),
                "scores": {
                    site: dataclasses.asdict(score)
                    for site, score in (records[one].scores if one in records else {}).items()
                },
            }
            for one in _in_order(state)
        ],
    }


def _in_order(state: State) -> tuple[str, ...]:
    return tuple(filter(None, dict.fromkeys((state.live, *state.past, *sorted(state.versions)))))


def _row(
    state: State, version: str, record: Record | None, now: dt.datetime, target: str
) -> tuple[str, ...]:
    is_live = version == state.live
    return (
        version,
        ago(record.made, now) if record else "unknown",
        ", ".join(_life(state, version, now)),
        _worst(record),
        "" if is_live else f"pressroom rollback {target} {version}",
    )


def _life(state: State, version: str, now: dt.datetime) -> Iterator[str]:
    when = _since(state) if version == state.live else state.last_live(version)
    told = f"{render_time(when)}, {ago(when, now)}" if when else ""
    if version == state.live:
        yield f"since {told}" if told else "now"
        yield "confirmed" if version == state.confirmed else "not confirmed"
    else:
        yield f"until {told}" if told else "never"


def _worst(record: Record | None) -> str:
    if record is None or not record.scores:
        return "unknown"
    worst: Score = min(record.scores.values(), key=lambda one: one.score)
    return f"{worst.grade} {worst.score}"


def _since(state: State) -> dt.datetime | None:
    """By the history, whose clock is that of the other times; by the link where that says nothing."""
    if not state.live:
        return None
    return state.last_live(state.live) or state.since


def _time(when: dt.datetime | None) -> str | None:
    return render_time(when) if when else None
