"""Score and grade from the points of all tests (Mozilla's chart, the same in algorithms 4 to 6; measured)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BASELINE = 100
# Bonuses count only for who has lost no more than ten points.
BONUS_FROM = 90
# The lowest score of each grade, best first.
CHART = (
    (100, "A+"),
    (90, "A"),
    (85, "A-"),
    (80, "B+"),
    (70, "B"),
    (65, "B-"),
    (60, "C+"),
    (50, "C"),
    (45, "C-"),
    (40, "D+"),
    (30, "D"),
    (25, "D-"),
    (0, "F"),
)
GRADES = tuple(grade for _, grade in CHART)


def score_of(modifiers: Iterable[int]) -> int:
    """The score, 0 or more: all points if the penalties alone leave 90, else the penalties alone."""
    points = tuple(modifiers)
    without_bonus = BASELINE + sum(one for one in points if one < 0)
    return max(0, BASELINE + sum(points) if without_bonus >= BONUS_FROM else without_bonus)


def grade_of(score: int) -> str:
    """The grade of a score of 0 or more."""
    return next(grade for lowest, grade in CHART if score >= lowest)


def is_at_least(grade: str, other: str) -> bool:
    """Whether a grade is as good as another, or better."""
    return GRADES.index(grade) <= GRADES.index(other)
