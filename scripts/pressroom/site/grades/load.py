"""The recorded results of a checkout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.observatory.record import RECORDS, parse_records
from pressroom.texts import decode

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from pressroom.observatory.record import Record


def load_records(root: Path, *, today: dt.date) -> tuple[tuple[Record, ...], list[Finding]]:
    """The records of site/observatory.jsonl and all that is wrong with it; none if there is no such file."""
    file = root / RECORDS
    if not file.is_file():
        return (), []
    text, findings = decode(file.read_bytes(), where=RECORDS)
    records, found = parse_records(text, RECORDS)
    findings += found
    future = [one for one in records if one.at.date() > today]
    if future:
        first = min(future, key=lambda one: one.at)
        findings.append(
            Finding(
                where=RECORDS,
                message=f"the result of {first.host} at {first.at:%Y-%m-%dT%H:%M:%SZ} is from the future",
                hint="set the clock of this machine, or delete that line",
            )
        )
    return records, findings
