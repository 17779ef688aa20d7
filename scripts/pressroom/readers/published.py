"""Readers as the site publishes them for machines: JSON, its schema, and CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec

from pressroom.readers.model import Interface, Status, UsbNames
from pressroom.readers.pins import PinLimits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.readers.model import Record

_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
COLUMNS = (
    "slug",
    "vid",
    "pid",
    "vendor",
    "name",
    "status",
    "since",
    "last",
    "shipped_in",
    "facets",
    "interfaces",
    "url",
)


class ReaderJson(msgspec.Struct, frozen=True, kw_only=True):
    """One record: a reader, or several that cannot be told apart by what is known of them."""

    slug: str
    page: str
    # idVendor:idProduct, four upper-case hex digits each; not unique.
    usb_ids: tuple[str, ...]
    vendor: str
    name: str
    status: Status
    # Driver releases: the first that lists the id as active, and the last one if it is listed no more.
    since: str | None
    last: str | None
    # By family of operating systems, the first release that ships such a driver.
    shipped_in: dict[str, str | None]
    facets: tuple[str, ...]
    url: str | None
    notes: str | None
    pin_limits: tuple[PinLimits, ...]
    # The descriptor's file in the driver's tree; null where only the list is known.
    source: str | None
    usb: UsbNames | None
    interfaces: tuple[Interface, ...]


class ReadersJson(msgspec.Struct, frozen=True, kw_only=True):
    """The whole table; `release` is the driver release whose list it matches."""

    schema: str
    release: str
    readers: tuple[ReaderJson, ...]


def reader_json(record: Record, catalogue: ReaderCatalogue, *, page: str) -> ReaderJson:
    """A record with everything that its page shows; `page` is the absolute address of that page."""
    reader, descriptor = record.reader, record.descriptor
    return ReaderJson(
        slug=reader.slug,
        page=page,
        usb_ids=tuple(map(str, record.usb_ids)),
        vendor=catalogue.vendor_of(record).name,
        name=reader.name,
        status=reader.status,
        since=reader.since or None,
        last=reader.last or None,
        shipped_in=shipped_in(record, catalogue),
        facets=catalogue.facets[reader.slug],
        url=reader.url or None,
        notes=reader.notes or None,
        pin_limits=catalogue.pins.get(reader.slug, ()),
        source=descriptor.source if descriptor else None,
        usb=descriptor.usb if descriptor else None,
        interfaces=record.interfaces,
    )


def shipped_in(record: Record, catalogue: ReaderCatalogue) -> dict[str, str | None]:
    """The first system of each family whose driver lists the reader; none if it is listed no more."""
    reader = record.reader
    return catalogue.shipped["" if reader.last else reader.since]


def render_json(value: ReaderJson | ReadersJson) -> bytes:
    """The value as JSON, on one line."""
    return msgspec.json.encode(value) + b"\n"


def render_schema(url: str) -> bytes:
    """The JSON Schema of the whole table; a single reader's JSON is its definition `ReaderJson`."""
    schema = {"$schema": _SCHEMA, "$id": url, **msgspec.json.schema(ReadersJson)}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


def render_csv(readers: Iterable[ReaderJson]) -> bytes:
    """The table as CSV (RFC 4180, UTF-8), one line a record, lists separated by semicolons."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for one in readers:
        vid, pid = one.usb_ids[0].split(":")
        shipped = "; ".join(f"{family} {name}" for family, name in one.shipped_in.items() if name)
        facts = (shipped, "; ".join(one.facets), len(one.interfaces), one.page)
        writer.writerow(
            (one.slug, vid, pid, one.vendor, one.name, one.status, one.since, one.last, *facts)
        )
    return text.getvalue().encode()
