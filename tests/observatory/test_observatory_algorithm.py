"""The table of tests, tokens, points and words says what the sample cases and the facts say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pressroom.errors import ConfigError
from pressroom.observatory import algorithm
from pressroom.observatory.algorithm import LATEST, NUMBERS, Outcome, load_algorithm
from pressroom.observatory.judge import judge
from pressroom.observatory.model import Answer, Hop, Scan, Visit

CASES = Path(__file__).parent / "cases.jsonl"
EXPECTED = [
    json.loads(line)["expected"].get("tests", {})
    for line in CASES.read_text(encoding="utf-8").splitlines()
]
LATEST_OUTCOMES = [
    outcome for test in load_algorithm().tests.values() for outcome in test.outcomes.values()
]
# Zero points where more could be earned, and yet nothing to advise: the choice is not about safety.
NO_MATTER = {
    "cookies-not-found",
    "sri-not-implemented-response-not-html",
    "sri-not-implemented-but-no-scripts-loaded",
    "hsts-implemented-max-age-at-least-six-months",
}
TABLE = """
[algorithms.4]
splits_policies = false
refuses_json = false
absent_type_is_html = false
[tests.widget]
title = "Widget"
header = "Widget"
[tests.widget.outcomes.widget-found]
modifier = 0
passed = true
means = "There is a widget."
advice = ""
"""


def points(number: int, test: str, token: str) -> int:
    """What a token is worth in an algorithm."""
    return load_algorithm(number).tests[test].outcomes[token].modifier


def test_the_latest_algorithm_is_the_sixth() -> None:
    """It is the one that is live."""
    assert 6 == LATEST == load_algorithm().number


def test_every_token_of_the_cases_has_its_points_and_its_pass() -> None:
    """What upstream answered 239 times is what the table says."""
    tests = load_algorithm().tests
    seen = {(name, *result) for expected in EXPECTED for name, result in expected.items()}
    known = {
        (test.name, one.token, one.modifier, one.passed)
        for test in tests.values()
        for one in test.outcomes.values()
    }

    assert seen == known


def test_there_are_77_tokens_in_twelve_tests() -> None:
    """As the facts count them for algorithm 6; no token is in two tests."""
    assert 12 == len(load_algorithm().tests)
    assert 77 == len({outcome.token for outcome in LATEST_OUTCOMES}) == len(LATEST_OUTCOMES)


def test_the_tests_are_in_the_order_of_upstream() -> None:
    """The order of the sample cases."""
    first = next(expected for expected in EXPECTED if expected)

    assert list(first) == list(load_algorithm().tests)


def test_tests_and_outcomes_carry_the_name_they_are_found_by() -> None:
    """The key of the mapping and the name inside are the same."""
    for number in NUMBERS:
        for name, test in load_algorithm(number).tests.items():
            assert name == test.name
            assert list(test.outcomes) == [outcome.token for outcome in test.outcomes.values()]


@pytest.mark.parametrize("outcome", LATEST_OUTCOMES, ids=lambda outcome: outcome.token)
def test_the_wording_is_a_sentence(outcome: Outcome) -> None:
    """What was found is said in one sentence, and what to change ends like one."""
    assert outcome.means[0].isupper()
    assert outcome.means.endswith(".")
    assert ". " not in outcome.means
    assert outcome.advice == outcome.advice.strip()
    assert not outcome.advice or outcome.advice.endswith(".")


@pytest.mark.parametrize("outcome", LATEST_OUTCOMES, ids=lambda outcome: outcome.token)
def test_lost_points_have_advice_and_earned_ones_none(outcome: Outcome) -> None:
    """Whoever loses points, or leaves them lying, is told what to do; nobody else is."""
    best = max(one.modifier for one in _siblings(outcome))
    is_short = outcome.modifier < best and outcome.token not in NO_MATTER

    assert is_short == bool(outcome.advice)


def _siblings(outcome: Outcome) -> list[Outcome]:
    for test in load_algorithm().tests.values():
        if outcome.token in test.outcomes:
            return list(test.outcomes.values())
    raise AssertionError(outcome)


ADVISED = sorted(
    {
        (header, value)
        for outcome in LATEST_OUTCOMES
        for header, value in re.findall(r"`([A-Z][\w-]+-[\w-]+): ([^`]+)`", outcome.advice)
        if header != "Access-Control-Allow-Credentials"
    }
)


@pytest.mark.parametrize(("header", "value"), ADVISED)
def test_a_header_that_is_advised_passes(header: str, value: str) -> None:
    """Whoever sends it as it stands in the advice has the test behind him."""
    answer = Answer(
        url="https://widget.test/",
        status=200,
        headers=((header, value), ("Content-Type", "text/html")),
        body=b"<p>",
    )
    visit = Visit(
        hops=(Hop(url=answer.url, status=200),),
        answer=answer,
        cookies=tuple((answer.url, value) for _ in range(header == "Set-Cookie")),
    )
    scan = Scan(host="widget.test", http=None, https=visit)

    verdict = judge(scan, algorithm=load_algorithm(), is_preloaded=lambda _: False)

    names = [test.name for test in load_algorithm().tests.values() if test.header == header]
    assert names
    assert all(verdict.results[name].passed for name in names)
    assert all(verdict.results[name].modifier >= 0 for name in names)


def test_headers_are_advised() -> None:
    """The claim above is about something: every header that earns or keeps points."""
    assert {"Content-Security-Policy", "Set-Cookie", "X-Frame-Options"} < {
        one for one, _ in ADVISED
    }
    assert 9 == len(ADVISED)


@pytest.mark.parametrize("number", [4, 5])
def test_earlier_algorithms_have_ten_tests(number: int) -> None:
    """Opener and embedder policy came with the sixth; everything else keeps its order."""
    later = {"cross-origin-opener-policy", "cross-origin-embedder-policy"}
    left = [name for name in load_algorithm(6).tests if name not in later]

    assert left == list(load_algorithm(number).tests)
    assert 10 == len(left)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(4, (False, False, False)), (5, (True, True, True)), (6, (True, True, True))],
)
def test_algorithms_read_policies_and_pages_differently(
    number: int, expected: tuple[bool, bool, bool]
) -> None:
    """Commas in policies, JSON and an absent Content-Type are judged since the fifth."""
    found = load_algorithm(number)

    assert expected == (found.splits_policies, found.refuses_json, found.absent_type_is_html)


def test_what_changed_between_algorithms() -> None:
    """The header against framing was worth nothing in the fourth, and JSON was no fault."""
    framing = ("x-frame-options", "x-frame-options-sameorigin-or-deny")
    json_tests = [
        number
        for number in NUMBERS
        if "html-not-parseable" in load_algorithm(number).tests["subresource-integrity"].outcomes
    ]

    assert [0, 5, 5] == [points(number, *framing) for number in NUMBERS]
    assert [5, 6] == json_tests


def test_algorithms_differ_in_nothing_else() -> None:
    """All other tokens have the points of the sixth."""
    for number in (4, 5):
        for test in load_algorithm(number).tests.values():
            for token, outcome in test.outcomes.items():
                same = outcome.modifier == points(6, test.name, token)
                assert same == ((number, token) != (4, "x-frame-options-sameorigin-or-deny"))


@pytest.mark.parametrize("number", [0, 3, 7, -6])
def test_an_unknown_algorithm_is_refused(number: int) -> None:
    """There are no points for an algorithm that nobody described."""
    with pytest.raises(ConfigError, match=f"there is no algorithm {number}") as caught:
        load_algorithm(number)

    assert "known: 4, 5, 6" == caught.value.hint


def test_an_algorithm_is_loaded_once_and_cannot_be_changed() -> None:
    """The judge asks for it with every page; nobody can alter it for the next."""
    tests: Any = load_algorithm(6).tests
    outcomes: Any = tests["cookies"].outcomes

    assert load_algorithm(6) is load_algorithm(6)
    with pytest.raises(TypeError):
        tests["widget"] = None
    with pytest.raises(TypeError):
        outcomes["widget"] = None


def test_a_table_of_another_shape_is_refused_whole() -> None:
    """Keys that nobody knows, that are missing, or hold something else are all named."""
    broken = (
        TABLE.replace("passed = true", 'passed = "yes"')
        .replace("refuses_json", "refuses_jsom")
        .replace('title = "Widget"\n', "")
    )

    with pytest.raises(ConfigError) as caught:
        algorithm._parse_table(broken)

    assert "unknown key 'algorithms.4.refuses_jsom'" in caught.value.message
    assert "algorithms" in caught.value.message
    assert "tests" in caught.value.message
    assert "part of the program" in caught.value.hint


def test_a_table_that_is_no_toml_is_refused() -> None:
    """A file cut off in the middle gives an error of ours."""
    with pytest.raises(ConfigError, match="not TOML") as caught:
        algorithm._parse_table(TABLE[:-3])

    assert "part of the program" in caught.value.hint


def test_a_table_of_the_right_shape_is_read() -> None:
    """The two refusals above are about what was broken."""
    table = algorithm._parse_table(TABLE)

    assert ["widget-found"] == list(table.tests["widget"].outcomes)
    assert 4 == table.tests["widget"].since
