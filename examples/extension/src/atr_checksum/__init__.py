"""The check byte of an ATR."""

from atr_checksum._tck import tck

__all__ = ["is_whole", "tck"]


def is_whole(atr: bytes) -> bool:
    """Whether an ATR that ends in a check byte is undamaged."""
    return tck(atr) == 0
