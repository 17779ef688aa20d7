"""The readers with a PIN pad, with what is known of their limits side by side."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.readers.pins import VALIDATIONS, lengths
from pressroom.readers.words import STATUS_NAMES
from pressroom.site.pages import DataPage, root_of
from pressroom.site.readers import urls as reader_urls
from pressroom.site.views import render

if TYPE_CHECKING:
    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.readers.model import Record
    from pressroom.readers.pins import PinLimits

UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PinPad:
    """A line of the list of PIN pads."""

    record: Record
    can: str
    length: str
    ends: str
    display: str
    origin: str


def pinpad_page(catalogue: ReaderCatalogue) -> DataPage:
    """The page; readers whose limits somebody states come first."""
    rows = [_pinpad(one, catalogue) for one in catalogue.with_facet("pinpad")]
    rows.sort(key=lambda one: (one.length == UNKNOWN, one.record.reader.name.casefold()))
    return DataPage(
        url=reader_urls.PINPADS,
        title="Readers with a PIN pad",
        description=f"The {len(rows)} card readers with a PIN pad and what is known of their limits, "
        "side by side.",
        body=lambda link: render(
            "readers/pinpads.html",
            root=root_of(link),
            urls=reader_urls,
            rows=rows,
            names=STATUS_NAMES,
        ),
        active=f"{reader_urls.PINPADS}index.html",
    )


def _pinpad(record: Record, catalogue: ReaderCatalogue) -> PinPad:
    limits = catalogue.pins.get(record.slug, ())
    can = {word for one in record.interfaces for word in one.pin}
    lcd = next((one.lcd for one in record.interfaces if one.lcd), None)
    return PinPad(
        record=record,
        can=" and ".join(word for word in ("verify", "modify") if word in can),
        length=lengths(limits) or UNKNOWN,
        ends=_ends(limits),
        display=f"{lcd.lines} x {lcd.columns}" if lcd else "none",
        origin=", ".join(dict.fromkeys(str(one.origin) for one in limits)) or "nobody",
    )


def _ends(limits: tuple[PinLimits, ...]) -> str:
    codes = {code for one in limits for code in one.validation or ()}
    return ", ".join(code for code in VALIDATIONS if code in codes) or UNKNOWN
