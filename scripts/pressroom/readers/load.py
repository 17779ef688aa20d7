"""The reader table from our disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.findings import Finding, errors_of
from pressroom.readers.descriptors import MAX_BYTES, check_pair, parse_descriptors
from pressroom.readers.model import Record
from pressroom.readers.table import parse_readers
from pressroom.texts import decode
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.readers.model import Descriptor, Reader

TABLE = "readers.csv"
DESCRIPTORS = "descriptors.jsonl"


def load_readers(folder: Path, *, where: str) -> tuple[tuple[Record, ...], list[Finding]]:
    """Each reader of a folder with its descriptor, in the order of the table; `where` names the folder."""
    readers, findings = load_table(folder, where=where)
    descriptors, found = load_descriptors(folder, where=where)
    # A line that cannot be read has no slug, and its descriptor would look lost.
    if not errors_of(findings):
        found += check_pair(readers, descriptors, where=f"{where}/{DESCRIPTORS}")
    by_slug = {descriptor.slug: descriptor for descriptor in descriptors}
    records = [Record(reader=one, descriptor=by_slug.get(one.slug)) for one in readers]
    return tuple(records), sorted(findings + found)


def load_table(folder: Path, *, where: str) -> tuple[tuple[Reader, ...], list[Finding]]:
    """The lines of the table alone; a table that is not there is empty."""
    data, findings = _read(folder / TABLE, f"{where}/{TABLE}")
    if data is None:
        return (), findings
    text, found = decode(data, where=f"{where}/{TABLE}")
    readers, more = parse_readers(text, where=f"{where}/{TABLE}")
    return readers, sorted(findings + found + more)


def load_descriptors(folder: Path, *, where: str) -> tuple[tuple[Descriptor, ...], list[Finding]]:
    """The descriptors alone; a file that is not there is empty."""
    data, findings = _read(folder / DESCRIPTORS, f"{where}/{DESCRIPTORS}")
    if data is None:
        return (), findings
    return parse_descriptors(data, where=f"{where}/{DESCRIPTORS}")


def _read(path: Path, where: str) -> tuple[bytes | None, list[Finding]]:
    """The bytes of a file, or None where there is none or it is too big to be looked at."""
    with explained(path):
        if not path.exists():
            return None, []
        size = path.stat().st_size
        if size > MAX_BYTES:
            what = f"has {size} bytes, more than {MAX_BYTES}"
            return None, [Finding(where=where, message=what, hint="this is no file of readers")]
        return path.read_bytes(), []
