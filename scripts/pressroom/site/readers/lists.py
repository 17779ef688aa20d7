"""The lists of readers: the whole table, and those by status, vendor, property and shared USB id."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pressroom.readers.facets import FACETS, Facet
from pressroom.readers.model import Status
from pressroom.readers.words import STATUS_NAMES, STATUS_SENTENCES
from pressroom.site.pages import DataPage, root_of
from pressroom.site.readers import urls as reader_urls
from pressroom.site.readers.rows import Rows
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.readers.model import Record, UsbId
    from pressroom.site.pages import Link

ACTIVE = f"{reader_urls.TABLE}index.html"
# A page of a thousand lines is some 60 KB on its way; the table's script searches all of them.
PER_PAGE = 1000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _List:
    """A list that may need several pages; `filtered` is the table's state that shows the same."""

    folder: str
    title: str
    description: str
    records: tuple[Record, ...]
    intro: str = ""
    filtered: str = ""
    up: tuple[str, str] | None = None


class ReaderLists:
    """The pages of all lists."""

    def __init__(self, catalogue: ReaderCatalogue) -> None:
        self.catalogue = catalogue
        self._rows = Rows(catalogue)

    def pages(self) -> Iterator[DataPage]:
        """The table and its further pages, then every other list, its index first."""
        yield from self._paged(self._table(), "readers/table.html")
        for title, url, lists in (
            ("By status", reader_urls.STATUSES, tuple(self._statuses())),
            ("By vendor", reader_urls.VENDORS, tuple(self._vendors())),
            ("By feature", reader_urls.FEATURES, tuple(self._features())),
        ):
            yield self._index(title, url, lists)
            for one in lists:
                yield from self._paged(one, "readers/list.html")
        for usb_id, records in self.catalogue.by_id.items():
            if len(records) > 1:
                yield self._shared(usb_id, records)

    def _table(self) -> _List:
        records = self.catalogue.records
        return _List(
            folder=reader_urls.TABLE,
            title="Readers",
            description=f"All {len(records):,} card readers that the driver knows, with USB id, "
            "status and the release that was the first to list them.",
            records=records,
        )

    def _statuses(self) -> Iterator[_List]:
        for status in Status:
            records = self.catalogue.with_status(status)
            yield _List(
                folder=reader_urls.status(status),
                title=f"{STATUS_NAMES[status].capitalize()}",
                description=f"The {len(records):,} card readers with the status "
                f"“{STATUS_NAMES[status]}” in driver release {self.catalogue.driver.newest}.",
                records=records,
                intro=STATUS_SENTENCES[status].replace("this reader", "each of these readers"),
                filtered=f"?status={status}",
                up=("By status", reader_urls.STATUSES),
            )

    def _vendors(self) -> Iterator[_List]:
        for vendor in self.catalogue.vendors.values():
            records = self.catalogue.by_vendor[vendor.slug]
            yield _List(
                folder=reader_urls.vendor(vendor.slug),
                title=vendor.name,
                description=f"The card readers by {vendor.name} that the driver knows: {len(records):,}.",
                records=records,
                intro="In the order in which the driver came to know them.",
                filtered=f"?vendor={vendor.slug}",
                up=("By vendor", reader_urls.VENDORS),
            )

    def _features(self) -> Iterator[_List]:
        for facet in FACETS:
            records = self.catalogue.with_facet(facet.code)
            yield _List(
                folder=reader_urls.feature(facet.code),
                title=_title(facet),
                description=f"The {len(records):,} card readers with this feature: {facet.name}.",
                records=records,
                intro=facet.rule,
                filtered=f"?feature={facet.code}",
                up=("By feature", reader_urls.FEATURES),
            )

    def _index(self, title: str, url: str, lists: tuple[_List, ...]) -> DataPage:
        return DataPage(
            url=url,
            title=f"Readers {title[0].lower()}{title[1:]}",
            description=f"All card readers that the driver knows, {title[0].lower()}{title[1:]}.",
            body=lambda link: render(
                "readers/index.html", root=root_of(link), urls=reader_urls, title=title, lists=lists
            ),
            active=ACTIVE,
        )

    def _paged(self, one: _List, template: str) -> Iterator[DataPage]:
        count = max(1, -(-len(one.records) // PER_PAGE))
        for number in range(1, count + 1):
            suffix = f", page {number} of {count}" if number > 1 else ""

            def body(link: Link, number: int = number) -> Markup:
                return self._list_body(one, template, link, number=number, count=count)

            yield DataPage(
                url=reader_urls.page(one.folder, number),
                title=one.title + suffix,
                description=one.description + suffix,
                body=body,
                active=ACTIVE,
            )

    def _list_body(
        self, one: _List, template: str, link: Link, *, number: int, count: int
    ) -> Markup:
        root = root_of(link)
        shown = one.records[(number - 1) * PER_PAGE : number * PER_PAGE]
        values: dict[str, Any] = {
            "root": root,
            "urls": reader_urls,
            "title": one.title,
            "intro": one.intro,
            "up": one.up,
            "filtered": f"{root}{reader_urls.TABLE}{one.filtered}",
            "rows": self._rows.of(shown, root=root),
            "total": len(one.records),
            "number": number,
            "count": count,
            "newer": root + reader_urls.page(one.folder, number - 1) if number > 1 else None,
            "older": root + reader_urls.page(one.folder, number + 1) if number < count else None,
            "index_url": root + reader_urls.INDEX,
            "help_url": root + reader_urls.LISTING,
            "lists": (
                ("by status", root + reader_urls.STATUSES),
                ("by vendor", root + reader_urls.VENDORS),
                ("by feature", root + reader_urls.FEATURES),
            ),
        }
        return render(template, **values)

    def _shared(self, usb_id: UsbId, records: tuple[Record, ...]) -> DataPage:
        names = " or ".join(dict.fromkeys(record.reader.name for record in records))
        return DataPage(
            url=reader_urls.usb_id(usb_id),
            title=f"{len(records)} readers with the USB id {usb_id}",
            description=f"Which of {len(records)} readers has the USB id {usb_id}: {names}?"[:300],
            body=lambda link: render(
                "readers/shared.html",
                root=root_of(link),
                urls=reader_urls,
                usb_id=usb_id,
                records=records,
                names=STATUS_NAMES,
            ),
            active=ACTIVE,
            keywords=f"{usb_id} {str(usb_id).replace(':', ' ')}",
        )


def _title(facet: Facet) -> str:
    return facet.name[0].upper() + facet.name[1:]
