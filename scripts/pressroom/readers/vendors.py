"""Who makes a reader, in one spelling."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING

from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.readers.model import Reader


def fold_vendor(vendor: str) -> str:
    """What all spellings of a vendor have in common: its letters and digits, without their case."""
    return "".join(one for one in vendor.casefold() if one.isalnum())


def vendor_in(name: str, vendors: Iterable[str]) -> str:
    """The longest of the vendors that the name begins with, or none."""
    found = [vendor for vendor in vendors if f"{name} ".startswith(f"{vendor} ")]
    return max(found, key=len, default="")


def check_vendors(readers: Iterable[Reader], *, where: str) -> list[Finding]:
    """Findings for vendors that the table spells in several ways: lists by vendor would fall apart."""
    lines: dict[str, list[Reader]] = collections.defaultdict(list)
    for reader in readers:
        lines[reader.vendor].append(reader)
    spellings: dict[str, list[str]] = collections.defaultdict(list)
    for vendor in lines:
        spellings[fold_vendor(vendor)].append(vendor)
    findings = []
    for group in spellings.values():
        most, *others = sorted(group, key=lambda vendor: (-len(lines[vendor]), vendor))
        findings += [
            Finding(
                where=where,
                line=lines[other][0].line,
                message=f"vendor {other!r} is {most!r} in {len(lines[most])} lines",
                hint="spell a vendor in one way; names may spell it as they like",
                severity=Severity.WARNING,
            )
            for other in others
        ]
    return sorted(findings)
