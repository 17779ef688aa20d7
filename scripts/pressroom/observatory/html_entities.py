"""Character references in attribute values, read as HTML reads them there."""

from __future__ import annotations

import html.entities
import re

_NAMED = html.entities.html5
_REFERENCE = re.compile(
    r"&(?:#(?:[xX]([0-9a-fA-F]++)|([0-9]++));?+|([a-zA-Z][a-zA-Z0-9]*+;?+)(=?))"
)
_REPLACEMENT = "\ufffd"
# No number of a character has more digits; int() of a million of them would take its time.
_MOST_DIGITS = 7
# HTML Standard, numeric character reference end state: what Windows has at these places.
_WINDOWS = {
    number: bytes((number,)).decode("windows-1252", "replace") for number in range(0x80, 0xA0)
}
_WINDOWS |= {number: chr(number) for number in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}


def decode_references(value: str) -> str:
    """The text that an attribute's value stands for."""
    return _REFERENCE.sub(_replaced, value) if "&" in value else value


def _replaced(reference: re.Match[str]) -> str:
    """One reference's text; the reference itself where HTML leaves it alone."""
    hexadecimal, decimal, name, equals = reference.groups()
    if hexadecimal:
        return _numbered(hexadecimal, 16)
    if decimal:
        return _numbered(decimal, 10)
    # In an attribute a name without its semicolon counts only where neither letter, digit nor `=` follows:
    # `?a=1&copy=2` is an address.
    if name in _NAMED and (name.endswith(";") or not equals):
        return _NAMED[name] + str(equals)
    return reference[0]


def _numbered(digits: str, base: int) -> str:
    """The character with a number, as browsers read it."""
    digits = digits.lstrip("0")
    if len(digits) > _MOST_DIGITS:
        return _REPLACEMENT
    number = int(digits or "0", base)
    if number in _WINDOWS:
        return _WINDOWS[number]
    if number == 0 or 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        return _REPLACEMENT
    return chr(number)
