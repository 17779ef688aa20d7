"""Sources compared part by part."""

from __future__ import annotations

import random

import pytest
from node_oracle import ask, need

from pressroom.observatory.csp.paths import decode, matches, parts_of
from pressroom.observatory.csp.policy import UnparsableError


def leads(left: str, right: str) -> bool:
    """Whether one source holds the other."""
    return matches(parts_of(left), parts_of(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("'self'", "'self'"),
        ("https://a.test/", "https://a.test/"),
        ("https://a.test/", "https://a.test/b/c"),
        ("a/%62", "%61/b"),
        ("é/x", "%c3%a9/x"),
        ("a/", "a"),
        ("/", "/x"),
    ],
)
def test_a_folder_holds_what_is_in_it(left: str, right: str) -> None:
    """Equal after decoding, or in a folder that ends with a slash, is a match."""
    assert leads(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a", "a/b"),
        ("a", "a/"),
        ("a/b", "a"),
        ("a/b/", "a"),
        ("a/b", "a/c"),
        ("a%2fb", "a/b"),
        ("*", "'self'"),
    ],
)
def test_a_file_holds_nothing_else(left: str, right: str) -> None:
    """Without a slash at the end the parts are as many and the same; an escaped slash does not part."""
    assert not leads(left, right)


@pytest.mark.parametrize("part", ["%", "%z1", "%c3", "%ff", "%ed%a0%80", "%c0%af", "%c3é"])
def test_an_escape_that_cannot_be_read_is_an_error(part: str) -> None:
    """Malformed, no UTF-8, half a surrogate pair, overlong: on either side, the comparison fails."""
    with pytest.raises(UnparsableError):
        leads(f"a/{part}", "a/b")
    with pytest.raises(UnparsableError):
        leads("a/b", f"a/{part}")


def test_an_escape_behind_a_difference_is_not_read() -> None:
    """Parts are compared from the left, and none after the first difference or where their number differs."""
    assert not leads("a/%zz", "b/%zz")
    assert not leads("a/%zz", "a/%zz/c")


def test_escapes_are_decoded_as_the_browser_language_does() -> None:
    """What is decoded, and what is refused, is the same as with decodeURIComponent."""
    need("htmlparser2")
    rnd = random.Random(20260922)  # noqa: S311 - inputs of a test, the same each time
    pieces = (
        *("%", "%2", "%zz", "a", "+", "é", "\U0001f600", "%25", "%41", "%00", "%c3", "%A9", "%e2"),
        *("%82", "%ac", "%ed", "%a0", "%80", "%f0", "%9f", "%98", "%f4", "%90", "%c0", "%af"),
    )
    texts = ["".join(rnd.choices(pieces, k=rnd.randint(0, 5))) for _ in range(6000)]
    answers = ask(
        "const answer = (one) => { try { return decodeURIComponent(one); } catch { return null; } };",
        texts,
    )
    assert answers == [decode(text) for text in texts]
