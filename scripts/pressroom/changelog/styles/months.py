"""The month that a word of a heading means: in English or French, short, without accents, or with one slip."""

from __future__ import annotations

import unicodedata

from pressroom.dates import MONTHS

_FRENCH = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)
_NAMES = [(name.casefold(), name) for name in MONTHS] + list(zip(_FRENCH, MONTHS, strict=True))
_SHORTEST = 3  # letters of a month's name, as `Nov`
_SURE = 4  # letters from which on a slip leaves no doubt


def month_meant(word: str) -> str | None:
    """The English name of the month, or None.

    A slip is one letter too many, one too few, or two swapped; with another letter in its place it could
    be another month, and nobody guesses. None also where two months are meant alike.
    """
    if len(word) > max(len(known) for known, _ in _NAMES) + 2:
        return None
    wanted = _folded(word)
    if len(wanted) < _SHORTEST:
        return None
    found = {name for known, name in _NAMES if known.startswith(wanted)}
    if not found and len(wanted) >= _SURE:
        found = {name for known, name in _NAMES if _is_slip(wanted, known)}
    return found.pop() if len(found) == 1 else None


def _folded(word: str) -> str:
    """Without case, accents and the dot of an abbreviation."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(one for one in letters if not unicodedata.combining(one)).rstrip(".")


def _is_slip(word: str, name: str) -> bool:
    pairs = enumerate(zip(word, name, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(word), len(name)))
    if len(word) == len(name):
        return word[at : at + 2] == name[at : at + 2][::-1] and word[at + 2 :] == name[at + 2 :]
    short, long = sorted((word, name), key=len)
    return len(long) == len(short) + 1 and short[at:] == long[at + 1 :]
