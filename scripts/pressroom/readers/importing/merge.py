"""A tree of the driver into the table: what is new is added, what people wrote is kept."""

from __future__ import annotations

import collections
import dataclasses
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pressroom.findings import Finding, Severity
from pressroom.readers.importing.changes import Change, Entry, Report, entry_of, facts_changed
from pressroom.readers.importing.compare_list import compare_list
from pressroom.readers.importing.matching import match_dumps
from pressroom.readers.model import Descriptor, Reader, Record, Status, UsbId
from pressroom.readers.slugs import free_slug
from pressroom.readers.vendors import fold_vendor, vendor_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.readers.tree.dump import Dump
    from pressroom.readers.tree.tree import DriverTree


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Both files as they are to be, what is different, and what a person should look at."""

    readers: tuple[Reader, ...]
    descriptors: tuple[Descriptor, ...]
    report: Report
    findings: tuple[Finding, ...]


def merge(
    readers: Sequence[Reader],
    descriptors: Sequence[Descriptor],
    tree: DriverTree,
    *,
    where: str,
    release: str = "",
) -> Merged:
    """The table with what the tree adds; no line that is there is changed. `where` is the table's file.

    `release` is the driver's, if it is known: ids that are new and active are listed since then.
    """
    merging = _Merging(readers, descriptors, tree, release=release)
    for dump in sorted(tree.dumps, key=lambda dump: dump.source):
        merging.take_dump(dump)
    merging.take_listed()
    before = [Record(reader=one, descriptor=merging.descriptors.get(one.slug)) for one in readers]
    changed, removed, findings = compare_list(before, tree, where=where)
    slugs = sorted(merging.readers)
    known = {reader.slug for reader in readers}
    return Merged(
        readers=tuple(merging.readers[slug] for slug in slugs),
        descriptors=tuple(merging.descriptors[slug] for slug in sorted(merging.descriptors)),
        report=Report(
            added=tuple(merging.entry(slug) for slug in slugs if slug not in known),
            removed=removed,
            changed=tuple(sorted([*merging.changed, *changed], key=lambda one: one.reader.slug)),
        ),
        findings=tuple(sorted([*merging.findings, *findings])),
    )


class _Merging:
    """The table while the tree goes into it."""

    def __init__(
        self,
        readers: Sequence[Reader],
        descriptors: Sequence[Descriptor],
        tree: DriverTree,
        *,
        release: str,
    ) -> None:
        self._release = release
        self._since = {reader.usb_id: reader.since for reader in readers}
        self.readers = {reader.slug: reader for reader in readers}
        self.descriptors = {one.slug: one for one in descriptors}
        self.changed: list[Change] = []
        self.findings: list[Finding] = []
        self._list = tree.driver_list
        self._broken = tree.broken
        self._slugs = match_dumps(readers, descriptors, tree)
        self._lines = {one.usb_id: one for one in reversed(self._list.listed)}
        self._vendors = {fold_vendor(one.vendor): one.vendor for one in readers}
        self._ids: dict[str, set[UsbId]] = collections.defaultdict(set)
        named = [(one.name, one.usb_id) for one in self._list.listed]
        for name, usb_id in [*named, *((one.name, one.usb_id) for one in readers)]:
            self._ids[name].add(usb_id)

    def entry(self, slug: str) -> Entry:
        """The record as a report names it."""
        return entry_of(Record(reader=self.readers[slug], descriptor=self.descriptors.get(slug)))

    def take_dump(self, dump: Dump) -> None:
        """The descriptor is that of the dump, and there is a line for it."""
        line = self._lines.get(dump.usb_id)
        if line is None:
            self.findings.append(_unlisted(dump))
        slug = self._slugs.get(dump.source)
        if slug is None:
            slug = free_slug(dump.stem, dump.usb_id, taken=self.readers)
            named = self._list.names.get(PurePosixPath(dump.source).name, "")
            name = named or (line.name if line else dump.name)
            vendor = vendor_in(named, self._list.vendors) or (line.vendor if line else "")
            status = line.status if line else Status.UNSUPPORTED
            self._add(slug, dump.usb_id, name, vendor or dump.usb.manufacturer, status)
        new = dump.descriptor(slug)
        old = self.descriptors.get(slug)
        self.descriptors[slug] = new
        if old is not None:
            self.changed += [
                Change(reader=self.entry(slug), field=field, old=was, new=now)
                for field, was, now in facts_changed(old, new)
            ]

    def take_listed(self) -> None:
        """There is a line for each listed id that no record is about.

        Where dumps are broken, such an id may be that of one, which then names the record: it waits.
        """
        if self._broken:
            return
        known = {
            usb_id
            for slug, reader in self.readers.items()
            for usb_id in Record(reader=reader, descriptor=self.descriptors.get(slug)).usb_ids
        }
        for line in self._list.listed:
            if line.usb_id not in known:
                shared = len(self._ids[line.name]) > 1
                slug = free_slug(line.name, line.usb_id, taken=self.readers, shared=shared)
                self._add(slug, line.usb_id, line.name, line.vendor, line.status)

    def _add(self, slug: str, usb_id: UsbId, name: str, vendor: str, status: Status) -> None:
        vendor = vendor or vendor_in(name, self._vendors.values()) or name.partition(" ")[0]
        self.readers[slug] = Reader(
            slug=slug,
            usb_id=usb_id,
            vendor=self._vendors.get(fold_vendor(vendor), vendor),
            name=name,
            status=status,
            since=self._since.get(usb_id, "" if status is Status.DISABLED else self._release),
        )


def _unlisted(dump: Dump) -> Finding:
    return Finding(
        where=dump.source,
        message=f"{dump.usb_id} is on no line of the driver's list",
        hint="a new record is taken as unsupported: set its name and status in the table",
        severity=Severity.WARNING,
    )
