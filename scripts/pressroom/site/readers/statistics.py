"""The statistics of card readers, as charts with their figures beside them."""

from __future__ import annotations

import collections
import itertools
from typing import TYPE_CHECKING

from pressroom.readers.features import WORDS
from pressroom.readers.fields import EXCHANGE_WORDS
from pressroom.readers.versions import order
from pressroom.site.pages import DataPage, root_of
from pressroom.site.readers import urls as reader_urls
from pressroom.site.readers.charts import Bar, lying_bars, standing_bars
from pressroom.site.views import render

if TYPE_CHECKING:
    from markupsafe import Markup

    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.site.pages import Link

# More vendors than these make a chart that nobody reads.
VENDORS_SHOWN = 25


def statistics_page(catalogue: ReaderCatalogue) -> DataPage:
    """The page, with what every chart is drawn from."""
    interfaces = sum(len(record.interfaces) for record in catalogue.records)
    by_size = sorted(catalogue.by_vendor.items(), key=lambda item: (-len(item[1]), item[0]))

    def body(link: Link) -> Markup:
        root = root_of(link)
        vendors = [
            Bar(
                label=catalogue.vendors[slug].name,
                value=len(records),
                url=root + reader_urls.vendor(slug),
            )
            for slug, records in by_size[:VENDORS_SHOWN]
        ]
        return render(
            "readers/statistics.html",
            root=root,
            urls=reader_urls,
            driver=catalogue.driver,
            readers=len(catalogue.records),
            ids=len(catalogue.by_id),
            interfaces=interfaces,
            releases=_release_chart(catalogue, root),
            grown=_growth_chart(catalogue, root),
            vendors=lying_bars(
                vendors,
                id="chart-vendors",
                title="Readers by vendor",
                columns=("Vendor", "Readers"),
            ),
            shown=len(vendors),
            others=len(by_size) - len(vendors),
            features=_feature_chart(catalogue),
            exchanges=_exchange_chart(catalogue, root),
        )

    return DataPage(
        url=reader_urls.STATISTICS,
        title="Statistics of card readers",
        description="Card readers per driver release and by vendor, and what their descriptors say, as charts.",
        body=body,
        active=f"{reader_urls.STATISTICS}index.html",
    )


def _release_chart(catalogue: ReaderCatalogue, root: str) -> Markup:
    bars = [
        Bar(label=version, value=len(added), url=root + reader_urls.release(version))
        for version, added in catalogue.added.items()
    ]
    return standing_bars(
        bars,
        id="chart-releases",
        title="USB ids that each driver release was the first to list",
        columns=("Driver release", "New USB ids"),
    )


def _growth_chart(catalogue: ReaderCatalogue, root: str) -> Markup:
    """An id is listed from its `since` to its `last`, and to the end where it has none."""
    spans = {
        record.reader.usb_id: (record.reader.since, record.reader.last)
        for record in catalogue.records
        if record.reader.since
    }
    versions = sorted({one for span in spans.values() for one in span if one}, key=order)
    places = {version: place for place, version in enumerate(versions)}
    change = collections.Counter(places[since] for since, _ in spans.values())
    change.subtract(places[last] + 1 for _, last in spans.values() if last)
    listed = itertools.accumulate(change[place] for place in range(len(versions)))
    bars = [
        Bar(
            label=version,
            value=count,
            url=root + reader_urls.release(version) if version in catalogue.added else None,
        )
        for version, count in zip(versions, listed, strict=True)
    ]
    return standing_bars(
        bars,
        id="chart-growth",
        title="USB ids of the table that each driver release listed",
        columns=("Driver release", "USB ids"),
    )


def _feature_chart(catalogue: ReaderCatalogue) -> Markup:
    counts = collections.Counter(
        code
        for record in catalogue.records
        for code in {code for one in record.interfaces for code in one.features}
    )
    known = [Bar(label=words, value=counts.pop(code, 0)) for code, words in WORDS.items()]
    unknown = [
        Bar(label=f"sets a bit that no specification names ({code})", value=count)
        for code, count in sorted(counts.items())
    ]
    return lying_bars(
        [*known, *unknown],
        id="chart-features",
        title="Readers that set each bit of dwFeatures",
        columns=("A reader", "Readers"),
    )


def _exchange_chart(catalogue: ReaderCatalogue, root: str) -> Markup:
    counts = collections.Counter(
        level
        for record in catalogue.records
        for level in {one.exchange for one in record.interfaces}
    )
    bars = [
        Bar(
            label=words.partition(":")[0],
            value=counts[level],
            url=root + reader_urls.feature(str(level)),
        )
        for level, words in EXCHANGE_WORDS.items()
    ]
    return lying_bars(
        bars,
        id="chart-exchange",
        title="Readers by level of exchange",
        columns=("Level", "Readers"),
    )
