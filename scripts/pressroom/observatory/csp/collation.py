"""The order of sources: English collation (Unicode CLDR) as ICU does it, which decides which sources are neighbours."""

from __future__ import annotations

import unicodedata
from typing import TypeAlias

# What is compared: letters; where these are equal, their accents; then which is a variant, as ² is of 2.
Key: TypeAlias = tuple[str, str, str]

# Every character of ISO 8859-1 that differs from others as a letter does (observed: Intl.Collator of Node.js, CLDR 48).
_ORDER = (
    "\t\n\v\f\r\x85 _-,;:!¡?¿.·'\"«»()[]{}§¶@*/\\&#%`´^¯¨¸°©®+±÷×<=>¬|¦~\u2044¤¢$£¥"
    "0123456789abcdefghijklmnopqrstuvwxyzþ"
)
# Accents from weak to strong; the last stands for what makes æ more than ae.
_ACCENTS = "\u0301\u0300\u0302\u030a\u0308\u0303\u0327\u0338\u0110"
_ACCENT, _VARIANT, _PLAIN = "\u0110", "\x02", "\x01"
# Unicode does not take these apart; collation does.
_APART = {
    "æ": f"a{_ACCENT}e",
    "ß": f"s{_ACCENT}s",
    "ø": "o\u0338",
    "ð": f"d{_ACCENT}",
}
_LETTERS = {char: chr(rank) for rank, char in enumerate(_ORDER, start=1)}
_STRENGTHS = {char: chr(rank) for rank, char in enumerate(_ACCENTS, start=2)}
_ASCII = {code: _LETTERS.get(chr(code)) for code in range(128)}


def key_of(text: str) -> Key:
    """What a text in lower case is sorted by; exact for ISO 8859-1.

    Characters beyond it are taken apart as Unicode says (NFKD) and stand behind all others by their number.
    """
    if text.isascii():
        return text.translate(_ASCII), "", ""
    letters: list[str] = []
    accents: list[str] = []
    variants: list[str] = []
    for char in text:
        parts, is_variant = _take_apart(char)
        for part in parts:
            if part in _STRENGTHS or unicodedata.combining(part):
                accents.append(_STRENGTHS.get(part, part))
            elif part in _LETTERS or unicodedata.category(part) not in {"Cc", "Cf"}:
                letters.append(_LETTERS.get(part, part))
                accents.append(_PLAIN)
            else:
                continue
            variants.append(_VARIANT if is_variant else _PLAIN)
    # What is plain to its end is equal to ASCII, which says nothing here.
    return "".join(letters), "".join(accents).rstrip(_PLAIN), "".join(variants).rstrip(_PLAIN)


def _take_apart(char: str) -> tuple[str, bool]:
    """The characters that one stands for, and whether it is but a variant of them."""
    if char in _LETTERS:
        return char, False
    # One by one: normalizing a whole text takes quadratic time where accents are in disorder.
    same = _APART.get(char) or unicodedata.normalize("NFD", char)
    if same != char:
        return same, False
    alike = unicodedata.normalize("NFKD", char)
    return alike, alike != char
