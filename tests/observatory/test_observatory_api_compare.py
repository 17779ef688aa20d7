"""A verdict beside Mozilla's scan: every difference is told, and nothing that is none."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from observatory_service import START

from pressroom.observatory.algorithm import Outcome, load_algorithm
from pressroom.observatory.api.compare import OPEN_PASSES, Difference, compare, findings_of
from pressroom.observatory.api.model import ServiceResult, ServiceScan
from pressroom.observatory.verdict import Verdict


def result(token: str, modifier: int, passed: bool) -> Outcome:
    """One of ours."""
    return Outcome(token=token, modifier=modifier, passed=passed, means="", advice="")


def service_result(token: str, modifier: int, passed: bool | None) -> ServiceResult:
    """One of theirs."""
    return ServiceResult(token=token, modifier=modifier, passed=passed)


OURS = Verdict(
    algorithm=6,
    results={
        "cookies": result("cookies-not-found", 0, passed=True),
        "redirection": result("redirection-missing", -20, passed=False),
        "x-content-type-options": result("x-content-type-options-nosniff", 0, passed=True),
    },
    score=80,
    grade="B+",
)


def scan_of(verdict: Verdict, *, opened: bool = True, age: float = 0.0) -> ServiceScan:
    """The scan that says the same, its open passes as null or as they are."""
    return ServiceScan(
        host="widget.test",
        id=1,
        algorithm_version=verdict.algorithm,
        scanned_at=START,
        age=age,
        is_cached=age > 0,
        score=verdict.score,
        grade=verdict.grade,
        results={
            name: ServiceResult(
                token=one.token,
                modifier=one.modifier,
                passed=None if opened and one.token in OPEN_PASSES else one.passed,
            )
            for name, one in verdict.results.items()
        },
    )


def with_result(name: str, token: str, modifier: int, passed: bool | None) -> ServiceScan:
    """The same scan but for one test."""
    theirs = scan_of(OURS)
    changed = service_result(token, modifier, passed)
    return dataclasses.replace(theirs, results={**theirs.results, name: changed})


@pytest.mark.parametrize("opened", [True, False])
def test_the_cases_agree_with_themselves(opened: bool) -> None:
    """Null counts as the pass that it stands for, and so does true."""
    cases = Path(__file__).with_name("cases.jsonl").read_text(encoding="utf-8").splitlines()
    expected = [json.loads(line)["expected"] for line in cases]
    verdicts = [
        Verdict(
            algorithm=6,
            results=MappingProxyType(
                {
                    name: result(token, modifier, passed)
                    for name, (token, modifier, passed) in one["tests"].items()
                }
            ),
            score=one["score"],
            grade=one["grade"],
        )
        for one in expected
        if "tests" in one
    ]

    assert 200 < len(verdicts)
    assert all(() == compare(one, scan_of(one, opened=opened)) for one in verdicts)


def test_the_open_passes_are_those_of_the_facts() -> None:
    """Six tokens, each a pass that neither earns nor costs points."""
    facts = """
        referrer-policy-not-implemented sri-not-implemented-response-not-html
        sri-not-implemented-but-no-scripts-loaded cookies-not-found corp-not-implemented
        sri-not-implemented-but-all-scripts-loaded-from-secure-origin
    """
    outcomes = [one for test in load_algorithm().tests.values() for one in test.outcomes.values()]
    found = [one for one in outcomes if one.token in OPEN_PASSES]

    assert set(facts.split()) == OPEN_PASSES
    assert [(0, True)] * 6 == [(one.modifier, one.passed) for one in found]


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        (
            with_result("cookies", "cookies-without-secure-flag", -20, passed=False),
            ("cookies", "token", "cookies-not-found", "cookies-without-secure-flag"),
        ),
        (
            with_result("redirection", "redirection-missing", -10, passed=False),
            ("redirection", "modifier", -20, -10),
        ),
        (
            with_result("redirection", "redirection-missing", -20, passed=True),
            ("redirection", "pass", False, True),
        ),
        (
            with_result("redirection", "redirection-missing", -20, passed=None),
            ("redirection", "pass", False, None),
        ),
        (
            with_result("cookies", "cookies-not-found", 0, passed=False),
            ("cookies", "pass", True, False),
        ),
        (
            with_result("x-content-type-options", "x-content-type-options-nosniff", 0, passed=None),
            ("x-content-type-options", "pass", True, None),
        ),
        (dataclasses.replace(scan_of(OURS), score=85), ("", "score", 80, 85)),
        (dataclasses.replace(scan_of(OURS), grade="B"), ("", "grade", "B+", "B")),
        (dataclasses.replace(scan_of(OURS), algorithm_version=5), ("", "algorithm", 6, 5)),
        (
            dataclasses.replace(
                scan_of(OURS),
                results={
                    **scan_of(OURS).results,
                    "new-test": service_result("new-token", 0, passed=True),
                },
            ),
            ("new-test", "token", None, "new-token"),
        ),
        (
            dataclasses.replace(
                scan_of(OURS),
                results={
                    name: one
                    for name, one in scan_of(OURS).results.items()
                    if name != "redirection"
                },
            ),
            ("redirection", "token", "redirection-missing", None),
        ),
    ],
)
def test_one_difference_is_told(theirs: ServiceScan, expected: tuple[object, ...]) -> None:
    """Token, points, pass, the whole, and a test that only one side has."""
    (found,) = compare(OURS, theirs)

    assert expected == (found.test, found.what, found.ours, found.theirs)


def test_all_differences_are_told_in_order() -> None:
    """Those of the tests in their order, then the whole."""
    theirs = dataclasses.replace(
        with_result("redirection", "redirection-missing", -10, passed=True), score=90, grade="A"
    )

    assert ["modifier", "pass", "score", "grade"] == [one.what for one in compare(OURS, theirs)]


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (("cookies", "pass", True, None), "cookies: pass is yes here, nothing at Mozilla's"),
        (("", "score", 80, 0), "score is 80 here, 0 at Mozilla's"),
        (("redirection", "pass", False, True), "redirection: pass is no here, yes at Mozilla's"),
    ],
)
def test_a_difference_reads_as_a_sentence(difference: tuple[Any, ...], text: str) -> None:
    """Test, what, here and there."""
    test, what, ours, theirs = difference

    assert text == str(Difference(test=test, what=what, ours=ours, theirs=theirs))


def test_a_difference_goes_to_json() -> None:
    """With the values themselves."""
    (found,) = compare(OURS, with_result("redirection", "redirection-missing", -20, passed=None))

    assert {"test": "redirection", "what": "pass", "ours": False, "theirs": None} == found.as_dict()


@pytest.mark.parametrize(
    ("age", "hint"),
    [(42.4, "made 42 s ago, before you asked: scan afresh"), (0, "compare once more")],
)
def test_a_finding_names_host_and_hint(age: float, hint: str) -> None:
    """An old scan is told as the likely reason."""
    theirs = dataclasses.replace(scan_of(OURS, age=age), score=85)

    (finding,) = findings_of(compare(OURS, theirs), theirs)

    assert "widget.test" == finding.where
    assert "score is 80 here, 85 at Mozilla's" == finding.message
    assert hint in finding.hint


def test_where_both_agree_there_is_no_finding() -> None:
    """Nothing to mend."""
    assert [] == findings_of(compare(OURS, scan_of(OURS)), scan_of(OURS))
