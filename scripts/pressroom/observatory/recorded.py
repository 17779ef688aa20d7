"""Reports as lines of the record of results."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from pressroom.errors import ConfigFindingsError, PressroomError
from pressroom.findings import Finding
from pressroom.observatory.record import Record, render_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pressroom.observatory.judged import HostReport
    from pressroom.observatory.record import Place

# Nothing is wrong with it but its host, perhaps.
_ANY = Record(
    at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    host="widget.example",
    place="live",
    algorithm=6,
    score=100,
    grade="A+",
    pages=1,
    worst="/",
)


def refuse_unrecordable(hosts: Iterable[str]) -> None:
    """Raises ConfigFindingsError with all hosts that the record cannot hold, such as one with a port."""
    findings = []
    for host in hosts:
        try:
            render_record(dataclasses.replace(_ANY, host=host))
        except PressroomError as error:
            hint = f"leave out --record, or that host: {error.hint}"
            findings.append(Finding(where=error.where, message=error.message, hint=hint))
    if findings:
        raise ConfigFindingsError(findings)


def add_reports(text: str, hosts: Sequence[HostReport], *, place: Place, now: dt.datetime) -> str:
    """The text of the record with a line more for each host that has a verdict; `now` in UTC.

    Raises PressroomError for what the record cannot hold; see `refuse_unrecordable`.
    """
    kept = text if not text or text.endswith("\n") else f"{text}\n"
    lines = [
        render_record(record)
        for host in hosts
        if (record := _record(host, place, now.replace(microsecond=0))) is not None
    ]
    return kept + "".join(lines)


def _record(host: HostReport, place: Place, now: dt.datetime) -> Record | None:
    worst = host.worst
    if worst is None or worst.verdict is None:
        return None
    verdict = worst.verdict
    return Record(
        at=now,
        host=host.host,
        place=place,
        algorithm=verdict.algorithm,
        score=verdict.score,
        grade=verdict.grade,
        pages=len(host.pages) - len(host.unseen),
        worst=worst.path,
        failing=tuple(one.token for one in verdict.results.values() if one.modifier < 0),
    )
