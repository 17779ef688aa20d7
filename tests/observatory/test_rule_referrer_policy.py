"""referrer-policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.rules.referrer_policy import judge

_PREFIX = "referrer-policy-"
_TOKENS = {"private", "unsafe", "not-implemented", "header-invalid"}


def token(header: str | None, meta: str | None = None) -> str:
    """The token without the name of the test."""
    return judge(header, meta).removeprefix(_PREFIX)


@pytest.mark.parametrize(
    "value", ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"]
)
def test_four_values_are_private(value: str) -> None:
    """In header or meta tag, in any case, with white space around."""
    assert "private" == token(value)
    assert "private" == token(None, value)
    assert "private" == token(f"\xa0{value.upper()} ")


@pytest.mark.parametrize(
    "value",
    ["origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"],
)
def test_four_values_are_unsafe(value: str) -> None:
    """Also the one that was the default of browsers for long."""
    assert "unsafe" == token(value)
    assert "unsafe" == token(None, value)


def test_nothing_and_nothing_known_are_different() -> None:
    """Without header and meta tag it is not implemented; an empty or unknown value is invalid."""
    assert "not-implemented" == token(None, None)
    assert "header-invalid" == token("")
    assert "header-invalid" == token("never")
    assert "header-invalid" == token("no-referrer;")
    assert "header-invalid" == token("", "always")
    assert "header-invalid" == token(" , ,")


def test_the_last_known_value_decides() -> None:
    """Unknown ones are passed over, and a meta tag stands behind the header."""
    assert "unsafe" == token("no-referrer, unsafe-url, bogus,")
    assert "private" == token("unsafe-url,no-referrer")
    assert "unsafe" == token("no-referrer", "unsafe-url")
    assert "private" == token("no-referrer", "never")
    assert "private" == token("", "unsafe-url, same-origin")


@given(st.none() | st.text(), st.none() | st.text())
def test_any_value_has_a_token(header: str | None, meta: str | None) -> None:
    """Whatever a host sends, the token is one of the table."""
    assert token(header, meta) in _TOKENS
