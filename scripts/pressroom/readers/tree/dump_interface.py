"""One block of a descriptor dump as an Interface, with what the reader got wrong as lint."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.readers.features import codes_of, exchange_of
from pressroom.readers.model import Interface, InterfaceClass, Lcd, UsbId, UsbNames
from pressroom.readers.tree.dump_fields import Numbers, shown_name
from pressroom.readers.tree.dump_lint import lint_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.findings import Finding
    from pressroom.readers.tree.dump_blocks import Block

# Fields that our file keeps as they are, beside their decoded form.
RAW = (
    *("bClassEnvelope", "bClassGetResponse", "bInterfaceClass", "bInterfaceProtocol"),
    *("bInterfaceSubClass", "bMaxSlotIndex", "bNumClockSupported", "bNumDataRatesSupported"),
    *("bNumEndpoints", "bPINSupport", "bVoltageSupport", "dwFeatures", "dwMechanical"),
    *("dwProtocols", "dwSynchProtocols", "wLcdLayout"),
)
_SMALL = ("bInterfaceNumber", "bMaxCCIDBusySlots", "ccid.bDescriptorType")
_LARGE = ("dwDataRate", "dwMaxDataRate", "dwMaxIFSD", "dwMaxCCIDMessageLength")

_VOLTAGES = {1: "5V", 2: "3V", 4: "1.8V"}
_PROTOCOLS = {1: "T=0", 2: "T=1"}
_PIN = {1: "verify", 2: "modify"}
_READER, _VENDOR = 0x0B, 0xFF
_ICCD = {1: InterfaceClass.ICCD_A, 2: InterfaceClass.ICCD_B}
_MOST_LETTERS = 126  # USB 2.0, 9.6.7: a string has at most 253 bytes, two a letter
_INDEX = re.compile(r"\d{1,3}", re.ASCII)
_SUPPORT = re.compile(r"Support (\d{1,10}) (kHz|bps)", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a block says of the device that it is a part of."""

    usb_id: UsbId
    usb: UsbNames


def read_device(block: Block, *, where: str) -> tuple[Device, list[Finding]]:
    """The ids and names of a block, and findings for ids that cannot be read."""
    numbers = Numbers(block, where)
    usb_id = UsbId(numbers.usb_id("idVendor"), numbers.usb_id("idProduct"))
    names = UsbNames(
        manufacturer=shown_name(block.text("iManufacturer"), _MOST_LETTERS),
        product=shown_name(block.text("iProduct"), _MOST_LETTERS),
    )
    return Device(usb_id=usb_id, usb=names), numbers.findings


def read_interface(
    block: Block, *, own: UsbId, first: UsbId, where: str
) -> tuple[Interface, list[Finding]]:
    """The block decoded, and findings for fields that cannot be; `first` is the id of the whole file."""
    numbers = Numbers(block, where)
    values = {name: numbers.number(name) for name in (*RAW, *_SMALL, *_LARGE)}
    clocks = numbers.kilohertz("dwDefaultClock"), numbers.kilohertz("dwMaximumClock")
    listed = [match for note in block.notes if (match := _SUPPORT.fullmatch(note))]
    interface = Interface(
        number=values["bInterfaceNumber"],
        label=_label(block.text("iInterface")),
        kind=_kind(numbers, values),
        vid=own.vid if own.vid != first.vid else None,
        pid=own.pid if own.pid != first.pid else None,
        bcd_device=numbers.release("bcdDevice"),
        bcd_ccid=numbers.release("bcdCCID"),
        slots=values["bMaxSlotIndex"] + 1,
        voltage=_named(values["bVoltageSupport"], _VOLTAGES),
        protocols=_named(values["dwProtocols"], _PROTOCOLS),
        clock_khz=clocks,
        clocks_khz=tuple(int(match[1]) for match in listed if match[2] == "kHz"),
        rate_bps=(values["dwDataRate"], values["dwMaxDataRate"]),
        rates_bps=tuple(int(match[1]) for match in listed if match[2] == "bps"),
        max_ifsd=values["dwMaxIFSD"],
        exchange=exchange_of(values["dwFeatures"]),
        features=codes_of(values["dwFeatures"]),
        max_message=values["dwMaxCCIDMessageLength"],
        pin=_named(values["bPINSupport"], _PIN),
        lcd=_lcd(values["wLcdLayout"]),
        get_response=values["bClassGetResponse"],
        envelope=values["bClassEnvelope"],
        busy_slots=values["bMaxCCIDBusySlots"],
        raw={name: values[name] for name in RAW}
        | {"bDescriptorType": values["ccid.bDescriptorType"]},
        lint=(),
    )
    return lint_of(interface, block), numbers.findings


def _named(bits: int, names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(name for bit, name in names.items() if bits & bit)


def _kind(numbers: Numbers, values: Mapping[str, int]) -> InterfaceClass:
    if values["bInterfaceClass"] == _VENDOR:
        return InterfaceClass.VENDOR
    if values["bInterfaceClass"] != _READER:
        numbers.refuse(
            "bInterfaceClass", "is not the class of a reader", "a reader has 0x0B or 0xFF"
        )
    return _ICCD.get(values["bInterfaceProtocol"], InterfaceClass.CCID)


def _label(text: str) -> str:
    """The name of the interface; older dumps have the number of the string where the string should be."""
    label = shown_name(text, _MOST_LETTERS)
    return "" if _INDEX.fullmatch(label) or not label.strip("? ") else label


def _lcd(layout: int) -> Lcd | None:
    """The display. No display has more lines than columns: then the bytes are swapped."""
    if not layout:
        return None
    columns, lines = sorted(divmod(layout, 0x100), reverse=True)
    return Lcd(lines=lines, columns=columns)
