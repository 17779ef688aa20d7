"""What the driver's list says otherwise than the table: reported, because people have the last word."""

from __future__ import annotations

import collections
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pressroom.findings import Finding, Severity
from pressroom.readers.importing.changes import Change, Entry, entry_of
from pressroom.readers.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from pressroom.readers.model import Reader, Record, UsbId
    from pressroom.readers.tree.listed import Listed
    from pressroom.readers.tree.tree import DriverTree

Compared = tuple[tuple[Change, ...], tuple[Entry, ...], list[Finding]]


def compare_list(records: Sequence[Record], tree: DriverTree, *, where: str) -> Compared:
    """Names and statuses that differ, records that the tree does not have, and findings for the former."""
    lines: dict[UsbId, list[Listed]] = collections.defaultdict(list)
    for line in tree.driver_list.listed:
        lines[line.usb_id].append(line)
    names: dict[UsbId, set[str]] = collections.defaultdict(set)
    for record in records:
        names[record.reader.usb_id].add(record.reader.name)
    changes = []
    findings = []
    for record in records:
        listed = lines.get(record.reader.usb_id, [])
        for field, old, new in _differences(record, listed, tree, names[record.reader.usb_id]):
            changes.append(Change(reader=entry_of(record), field=field, old=old, new=new))
            findings.append(_finding(record.reader, field, old, new, where))
    here = tree.broken | {dump.source for dump in tree.dumps}
    removed = tuple(entry_of(one) for one in records if _is_gone(one, tree, here, lines.keys()))
    return tuple(changes), removed, findings


def _differences(
    record: Record, listed: Sequence[Listed], tree: DriverTree, names: set[str]
) -> Iterator[tuple[str, str, str]]:
    """The fields of a record that the list has otherwise: an id of several files has several names."""
    reader, source = record.reader, record.descriptor.source if record.descriptor else ""
    own = tree.driver_list.names.get(PurePosixPath(source).name) if source else None
    if own is not None and own != reader.name:
        yield "name", reader.name, own
    elif own is None and listed and not names & {line.name for line in listed}:
        yield "name", reader.name, listed[0].name
    if tree.driver_list.knows_status and listed and listed[0].status != reader.status:
        yield "status", str(reader.status), str(listed[0].status)


def _is_gone(
    record: Record, tree: DriverTree, here: AbstractSet[str], listed: AbstractSet[UsbId]
) -> bool:
    """Whether the tree should have the record's dump, or the list its id, and has not; `last` says so."""
    if record.reader.last:
        return False
    if tree.has_dumps and record.descriptor:
        return record.descriptor.source not in here
    known = tree.driver_list.knows_disabled or record.reader.status is not Status.DISABLED
    return bool(listed) and known and record.reader.usb_id not in listed


def _finding(reader: Reader, field: str, old: str, new: str, where: str) -> Finding:
    return Finding(
        where=where,
        line=reader.line,
        message=f"{reader.slug}: {field} is {old!r} here and {new!r} in the driver's tree",
        hint="write the new one into the table, or leave it: the import never does",
        severity=Severity.WARNING,
    )
