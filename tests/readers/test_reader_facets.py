"""Properties that readers are listed by, derived from descriptors and, for want of better, from names."""

from __future__ import annotations

import pytest
from reader_types import interface, record

from pressroom.readers.facets import CONTACTLESS, CONTACTLESS_WORDS, FACETS, facets_of
from pressroom.readers.model import Interface, InterfaceClass, Lcd


@pytest.mark.parametrize(
    ("one", "facet"),
    [
        (interface(pin=("verify",)), "pinpad"),
        (interface(lcd=Lcd(lines=2, columns=16)), "display"),
        (interface(slots=2), "multi-slot"),
        (interface(features=0x00040000), "extended-apdu"),
        (interface(features=0x00020000), "short-apdu"),
        (interface(features=0), "character"),
        (interface(raw={"bInterfaceProtocol": 1}), "iccd"),
        (interface(raw={"bInterfaceProtocol": 2}, kind=InterfaceClass.VENDOR), "iccd"),
        (interface(kind=InterfaceClass.VENDOR), "vendor-class"),
        (interface(lint=("negative-rate",)), "odd-descriptor"),
        (interface(label="CL slot"), "contactless"),
    ],
)
def test_each_property_comes_from_an_interface(one: Interface, facet: str) -> None:
    """An ordinary reader has only its level of exchange; one interface of two is enough for more."""
    assert ("tpdu",) == facets_of(record())
    assert facet in facets_of(record("x", one))
    assert {facet, "multi-interface"} <= set(facets_of(record("x", interface(), one)))


def test_t1_only_is_said_of_all_interfaces() -> None:
    """One interface that speaks T=0 too is enough for a reader not to be T=1 only."""
    one = interface(protocols=("T=1",))

    assert "t1-only" in facets_of(record("x", one, one))
    assert "t1-only" not in facets_of(record("x", one, interface()))
    assert "t1-only" not in facets_of(record(known=False))


def test_a_reader_known_by_the_list_only_says_so_and_nothing_else() -> None:
    """Without a descriptor nothing but the name can be asked."""
    assert ("list-only",) == facets_of(record(known=False))
    assert ("contactless", "list-only") == facets_of(record(known=False, name="Acme NFC"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ACS ACR1252 Dual Reader", True),
        ("HID OMNIKEY 5021 CL", True),
        ("OMNIKEY 5321 CLi USB", True),
        ("Acme PICC Interface", True),
        ("Acme Contact-less 3", True),
        ("Acme CLOUD 2700 R Smart Card Reader", False),
        ("Acme Class 2 Contact Reader", False),
        ("Acme RFG", False),
    ],
)
def test_contactless_is_guessed_from_whole_words(name: str, expected: bool) -> None:
    """Words of the field count; the same letters inside another word do not."""
    assert expected == bool(CONTACTLESS.search(name))


def test_every_word_that_the_page_names_is_one_that_the_rule_finds() -> None:
    """What people are told is what is done."""
    for word in CONTACTLESS_WORDS.replace(" or ", ", ").split(", "):
        assert CONTACTLESS.search(f"Acme {word} 1"), word


def test_every_facet_has_a_rule_and_a_code_of_its_own() -> None:
    """Codes are addresses: unique, lower case; rules are sentences."""
    codes = [one.code for one in FACETS]

    assert sorted(set(codes)) == sorted(codes)
    for one in FACETS:
        assert one.code == one.code.lower()
        assert one.rule.endswith(".")
