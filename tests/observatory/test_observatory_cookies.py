"""What is wrong with the cookies of a visit."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.algorithm import load_algorithm
from pressroom.observatory.cookie_jar import jar_of
from pressroom.observatory.model import Answer, Hop, Visit
from pressroom.observatory.rules import cookies
from pressroom.observatory.rules.cookies import RANKS

URL = "https://www.widget.example/"
OUTCOMES = load_algorithm().tests["cookies"].outcomes
# A line for each rank when the test of HSTS passes, and when it does not.
LINES = {
    0: ("a=1", True),
    1: ("a=1", False),
    2: ("sess=1; HttpOnly", True),
    3: ("a=1; Secure; SameSite=Foo", None),
    4: ("csrf=1; Secure", None),
    5: ("sess=1; Secure", None),
    6: ("login=1; HttpOnly", False),
}
# Those that one site can have together, the lighter first.
PAIRS = [
    (light, heavy)
    for light, heavy in itertools.combinations(LINES, 2)
    if {LINES[light][1], LINES[heavy][1]} != {True, False}
]


def judge(*lines: str, hsts: bool = False, before: tuple[str, ...] = ()) -> str:
    """The result for the lines of a page, and of a redirect before it."""
    first = f"{URL}first"
    visit = Visit(
        hops=(Hop(url=first, status=302), Hop(url=URL, status=200)),
        answer=Answer(url=URL, status=200, headers=tuple(("Set-Cookie", line) for line in lines)),
        cookies=(*((first, line) for line in before), *((URL, line) for line in lines)),
    )
    return cookies.judge(jar_of(visit), lines, hsts_passes=hsts)


@pytest.mark.parametrize(("rank", "line"), LINES.items())
def test_each_fault_has_its_result(rank: int, line: tuple[str, bool | None]) -> None:
    """A cookie with one fault gets the result of that fault."""
    text, hsts = line

    assert RANKS[rank] == judge(text, hsts=bool(hsts))


@pytest.mark.parametrize(("light", "heavy"), PAIRS)
def test_the_heaviest_fault_of_all_cookies_counts(light: int, heavy: int) -> None:
    """It does so wherever its cookie stands, and by rank: two faults are never added up."""
    (one, hsts), (other, other_hsts) = LINES[light], LINES[heavy]
    passes = bool(hsts or other_hsts)
    other = other.replace("=1", "_other=1", 1)

    assert RANKS[heavy] == judge(one, other, hsts=passes)
    assert RANKS[heavy] == judge(other, one, hsts=passes)


def test_one_cookie_can_have_two_faults() -> None:
    """A session cookie with neither flag: HSTS decides which of the two is the heavier."""
    assert "cookies-session-without-secure-flag" == judge("sess=1")
    assert "cookies-session-without-httponly-flag" == judge("sess=1", hsts=True)


def test_ranks_are_by_weight_and_not_by_points() -> None:
    """A session cookie without Secure behind HSTS costs 10, and hides nothing that costs 20 and ranks above."""
    assert "cookies-samesite-flag-invalid" == judge(
        "sess=1; HttpOnly", "a=1; SameSite=None", hsts=True
    )
    assert "cookies-session-without-secure-flag-but-protected-by-hsts" == judge(
        "sess=1; HttpOnly", "a=1", hsts=True
    )


def test_samesite_on_every_cookie_earns_the_bonus() -> None:
    """One cookie without it takes the bonus of all."""
    good = "SESSIONID=1; Secure; HttpOnly; SameSite=Lax"

    assert "cookies-secure-with-httponly-sessions-and-samesite" == judge(good)
    assert "cookies-secure-with-httponly-sessions-and-samesite" == judge(
        good, "a=1; Secure; SameSite=None", "xcsrf=1; Secure; SAMESITE=strict"
    )
    assert "cookies-secure-with-httponly-sessions" == judge(good, "a=1; Secure")


@pytest.mark.parametrize("name", ["login", "LoginX", "mySESSion", "asset-assessment", "prelogin"])
def test_a_name_with_login_or_sess_in_it_is_a_session(name: str) -> None:
    """In any case, at any place."""
    assert "cookies-session-without-httponly-flag" == judge(f"{name}=1; Secure")


@pytest.mark.parametrize("name", ["csrf", "xcsrf", "CSRF-TOKEN", "_Csrf"])
def test_a_name_with_csrf_in_it_needs_samesite(name: str) -> None:
    """In any case, at any place; any value of SameSite will do."""
    assert "cookies-anticsrf-without-samesite-flag" == judge(f"{name}=1; Secure")
    assert "cookies-secure-with-httponly-sessions-and-samesite" == judge(
        f"{name}=1; Secure; SameSite=None"
    )


@pytest.mark.parametrize("lines", [(), ("a",), ("=1",), ("a=1; Domain=other.example",)])
def test_no_cookie_is_no_fault(lines: tuple[str, ...]) -> None:
    """What the jar refused is not there, whatever its line says."""
    assert "cookies-not-found" == judge(*lines)
    assert "cookies-not-found" == judge(*(f"{line}; SameSite=Foo" for line in lines))


def test_the_cookie_of_a_load_balancer_is_overlooked() -> None:
    """By that very name, alone or beside others."""
    assert "cookies-not-found" == judge("heroku-session-affinity=1")
    assert "cookies-secure-with-httponly-sessions" == judge(
        "heroku-session-affinity=1", "a=1; Secure"
    )
    assert "cookies-session-without-secure-flag" == judge("Heroku-session-affinity=1")


@pytest.mark.parametrize(
    "line",
    [
        "a=1; Secure; SameSite=Foo",
        "a=1; Secure; SameSite",
        "a=1; Secure; SameSite=",
        "a=1; Secure; samesite = Foo",
        'a=1; Secure; SameSite="Lax"',
        "a=1; Secure; SameSite=Lax=1",
        "a=1; Secure; SameSite=Foo; SameSite=Lax",
        "SameSite=1; Secure",
        "a=1; SameSite=None",
    ],
)
def test_a_samesite_that_there_is_not_is_invalid(line: str) -> None:
    """It is read from the line itself, each piece of it; None needs Secure."""
    assert "cookies-samesite-flag-invalid" == judge(line, hsts=True)


@pytest.mark.parametrize("value", ["Lax", "STRICT", "none", " lax ", "\tLax"])
def test_samesite_is_read_in_any_case(value: str) -> None:
    """Space around it means nothing."""
    assert "cookies-secure-with-httponly-sessions-and-samesite" == judge(
        f"a=1; Secure; SameSite={value}"
    )


def test_a_refused_line_counts_for_samesite_beside_a_cookie() -> None:
    """The lines of the page are looked at, not the cookies that came of them."""
    assert "cookies-samesite-flag-invalid" == judge(
        "a=1; Secure", "b=1; Domain=other.example; SameSite=Foo"
    )


def test_lines_of_a_redirect_are_not_looked_at_for_samesite() -> None:
    """Their cookies are in the jar all the same, without SameSite."""
    assert "cookies-secure-with-httponly-sessions" == judge(before=("a=1; Secure; SameSite=Foo",))
    assert "cookies-samesite-flag-invalid" == judge(before=("a=1; SameSite=None",))


def test_a_cookie_is_judged_as_it_was_last_set() -> None:
    """The page mends what the redirect before it did wrong."""
    assert "cookies-secure-with-httponly-sessions" == judge("a=1; Secure", before=("a=1",))
    assert "cookies-without-secure-flag" == judge("a=1", before=("a=1; Secure",))


@given(
    st.lists(
        st.text(max_size=40)
        | st.from_regex(
            r"(a|sess|csrf|__Host-)=1(; ?(secure|httponly|samesite(=(lax|none|x)?)?))*",
            fullmatch=True,
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_any_lines_have_a_result_of_the_table(lines: list[str], hsts: bool) -> None:
    """No line is an exception, or a token that has no points."""
    assert judge(*lines, hsts=hsts, before=tuple(lines[:2])) in OUTCOMES
