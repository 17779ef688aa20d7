"""All readers, put together once: by id, vendor, property and driver release, with their neighbours."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING

from pressroom.readers.driver import first_with
from pressroom.readers.facets import facets_of
from pressroom.readers.fields import count_values
from pressroom.readers.model import Record, Status, UsbId
from pressroom.readers.vendor_pages import Vendor, vendors_of
from pressroom.readers.versions import order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.readers.driver import Driver
    from pressroom.readers.model import Reader
    from pressroom.readers.pins import PinLimits

# How many readers of the same vendor a page shows before and after its own.
NEIGHBOURS = 3


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """A USB id that a driver release was the first to list, with its records; names are theirs."""

    usb_id: UsbId
    readers: tuple[Reader, ...]

    @property
    def name(self) -> str:
        """The name of the first record."""
        return self.readers[0].name


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReaderCatalogue:
    """All records in the order of the table, and how they hang together.

    `facets` by slug of the record; `vendors` by slug of the vendor, sorted by name; `by_vendor` likewise,
    each in the order in which the driver came to know them; `counts` of records by field and value;
    `added` by driver release, oldest first.
    """

    records: tuple[Record, ...]
    driver: Driver
    facets: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, Vendor]
    vendors: Mapping[str, Vendor]
    by_vendor: Mapping[str, tuple[Record, ...]]
    by_id: Mapping[UsbId, tuple[Record, ...]]
    pins: Mapping[str, tuple[PinLimits, ...]]
    counts: Mapping[tuple[str, Hashable], int]
    added: Mapping[str, tuple[Added, ...]]
    # By driver release, and "" for an unknown one: the first system of each family that ships it.
    shipped: Mapping[str, dict[str, str | None]]
    places: Mapping[str, int]

    def vendor_of(self, record: Record) -> Vendor:
        """The vendor, as it is spelled most often."""
        return self.spellings[record.reader.vendor]

    def neighbours(self, record: Record) -> tuple[tuple[Record, ...], tuple[Record, ...]]:
        """The vendor's readers that the driver came to know just before, and just after."""
        family = self.by_vendor[self.vendor_of(record).slug]
        place = self.places[record.slug]
        return family[max(0, place - NEIGHBOURS) : place], family[place + 1 :][:NEIGHBOURS]

    def shared_ids(self, record: Record) -> tuple[UsbId, ...]:
        """Those of its ids that other records have too."""
        return tuple(one for one in record.usb_ids if len(self.by_id[one]) > 1)

    def with_status(self, status: Status) -> tuple[Record, ...]:
        """The records of a status, in the order of the table."""
        return tuple(one for one in self.records if one.reader.status is status)

    def with_facet(self, code: str) -> tuple[Record, ...]:
        """The records that have a property, in the order of the table."""
        return tuple(one for one in self.records if code in self.facets[one.slug])


def build_readers(
    records: Iterable[Record], *, driver: Driver, pins: Iterable[PinLimits]
) -> ReaderCatalogue:
    """The catalogue of a table without errors."""
    records = tuple(records)
    spellings = vendors_of(record.reader for record in records)
    by_id: dict[UsbId, list[Record]] = collections.defaultdict(list)
    by_vendor: dict[str, list[Record]] = collections.defaultdict(list)
    for record in records:
        by_vendor[spellings[record.reader.vendor].slug].append(record)
        for usb_id in record.usb_ids:
            by_id[usb_id].append(record)
    families = {slug: tuple(sorted(family, key=_age)) for slug, family in by_vendor.items()}
    limits: dict[str, list[PinLimits]] = collections.defaultdict(list)
    for one in pins:
        limits[one.slug].append(one)
    added = added_readers(record.reader for record in records)
    return ReaderCatalogue(
        records=records,
        driver=driver,
        facets={record.slug: facets_of(record) for record in records},
        spellings=spellings,
        vendors={
            one.slug: one
            for one in sorted(spellings.values(), key=lambda one: (one.name.casefold(), one.slug))
        },
        by_vendor=families,
        by_id={usb_id: tuple(found) for usb_id, found in sorted(by_id.items())},
        pins={slug: tuple(found) for slug, found in limits.items()},
        counts=count_values(records),
        added=added,
        shipped={version: _shipped(driver, version) for version in ("", *added)},
        places={
            record.slug: place
            for family in families.values()
            for place, record in enumerate(family)
        },
    )


def added_readers(readers: Iterable[Reader]) -> dict[str, tuple[Added, ...]]:
    """What each driver release was the first to list, by release, oldest first; names sorted."""
    found: dict[str, dict[UsbId, list[Reader]]] = collections.defaultdict(dict)
    for reader in readers:
        if reader.since:
            found[reader.since].setdefault(reader.usb_id, []).append(reader)
    return {
        version: tuple(
            sorted(
                (Added(usb_id=one, readers=tuple(same)) for one, same in found[version].items()),
                key=lambda added: (added.name.casefold(), added.usb_id),
            )
        )
        for version in sorted(found, key=order)
    }


def _shipped(driver: Driver, version: str) -> dict[str, str | None]:
    return {
        family: found.name if version and (found := first_with(systems, version)) else None
        for family, systems in driver.families.items()
    }


def _age(record: Record) -> tuple[bool, Hashable, str, str]:
    """By the release that first listed it, unknown ones last, then by product id."""
    reader = record.reader
    since = order(reader.since) if reader.since else order("0.0")
    return not reader.since, since, reader.usb_id.pid, reader.slug
