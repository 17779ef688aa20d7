"""Invented readers for tests: whole ones, of which a test states only what it is about."""

from __future__ import annotations

from typing import Any

from pressroom.readers.catalogue import ReaderCatalogue, build_readers
from pressroom.readers.driver import Driver, System
from pressroom.readers.features import codes_of, exchange_of
from pressroom.readers.model import (
    Descriptor,
    Interface,
    InterfaceClass,
    Reader,
    Record,
    Status,
    UsbId,
    UsbNames,
)
from pressroom.readers.pins import PinLimits

RAW = {
    "bClassEnvelope": 0,
    "bClassGetResponse": 0,
    "bDescriptorType": 0x21,
    "bInterfaceClass": 0x0B,
    "bInterfaceProtocol": 0,
    "bInterfaceSubClass": 0,
    "bMaxSlotIndex": 0,
    "bNumClockSupported": 0,
    "bNumDataRatesSupported": 0,
    "bNumEndpoints": 3,
    "bPINSupport": 0,
    "bVoltageSupport": 7,
    "dwFeatures": 0x00010030,
    "dwMechanical": 0,
    "dwProtocols": 3,
    "dwSynchProtocols": 0,
    "wLcdLayout": 0,
}
DRIVER = Driver(
    oldest="1.0.0",
    newest="1.4.0",
    notes={"1.2.0": "Nobody kept its list."},
    systems=(
        System(family="Beta OS", name="1", driver="1.1.0"),
        System(family="Beta OS", name="2", driver="1.3.0"),
        System(family="Gamma", name="9", driver="1.0.0"),
    ),
)


def interface(*, features: int = 0x00010030, **changes: Any) -> Interface:
    """An ordinary interface: one slot, TPDU, no PIN pad, no display."""
    values: dict[str, Any] = {
        "number": 0,
        "label": "",
        "kind": InterfaceClass.CCID,
        "bcd_device": "1.00",
        "bcd_ccid": "1.10",
        "slots": 1,
        "voltage": ("5V", "3V", "1.8V"),
        "protocols": ("T=0", "T=1"),
        "clock_khz": (4000, 4000),
        "clocks_khz": (),
        "rate_bps": (10752, 344086),
        "rates_bps": (),
        "max_ifsd": 254,
        "exchange": exchange_of(features),
        "features": codes_of(features),
        "max_message": 271,
        "pin": (),
        "lcd": None,
        "get_response": 255,
        "envelope": 255,
        "busy_slots": 1,
        "raw": {**RAW, "dwFeatures": features, **changes.pop("raw", {})},
        "lint": (),
    }
    return Interface(**{**values, **changes})


def record(
    slug: str = "acme-slim",
    *interfaces: Interface,
    usb_id: str = "F001:0001",
    product: str = "Slim",
    known: bool = True,
    **changes: Any,
) -> Record:
    """A record, with one ordinary interface if none is given; not `known`: without a descriptor."""
    values: dict[str, Any] = {
        "slug": slug,
        "usb_id": UsbId(*usb_id.split(":")),
        "vendor": "Acme",
        "name": "Acme Slim",
        "status": Status.SUPPORTED,
        "since": "1.1.0",
    }
    descriptor = Descriptor(
        slug=slug,
        source=f"readers/{slug}.txt",
        usb=UsbNames(manufacturer="Acme", product=product),
        interfaces=interfaces or (interface(),),
    )
    return Record(reader=Reader(**{**values, **changes}), descriptor=descriptor if known else None)


def catalogue(*records: Record, pins: tuple[PinLimits, ...] = ()) -> ReaderCatalogue:
    """The catalogue of these records, in this order."""
    return build_readers(records, driver=DRIVER, pins=pins)
