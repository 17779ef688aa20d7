"""The readers that we publish: their number, and what their descriptors say."""

from __future__ import annotations

import collections
import re
from typing import TYPE_CHECKING

import pytest

from pressroom.config import READERS
from pressroom.readers.descriptors import render_descriptors
from pressroom.readers.driver import parse_driver
from pressroom.readers.lint import NOTES
from pressroom.readers.load import DESCRIPTORS, TABLE, load_readers
from pressroom.readers.model import Interface, Lcd, Record, Status, UsbId
from pressroom.readers.table import render_readers
from pressroom.readers.vendors import check_vendors
from pressroom.readers.versions import order

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def records(checkout: Path) -> tuple[Record, ...]:
    found, findings = load_readers(checkout / READERS, where=READERS)
    assert [] == findings
    return found


@pytest.fixture(scope="module")
def interfaces(records: tuple[Record, ...]) -> list[Interface]:
    return [one for record in records for one in record.interfaces]


def count(values: object) -> dict[object, int]:
    return dict(collections.Counter(values))  # type: ignore[call-overload] # any hashable values


def test_the_files_are_as_we_write_them(checkout: Path, records: tuple[Record, ...]) -> None:
    """Sorted, quoted and spelled so that an import changes no byte."""
    folder = checkout / READERS
    found = [one.descriptor for one in records if one.descriptor]

    assert (folder / TABLE).read_text() == render_readers(one.reader for one in records)
    assert (folder / DESCRIPTORS).read_bytes() == render_descriptors(found)


def test_the_numbers_of_records(records: tuple[Record, ...], interfaces: list[Interface]) -> None:
    """702 records, 691 with a descriptor and 773 interfaces; 62 records have several."""
    assert (702, 691, 773) == (
        len(records),
        sum(one.descriptor is not None for one in records),
        len(interfaces),
    )
    assert 62 == sum(len(one.interfaces) > 1 for one in records)
    ids = {usb_id for one in records if one.descriptor for usb_id in one.usb_ids}
    assert 656 == len(ids)


def test_the_active_readers_are_those_of_the_newest_list(records: tuple[Record, ...]) -> None:
    """654 active ids, 13 disabled; by section as the list has them."""
    status = {one.reader.usb_id: one.reader.status for one in records}

    assert {
        Status.SUPPORTED: 61,
        Status.SHOULD_WORK: 561,
        Status.UNSUPPORTED: 32,
        Status.DISABLED: 13,
    } == count(status.values())
    active = {one for one, section in status.items() if section is not Status.DISABLED}
    assert 654 == len(active)
    assert 13 == sum(one.reader.status is Status.DISABLED for one in records)


def test_readers_known_by_the_list_only(records: tuple[Record, ...]) -> None:
    """Eleven ids that came after the last tree with dumps."""
    assert {
        *("0A5C:5884", "0A5C:5885", "0A5C:5886", "0A5C:5887", "0A89:0035", "076B:5520"),
        *("076B:5521", "076B:5522", "1E0D:0014", "1370:0911", "08E6:34C8"),
    } == {str(one.reader.usb_id) for one in records if one.descriptor is None}


def test_one_record_holds_two_devices(records: tuple[Record, ...]) -> None:
    """Its second id is a record of its own too."""
    both = [UsbId("1FFA", "0002"), UsbId("04E6", "5810")]

    assert [both] == [list(one.usb_ids) for one in records if len(one.usb_ids) > 1]
    assert ["identive-cloud-2700-r"] == [
        one.slug for one in records if one.reader.usb_id == both[1]
    ]


def test_what_the_newest_release_changed(records: tuple[Record, ...]) -> None:
    """One reader came back as unsupported, one has another name."""
    readers = {one.slug: one.reader for one in records}

    assert (Status.UNSUPPORTED, "1.8.4") == (readers["scl01x"].status, readers["scl01x"].since)
    assert "NEOWAVE Winkeo SIM V2" == readers["neowave-weneo2"].name
    assert ("ACS ACR122U", "ACS ACR 38U-CCID") == (
        readers["acr122u"].name,
        readers["acr38u-ccid"].name,
    )


def test_since_is_known_of_all_readers_that_were_ever_active(records: tuple[Record, ...]) -> None:
    """Of eleven disabled ones nobody drove any, and their notes say since when they are disabled."""
    unknown = [one.reader for one in records if not one.reader.since]
    removed = {str(one.reader.usb_id): one.reader.last for one in records if one.reader.last}

    assert 11 == len(unknown)
    assert {Status.DISABLED} == {one.status for one in unknown}
    assert all(
        one.notes.startswith("Disabled since driver release 1.")
        and one.notes.endswith("; no release ever drove it.")
        for one in unknown
    )
    assert {"0C4B:0300": "1.3.10", "0C4B:0500": "1.4.29"} == removed


def test_release_1_4_31_added_21_ids(records: tuple[Record, ...]) -> None:
    """One more than its announcement named."""
    added = {one.reader.usb_id for one in records if one.reader.since == "1.4.31"}

    assert 21 == len(added)
    assert UsbId("316E", "0001") in added


def test_every_vendor_has_one_spelling(records: tuple[Record, ...]) -> None:
    """Names are spelled as the driver does, vendors are not."""
    assert [] == check_vendors([one.reader for one in records], where=TABLE)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("slots", {1: 724, 2: 30, 3: 9, 5: 4, 6: 3, 8: 2, 4: 1}),
        ("pin", {(): 675, ("verify", "modify"): 96, ("verify",): 2}),
        (
            "exchange",
            {"extended-apdu": 295, "tpdu": 278, "short-apdu": 194, "character": 6},
        ),
        ("kind", {"ccid": 738, "vendor": 26, "iccd-a": 2, "iccd-b": 7}),
        (
            "bcd_ccid",
            {"1.10": 545, "1.00": 194, "1.01": 22, "2.00": 5, "10.01": 3, "2.10": 2, "10.00": 2},
        ),
    ],
)
def test_decoded_fields_by_value(
    interfaces: list[Interface], field: str, expected: dict[object, int]
) -> None:
    """How many interfaces have each value."""
    assert expected == count(getattr(one, field) for one in interfaces)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("bVoltageSupport", {7: 405, 1: 218, 3: 82, 2: 63, 6: 3, 0: 2}),
        ("bInterfaceClass", {0x0B: 747, 0xFF: 26}),
        ("bInterfaceProtocol", {0: 761, 1: 3, 2: 9}),
        ("bInterfaceSubClass", {0: 767, 1: 1, 92: 5}),
    ],
)
def test_raw_fields_by_value(
    interfaces: list[Interface], field: str, expected: dict[object, int]
) -> None:
    """How many interfaces have each number."""
    assert expected == count(one.raw[field] for one in interfaces)


def test_records_by_feature(records: tuple[Record, ...], interfaces: list[Interface]) -> None:
    """Message length, displays and pin pads, as pages count them."""
    assert 462 == sum(one.max_message == 271 for one in interfaces)
    assert 29 == sum(one.lcd is not None for one in interfaces)
    assert 96 == sum(any(one.pin for one in record.interfaces) for record in records)
    assert 49 == sum(one.slots > 1 for one in interfaces)
    swapped = [one.lcd for one in interfaces if one.raw["wLcdLayout"] == 0x1002]
    assert [Lcd(lines=2, columns=16)] == swapped


def test_what_the_importer_found_wrong(interfaces: list[Interface]) -> None:
    """Each kind of defect of the field's files, by number of interfaces."""
    codes = count(code for one in interfaces for code in one.lint)

    assert {
        "bcd-ccid": 34,
        "clock-count": 47,
        "clock-implausible": 14,
        "control-bytes": 1,
        "descriptor-type": 5,
        "lcd-swapped": 1,
        "line-ends": 1,
        "negative-clock": 7,
        "negative-rate": 10,
        "no-manufacturer": 7,
        "no-product": 13,
        "protocols-misplaced": 3,
        "rate-count": 46,
        "string-unreadable": 224,
        "subclass-unknown": 6,
        "unreadable-name": 63,
        "voltage-none": 2,
        "wrong-size": 32,
    } == codes
    assert set(codes) <= set(NOTES)
    assert all(rate >= 0 for one in interfaces for rate in (*one.rates_bps, *one.clocks_khz))


def test_both_tables_of_macos_name_the_same_driver(checkout: Path) -> None:
    """What an article-like page of the hub says of a macOS, driver.toml says too: two places, one fact."""
    text = (checkout / READERS / "driver.toml").read_text(encoding="utf-8")
    driver, _ = parse_driver(text, where="driver.toml")
    assert driver is not None
    shipped = [(one.name.split()[0], one.driver) for one in driver.families["macOS"]]
    page = (checkout / "site" / "hub" / "macos.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d[\d.]*)[^|]*\|[^|]*\| (\d[\d.]*)", page, re.MULTILINE)

    assert 17 == len(rows)
    for macos, version in rows:
        # Its own line (12 begins with 12.0.1), else the last one before it.
        own = [one for first, one in shipped if f"{first}.".startswith(f"{macos}.")]
        before = [one for first, one in shipped if order(first) <= order(f"{macos}.0")]
        assert version == (own[0] if own else before[-1]), macos
