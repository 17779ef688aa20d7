"""Facts in words: what a page says of each value of a descriptor, and how many readers share it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reader_types import interface, record

from pressroom.readers.features import codes_of, exchange_of
from pressroom.readers.fields import FIELDS, count_values
from pressroom.readers.model import Exchange, Interface, Lcd

BY_CODE = {field.code: field for field in FIELDS}


def said(code: str, one: Interface) -> tuple[str, str]:
    """The words and the raw form of a field of an interface."""
    field = BY_CODE[code]
    return field.words(field.value(one)), field.raw(field.value(one))


@pytest.mark.parametrize(
    ("code", "one", "words", "raw"),
    [
        ("bMaxSlotIndex", interface(raw={"bMaxSlotIndex": 5}), "6", "0x05"),
        ("bVoltageSupport", interface(raw={"bVoltageSupport": 0}), "none named", "0x00"),
        ("bVoltageSupport", interface(raw={"bVoltageSupport": 5}), "5 V, 1.8 V", "0x05"),
        ("dwProtocols", interface(raw={"dwProtocols": 2}), "T=1", "0x00000002"),
        ("bPINSupport", interface(raw={"bPINSupport": 3}), "verifies a PIN, changes a PIN", "0x03"),
        (
            "wLcdLayout",
            interface(lcd=Lcd(lines=2, columns=16), raw={"wLcdLayout": 0x1002}),
            "2 lines of 16 characters",
            "0x1002",
        ),
        ("dwMaxCCIDMessageLength", interface(max_message=65554), "65,554 bytes", ""),
        ("bClassEnvelope", interface(envelope=0xFF), "repeats the class of the command", "0xFF"),
        (
            "bNumDataRatesSupported",
            interface(rates_bps=(9600, 115200)),
            "9,600, 115,200 bit/s",
            "0",
        ),
        (
            "bNumDataRatesSupported",
            interface(rates_bps=tuple(range(100, 150))),
            "50 from 100 to 149 bit/s",
            "0",
        ),
    ],
)
def test_a_value_in_words(code: str, one: Interface, words: str, raw: str) -> None:
    """Words for people, and the number of the descriptor beside them."""
    assert (words, raw) == said(code, one)


def test_unknown_bits_are_shown_as_they_are() -> None:
    """A bit that no specification names is neither dropped nor guessed."""
    words, raw = said("dwFeatures", interface(features=0x80001032))
    synch, _ = said("dwSynchProtocols", interface(raw={"dwSynchProtocols": 0x11}))

    assert "no specification names (unknown-0x80001000)" in words
    assert "sets parameters from the ATR" in words
    assert "0x80001032" == raw
    assert "2-wire, unknown bits 0x00000010" == synch


@given(st.integers(min_value=0, max_value=0xFFFFFFFF))
def test_any_features_have_codes_a_level_and_words(features: int) -> None:
    """No dwFeatures raises, and every bit of it is in a code or in the level."""
    codes, level = codes_of(features), exchange_of(features)

    assert level in set(Exchange)
    assert len(codes) == len(set(codes))
    assert "" != said("dwFeatures", interface(features=features))[0]


@given(st.data())
def test_no_value_is_without_words(data: st.DataObject) -> None:
    """Whatever a descriptor holds, each field says something of it."""
    raw = {name: data.draw(st.integers(0, 0xFFFFFFFF)) for name in interface().raw}
    one: Any = interface(raw=raw, get_response=raw["bPINSupport"] & 0xFF)

    for field in FIELDS:
        assert field.words(field.value(one)), field.code


def test_readers_with_a_value_are_counted_once_each() -> None:
    """Two interfaces of one reader with the same value are one reader."""
    records = [
        record("a", interface(), interface(number=1)),
        record("b", interface(max_ifsd=1024)),
    ]
    counts = count_values(records)

    assert 2 == counts["dwMaxCCIDMessageLength", 271]
    assert 1 == counts["dwMaxIFSD", 254]
    assert 1 == counts["dwMaxIFSD", 1024]
