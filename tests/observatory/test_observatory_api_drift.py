"""Our table beside the one that the service lists: what is new, gone, or worth something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from observatory_service import Clock, ObservatoryService

from pressroom.observatory.algorithm import NUMBERS, load_algorithm
from pressroom.observatory.api.drift import find_drift, findings_of
from pressroom.observatory.api.fetch import fetch_matrix
from pressroom.observatory.api.model import Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.observatory.api.drift import Drift

ALGORITHM = load_algorithm()
UNPARSEABLE = {"name": "html-not-parseable", "scoreModifier": -20}
SRI = 8


def drift_after(change: Callable[[list[Any]], object]) -> tuple[Drift, ...]:
    """The drift that a service with an altered table has."""
    clock = Clock()
    with ObservatoryService(clock) as service:
        change(service.matrix)
        return find_drift(
            ALGORITHM,
            fetch_matrix(Service(clock=clock.now, sleep=clock.sleep, base=service.base)),
        )


def test_the_same_table_does_not_drift() -> None:
    """Though one token is not listed there."""
    assert () == drift_after(lambda _: None)


@pytest.mark.parametrize(
    ("change", "expected", "text"),
    [
        (
            lambda rows: rows[5]["results"].pop(0),
            ("gone", "redirection", "redirection-to-https", 0, None),
            "redirection: redirection-to-https (+0) is known here and not listed there",
        ),
        (
            lambda rows: rows[1]["results"].append({"name": "cookies-new", "scoreModifier": -5}),
            ("new", "cookies", "cookies-new", None, -5),
            "cookies: cookies-new (-5) is listed there and unknown here",
        ),
        (
            lambda rows: rows[2]["results"][1].update(scoreModifier=5),
            (
                "points",
                "cross-origin-embedder-policy",
                "coep-implemented-with-require-corp",
                10,
                5,
            ),
            "cross-origin-embedder-policy: coep-implemented-with-require-corp is +10 here and +5 there",
        ),
        (
            lambda rows: rows.pop(1),
            ("gone", "cookies", "", None, None),
            "the test cookies is known here and not listed there",
        ),
        (
            lambda rows: rows.append({**rows[0], "name": "widgets"}),
            ("new", "widgets", "", None, None),
            "the test widgets is listed there and unknown here",
        ),
        (
            lambda rows: rows[SRI]["results"].append({**UNPARSEABLE, "scoreModifier": -5}),
            ("points", "subresource-integrity", "html-not-parseable", -20, -5),
            "subresource-integrity: html-not-parseable is -20 here and -5 there",
        ),
    ],
)
def test_one_change_is_one_drift(
    change: Callable[[list[Any]], object], expected: tuple[object, ...], text: str
) -> None:
    """A token or a test that came or went, or points that changed."""
    (found,) = drift_after(change)

    assert expected == tuple(
        found.as_dict()[key] for key in ("change", "test", "token", "ours", "theirs")
    )
    assert text == str(found)


def test_the_unlisted_token_may_be_listed_one_day() -> None:
    """With its points it is no drift."""
    assert () == drift_after(lambda rows: rows[SRI]["results"].append(UNPARSEABLE))


def test_all_changes_are_told_in_order() -> None:
    """Ours first, as the tests stand; then what only they have."""

    def change(rows: list[Any]) -> None:
        rows.insert(0, {**rows[0], "name": "widgets"})
        rows[2]["results"].pop()
        rows.pop()

    assert ["cookies", "cross-origin-resource-policy", "widgets"] == [
        one.test for one in drift_after(change)
    ]


@pytest.mark.parametrize("number", NUMBERS)
def test_an_earlier_algorithm_drifts(number: int) -> None:
    """The table of the sixth is not that of the fourth."""
    matrix = {
        test.name: {one.token: one.modifier for one in test.outcomes.values()}
        for test in load_algorithm(number).tests.values()
    }

    assert (number == 6) == (() == find_drift(ALGORITHM, matrix))


def test_a_finding_says_what_to_do() -> None:
    """Where it was seen, and that grades are in doubt."""
    drifts = drift_after(lambda rows: rows.pop(1))

    (finding,) = findings_of(drifts, ALGORITHM)

    assert "recommendation_matrix" == finding.where
    assert str(drifts[0]) == finding.message
    assert "no longer judges by algorithm 6 as we know it: upgrade this program" in finding.hint
