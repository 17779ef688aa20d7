"""Invented card readers, as many as are asked for: always the same ones, no two quite alike."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from pressroom.readers.features import codes_of, exchange_of
from pressroom.readers.model import (
    Descriptor,
    Interface,
    InterfaceClass,
    Lcd,
    Reader,
    Status,
    UsbId,
    UsbNames,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

# How common each is, in percent, about as in the driver's list.
_STATUSES = {
    Status.SHOULD_WORK: 81,
    Status.SUPPORTED: 12,
    Status.UNSUPPORTED: 5,
    Status.DISABLED: 2,
}
_CLASSES = (
    (InterfaceClass.CCID, 0x0B, 0),
    (InterfaceClass.VENDOR, 0xFF, 0),
    (InterfaceClass.ICCD_B, 0x0B, 2),
)
_FEATURES = (0x000100BA, 0x00010230, 0x000204BA, 0x000404B2, 0x000204FE, 0x00040840)
_CLOCKS = ((4000, 4000), (3580, 3580), (4800, 12000), (3700, 14320))
_RATES = (9600, 10753, 10752, 12903)
_READERS_A_VENDOR = 5


def synthetic_readers(
    count: int, *, releases: Sequence[str]
) -> tuple[list[Reader], list[Descriptor]]:
    """That many readers with a descriptor each, listed since one of the driver's releases."""
    dice = random.Random(0)  # noqa: S311 - the same readers each time
    readers: list[Reader] = []
    for number in range(count):
        twin = readers[-1] if readers and dice.random() < 0.05 else None
        readers.append(_reader(dice, number, count, releases, twin))
    return readers, [_descriptor(dice, reader) for reader in readers]


def _reader(
    dice: random.Random, number: int, count: int, releases: Sequence[str], twin: Reader | None
) -> Reader:
    """A reader; with the USB id of its twin, and so with its vendor, status and release, if it has one."""
    maker = dice.randrange(max(1, count // _READERS_A_VENDOR))
    return Reader(
        slug=f"synthetic-{number}",
        usb_id=twin.usb_id if twin else UsbId(f"{0x1000 + maker:04X}", f"{number:04X}"),
        vendor=twin.vendor if twin else f"Invented Vendor {maker}",
        name=f"Invented Reader {number}",
        status=twin.status if twin else dice.choices(list(_STATUSES), list(_STATUSES.values()))[0],
        since=twin.since if twin else dice.choice(releases),
    )


def _descriptor(dice: random.Random, reader: Reader) -> Descriptor:
    count = 2 if dice.random() < 0.1 else 1
    return Descriptor(
        slug=reader.slug,
        source=f"readers/{reader.slug}.txt",
        usb=UsbNames(manufacturer=reader.vendor, product=reader.name),
        interfaces=tuple(_interface(dice, number) for number in range(count)),
    )


def _interface(dice: random.Random, number: int) -> Interface:
    kind, code, protocol = dice.choices(_CLASSES, (90, 5, 5))[0]
    features = dice.choice(_FEATURES)
    pad = dice.choices((0, 1, 3), (85, 5, 10))[0]
    lcd = Lcd(lines=2, columns=16) if pad and dice.random() < 0.5 else None
    slots = dice.choices((1, 2, 4), (90, 8, 2))[0]
    rate = dice.choice(_RATES)
    rates = tuple(rate * factor for factor in range(1, dice.randrange(8, 30)))
    clock = dice.choice(_CLOCKS)
    voltages, protocols = dice.choice((1, 3, 7)), dice.choice((1, 3))
    message = dice.randrange(261, 3000)
    return Interface(
        number=number,
        label=dice.choice(("", "CCID Interface", f"Interface {dice.randrange(100)}")),
        kind=kind,
        bcd_device=f"{dice.randrange(1, 12)}.{dice.randrange(100):02}",
        bcd_ccid=dice.choice(("1.00", "1.10")),
        slots=slots,
        voltage=("5V", "3V", "1.8V")[: voltages.bit_length()],
        protocols=("T=0", "T=1")[: protocols.bit_length()],
        clock_khz=clock,
        clocks_khz=(),
        rate_bps=(rate, rates[-1]),
        rates_bps=rates,
        max_ifsd=dice.choice((254, 252, 2048)),
        exchange=exchange_of(features),
        features=codes_of(features),
        max_message=message,
        pin=("verify", "modify")[: pad.bit_length()],
        lcd=lcd,
        get_response=0xFF,
        envelope=0xFF,
        busy_slots=1,
        raw={
            "bDescriptorType": 0x21,
            "bInterfaceClass": code,
            "bInterfaceSubClass": 0,
            "bInterfaceProtocol": protocol,
            "bNumEndpoints": 3,
            "bMaxSlotIndex": slots - 1,
            "bVoltageSupport": voltages,
            "dwProtocols": protocols,
            "dwFeatures": features,
            "bPINSupport": pad,
            "wLcdLayout": 0x0210 if lcd else 0,
            "bNumClockSupported": 0,
            "bNumDataRatesSupported": len(rates),
            "dwMechanical": 0,
            "dwSynchProtocols": 0,
            "bClassGetResponse": 0xFF,
            "bClassEnvelope": 0xFF,
        },
        lint=(),
    )
