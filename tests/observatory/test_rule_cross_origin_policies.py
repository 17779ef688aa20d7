"""Cross-Origin-Opener-Policy and Cross-Origin-Embedder-Policy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.rules import cross_origin_embedder_policy as embedder
from pressroom.observatory.rules import cross_origin_opener_policy as opener

ALIKE = ["{}", " {} ", '{}; report-to="x"', "{};a;b=1"]
INVALID = ['"{}"', "{},", "{}, {}", "{};", "{} ;a", "{};A", "{};a=", "x{}", "{}-x"]


@pytest.mark.parametrize("shape", ALIKE)
@pytest.mark.parametrize(
    "policy", ["same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"]
)
def test_an_opener_policy_is_found_with_parameters_or_without(policy: str, shape: str) -> None:
    """Each of the four has a result of its own."""
    assert f"coop-implemented-with-{policy}" == opener.judge(shape.format(policy))


@pytest.mark.parametrize("shape", ALIKE)
@pytest.mark.parametrize("policy", ["require-corp", "credentialless", "unsafe-none"])
def test_an_embedder_policy_is_found_with_parameters_or_without(policy: str, shape: str) -> None:
    """Each of the three has a result of its own."""
    assert f"coep-implemented-with-{policy}" == embedder.judge(shape.format(policy))


@pytest.mark.parametrize("shape", INVALID)
def test_what_is_no_token_or_another_one_is_invalid(shape: str) -> None:
    """Quotes, a second value, a broken parameter: browsers ignore the header, and it costs points."""
    assert "coop-header-invalid" == opener.judge(shape.replace("{}", "same-origin"))
    assert "coep-header-invalid" == embedder.judge(shape.replace("{}", "require-corp"))


def test_policies_are_told_apart_by_case() -> None:
    """Unlike X-Frame-Options, these are structured fields."""
    assert "coop-header-invalid" == opener.judge("Same-Origin")
    assert "coep-header-invalid" == embedder.judge("REQUIRE-CORP")


def test_one_policy_is_not_the_others() -> None:
    """`require-corp` says nothing of openers, `same-origin` nothing of what is embedded."""
    assert "coop-header-invalid" == opener.judge("require-corp")
    assert "coep-header-invalid" == embedder.judge("same-origin")


@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_header_is_none(value: str | None) -> None:
    """It costs nothing, as if it were absent."""
    assert "coop-not-implemented" == opener.judge(value)
    assert "coep-not-implemented" == embedder.judge(value)


@given(st.none() | st.text())
def test_any_value_has_a_result_of_the_table(value: str | None) -> None:
    """No value is an exception, or a token that has no points."""
    tests = load_algorithm().tests

    assert opener.judge(value) in tests["cross-origin-opener-policy"].outcomes
    assert embedder.judge(value) in tests["cross-origin-embedder-policy"].outcomes
