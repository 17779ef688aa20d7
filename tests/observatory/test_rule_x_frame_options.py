"""x-frame-options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.csp.read import read_csp
from pressroom.observatory.rules.x_frame_options import judge

_PREFIX = "x-frame-options-"
_TOKENS = {
    "implemented-via-csp",
    "sameorigin-or-deny",
    "allow-from-origin",
    "not-implemented",
    "header-invalid",
}


def token(value: str | None, *, header: str | None = None, metas: tuple[str, ...] = ()) -> str:
    """The token without the name of the test."""
    csp = read_csp(header, metas, splits_on_commas=True)
    return judge(value, csp).removeprefix(_PREFIX)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ("not-implemented", None),
        ("not-implemented", ""),
        ("sameorigin-or-deny", "DENY"),
        ("sameorigin-or-deny", "\xa0SameOrigin\t"),
        ("allow-from-origin", "Allow-From https://a.test"),
        ("allow-from-origin", "allow-fromage"),
        ("header-invalid", "DENY, DENY"),
        ("header-invalid", "deny;"),
        ("header-invalid", "deny\x1c"),
        ("header-invalid", "\xa0"),
        ("header-invalid", "allowall"),
    ],
)
def test_the_header_is_one_of_three(expected: str, value: str | None) -> None:
    """In any case and with space around; all else, twice included, is invalid."""
    assert expected == token(value)


def test_a_policy_beats_the_header() -> None:
    """frame-ancestors of any value, in a header or beside another directive in a meta tag, is enough."""
    assert "implemented-via-csp" == token("bad", header="frame-ancestors *")
    assert "implemented-via-csp" == token("DENY", header="img-src a, frame-ancestors b")
    assert "implemented-via-csp" == token(None, metas=("frame-ancestors; img-src a",))


def test_a_policy_that_is_none_does_not_count() -> None:
    """One that cannot be read, or has nothing else in a meta tag, leaves it to the header."""
    assert "not-implemented" == token(None, header="frame-ancestors a; frame-ancestors a")
    assert "sameorigin-or-deny" == token("deny", metas=("frame-ancestors a",))
    assert "not-implemented" == token(None, header="frame-ancestor 'none'")


@given(st.none() | st.text(), st.none() | st.text())
def test_any_header_has_a_token(value: str | None, header: str | None) -> None:
    """Whatever a host sends, the token is one of the table."""
    assert token(value, header=header) in _TOKENS
