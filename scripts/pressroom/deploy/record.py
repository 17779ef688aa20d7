"""The record of a version: when it was made, what its server promises, what its pages got."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

from pressroom.deploy.history import is_version, parse_time, render_time
from pressroom.errors import PressroomError
from pressroom.headers.policy import Policy
from pressroom.shapes import fill

FORMAT = 1


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What the worst page of a site got before the version was copied."""

    grade: str
    score: int
    pages: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is kept with a version besides its files."""

    id: str
    made: dt.datetime
    # What its server promises: a later one may promise something else.
    policy: Policy
    scores: dict[str, Score]


def render_record(record: Record) -> str:
    """The record as JSON."""
    values = dataclasses.asdict(record) | {"format": FORMAT, "made": render_time(record.made)}
    return json.dumps(values, indent=1, sort_keys=True) + "\n"


def parse_record(text: str, *, where: str) -> Record:
    """What `render_record` wrote; raises PressroomError for anything else."""
    try:
        values: dict[str, Any] = json.loads(text)
        if values.pop("format") != FORMAT:
            raise ValueError("another format")  # noqa: TRY301 - one answer to all of it
        policy, misfits = fill(Policy, {**values["policy"]})
        if policy is None:
            raise ValueError(misfits[0].message)  # noqa: TRY301 - likewise
        if not is_version(values["id"]):
            raise ValueError("no id")  # noqa: TRY301 - likewise
        return Record(
            id=values["id"],
            made=parse_time(values["made"]),
            policy=policy,
            scores={site: _score(score) for site, score in values["scores"].items()},
        )
    # json counts how deep it is in brackets, and gives up with RecursionError.
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise PressroomError(
            "this is no record of a version that this Pressroom reads",
            where=where,
            hint="it was changed by hand, or by a newer Pressroom: use that, or deploy again with --despite changed",
        ) from error


def _score(values: dict[str, Any]) -> Score:
    score, misfits = fill(Score, values)
    if score is None:
        raise ValueError(misfits[0].message)
    if not score.grade.isascii() or not score.grade.isprintable():
        raise ValueError("no grade")
    return score
