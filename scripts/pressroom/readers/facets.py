"""What readers are listed by beside status and vendor: derived from their descriptors, never stored."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.readers.lint import ABOUT_FILE
from pressroom.readers.model import Exchange, InterfaceClass

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.readers.model import Record


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A property that a record has or has not; `rule` tells people how it is decided."""

    code: str
    name: str
    rule: str
    holds: Callable[[Record], bool]


# No descriptor says whether a reader talks to cards without contacts, so names are asked.
CONTACTLESS = re.compile(
    r"contactless|contact less|\bcontact-?less\b|\bcl\b|\bcli\b|nfc|rfid|\brf\b|picc|\bhf\b|felica|mifare"
    r"|dual[ -]?(?:interface|reader)|vhbr|proximity",
    re.IGNORECASE,
)
CONTACTLESS_WORDS = (
    "contactless, CL, CLi, NFC, RFID, RF, PICC, HF, FeliCa, MIFARE, dual interface, dual reader, "
    "VHBR or proximity"
)


def _names(record: Record) -> list[str]:
    names = [record.reader.name, *(one.label for one in record.interfaces)]
    return [*names, record.descriptor.usb.product] if record.descriptor else names


def _exchange(level: Exchange) -> Callable[[Record], bool]:
    return lambda record: any(one.exchange is level for one in record.interfaces)


# ICCD revision 1.0: control transfers, version A and B. Some readers of before have it with class 0xFF.
_ICCD = (1, 2)

FACETS = (
    Facet(
        code="pinpad",
        name="PIN pad",
        rule="bPINSupport of an interface is not 0: a PIN can be typed on the reader itself.",
        holds=lambda record: any(one.pin for one in record.interfaces),
    ),
    Facet(
        code="display",
        name="display",
        rule="wLcdLayout of an interface is not 0: the reader has lines of text.",
        holds=lambda record: any(one.lcd for one in record.interfaces),
    ),
    Facet(
        code="multi-slot",
        name="several slots",
        rule="bMaxSlotIndex of an interface is not 0: it serves more than one card at a time.",
        holds=lambda record: any(one.slots > 1 for one in record.interfaces),
    ),
    Facet(
        code="multi-interface",
        name="several interfaces",
        rule="The descriptor file holds more than one CCID interface.",
        holds=lambda record: len(record.interfaces) > 1,
    ),
    Facet(
        code="contactless",
        name="contactless",
        rule="Guessed from names, as no descriptor says it: the name of the reader, of the product "
        f"or of an interface holds {CONTACTLESS_WORDS}.",
        holds=lambda record: any(CONTACTLESS.search(name) for name in _names(record)),
    ),
    Facet(
        code="extended-apdu",
        name="extended APDU",
        rule="dwFeatures of an interface says short and extended APDU level exchange.",
        holds=_exchange(Exchange.EXTENDED_APDU),
    ),
    Facet(
        code="short-apdu",
        name="short APDU",
        rule="dwFeatures of an interface says short APDU level exchange.",
        holds=_exchange(Exchange.SHORT_APDU),
    ),
    Facet(
        code="tpdu",
        name="TPDU",
        rule="dwFeatures of an interface says TPDU level exchange.",
        holds=_exchange(Exchange.TPDU),
    ),
    Facet(
        code="character",
        name="character level",
        rule="dwFeatures of an interface names no other level of exchange.",
        holds=_exchange(Exchange.CHARACTER),
    ),
    Facet(
        code="t1-only",
        name="T=1 only",
        rule="dwProtocols of every interface names T=1 and nothing else.",
        holds=lambda record: {one.protocols for one in record.interfaces} == {("T=1",)},
    ),
    Facet(
        code="iccd",
        name="ICCD",
        rule="bInterfaceProtocol of an interface is 1 or 2, as of ICCD: card and reader in one.",
        holds=lambda record: any(
            one.raw["bInterfaceProtocol"] in _ICCD for one in record.interfaces
        ),
    ),
    Facet(
        code="vendor-class",
        name="vendor class",
        rule="bInterfaceClass of an interface is 0xFF: firmware from before the CCID specification.",
        holds=lambda record: any(one.kind is InterfaceClass.VENDOR for one in record.interfaces),
    ),
    Facet(
        code="odd-descriptor",
        name="odd descriptor",
        rule="Something in the descriptor contradicts the specification or itself.",
        holds=lambda record: any(set(one.lint) - ABOUT_FILE for one in record.interfaces),
    ),
    Facet(
        code="list-only",
        name="known by the list only",
        rule="The driver lists the USB id, but no descriptor of the reader is known.",
        holds=lambda record: record.descriptor is None,
    ),
)


def facets_of(record: Record) -> tuple[str, ...]:
    """The codes of all facets of a record, in the order of FACETS."""
    return tuple(facet.code for facet in FACETS if facet.holds(record))
