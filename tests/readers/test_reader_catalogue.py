"""Readers put together: vendors, shared ids, neighbours, and what a release added."""

from __future__ import annotations

from reader_types import catalogue, interface, record

from pressroom.readers.catalogue import ReaderCatalogue
from pressroom.readers.model import Record, UsbId
from pressroom.readers.vendor_pages import vendors_of


def named(found: ReaderCatalogue, slug: str) -> Record:
    """The record of that name."""
    return next(one for one in found.records if one.slug == slug)


def test_a_vendor_has_one_page_however_it_is_spelled() -> None:
    """The most frequent spelling names the page; another script has an address too."""
    names = ["Bit4id", "BIT4ID", "bit4id", "Bit4id", "智能卡", "Con"]
    vendors = vendors_of([record(str(n), vendor=name).reader for n, name in enumerate(names)])

    assert {"Bit4id"} == {vendors[name].name for name in ("Bit4id", "BIT4ID", "bit4id")}
    assert "bit4id" == vendors["BIT4ID"].slug
    assert vendors["智能卡"].slug.isascii()
    assert "reader-con" == vendors["Con"].slug  # a device of Windows
    assert 3 == len({one.slug for one in vendors.values()})


def test_records_that_share_an_id_are_both_kept() -> None:
    """Two readers with one id are two records, and each knows of the other; a second device counts too."""
    two_devices = record("two", interface(), interface(vid="F002", pid="0002"), usb_id="F001:0009")
    found = catalogue(record("a"), record("b"), two_devices, record("c", usb_id="F002:0002"))

    assert ["a", "b"] == [one.slug for one in found.by_id[UsbId("F001", "0001")]]
    assert (UsbId("F001", "0001"),) == found.shared_ids(named(found, "a"))
    assert (UsbId("F002", "0002"),) == found.shared_ids(two_devices)
    assert list(found.by_id) == sorted(found.by_id)


def test_neighbours_are_the_vendors_own_in_the_order_of_releases() -> None:
    """1.10 is later than 1.9, unknown releases come last, and other vendors do not count."""
    found = catalogue(
        record("late", since="1.10.0"),
        record("unknown", since=""),
        record("early", since="1.9.0"),
        record("other", vendor="Bravo", since="1.9.5"),
    )
    earlier, later = found.neighbours(named(found, "late"))

    assert (["early"], ["unknown"]) == ([one.slug for one in earlier], [one.slug for one in later])
    assert ((), ()) == found.neighbours(named(found, "other"))


def test_a_release_added_ids_not_records() -> None:
    """An id with two records is one addition; releases stand oldest first, names in order."""
    found = catalogue(
        record("b", name="Bravo", since="1.10.0"),
        record("a", name="alpha", since="1.10.0", usb_id="F001:0002"),
        record("b2", name="Bravo II", since="1.10.0"),
        record("old", since="1.9.0", usb_id="F001:0003"),
        record("nobody-knows", since="", usb_id="F001:0004"),
    )

    assert ["1.9.0", "1.10.0"] == list(found.added)
    assert ["alpha", "Bravo"] == [one.name for one in found.added["1.10.0"]]
    assert ["b", "b2"] == [reader.slug for reader in found.added["1.10.0"][1].readers]
