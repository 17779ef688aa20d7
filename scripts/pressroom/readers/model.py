"""What is known of card readers: a line of the table a record, and what its USB descriptor says.

Names of fields follow the CCID class descriptor (USB-IF, CCID revision 1.1, 5.1) and the USB device descriptor.
"""

from __future__ import annotations

import dataclasses
import enum

import msgspec


class Status(enum.StrEnum):
    """The section of the driver's list that a USB id stands in."""

    SUPPORTED = "supported"
    SHOULD_WORK = "should-work"
    UNSUPPORTED = "unsupported"
    DISABLED = "disabled"


class InterfaceClass(enum.StrEnum):
    """What an interface says that it is: bInterfaceClass and bInterfaceProtocol."""

    CCID = "ccid"  # class 0x0B, bulk transfer
    VENDOR = "vendor"  # class 0xFF: firmware from before the specification
    ICCD_A = "iccd-a"  # class 0x0B, control transfers without interrupt endpoint
    ICCD_B = "iccd-b"  # class 0x0B, control transfers, optional interrupt endpoint


class Exchange(enum.StrEnum):
    """The level on which commands are exchanged: bits 16 to 18 of dwFeatures."""

    TPDU = "tpdu"
    SHORT_APDU = "short-apdu"
    EXTENDED_APDU = "extended-apdu"
    CHARACTER = "character"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class UsbId:
    """idVendor and idProduct, each as four upper-case hex digits."""

    vid: str
    pid: str

    def __str__(self) -> str:
        return f"{self.vid}:{self.pid}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A line of readers.csv: one record, which is one descriptor file or one listed id without any.

    `since` and `last` are driver releases: the first that listed the id as active, and the last one
    (empty where it is still listed); both are empty where nobody knows.
    """

    slug: str
    usb_id: UsbId
    vendor: str
    name: str
    status: Status
    since: str = ""
    last: str = ""
    url: str = ""
    notes: str = ""
    line: int = dataclasses.field(default=0, compare=False)


# What follows is read from and written to JSON as it stands, ten thousand at a time: msgspec's own kind of class.
# gc=False: none of them can be part of a cycle, and a collector that looks at all of them costs a second.


class Lcd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """The display: bytes of wLcdLayout."""

    lines: int
    columns: int


class UsbNames(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """iManufacturer and iProduct as the device reports them, without what cannot be seen."""

    manufacturer: str
    product: str


class Interface(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
    rename={"kind": "class"},
):
    """One CCID interface of a device: its class descriptor, decoded and raw."""

    number: int  # bInterfaceNumber
    label: str  # iInterface
    kind: InterfaceClass
    # Only where they differ from those of the record.
    vid: str | None = None
    pid: str | None = None
    bcd_device: str  # "1.08"
    bcd_ccid: str  # "1.10"
    slots: int  # bMaxSlotIndex + 1
    voltage: tuple[str, ...]  # of "5V", "3V", "1.8V"
    protocols: tuple[str, ...]  # of "T=0", "T=1"
    clock_khz: tuple[int, int]  # dwDefaultClock, dwMaximumClock
    clocks_khz: tuple[int, ...]  # what GET_CLOCK_FREQUENCIES answered
    rate_bps: tuple[int, int]  # dwDataRate, dwMaxDataRate
    rates_bps: tuple[int, ...]  # what GET_DATA_RATES answered
    max_ifsd: int
    exchange: Exchange
    features: tuple[str, ...]  # codes of `features.FEATURES`, and "unknown-0x00001000"
    max_message: int  # dwMaxCCIDMessageLength, bytes
    pin: tuple[str, ...]  # of "verify", "modify"
    lcd: Lcd | None
    get_response: int  # bClassGetResponse; 255 echoes the class of the command
    envelope: int  # bClassEnvelope; likewise
    busy_slots: int  # bMaxCCIDBusySlots
    raw: dict[
        str, int
    ]  # fields of the descriptor as they are: dwFeatures, wLcdLayout, bPINSupport, …
    lint: tuple[str, ...]  # codes of `lint.NOTES`: what the importer found wrong


class Descriptor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A line of descriptors.jsonl: what the importer found in one file of the driver's tree."""

    slug: str
    source: str  # the file, as `readers/Name.txt`
    usb: UsbNames
    interfaces: tuple[Interface, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A reader with its descriptor, where there is one."""

    reader: Reader
    descriptor: Descriptor | None = None
    # All ids that the record is about, its own first: one file of the field holds two devices.
    usb_ids: tuple[UsbId, ...] = dataclasses.field(init=False, compare=False)

    def __post_init__(self) -> None:
        """The ids once: lists, pages and files ask for them again and again."""
        own = self.reader.usb_id
        others = [one for one in self.interfaces if one.vid or one.pid]
        ids = [UsbId(one.vid or own.vid, one.pid or own.pid) for one in others]
        object.__setattr__(self, "usb_ids", tuple(dict.fromkeys([own, *ids])))

    @property
    def slug(self) -> str:
        """Its permanent name, part of its page's URL."""
        return self.reader.slug

    @property
    def interfaces(self) -> tuple[Interface, ...]:
        """Its CCID interfaces; none of a reader that is known by the list only."""
        return self.descriptor.interfaces if self.descriptor else ()
