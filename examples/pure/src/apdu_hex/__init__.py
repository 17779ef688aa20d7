"""APDUs in hexadecimal, in words."""

from apdu_hex.words import case, describe

__version__ = "0.1.0"
__all__ = ["case", "describe"]
