"""The page of one reader. What many readers share (a fact, where a release is shipped) is rendered once."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from markupsafe import Markup

from pressroom.readers.driver import first_with
from pressroom.readers.fields import FIELDS
from pressroom.readers.lint import NOTES
from pressroom.readers.model import Status
from pressroom.readers.pins import ORIGINS, VALIDATIONS, lengths
from pressroom.readers.versions import order
from pressroom.readers.words import STATUS_NAMES, STATUS_SENTENCES
from pressroom.site import reader_urls
from pressroom.site.pages import DataPage
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.readers.fields import Field
    from pressroom.readers.model import Interface, Reader, Record
    from pressroom.site.pages import Link

ACTIVE = f"{reader_urls.TABLE}index.html"
# Every reader's page lies at this depth, so what is rendered for one fits all.
ROOT = "../../"
_LINK = Markup('<a href="{}">{}</a>')


class ReaderPages:
    """The pages of all readers."""

    def __init__(self, catalogue: ReaderCatalogue, *, twin: Callable[[Record], bytes]) -> None:
        self.catalogue, self._twin = catalogue, twin
        self._facts: dict[tuple[str, Hashable], Markup] = {}
        self._shipped: dict[str, Markup] = {}
        self._links: dict[str, Markup] = {}

    def pages(self) -> Iterator[DataPage]:
        """One a record, in the order of the table."""
        return map(self._page, self.catalogue.records)

    def _page(self, record: Record) -> DataPage:
        reader = record.reader
        ids = " ".join(map(str, record.usb_ids))
        since = f" since driver release {reader.since}" if reader.since else ""
        return DataPage(
            url=reader_urls.reader(reader.slug),
            title=f"{reader.name} ({ids})",
            description=f"{reader.name}, USB id {ids}: {STATUS_NAMES[reader.status]}{since}. "
            "What its descriptor says, and which systems ship a driver that lists it.",
            body=functools.partial(self._body, record),
            active=ACTIVE,
            # The site's search splits words at blanks and hyphens only.
            beside={reader_urls.TWIN: functools.partial(self._twin, record)},
            keywords=f"{ids} {ids.replace(':', ' ')} {reader.vendor}",
        )

    def _body(self, record: Record, link: Link) -> Markup:  # noqa: ARG002 - all pages have one depth
        catalogue, reader = self.catalogue, record.reader
        earlier, later = catalogue.neighbours(record)
        return render(
            "reader.html",
            root=ROOT,
            urls=reader_urls,
            record=record,
            reader=reader,
            vendor=catalogue.vendor_of(record),
            status=STATUS_NAMES[reader.status],
            sentence=STATUS_SENTENCES[reader.status],
            shared=[(one, len(catalogue.by_id[one])) for one in catalogue.shared_ids(record)],
            shipped=self._where(reader),
            interfaces=[(one, self._table(one)) for one in record.interfaces],
            lint=[NOTES[code] for code in _lint(record)],
            pins=catalogue.pins.get(reader.slug, ()),
            pin_lengths=lengths(catalogue.pins.get(reader.slug, ())),
            validations=VALIDATIONS,
            origins=ORIGINS,
            has_pinpad="pinpad" in catalogue.facets[reader.slug],
            earlier=Markup(", ").join(map(self._link, earlier)),
            later=Markup(", ").join(map(self._link, later)),
        )

    def _where(self, reader: Reader) -> Markup:
        """Which systems ship a driver that lists the reader: the same for all that a release added."""
        if not reader.since or reader.last or reader.status is Status.DISABLED:
            return Markup()
        if reader.since not in self._shipped:
            since = order(reader.since)
            families = [
                (
                    family,
                    first_with(systems, reader.since),
                    [(one, order(one.driver) >= since) for one in systems],
                )
                for family, systems in self.catalogue.driver.families.items()
            ]
            self._shipped[reader.since] = render("reader_shipped.html", families=families)
        return self._shipped[reader.since]

    def _table(self, interface: Interface) -> Markup:
        return Markup().join([self._fact(field, field.value(interface)) for field in FIELDS])

    def _fact(self, field: Field, value: Hashable) -> Markup:
        """A line of the table of facts: the same for all readers with this value."""
        key = (field.code, value)
        if key not in self._facts:
            facet = field.facet(value)
            self._facts[key] = render(
                "reader_fact.html",
                field=field,
                words=field.words(value),
                raw=field.raw(value),
                others=self.catalogue.counts[key] - 1,
                facet_url=ROOT + reader_urls.feature(facet) if facet else None,
            )
        return self._facts[key]

    def _link(self, record: Record) -> Markup:
        if record.slug not in self._links:
            url = ROOT + reader_urls.reader(record.slug)
            self._links[record.slug] = _LINK.format(url, record.reader.name)
        return self._links[record.slug]


def _lint(record: Record) -> list[str]:
    """What is odd about any of its interfaces, each once."""
    return list(dict.fromkeys(code for one in record.interfaces for code in one.lint))
