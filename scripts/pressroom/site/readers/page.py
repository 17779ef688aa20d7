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
from pressroom.site.pages import DataPage
from pressroom.site.readers import urls as reader_urls
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

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
        self._made: dict[Hashable, Markup] = {}

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
            "readers/reader.html",
            root=ROOT,
            urls=reader_urls,
            record=record,
            reader=reader,
            head=self._once("readers/head.html", vendor=catalogue.vendor_of(record)),
            verdict=self._once(
                "readers/verdict.html",
                status=reader.status,
                name=STATUS_NAMES[reader.status],
                sentence=STATUS_SENTENCES[reader.status],
                since=reader.since,
                last=reader.last,
            ),
            actions=self._once("readers/actions.html"),
            shared=[(one, len(catalogue.by_id[one])) for one in catalogue.shared_ids(record)],
            shipped=self._where(reader),
            interfaces=[(one, self._table(one)) for one in record.interfaces],
            lint=[NOTES[code] for code in _lint(record)],
            pins=catalogue.pins.get(reader.slug, ()),
            pin_lengths=lengths(catalogue.pins.get(reader.slug, ())),
            validations=VALIDATIONS,
            origins=ORIGINS,
            has_pinpad="pinpad" in catalogue.facets[reader.slug],
            earlier=_joined(", ", map(self._link, earlier)),
            later=_joined(", ", map(self._link, later)),
        )

    def _once(self, template: str, **values: Hashable) -> Markup:
        """A piece that many pages share, rendered for the first of them."""
        key = (template, *values.values())
        if key not in self._made:
            self._made[key] = render(template, root=ROOT, urls=reader_urls, **values)
        return self._made[key]

    def _where(self, reader: Reader) -> Markup:
        """Which systems ship a driver that lists the reader: the same for all that a release added."""
        if not reader.since or reader.last or reader.status is Status.DISABLED:
            return Markup()
        key = ("where", reader.since)
        if key not in self._made:
            since = order(reader.since)
            families = [
                (
                    family,
                    first_with(systems, reader.since),
                    [(one, order(one.driver) >= since) for one in systems],
                )
                for family, systems in self.catalogue.driver.families.items()
            ]
            self._made[key] = render("readers/shipped.html", families=families)
        return self._made[key]

    def _table(self, interface: Interface) -> Markup:
        return _joined("", [self._fact(field, field.value(interface)) for field in FIELDS])

    def _fact(self, field: Field, value: Hashable) -> Markup:
        """A line of the table of facts: the same for all readers with this value."""
        key = (field.code, value)
        if key not in self._made:
            facet = field.facet(value)
            self._made[key] = render(
                "readers/fact.html",
                field=field,
                words=field.words(value),
                raw=field.raw(value),
                others=self.catalogue.counts[key] - 1,
                facet_url=ROOT + reader_urls.feature(facet) if facet else None,
            )
        return self._made[key]

    def _link(self, record: Record) -> Markup:
        key = ("link", record.slug)
        if key not in self._made:
            url = ROOT + reader_urls.reader(record.slug)
            self._made[key] = _LINK.format(url, record.reader.name)
        return self._made[key]


def _joined(between: str, pieces: Iterable[Markup]) -> Markup:
    """As `Markup(between).join(pieces)`, which would escape each piece to find that it is markup."""
    return Markup(between.join(pieces))  # noqa: S704 - each is Markup


def _lint(record: Record) -> list[str]:
    """What is odd about any of its interfaces, each once."""
    return list(dict.fromkeys(code for one in record.interfaces for code in one.lint))
