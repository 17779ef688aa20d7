"""A reader as a line of a list: rendered once, however many lists it stands in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from markupsafe import Markup

from pressroom.readers.facets import FACETS
from pressroom.readers.words import STATUS_NAMES
from pressroom.site.readers import urls as reader_urls
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.readers.model import Record

# What a line of a list tells beside name, id, vendor, status and release.
TAGS = ("pinpad", "display", "multi-slot", "contactless", "iccd", "list-only")
TAG_NAMES = {one.code: one.name for one in FACETS if one.code in TAGS}
# Stands for the way to the site's root, which differs from page to page; letters only, as in a shell.
_ROOT = "PressroomRowRoot/"
# How many lines a browser skips, or lays out, at once.
TOGETHER = 50


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

    def __html__(self) -> Markup:
        """The line as markup, where a template prints it."""
        return render("readers/row.html", row=self)


class Rows:
    """Makes lines, and keeps each for other pages."""

    def __init__(self, catalogue: ReaderCatalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[str, str] = {}

    def of(self, records: Sequence[Record], *, root: str) -> list[Markup]:
        """The lines of records, TOGETHER of them in each, on a page from which `root` leads to the site's root."""
        return [
            Markup("".join(map(self._line, records[start : start + TOGETHER])).replace(_ROOT, root))  # noqa: S704 - rendered rows
            for start in range(0, len(records), TOGETHER)
        ]

    def _line(self, record: Record) -> str:
        line = self._known.get(record.slug)
        if line is None:
            line = self._known[record.slug] = str(self._row(record).__html__())
        return line

    def _row(self, record: Record) -> Row:
        reader, vendor = record.reader, self._catalogue.vendor_of(record)
        return Row(
            url=_ROOT + reader_urls.reader(reader.slug),
            name=reader.name,
            ids=tuple(map(str, record.usb_ids)),
            vendor=vendor.name,
            vendor_url=_ROOT + reader_urls.vendor(vendor.slug),
            status=reader.status,
            status_words=STATUS_NAMES[reader.status],
            since=reader.since,
            tags=tuple(
                TAG_NAMES[code] for code in self._catalogue.facets[reader.slug] if code in TAGS
            ),
        )
