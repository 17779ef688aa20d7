"""An answer of another shape than the documented one is never a result (test plan D 68)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from observatory_service import (
    HTML_502,
    ObservatoryService,
    changes,
    client,
    honest,
    refused,
    says,
)

from pressroom.observatory.api.answers import (
    parse_analysis,
    parse_failure,
    parse_matrix,
    parse_scan,
    parse_version,
)
from pressroom.observatory.api.fetch import fetch_matrix, fetch_version
from pressroom.observatory.api.model import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (says(200, b'{"id": 1, "algorithm_ver'), "is no JSON, or not all of it"),
        (says(200, HTML_502), "is no JSON, or not all of it"),
        (says(200, b""), "is no JSON, or not all of it"),
        (says(200, b'{"widget":' * 100_000), "is no JSON, or not all of it"),
        (says(200, b'{"grade": "\xff"}'), "is no JSON, or not all of it"),
        (says(200, b"[]"), "another shape: Expected `object`, got `array`"),
        (says(200, b"{}"), "another shape: Object missing required field `id`"),
        (says(204, b""), "no result: 204"),
        (says(301, b"", location="https://elsewhere.example/"), "no result: 301"),
        (says(404, b'{"message":"gone","error":"Not Found"}'), "gone (Not Found)"),
        (says(200, b" " * (4 * 1024 * 1024 + 1)), "longer than 4194304 bytes"),
    ],
)
def test_an_answer_of_another_kind_is_an_error(
    service: ObservatoryService, fault: bytes, message: str
) -> None:
    """Asked once: it would be the same again."""
    service.faults.append(fault)

    caught = refused(service)

    assert message in caught.message
    assert caught.hint
    assert 1 == len(service.seen)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("id", "12", "Expected `int`, got `str`"),
        ("id", ..., "missing required field `id`"),
        ("algorithm_version", 7, "judges by algorithm 7; this program knows 4, 5, 6"),
        ("algorithm_version", 3, "judges by algorithm 3"),
        ("algorithm_version", 10**400, "judges by algorithm (a huge number)"),
        ("algorithm_version", ..., "missing required field `algorithm_version`"),
        ("scanned_at", "yesterday", "Invalid RFC3339"),
        ("scanned_at", "2026-09-20T12:00:00", "Expected `datetime` with a timezone"),
        ("error", "site\x1b[2J down", "the scan failed: site [2J down"),
        ("error", ..., "missing required field `error`"),
        ("grade", "A++", "no grade, or no score"),
        ("grade", "", "no grade, or no score"),
        ("grade", None, "no grade, or no score"),
        ("grade", ..., "missing required field `grade`"),
        ("score", None, "no grade, or no score"),
        ("score", -5, "no grade, or no score"),
        ("score", 100.5, "Expected `int"),
        ("score", 10**400, "no grade, or no score"),
        ("score", True, "Expected `int"),
    ],
)
@pytest.mark.parametrize("call", ["scan", "analyze"])
def test_a_changed_answer_is_an_error(
    service: ObservatoryService, call: str, path: str, value: object, message: str
) -> None:
    """Whatever is missing, of another type or unknown: no result, and a hint."""
    if call == "scan":
        service.faults.append(changes(path, value))
    else:
        service.faults.extend([honest, changes(f"scan.{path}", value)])

    caught = refused(service)

    assert message in caught.message
    assert caught.hint


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("scan", ..., "missing required field `scan`"),
        ("tests", ..., "missing required field `tests`"),
        ("tests", None, "Expected `object`, got `null`"),
        ("tests", {}, "counts 12 tests and holds 0"),
        ("tests.cookies", ..., "counts 12 tests and holds 11"),
        ("tests.cookies.result", None, "Expected `str`, got `null`"),
        ("tests.cookies.result", "\x1b[2J", "matching regex"),
        ("tests.cookies.result", "cookies-not-found\n", "matching regex"),
        ("tests.cookies.pass", ..., "missing required field `pass`"),
        ("tests.cookies.pass", "true", "Expected `bool | null`"),
        ("tests.cookies.score_modifier", "5", "Expected `int`, got `str`"),
        ("tests.cookies.score_modifier", 10**400, "Expected `int` <= 1000"),
        ("scan.tests_quantity", None, "counts None tests and holds 12"),
    ],
)
def test_changed_tests_are_an_error(
    service: ObservatoryService, path: str, value: object, message: str
) -> None:
    """A test that is missing is not a test that agrees."""
    service.faults.extend([honest, changes(path, value)])

    caught = refused(service)

    assert message in caught.message
    assert "upgrade this program" in caught.hint


def test_a_scan_without_any_test_is_an_error(service: ObservatoryService) -> None:
    """Even if it counts none."""

    def emptied(answer: Any) -> None:
        answer["tests"] = {}
        answer["scan"]["tests_quantity"] = 0

    service.faults.extend([honest, emptied])

    caught = refused(service)

    assert "counts 0 tests and holds 0" in caught.message
    assert "upgrade this program" in caught.hint


def test_the_table_is_fetched(service: ObservatoryService) -> None:
    """Points by test and token."""
    matrix = fetch_matrix(client(service))

    assert 76 == sum(len(tokens) for tokens in matrix.values())
    assert (
        -50
        == matrix["cross-origin-resource-sharing"][
            "cross-origin-resource-sharing-implemented-with-universal-access"
        ]
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: rows.clear(), "names no test"),
        (lambda rows: rows.append(rows[0]), "one test twice"),
        (lambda rows: rows[0]["results"].append(rows[0]["results"][0]), "or one twice"),
        (lambda rows: rows[0]["results"].clear(), "names no token of content-security-policy"),
        (lambda rows: rows[0].pop("results"), "missing required field `results`"),
        (lambda rows: rows[0]["results"][0].update(scoreModifier=None), "got `null`"),
        (lambda rows: rows[0].update(name="\x1b[2J"), "matching regex"),
    ],
)
def test_a_changed_table_is_an_error(
    service: ObservatoryService, change: Callable[[Any], None], message: str
) -> None:
    """An empty or garbled list never looks like one that agrees."""
    service.faults.append(change)

    with pytest.raises(ServiceError) as caught:
        fetch_matrix(client(service))

    assert message in caught.value.message
    assert "upgrade this program" in caught.value.hint


def test_the_version_is_fetched(service: ObservatoryService) -> None:
    """Release and commit, fit for a terminal."""
    service.faults.append(changes("commit", "abc\x1b[2J"))
    found = fetch_version(client(service))

    assert ("1.7.0", "abc [2J") == (found.version, found.commit)


def test_a_version_of_another_shape_is_an_error(service: ObservatoryService) -> None:
    """It is not guessed."""
    service.faults.append(changes("version", ...))

    with pytest.raises(ServiceError, match="missing required field `version`") as caught:
        fetch_version(client(service))

    assert "upgrade this program" in caught.value.hint


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=9,
)
KEYS = ("id", "algorithm_version", "scanned_at", "error", "grade", "score", "tests_quantity")


BODIES = st.dictionaries(st.sampled_from(KEYS), JSON).map(lambda one: json.dumps(one).encode())


def error_of(parse: Callable[..., object], body: bytes) -> ServiceError | None:
    """Why a body is no answer; None where it is one."""
    try:
        parse(body, where="service")
    except ServiceError as error:
        return error
    return None


@pytest.mark.parametrize(
    "parse", [parse_scan, parse_analysis, parse_matrix, parse_version], ids=lambda one: one.__name__
)
@given(body=st.binary(max_size=40) | BODIES)
def test_any_body_is_an_answer_or_an_error_of_ours(
    parse: Callable[..., object], body: bytes
) -> None:
    """Whatever comes, nothing else flies, and its words are fit for a terminal."""
    parse_failure(body)
    error = error_of(parse, body)

    if error is not None:
        assert error.hint
        assert error.message.isprintable()
