"""driver.toml: which driver releases the table knows, and which of them each operating system ships."""

from __future__ import annotations

import dataclasses
import datetime as dt

from pressroom.findings import Finding
from pressroom.readers.versions import is_version, order
from pressroom.shapes import fill
from pressroom.tables import parse_toml


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """A release of an operating system and the driver in it; those of a family stand in their order."""

    family: str
    name: str
    driver: str
    # Still changing (Debian's testing and unstable): what it ships holds for the day it was read.
    moving: bool = False
    read: dt.date | None = None
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """The driver releases whose lists of readers are known, and where they are shipped.

    `notes` says of a release what its list does not.
    """

    oldest: str
    newest: str
    notes: dict[str, str] = dataclasses.field(default_factory=dict)
    systems: tuple[System, ...] = ()

    def knows(self, version: str) -> bool:
        """Whether it is known which readers that release added."""
        return is_version(version) and order(self.oldest) <= order(version) <= order(self.newest)

    @property
    def families(self) -> dict[str, tuple[System, ...]]:
        """The systems by family, both in the order of the file."""
        names = dict.fromkeys(one.family for one in self.systems)
        return {name: tuple(one for one in self.systems if one.family == name) for name in names}


def parse_driver(text: str, *, where: str) -> tuple[Driver | None, list[Finding]]:
    """The driver, or None and all that is wrong with its file."""
    table, findings = parse_toml(text, where=where)
    if findings:
        return None, findings
    driver, misfits = fill(Driver, table)
    findings = [Finding(where=where, message=one.message, hint=one.hint) for one in misfits]
    if driver is None:
        return None, findings
    versions = [
        driver.oldest,
        driver.newest,
        *driver.notes,
        *(one.driver for one in driver.systems),
    ]
    findings = [
        Finding(
            where=where,
            message=f"{version!r} is no driver release",
            hint="write digits and dots, as in 1.4.31",
        )
        for version in dict.fromkeys(versions)
        if not is_version(version)
    ]
    return (None, findings) if findings else (driver, [])


def first_with(systems: tuple[System, ...], version: str) -> System | None:
    """The first system of a family that ships that driver release or a later one."""
    return next((one for one in systems if order(one.driver) >= order(version)), None)
