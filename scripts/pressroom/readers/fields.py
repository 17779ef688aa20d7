"""The fields of a descriptor as pages show them: what each is called, says in words, and is in raw form.

A field's value is hashable and all that its words are made from, so that readers with the same value can
be counted, and words are made once a value and not once a reader.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING

from pressroom.readers.features import WORDS, codes_of
from pressroom.readers.model import Exchange, Interface, InterfaceClass, Lcd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pressroom.readers.model import Record

# More rates than these are summed up; the JSON of the reader has them all.
_SHOWN = 16
_CLASSES = {
    InterfaceClass.CCID: "CCID: bulk transfer",
    InterfaceClass.VENDOR: "vendor's own class, as before the specification",
    InterfaceClass.ICCD_A: "ICCD version A: control transfers",
    InterfaceClass.ICCD_B: "ICCD version B: control transfers",
}
EXCHANGE_WORDS = {
    Exchange.TPDU: "TPDU: the driver makes the frames of the protocol",
    Exchange.SHORT_APDU: "short APDU: commands of up to 261 bytes",
    Exchange.EXTENDED_APDU: "short and extended APDU",
    Exchange.CHARACTER: "character: the driver does all of the protocol",
}
_CLASS_FACETS = {
    InterfaceClass.VENDOR: "vendor-class",
    InterfaceClass.ICCD_A: "iccd",
    InterfaceClass.ICCD_B: "iccd",
}
_SYNCH = {1: "2-wire", 2: "3-wire", 4: "I²C"}
_MECHANICAL = {1: "accepts cards", 2: "ejects cards", 4: "captures cards", 8: "locks cards"}
_ECHO = 0xFF


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A line of the table of facts; `code` is the field's name in the specification."""

    code: str
    name: str
    value: Callable[[Interface], Hashable]
    words: Callable[..., str]
    raw: Callable[..., str] = lambda _: ""
    # The code of the property that readers with such a value are listed under, if there is one.
    facet: Callable[..., str | None] = lambda _: None


def _number(
    code: str,
    name: str,
    words: Callable[[int], str],
    *,
    digits: int,
    facet: Callable[[int], str | None] = lambda _: None,
) -> Field:
    """A field whose value is the number in the descriptor, shown with that many hex digits."""
    return Field(
        code=code,
        name=name,
        value=lambda one: one.raw[code],
        words=words,
        raw=lambda value: f"0x{value:0{digits}X}",
        facet=facet,
    )


def _listed(items: Iterable[str], *, none: str = "none") -> str:
    return ", ".join(items) or none


def _bits(names: Mapping[int, str], *, none: str) -> Callable[[int], str]:
    known = sum(names)

    def words(value: int) -> str:
        rest = value & ~known
        unknown = [f"unknown bits 0x{rest:08X}"] if rest else []
        return _listed([name for bit, name in names.items() if value & bit] + unknown, none=none)

    return words


def _numbers(unit: str) -> Callable[[tuple[int, ...]], str]:
    def words(values: tuple[int, ...]) -> str:
        if not values:
            return "no list"
        if len(values) > _SHOWN:
            return f"{len(values)} from {min(values):,} to {max(values):,} {unit}"
        return f"{', '.join(f'{value:,}' for value in values)} {unit}"

    return words


def _features(value: int) -> str:
    unknown = "does something that no specification names"
    return _listed(WORDS.get(code, f"{unknown} ({code})") for code in codes_of(value))


def _echo(value: int) -> str:
    return "repeats the class of the command" if value == _ECHO else f"class 0x{value:02X}"


def _lcd(value: tuple[Lcd | None, int]) -> str:
    lcd = value[0]
    return f"{lcd.lines} lines of {lcd.columns} characters" if lcd else "none"


def _slots(value: int) -> str:
    return "1" if value == 0 else f"{value + 1}"


FIELDS = (
    Field(
        code="bInterfaceClass",
        name="Interface class",
        value=lambda one: (
            one.kind,
            one.raw["bInterfaceClass"],
            one.raw["bInterfaceSubClass"],
            one.raw["bInterfaceProtocol"],
        ),
        words=lambda value: _CLASSES[value[0]],
        raw=lambda value: "0x{:02X}, subclass {}, protocol {}".format(*value[1:]),
        facet=lambda value: _CLASS_FACETS.get(value[0]),
    ),
    Field(
        code="iInterface",
        name="Interface label",
        value=lambda one: one.label,
        words=lambda value: value or "none",
    ),
    Field(
        code="bcdDevice",
        name="Device release",
        value=lambda one: one.bcd_device,
        words=str,
    ),
    Field(
        code="bcdCCID",
        name="CCID revision",
        value=lambda one: one.bcd_ccid,
        words=str,
    ),
    _number(
        "bMaxSlotIndex",
        "Slots",
        _slots,
        digits=2,
        facet=lambda value: "multi-slot" if value else None,
    ),
    Field(
        code="bMaxCCIDBusySlots",
        name="Slots busy at a time",
        value=lambda one: one.busy_slots,
        words=str,
    ),
    _number(
        "bVoltageSupport",
        "Voltages",
        _bits({1: "5 V", 2: "3 V", 4: "1.8 V"}, none="none named"),
        digits=2,
    ),
    _number("dwProtocols", "Protocols", _bits({1: "T=0", 2: "T=1"}, none="none named"), digits=8),
    Field(
        code="dwFeatures exchange",
        name="Exchange level",
        value=lambda one: one.exchange,
        words=lambda value: EXCHANGE_WORDS[value],
        facet=str,
    ),
    _number("dwFeatures", "What it does by itself", _features, digits=8),
    _number(
        "bPINSupport",
        "PIN pad",
        _bits({1: "verifies a PIN", 2: "changes a PIN"}, none="none"),
        digits=2,
        facet=lambda value: "pinpad" if value else None,
    ),
    Field(
        code="wLcdLayout",
        name="Display",
        value=lambda one: (one.lcd, one.raw["wLcdLayout"]),
        words=_lcd,
        raw=lambda value: f"0x{value[1]:04X}",
        facet=lambda value: "display" if value[0] else None,
    ),
    Field(
        code="dwMaxCCIDMessageLength",
        name="Longest message",
        value=lambda one: one.max_message,
        words=lambda value: f"{value:,} bytes",
    ),
    Field(
        code="dwMaxIFSD",
        name="Largest IFSD (T=1)",
        value=lambda one: one.max_ifsd,
        words=lambda value: f"{value:,} bytes",
    ),
    Field(
        code="dwDefaultClock",
        name="Default clock",
        value=lambda one: one.clock_khz[0],
        words=lambda value: f"{value:,} kHz",
    ),
    Field(
        code="dwMaximumClock",
        name="Highest clock",
        value=lambda one: one.clock_khz[1],
        words=lambda value: f"{value:,} kHz",
    ),
    Field(
        code="bNumClockSupported",
        name="Clock frequencies",
        value=lambda one: (one.clocks_khz, one.raw["bNumClockSupported"]),
        words=lambda value: _numbers("kHz")(value[0]),
        raw=lambda value: f"{value[1]}",
    ),
    Field(
        code="dwDataRate",
        name="Default data rate",
        value=lambda one: one.rate_bps[0],
        words=lambda value: f"{value:,} bit/s",
    ),
    Field(
        code="dwMaxDataRate",
        name="Highest data rate",
        value=lambda one: one.rate_bps[1],
        words=lambda value: f"{value:,} bit/s",
    ),
    Field(
        code="bNumDataRatesSupported",
        name="Data rates",
        value=lambda one: (one.rates_bps, one.raw["bNumDataRatesSupported"]),
        words=lambda value: _numbers("bit/s")(value[0]),
        raw=lambda value: f"{value[1]}",
    ),
    Field(
        code="bClassGetResponse",
        name="Class of GET RESPONSE",
        value=lambda one: one.get_response,
        words=_echo,
        raw=lambda value: f"0x{value:02X}",
    ),
    Field(
        code="bClassEnvelope",
        name="Class of ENVELOPE",
        value=lambda one: one.envelope,
        words=_echo,
        raw=lambda value: f"0x{value:02X}",
    ),
    _number("dwSynchProtocols", "Synchronous cards", _bits(_SYNCH, none="none"), digits=8),
    _number("dwMechanical", "Mechanics", _bits(_MECHANICAL, none="nothing special"), digits=8),
    Field(
        code="bNumEndpoints",
        name="USB endpoints",
        value=lambda one: one.raw["bNumEndpoints"],
        words=str,
    ),
)


def count_values(records: Iterable[Record]) -> collections.Counter[tuple[str, Hashable]]:
    """How many records have each value of each field, in any of their interfaces."""
    counts: collections.Counter[tuple[str, Hashable]] = collections.Counter()
    for record in records:
        counts.update(
            {(field.code, field.value(one)) for one in record.interfaces for field in FIELDS}
        )
    return counts
