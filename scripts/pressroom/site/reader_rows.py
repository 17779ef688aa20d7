"""A reader as one line of a list: made once for each depth of page, however many lists it stands in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from markupsafe import Markup

from pressroom.readers.facets import FACETS
from pressroom.readers.words import STATUS_NAMES
from pressroom.site import reader_urls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.readers.model import Record

# What a line of a list tells beside name, id, vendor, status and release.
TAGS = ("pinpad", "display", "multi-slot", "contactless", "iccd", "list-only")
TAG_NAMES = {one.code: one.name for one in FACETS if one.code in TAGS}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a line shows; addresses are relative to its page."""

    url: str
    name: str
    ids: tuple[str, ...]
    vendor: str
    vendor_url: str
    status: str
    status_words: str
    since: str
    tags: tuple[str, ...]


class Rows:
    """Makes lines, and keeps each for other pages at the same depth."""

    def __init__(self, catalogue: ReaderCatalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[tuple[str, str], Row] = {}

    def of(self, records: Iterable[Record], *, root: str) -> list[Row]:
        """The lines of records on a page from which `root` leads to the site's root."""
        return [self._row(record, root) for record in records]

    def _row(self, record: Record, root: str) -> Row:
        key = (record.slug, root)
        if key not in self._known:
            self._known[key] = self._make(record, root)
        return self._known[key]

    def _make(self, record: Record, root: str) -> Row:
        reader, vendor = record.reader, self._catalogue.vendor_of(record)
        return Row(
            url=root + reader_urls.reader(reader.slug),
            name=reader.name,
            ids=tuple(map(str, record.usb_ids)),
            vendor=vendor.name,
            vendor_url=root + reader_urls.vendor(vendor.slug),
            status=reader.status,
            status_words=STATUS_NAMES[reader.status],
            since=reader.since,
            tags=tuple(
                TAG_NAMES[code] for code in self._catalogue.facets[reader.slug] if code in TAGS
            ),
        )


def inline_links(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Links with commas between them; pairs are text and address."""
    return Markup(", ").join(Markup('<a href="{}">{}</a>').format(url, text) for text, url in pairs)
