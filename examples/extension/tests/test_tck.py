"""The check byte."""

import atr_checksum
import pytest


def test_known() -> None:
    """The shortest ATR of a contactless card."""
    assert atr_checksum.tck(bytes.fromhex("3B 80 80 01")) == 1


def test_damaged() -> None:
    """One changed bit is seen."""
    assert atr_checksum.is_whole(bytes.fromhex("3B 80 80 01 01"))
    assert not atr_checksum.is_whole(bytes.fromhex("3B 80 81 01 01"))


def test_too_short() -> None:
    """One byte is no ATR."""
    with pytest.raises(ValueError, match="two bytes or more"):
        atr_checksum.tck(b"\x3b")
