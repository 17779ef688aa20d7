"""The token of a structured field."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.fields import trim
from pressroom.observatory.structured import LONGEST, token_of


@pytest.mark.parametrize(
    "value",
    [
        "same-origin",
        "  same-origin  ",
        "\tsame-origin\xa0",
        "same-origin;a",
        "same-origin;  a;b=1",
        "same-origin;a;a",
        "same-origin;*a.b-c_d",
        'same-origin; report-to="x"',
        'same-origin; report-to="a \\" b \\\\"',
        "same-origin;a=token:/x",
        "same-origin;a=-1.5",
        "same-origin;a=123456789012345",
        "same-origin;a=:YQ==:",
        "same-origin;a=:YQ:",
        "same-origin;a=?0",
        "same-origin;a=@1659578233",
        'same-origin;a=%"f%c3%bc"',
    ],
)
def test_parameters_and_space_around_a_token_mean_nothing(value: str) -> None:
    """An item of RFC 9651 is its token, whatever is behind a semicolon."""
    assert "same-origin" == token_of(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        '"same-origin"',
        "same-origin,",
        "same-origin, same-origin",
        "same-origin;",
        "same-origin;;",
        "same-origin ;a",
        "same-origin;A",
        "same-origin;a=",
        "same-origin;\ta",
        "same-origin;a =1",
        "same-origin;a= 1",
        "same-origin;a=1234567890123456",
        "same-origin;a=1.",
        "same-origin;a=1.2345",
        "same-origin;a=1234567890123.1",
        "same-origin;a=(b)",
        'same-origin;a="\xe9"',
        'same-origin;a="\\x"',
        'same-origin;a="b',
        'same-origin;a=%"%C3%BC"',
        "same-origin;a=@1.5",
        "same-origin;a=?2",
        "same-origin x",
        "same-origin\xe9",
        "\x1csame-origin",
        "-same",
        "1",
        "1.5",
        "?1",
        ":YQ==:",
        "@1659578233",
        "(same-origin)",
        "\udc80",
    ],
)
def test_what_is_no_token_has_none(value: str) -> None:
    """Another kind of item, a list, or a parameter that the grammar does not have is no token."""
    assert token_of(value) is None


def test_tokens_keep_their_case_and_their_odd_characters() -> None:
    """Same-Origin is another token than same-origin."""
    assert "Same-Origin" == token_of("Same-Origin")
    assert "*a:b/c!#" == token_of("*a:b/c!#")


def test_only_the_beginning_of_a_value_is_read() -> None:
    """What stands behind the 1024th character is as if it were not there; space counts towards it."""
    assert "same-origin" == token_of("same-origin" + " " * (LONGEST - 11) + ",")
    assert token_of("same-origin" + " " * (LONGEST - 12) + ",") is None
    assert "same-orig" == token_of(" " * (LONGEST - 9) + "same-origin")


def test_a_long_value_takes_no_long_time() -> None:
    """64 kB of parameters are cut before they are read."""
    start = time.perf_counter()

    for number in range(100):
        token_of(f"a{number};a" * 16_000)

    assert time.perf_counter() - start < 1


@given(
    st.text() | st.from_regex(r'[a-z]{1,3}( ?; ?[a-z*A]?(=[0-9."?:@%\\a-z]*)?)*', fullmatch=True)
)
def test_any_text_has_a_token_or_none(value: str) -> None:
    """No value is an exception, and a token is always the beginning of the value."""
    token = token_of(value)

    assert token is None or trim(value).startswith(token)
