"""What the readers' site has for machines: JSON, CSV, a schema, the index of the table's search, a feed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
from markupsafe import Markup

from pressroom.readers.facets import FACETS
from pressroom.readers.published import (
    ReaderJson,
    ReadersJson,
    reader_json,
    render_csv,
    render_json,
    render_schema,
)
from pressroom.readers.words import STATUS_NAMES
from pressroom.site.feeds import Feed, FeedEntry, entry_id, feed_html, moment, render_atom
from pressroom.site.readers import urls as reader_urls
from pressroom.site.readers.rows import TAGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.config import Config
    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.readers.model import Record
    from pressroom.site.readers.new import NewIn

_ITEM = Markup('<li><a href="{}">{}</a> {}</li>')


class ReaderFiles:
    """Makes the files of one build of the site at `base_url`."""

    def __init__(
        self,
        config: Config,
        catalogue: ReaderCatalogue,
        *,
        base_url: str,
        versions: Sequence[NewIn],
    ) -> None:
        self.config, self.catalogue, self.base_url = config, catalogue, base_url
        self.versions = versions

    def files(self) -> dict[str, Callable[[], bytes]]:
        """URI and maker of each file."""
        made: dict[str, Callable[[], bytes]] = {
            reader_urls.JSON: self._json,
            reader_urls.CSV: lambda: render_csv(map(self._reader, self.catalogue.records)),
            reader_urls.SCHEMA: lambda: render_schema(self.base_url + reader_urls.SCHEMA),
            reader_urls.INDEX: lambda: render_index(self.catalogue),
            reader_urls.NEW_FEED: lambda: render_atom(self._feed()),
        }
        return made

    def twin(self, record: Record) -> bytes:
        """A record by itself, as it lies beside its page."""
        return render_json(self._reader(record))

    def _reader(self, record: Record) -> ReaderJson:
        page = self.base_url + reader_urls.reader(record.slug)
        return reader_json(record, self.catalogue, page=page)

    def _json(self) -> bytes:
        return render_json(
            ReadersJson(
                schema=self.base_url + reader_urls.SCHEMA,
                release=self.catalogue.driver.newest,
                readers=tuple(map(self._reader, self.catalogue.records)),
            )
        )

    def _feed(self) -> Feed:
        """An entry a release whose date is known, newest first."""
        entries = tuple(self._entry(one) for one in self.versions if one.added and one.date)
        return Feed(
            id=entry_id(self.config.feed_namespace, "readers/new"),
            title="Newly supported card readers",
            subtitle="Which card readers each release of the driver was the first to list",
            home_url=self.base_url + reader_urls.NEW,
            self_url=self.base_url + reader_urls.NEW_FEED,
            updated=max(
                (one.updated for one in entries), default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
            ),
            author=self.config.settings.author,
            entries=entries,
        )

    def _entry(self, one: NewIn) -> FeedEntry:
        assert one.date is not None
        url = self.base_url + reader_urls.release(one.version)
        items = Markup().join(
            _ITEM.format(self.base_url + reader_urls.added(added), added.name, added.usb_id)
            for added in one.added
        )
        names = ", ".join(added.name for added in one.added)
        count = len(one.added)
        return FeedEntry(
            id=entry_id(self.config.feed_namespace, f"readers/new/{one.version}"),
            url=url,
            title=f"{count} {'reader' if count == 1 else 'readers'} new in driver release {one.version}",
            published=moment(one.date),
            updated=moment(one.date),
            summary=names,
            html=feed_html(Markup("<ul>{}</ul>").format(items), url),
        )


def render_index(catalogue: ReaderCatalogue) -> bytes:
    """What the table's script searches: a row a record, with numbers for what repeats."""
    vendors = {slug: place for place, slug in enumerate(catalogue.vendors)}
    statuses = {status: place for place, status in enumerate(STATUS_NAMES)}
    versions = {version: place for place, version in enumerate(catalogue.added)}
    bits = {facet.code: 1 << place for place, facet in enumerate(FACETS)}
    return msgspec.json.encode(
        {
            "fields": ("slug", "ids", "vendor", "name", "status", "since", "facets", "words"),
            "vendors": [one.name for one in catalogue.vendors.values()],
            "vendor_slugs": list(catalogue.vendors),
            "statuses": list(STATUS_NAMES.items()),
            "versions": list(catalogue.added),
            "facets": [(facet.code, facet.name) for facet in FACETS],
            # Which of them a row shows.
            "tags": TAGS,
            "rows": [
                (
                    record.slug,
                    " ".join(map(str, record.usb_ids)),
                    vendors[catalogue.vendor_of(record).slug],
                    record.reader.name,
                    statuses[record.reader.status],
                    versions.get(record.reader.since, -1),
                    sum(bits[code] for code in catalogue.facets[record.slug]),
                    _further_words(record),
                )
                for record in catalogue.records
            ],
        }
    )


def _further_words(record: Record) -> str:
    """What the reader calls itself, where its name does not say so already."""
    if record.descriptor is None:
        return ""
    usb = record.descriptor.usb
    known = record.reader.name.casefold()
    return " ".join(one for one in (usb.manufacturer, usb.product) if one.casefold() not in known)
