"""USB ids as people type them."""

from __future__ import annotations

import re

from pressroom.readers.model import UsbId

_PARTS = re.compile(r"\s*(?:0[xX])?([^\s:,;/xX]*)\s*[:,;/\s]\s*(?:0[xX])?([^\s:,;/]*)\s*")
_DIGITS = re.compile(r"[0-9A-Fa-f]{4}", re.ASCII)


def parse_usb_id(text: str) -> UsbId:
    """The id that `072f:90cc` or `0x072F,0x90CC` means; ValueError says in words why it is none."""
    match = _PARTS.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:60]!r} is no USB id: write idVendor:idProduct, as in 072F:90CC")
    for name, digits in zip(("idVendor", "idProduct"), match.groups(), strict=True):
        if not _DIGITS.fullmatch(digits):
            raise ValueError(f"{name} {digits[:60]!r} is not four hex digits, as in 072F")
    return UsbId(match[1].upper(), match[2].upper())
