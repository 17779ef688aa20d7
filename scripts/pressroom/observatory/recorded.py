"""Reports as lines of the record of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.observatory.record import Record, render_record

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pressroom.observatory.judged import HostReport
    from pressroom.observatory.record import Place


def add_reports(text: str, hosts: Sequence[HostReport], *, place: Place, now: dt.datetime) -> str:
    """The text of the record with a line more for each host that has a verdict; `now` in UTC.

    Raises PressroomError for a host that the record cannot hold (one with a port).
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
        pages=len(host.pages),
        worst=worst.path,
        failing=tuple(one.token for one in verdict.results.values() if one.modifier < 0),
    )
