"""The history of a target: when it was switched to which version, as lines of a file."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import re

from pressroom.deploy.manifest import ID_LENGTH

_ID = re.compile(rf"[0-9a-f]{{{ID_LENGTH}}}")
# At the end of a line: what a full disk cut off may stand before it, where a line feed is missing.
_LINE = re.compile(
    rf"(\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([0-9a-f]{{{ID_LENGTH}}})( rollback)?\Z", re.ASCII
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A switch: when it was about to be made, and the id of the version."""

    at: dt.datetime
    version: str
    # Whether a person went back to it.
    is_rollback: bool = False


def parse_history(text: str) -> tuple[Moment, ...]:
    """The switches, the first one first; what is no line, as after a full disk, is passed over."""
    moments = []
    for line in text.splitlines():
        found = _LINE.search(line)
        with contextlib.suppress(ValueError):  # a time that no calendar has
            if found:
                at = parse_time(found[1])
                moments.append(Moment(at=at, version=found[2], is_rollback=bool(found[3])))
    return tuple(moments)


def is_version(name: str) -> bool:
    """Whether that may be the id of a version."""
    return _ID.fullmatch(name) is not None


def render_time(when: dt.datetime) -> str:
    """`2026-11-24T18:05:12Z`."""
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> dt.datetime:
    """What `render_time` wrote; raises ValueError."""
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
