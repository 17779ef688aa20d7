"""pin-limits.toml: how long a PIN may be on readers with a keypad, and who says so."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.shapes import fill, suggestion
from pressroom.tables import parse_toml

if TYPE_CHECKING:
    from collections.abc import Sequence


class Origin(enum.StrEnum):
    """Who says what the limits are."""

    REPORTED = "reported"  # what a reader answered when it was asked for its firmware features
    DRIVER = "driver"  # what the driver says for readers that cannot be asked


ORIGINS = {
    Origin.REPORTED: "the reader itself, when the driver asked for its firmware features",
    Origin.DRIVER: "the driver, which has fixed values for this reader",
}
# How entry of a PIN ends (bEntryValidationCondition): code and words.
VALIDATIONS = {
    "max-size": "the longest PIN is reached",
    "key": "a key confirms it",
    "timeout": "time runs out",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PinLimits:
    """Limits of one record, from one source; lengths are numbers of PIN characters.

    `validation` is None where the source does not say how entry ends.
    """

    slug: str
    origin: Origin
    source: str
    shortest: int
    longest: int
    validation: tuple[str, ...] | None = None
    since: str = ""
    lines: int | None = None
    columns: int | None = None
    languages: tuple[str, ...] = ()
    # With a firewall the reader refuses other commands to the card, with this status word.
    firewall_status: str | None = None
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """pin-limits.toml as it is written."""

    limits: tuple[PinLimits, ...] = ()


def parse_pin_limits(text: str, *, where: str) -> tuple[tuple[PinLimits, ...], list[Finding]]:
    """The limits in file order, and all that is wrong with the file."""
    table, findings = parse_toml(text, where=where)
    if findings:
        return (), findings
    file, misfits = fill(_File, table)
    findings = [Finding(where=where, message=one.message, hint=one.hint) for one in misfits]
    if file is None:
        return (), findings
    for limits in file.limits:
        findings += [
            Finding(where=where, message=f"limits of {limits.slug!r}: {message}", hint=hint)
            for message, hint in _problems(limits)
        ]
    return file.limits, findings


def _problems(limits: PinLimits) -> list[tuple[str, str]]:
    problems = []
    if not 0 <= limits.shortest <= limits.longest:
        problems.append(
            (f"{limits.shortest} to {limits.longest} is no range", "write shortest <= longest")
        )
    problems += [
        (f"unknown validation {code!r}", suggestion(code, list(VALIDATIONS)))
        for code in limits.validation or ()
        if code not in VALIDATIONS
    ]
    return problems


def lengths(limits: Sequence[PinLimits]) -> str:
    """How long a PIN may be, by all who say so: `4 to 12, 15 or 16, by firmware`; nothing where nobody does."""
    if not limits:
        return ""
    shortest = " or ".join(str(one) for one in sorted({one.shortest for one in limits}))
    *others, last = (str(one) for one in sorted({one.longest for one in limits}))
    longest = f"{', '.join(others)} or {last}" if others else last
    return f"{shortest} to {longest}" + (", by firmware" if others else "")
