"""A descriptor dump: what it says decoded, what the reader got wrong noted, what is broken named."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_dumps import dump

from pressroom.readers.lint import NOTES
from pressroom.readers.model import Exchange, Interface, InterfaceClass, Lcd, UsbId
from pressroom.readers.tree.dump import Dump, parse_dump

WHERE = "drivers/readers/Acme_Slim.txt"
SUPPORTED = {
    "bNumClockSupported": ["Support 4000 kHz", "Support 8500 kHz"],
    "bNumDataRatesSupported": ["Support 10752 bps", "Support 344086 bps"],
}


def parsed(text: str | bytes) -> Dump:
    data = text if isinstance(text, bytes) else text.encode()
    read, findings = parse_dump(data, where=WHERE)
    assert read is not None, findings
    assert [] == findings
    return read


def interface(**changes: str | None) -> Interface:
    return parsed(dump(**changes)).interfaces[0]


def test_every_field_arrives_decoded() -> None:
    """The plain dump of an invented reader, field by field."""
    read = parsed(dump(SUPPORTED, bNumEndpoints="2", bMaxCCIDBusySlots="3"))
    one = read.interfaces[0]

    assert (WHERE, UsbId("F001", "0001")) == (read.source, read.usb_id)
    assert ("Acme", "Slim", "Slim CCID") == (read.usb.manufacturer, read.usb.product, one.label)
    assert (0, InterfaceClass.CCID, None, None) == (one.number, one.kind, one.vid, one.pid)
    assert ("1.08", "1.10", 1, 3) == (one.bcd_device, one.bcd_ccid, one.slots, one.busy_slots)
    assert (("5V", "3V", "1.8V"), ("T=0", "T=1")) == (one.voltage, one.protocols)
    assert ((4000, 8500), (4000, 8500)) == (one.clock_khz, one.clocks_khz)
    assert ((10752, 344086), (10752, 344086)) == (one.rate_bps, one.rates_bps)
    assert (254, 271, 255, 0) == (one.max_ifsd, one.max_message, one.get_response, one.envelope)
    assert (Exchange.EXTENDED_APDU, (), None) == (one.exchange, one.pin, one.lcd)
    features = ["auto-parameters", "auto-voltage", "auto-clock", "auto-baud", "auto-pps"]
    assert (*features, "auto-ifsd") == one.features
    assert () == one.lint


def test_raw_fields_are_kept_as_numbers() -> None:
    """All seventeen; the printed halves of dwProtocols are one number."""
    raw = interface(
        dwProtocols="0x0002 0x0003", dwSynchProtocols="0x00000007", bNumClockSupported="4"
    ).raw

    assert {
        "dwFeatures": 0x000404BA,
        "dwProtocols": 0x00020003,
        "bVoltageSupport": 7,
        "bMaxSlotIndex": 0,
        "dwMechanical": 0,
        "dwSynchProtocols": 7,
        "wLcdLayout": 0,
        "bPINSupport": 0,
        "bClassGetResponse": 255,
        "bClassEnvelope": 0,
        "bInterfaceClass": 0x0B,
        "bInterfaceSubClass": 0,
        "bInterfaceProtocol": 0,
        "bNumEndpoints": 3,
        "bDescriptorType": 0x21,
        "bNumClockSupported": 4,
        "bNumDataRatesSupported": 0,
    } == raw


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"bInterfaceClass": "0xFF"}, "kind", InterfaceClass.VENDOR),
        ({"bInterfaceProtocol": "1"}, "kind", InterfaceClass.ICCD_A),
        ({"bInterfaceProtocol": "2"}, "kind", InterfaceClass.ICCD_B),
        ({"bInterfaceClass": "0xFF", "bInterfaceProtocol": "1"}, "kind", InterfaceClass.VENDOR),
        ({"bMaxSlotIndex": "0x07"}, "slots", 8),
        ({"bVoltageSupport": "0x06"}, "voltage", ("3V", "1.8V")),
        ({"dwProtocols": "0x0000 0x0002"}, "protocols", ("T=1",)),
        ({"dwFeatures": "0x00000030"}, "exchange", Exchange.CHARACTER),
        ({"dwFeatures": "0x00010030"}, "exchange", Exchange.TPDU),
        ({"dwFeatures": "0x00020030"}, "exchange", Exchange.SHORT_APDU),
        ({"dwFeatures": "0x00011001"}, "features", ("unknown-0x00001001",)),
        ({"dwFeatures": "0x80100B00"}, "features", ("clock-stop", "nad", "iccd-token", "wake-up", "unknown-0x80000000")),
        ({"bPINSupport": "0x03"}, "pin", ("verify", "modify")),
        ({"bPINSupport": "0x01"}, "pin", ("verify",)),
        ({"wLcdLayout": "0x0210"}, "lcd", Lcd(lines=2, columns=16)),
        ({"wLcdLayout": "0x1002"}, "lcd", Lcd(lines=2, columns=16)),
        ({"bcdDevice": "1.0 (firmware release?)"}, "bcd_device", "1.00"),
        ({"bcdDevice": "12.a4"}, "bcd_device", "12.A4"),
        ({"dwDefaultClock": "0.250 MHz"}, "clock_khz", (250, 8500)),
        ({"iInterface": "4"}, "label", ""),
        ({"iInterface": "0"}, "label", ""),
        ({"iInterface": "???"}, "label", ""),
        ({"iInterface": None}, "label", ""),
        ({"iInterface": " Two  words "}, "label", "Two words"),
    ],
)  # fmt: skip
def test_values_are_decoded(change: dict[str, str | None], field: str, expected: object) -> None:
    """One field of the dump, and what our file says of it."""
    assert expected == getattr(interface(**change), field)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("bcd-ccid", {"bcdCCID": "10.01"}),
        ("bcd-ccid", {"bcdCCID": "1.01"}),
        ("clock-implausible", {"dwMaximumClock": "1024.000 MHz"}),
        ("descriptor-type", {"ccid_bDescriptorType": "0xFF"}),
        ("lcd-swapped", {"wLcdLayout": "0x1002"}),
        ("protocols-misplaced", {"dwProtocols": "0x0002 0x0003"}),
        ("protocols-misplaced", {"dwProtocols": "0x0000 0x0300"}),
        ("subclass-unknown", {"bInterfaceSubClass": "1"}),
        ("subclass-unknown", {"bInterfaceProtocol": "3"}),
        ("voltage-none", {"bVoltageSupport": "0x00"}),
        ("no-manufacturer", {"iManufacturer": None}),
        ("no-product", {"iProduct": ""}),
        ("unreadable-name", {"iProduct": "Slim?"}),
        ("control-bytes", {"iInterface": "\x02<Slim"}),
        ("control-bytes", {"iProduct": "Sl\u202eim"}),
    ],
)
def test_what_a_reader_got_wrong_is_noted(code: str, change: dict[str, str | None]) -> None:
    """One defect, one code, and pages have words for it."""
    one = interface(**change)

    assert (code,) == one.lint
    assert code in NOTES


@pytest.mark.parametrize(
    ("code", "field", "note"),
    [
        ("clock-count", "bNumClockSupported", "Got 1 clock frequencies but was expecting 256"),
        ("rate-count", "bNumDataRatesSupported", "Got 256 data rates but was expecting 106"),
        ("wrong-size", "bNumClockSupported", "wrong size for GET CLOCK FREQUENCIES: 1"),
        ("wrong-size", "bNumDataRatesSupported", "wrong size for GET_DATA_RATES: 2"),
        ("negative-clock", "bNumClockSupported", "Support -217251840 kHz"),
        ("negative-rate", "bNumDataRatesSupported", "Support -2060565201 bps"),
        ("clock-implausible", "bNumClockSupported", "Support 1886351952 kHz"),
    ],
)
def test_what_the_dump_says_in_words_is_noted(code: str, field: str, note: str) -> None:
    """Negative numbers are left out of the lists, and said to be."""
    one = parsed(dump({field: [note]})).interfaces[0]

    assert (code,) == one.lint
    assert all(value > 0 for value in (*one.clocks_khz, *one.rates_bps))


@pytest.mark.parametrize(
    "error", ["", ": LIBUSB_ERROR_PIPE", ": Broken pipe", ": Operation timed out"]
)
def test_errors_of_the_system_make_no_difference(error: str) -> None:
    """What stands after the colon depends on the machine that made the dump, not on the reader."""
    notes = {
        "bInterfaceProtocol": [f"Can't get iInterface string{error}"],
        "bNumClockSupported": [f"IFD does not support GET CLOCK FREQUENCIES request{error}"],
    }
    text = dump(notes, iInterface=None)

    assert ("string-unreadable",) == parsed(text).interfaces[0].lint


def test_an_old_spelling_is_read() -> None:
    """The oldest dumps write bClassEnveloppe."""
    one = parsed(dump(bClassEnvelope="0xFF").replace("bClassEnvelope", "bClassEnveloppe"))

    assert (255, ("envelope-spelling",)) == (one.interfaces[0].envelope, one.interfaces[0].lint)


def test_the_real_errors_of_one_dump_are_all_noted() -> None:
    """A blank manufacturer is none, and stands where letters should be."""
    one = interface(iManufacturer="   ", bVoltageSupport="0x00", bcdCCID="2.00")

    assert ("bcd-ccid", "no-manufacturer", "unreadable-name", "voltage-none") == one.lint


def test_names_are_sanitised() -> None:
    """Controls and the list's sort mark go, NFD becomes NFC, and nothing is longer than USB allows."""
    read = parsed(dump(iManufacturer="~Ze\u0301ta\x00\u200b", iProduct="x" * 2_000))

    assert ("Zéta", 126) == (read.usb.manufacturer, len(read.usb.product))


def test_several_blocks_are_several_interfaces() -> None:
    """An id is kept only where it is not that of the first block."""
    read = parsed(
        dump()
        + dump(bInterfaceNumber="1", iProduct="Else")
        + dump(idVendor="0x04e6", idProduct="0x5810")
    )

    assert [None, None, "04E6"] == [one.vid for one in read.interfaces]
    assert [None, None, "5810"] == [one.pid for one in read.interfaces]
    assert (UsbId("F001", "0001"), UsbId("04E6", "5810")) == read.usb_ids
    assert "Slim" == read.usb.product


def test_line_ends_are_no_error() -> None:
    """CRLF reads the same, and is noted."""
    read = parsed(dump().replace("\n", "\r\n"))

    assert ("line-ends",) == read.interfaces[0].lint
    assert parsed(dump()).interfaces[0].max_message == read.interfaces[0].max_message


def test_what_is_around_the_blocks_is_passed_over() -> None:
    """A byte order mark, lines of the tool that made the dump, and blank lines."""
    text = "\ufeffParsing device: 001/004\n\n" + dump() + "\nDone: yes\n"

    assert () == parsed(text).interfaces[0].lint


LINES = dump().count("\n")


@pytest.mark.parametrize(
    ("data", "line", "message", "hint"),
    [
        (b"", 1, "is empty", "make the dump again"),
        (b" \r\n\n", 1, "is empty", "make the dump again"),
        (b"hello\n", 1, "no idVendor in it", "its first field is idVendor"),
        (
            dump(bPINSupport=None, bMaxCCIDBusySlots=None).encode(),
            1,
            "cut off: no bPINSupport, bMaxCCIDBusySlots",
            "make the dump again, and keep all of it",
        ),
        (dump().encode()[:200], 1, "bInterfaceProtocol and 22 more", "keep all of it"),
        (
            (dump() + dump(wLcdLayout=None)).encode(),
            LINES + 1,
            "the block that starts here is cut off: no wLcdLayout",
            "keep all of it",
        ),
        (
            dump().replace("  dwMaxIFSD: 254\n", "  dwMaxIFSD: 254\n  dwMaxIFSD: 252\n").encode(),
            29,
            "dwMaxIFSD stands twice in one block, first in line 28",
            "delete the line that is wrong",
        ),
        (
            dump(iProduct="Schl\xfcssel").encode("latin-1"),
            4,
            "iProduct: byte 0xfc is not UTF-8",
            f"iconv -f latin1 -t utf-8 {WHERE}",
        ),
        (b"x" * 10_000_000, 0, "has 10000000 bytes, more than 1048576", "a dump has 2,000"),
        (dump().encode() * 65, 64 * LINES + 1, "idVendor: more than 64 blocks", "one reader"),
        (dump().encode("utf-16"), 1, "byte 0xff is not UTF-8", "convert the file"),
    ],
)
def test_a_broken_dump_is_named_with_its_field(
    data: bytes, line: int, message: str, hint: str
) -> None:
    """File, line and field are in the finding, and nothing is made of the rest."""
    read, findings = parse_dump(data, where=WHERE)

    assert read is None
    found = [one for one in findings if message in one.message]
    assert [(WHERE, line)] == [(one.where, one.line) for one in found[:1]], findings
    assert hint in found[0].hint


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("idVendor", "0x72F", "four hex digits"),
        ("idProduct", "0x0000G", "four hex digits"),
        ("bMaxSlotIndex", "0x1FF", "up to 0xFF"),
        ("bInterfaceNumber", "one", "a number"),
        ("wLcdLayout", "0x12345", "up to 0xFFFF"),
        ("dwMaxIFSD", "-1", "up to 0xFFFFFFFF"),
        ("dwMaxIFSD", "9" * 5_000, "up to 0xFFFFFFFF"),
        ("dwMaxIFSD", "٢٥٤", "up to 0xFFFFFFFF"),
        ("dwFeatures", "", "up to 0xFFFFFFFF"),
        ("dwProtocols", "0x00000003", "0x0000 0x0003"),
        ("dwMaximumClock", "4 MHz", "4.000 MHz"),
        ("bcdCCID", "one", "a release: 1.10"),
        ("bInterfaceClass", "0x03", "a reader has 0x0B or 0xFF"),
    ],
)
def test_a_number_that_cannot_be_is_named(field: str, value: str, wanted: str) -> None:
    """The hint says what the field should look like."""
    text = dump(**{field: value})
    read, findings = parse_dump(text.encode(), where=WHERE)
    line = next(n for n, one in enumerate(text.split("\n"), 1) if one.strip().startswith(field))

    assert read is None
    assert [(line, True)] == [(one.line, one.message.startswith(field)) for one in findings]
    assert wanted in findings[0].hint


def test_all_findings_come_at_once() -> None:
    """Two fields of two blocks are two findings."""
    text = dump(dwFeatures="x") + dump(bcdCCID="y", dwMaxIFSD="z")
    _, findings = parse_dump(text.encode(), where=WHERE)

    assert ["bcdCCID", "dwFeatures", "dwMaxIFSD"] == sorted(
        one.message.split()[0] for one in findings
    )


def test_a_big_dump_is_read_fast() -> None:
    """A megabyte of lists costs less than a second."""
    notes = {"bNumDataRatesSupported": ["Support 9600 bps"] * 45_000}
    start = time.perf_counter()
    read = parsed(dump(notes))

    assert 45_000 == len(read.interfaces[0].rates_bps)
    assert time.perf_counter() - start < 1.5


_LINES = st.sampled_from([*dump().split("\n"), "  bClassEnveloppe: 0x00", "   Support 1 bps", ""])
_TEXT = st.lists(_LINES | st.text(max_size=20), max_size=60).map("\n".join)
_MANGLED = st.tuples(st.just(dump()), st.integers(0, 1_400), st.binary(max_size=6)).map(
    lambda parts: parts[0].encode()[: parts[1]] + parts[2] + parts[0].encode()[parts[1] :]
)


@given(st.binary() | _TEXT.map(str.encode) | _MANGLED)
def test_no_bytes_make_it_raise(data: bytes) -> None:
    """A dump or findings come out of anything, and lint that pages have words for."""
    read, findings = parse_dump(data, where=WHERE)

    assert (read is None) == bool(findings)
    assert all(one.hint and one.where == WHERE for one in findings)
    for one in read.interfaces if read else ():
        assert set(one.lint) <= set(NOTES)
        assert one.label.isprintable()
