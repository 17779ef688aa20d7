"""Everything that is known of card readers, read once; and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.config import READERS
from pressroom.errors import FindingsError
from pressroom.findings import Finding, errors_of
from pressroom.readers.catalogue import Added, ReaderCatalogue, added_readers, build_readers
from pressroom.readers.driver import Driver, parse_driver
from pressroom.readers.load import TABLE, load_readers, load_table
from pressroom.readers.pins import parse_pin_limits
from pressroom.readers.vendors import check_vendors
from pressroom.site.tree import check_sources
from pressroom.texts import check_text, decode

if TYPE_CHECKING:
    from pathlib import Path

DRIVER = "driver.toml"
PIN_LIMITS = "pin-limits.toml"


def load_reader_catalogue(root: Path) -> tuple[ReaderCatalogue | None, list[Finding]]:
    """The readers of the checkout at `root`, or None where their files cannot be used, and all findings."""
    folder = root / READERS
    findings = check_sources(folder) if folder.exists() else []
    if findings:
        return None, findings
    records, findings = load_readers(folder, where=READERS)
    readers = [record.reader for record in records]
    findings += check_vendors(readers, where=f"{READERS}/{TABLE}")
    driver, found = parse_driver(_text(folder, DRIVER, findings), where=f"{READERS}/{DRIVER}")
    findings += found
    pins, found = parse_pin_limits(
        _text(folder, PIN_LIMITS, findings), where=f"{READERS}/{PIN_LIMITS}"
    )
    findings += found
    slugs = {record.slug for record in records}
    findings += [
        Finding(
            where=f"{READERS}/{PIN_LIMITS}",
            message=f"limits of {slug!r}, which is no reader of the table",
            hint="write the slug as readers.csv has it",
        )
        for slug in dict.fromkeys(one.slug for one in pins)
        if slug not in slugs
    ]
    if driver is None or errors_of(findings):
        return None, findings
    return build_readers(records, driver=driver, pins=pins), findings


def load_added(root: Path) -> tuple[dict[str, tuple[Added, ...]], Driver]:
    """What each driver release added, and the driver, without any descriptor; errors are raised."""
    folder = root / READERS
    readers, findings = load_table(folder, where=READERS)
    driver, found = parse_driver(_text(folder, DRIVER, findings), where=f"{READERS}/{DRIVER}")
    findings += found
    if driver is None or errors_of(findings):
        raise FindingsError(findings)
    return added_readers(readers), driver


def readers_of(root: Path) -> tuple[ReaderCatalogue, list[Finding]]:
    """The readers, and the warnings; errors are raised, all at once."""
    catalogue, findings = load_reader_catalogue(root)
    if catalogue is None:
        raise FindingsError(findings)
    return catalogue, findings


def _text(folder: Path, name: str, findings: list[Finding]) -> str:
    """The text of a file; a missing one is empty, and its parser says what it needs."""
    file, where = folder / name, f"{READERS}/{name}"
    text, found = decode(file.read_bytes() if file.is_file() else b"", where=where)
    findings += found + check_text(text, where=where)
    return text
