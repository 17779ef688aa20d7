"""The rules that look at one header, at the visit over http, or at OPTIONS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.model import Answer, Hop, Visit
from pressroom.observatory.rules import (
    cross_origin_resource_policy,
    cross_origin_resource_sharing,
    redirection,
    strict_transport_security,
    x_content_type_options,
)
from pressroom.observatory.verdict import UnjudgeableError

if TYPE_CHECKING:
    from collections.abc import Callable

ORIGIN = cross_origin_resource_sharing.ORIGIN
LONG, SHORT = (
    f"hsts-implemented-max-age-{words}-six-months" for words in ("at-least", "less-than")
)


def visit(*hops: tuple[str, int], verified: bool = True, **headers: str) -> Visit:
    """A visit along these URLs, with headers on the last answer."""
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Visit(
        hops=tuple(Hop(url=url, status=status) for url, status in hops),
        answer=Answer(url=hops[-1][0], status=hops[-1][1], headers=pairs),
        verified=verified,
    )


def secure(value: str | None, *, verified: bool = True) -> Visit:
    """A visit over https whose answer has this Strict-Transport-Security."""
    headers = {} if value is None else {"Strict_Transport_Security": value}
    return visit(("https://widget.test/", 200), verified=verified, **headers)


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (None, "not-implemented"),
        ("", "not-implemented"),
        ("nosniff", "nosniff"),
        ("\xa0NoSniff ", "nosniff"),
        ("nosniff, nosniff", "header-invalid"),
        ("nosniff;", "header-invalid"),
        ("\x1fnosniff", "header-invalid"),
        (" " * 256 + "nosniff", "header-invalid"),
    ],
)
def test_content_type_options(value: str | None, token: str) -> None:
    """Only `nosniff`, once, in any case, counts; what trims is ECMAScript's white space."""
    assert f"x-content-type-options-{token}" == x_content_type_options.judge(value)


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (None, "not-implemented"),
        ("", "not-implemented"),
        ("same-origin", "implemented-with-same-origin"),
        ("SAME-SITE", "implemented-with-same-site"),
        ("cross-origin", "implemented-with-cross-origin"),
        ("same-origin, same-origin", "header-invalid"),
        ("none", "header-invalid"),
    ],
)
def test_resource_policy(value: str | None, token: str) -> None:
    """The three values of Fetch, in any case, and nothing else."""
    assert f"corp-{token}" == cross_origin_resource_policy.judge(value)


@pytest.mark.parametrize(
    ("status", "headers", "origin", "token"),
    [
        (405, (("Access-Control-Allow-Origin", "*"),), None, "not-implemented"),
        (204, (), None, "not-implemented"),
        (204, (("Access-Control-Allow-Origin", ""),), None, "not-implemented"),
        (204, (("access-control-allow-origin", " * "),), None, "implemented-with-public-access"),
        (
            200,
            (("Access-Control-Allow-Origin", "null"),),
            None,
            "implemented-with-restricted-access",
        ),
        (
            200,
            (("Access-Control-Allow-Origin", "*"),) * 2,
            None,
            "implemented-with-restricted-access",
        ),
        (
            299,
            (("Access-Control-Allow-Origin", ORIGIN),),
            ORIGIN,
            "implemented-with-restricted-access",
        ),
    ],
)
def test_resource_sharing(
    status: int, headers: tuple[tuple[str, str], ...], origin: str | None, token: str
) -> None:
    """What OPTIONS allows, if it answers with success."""
    answer = Answer(url="https://widget.test/", status=status, headers=headers)

    assert f"cross-origin-resource-sharing-{token}" == cross_origin_resource_sharing.judge(
        answer, origin=origin
    )


def test_reflected_origin_counts_only_where_it_can_be_seen() -> None:
    """With credentials it is universal access, but a live scan cannot know the Origin it sent."""
    headers = (
        ("Access-Control-Allow-Origin", ORIGIN),
        ("Access-Control-Allow-Credentials", "true"),
    )
    answer = Answer(url="https://widget.test/", status=200, headers=headers)
    judged = [
        cross_origin_resource_sharing.judge(answer, origin=origin)[30:]
        for origin in (ORIGIN, None, "https://other.test")
    ]

    assert [
        "implemented-with-universal-access",
        "implemented-with-restricted-access",
        "implemented-with-restricted-access",
    ] == judged


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (None, "hsts-not-implemented"),
        ("", "hsts-header-invalid"),
        ("includeSubDomains", "hsts-header-invalid"),
        ("max-age = 31536000", "hsts-header-invalid"),
        ("max-age=31536000, max-age=31536000", "hsts-header-invalid"),
        ("max-age=15552000", LONG),
        ("max-age=15551999", SHORT),
        ("max-age=0", SHORT),
        ("max-age=-99999999", SHORT),
        ("max-age=+15552000", LONG),
        ("max-age= \xa0\u200a15552000x", LONG),
        ('max-age="1"', LONG),
        ("max-age=", LONG),
        ("max-age=1e9", SHORT),
        ("max-age=0x99999999", SHORT),
        ("max-age=\u0661", LONG),  # a digit of Arabic: no number for parseInt
        ("max-age=31536000; MAX-AGE=1", SHORT),
        ("a; " * 400 + "max-age=31536000", "hsts-header-invalid"),
        ("max-age=" + "0" * 119 + "99999999", SHORT),
    ],
)
def test_transport_security(value: str | None, token: str) -> None:
    """The last max-age decides, as parseInt reads it; what is no number is long enough."""
    assert token == strict_transport_security.judge(secure(value), preloaded=False)


def test_transport_security_without_a_good_connection() -> None:
    """No https, a refused certificate, and the preload list, which is stronger than all but no https."""
    good = "max-age=31536000"

    assert "hsts-not-implemented-no-https" == strict_transport_security.judge(None, preloaded=True)
    assert "hsts-invalid-cert" == strict_transport_security.judge(
        secure(good, verified=False), preloaded=False
    )
    assert "hsts-preloaded" == strict_transport_security.judge(
        secure(None, verified=False), preloaded=True
    )


def preloaded(*hosts: str) -> Callable[[str], bool]:
    """A list of preloaded hosts."""
    return lambda host: host in hosts


@pytest.mark.parametrize(
    ("urls", "token"),
    [
        (["http://widget.test/"], "missing"),
        (["http://widget.test/", "https://widget.test/"], "to-https"),
        (["http://widget.test/", "https://widget.test:8443/x"], "to-https"),
        (["http://widget.test/", "https://www.widget.test/"], "off-host-from-http"),
        (["http://widget.test/", "http://www.widget.test/"], "not-to-https"),
        (
            ["http://widget.test/", "http://www.widget.test/", "https://widget.test/"],
            "not-to-https-on-initial-redirection",
        ),
        (["http://widget.test/", "https://widget.test/", "http://widget.test/x"], "not-to-https"),
        (["http://pre.test/"], "all-redirects-preloaded"),
        (["http://pre.test/", "http://also.pre.test/"], "all-redirects-preloaded"),
        (["http://pre.test/", "https://widget.test/"], "off-host-from-http"),
    ],
)
def test_redirection(urls: list[str], token: str) -> None:
    """The first step has to lead to the same host over https, and the last has to be there too."""
    walked = visit(*[(url, 301) for url in urls])
    in_list = preloaded("pre.test", "also.pre.test")

    assert f"redirection-{token}" == redirection.judge(walked, is_preloaded=in_list)


def test_redirection_that_did_not_happen_or_was_not_verified() -> None:
    """A closed port needs none; a refused certificate on the way is stronger than the preload list."""
    walked = visit(("http://pre.test/", 301), ("https://pre.test/", 200), verified=False)

    assert "redirection-not-needed-no-http" == redirection.judge(None, is_preloaded=preloaded())
    assert "redirection-invalid-cert" == redirection.judge(
        walked, is_preloaded=preloaded("pre.test")
    )


def test_a_host_without_a_dot_ends_the_scan() -> None:
    """It does so only after hosts that are all preloaded: no other is looked up."""
    hops = (("http://pre.test/", 301), ("http://localhost/", 200))

    with pytest.raises(UnjudgeableError) as caught:
        redirection.judge(visit(*hops), is_preloaded=preloaded("pre.test"))
    assert "full host name" in caught.value.hint
    assert "redirection-not-to-https" == redirection.judge(visit(*hops), is_preloaded=preloaded())


@given(st.text(max_size=60))
def test_any_value_gets_a_token_of_the_table(value: str) -> None:
    """Whatever a header holds, each rule answers with a token that it has."""
    tests = load_algorithm().tests

    assert x_content_type_options.judge(value) in tests["x-content-type-options"].outcomes
    assert (
        cross_origin_resource_policy.judge(value) in tests["cross-origin-resource-policy"].outcomes
    )
    assert (
        strict_transport_security.judge(secure(value), preloaded=False)
        in tests["strict-transport-security"].outcomes
    )
    assert (
        strict_transport_security.judge(secure(f"max-age={value}"), preloaded=False)
        in tests["strict-transport-security"].outcomes
    )
