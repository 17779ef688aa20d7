"""The order of sources."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from node_oracle import ask, need

from pressroom.observatory.csp.collation import key_of

# The facts' own line, of which each character stands before the next.
FACTS = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"
_COMPARE = """
const collator = new Intl.Collator('en');
const answer = ([a, b]) => Math.sign(collator.compare(a, b));
"""
_LATIN = sorted({chr(code).lower() for code in range(256)})
# Characters that differ in accents or as variants only, and what they are taken apart to.
_ALIKE = ("aªáàâåäãæe", "oºóòôöõø", "sß", "dð", "1¹½¼24", "3³¾", " \xa0", "uúùûü", "a\xad\x00á")


def order(left: str, right: str) -> int:
    """-1, 0 or 1, as comparisons of ECMAScript have it."""
    return (key_of(left) > key_of(right)) - (key_of(left) < key_of(right))


def test_ascii_is_in_the_order_of_the_facts() -> None:
    """Punctuation, symbols, digits, letters, and a text before what it is the start of."""
    assert list(FACTS) == sorted(set(FACTS), key=key_of)
    assert ["a", "a-", "a1", "aa", "b"] == sorted(["b", "aa", "a1", "a-", "a"], key=key_of)


@pytest.mark.parametrize("char", [*map(chr, (*range(9), *range(14, 32), 127)), "\xad"])
def test_control_characters_and_soft_hyphens_are_nothing(char: str) -> None:
    """Texts that differ in them alone are equal, and stay in the order they came in."""
    assert key_of("ab") == key_of(f"a{char}b")
    assert [f"a{char}b", "ab"] == sorted([f"a{char}b", "ab"], key=key_of)


def test_accents_count_only_between_equal_letters() -> None:
    """An accent is less than any difference of letters behind it, and a variant less than an accent."""
    assert ["ea", "éa", "eb", "éb"] == sorted(["éb", "éa", "eb", "ea"], key=key_of)
    assert ["a", "ª", "á", "ab"] == sorted(["ab", "á", "ª", "a"], key=key_of)


def test_latin_characters_are_in_the_order_of_icu() -> None:
    """Single characters of ISO 8859-1, and texts of them, compare as Intl.Collator compares them."""
    need("htmlparser2")
    rnd = random.Random(20260923)  # noqa: S311 - inputs of a test, the same each time
    pools = [*(_LATIN,) * 6, *(tuple(alike) for alike in _ALIKE)]
    pairs = list(itertools.combinations(_LATIN, 2))[::7]
    for _ in range(8000):
        pool = rnd.choice(pools)
        left, right = ("".join(rnd.choices(pool, k=rnd.randint(0, 4))) for _ in range(2))
        pairs.append((left, right))
    answers = ask(_COMPARE, pairs)
    assert [] == [
        (pair, answer)
        for pair, answer in zip(pairs, answers, strict=True)
        if answer != order(*pair)
    ]


@given(st.text(st.characters(codec=None)))
def test_any_text_has_a_place(text: str) -> None:
    """No character, not even half a surrogate pair, is without an order."""
    assert 0 == order(text, text)
    assert 1 == order(text + "a", text)
