"""A line of the driver's list, and what several lines about one id say together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.findings import Finding, Severity
from pressroom.readers.model import Status, UsbId

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An id on the driver's list."""

    usb_id: UsbId
    name: str
    status: Status
    vendor: str = ""
    line: int = dataclasses.field(default=0, compare=False)


def judge_listed(
    entries: Iterable[Listed], *, where: str, sections: bool
) -> tuple[tuple[Listed, ...], list[Finding]]:
    """The entries that count, and findings for ids that are listed twice.

    An id may have several names. Where it has several sections, the first line counts; in a list
    without sections, a line that is commented out gives way to one that is not.
    """
    kept: dict[UsbId, list[Listed]] = {}
    findings = []
    for entry in entries:
        before = kept.setdefault(entry.usb_id, [])
        other = next((one for one in before if one.status != entry.status), None)
        same = next((one for one in before if one.name == entry.name), None)
        if other is None and same is None:
            before.append(entry)
        elif other is None and same is not None:
            what = f"{entry.usb_id} {entry.name!r} stands in line {same.line} too"
            findings.append(_finding(where, entry, what, Severity.WARNING))
        elif other is not None and sections:
            what = f"{entry.usb_id} is {entry.status} here and {other.status} in line {other.line}"
            findings.append(_finding(where, entry, what, Severity.ERROR))
        elif other is not None:
            what = (
                f"{entry.usb_id} is commented out in one of the lines {other.line} and {entry.line}"
            )
            findings.append(_finding(where, entry, what, Severity.WARNING))
            if other.status is Status.DISABLED:
                before[:] = [entry]
    return tuple(one for group in kept.values() for one in group), findings


def _finding(where: str, entry: Listed, message: str, severity: Severity) -> Finding:
    return Finding(
        where=where,
        line=entry.line,
        message=message,
        hint="keep one of the lines",
        severity=severity,
    )
