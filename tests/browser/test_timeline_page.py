"""The pages of all releases on screens of all sizes: the chart, the calendar, a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from test_pages import faults, show  # type: ignore[import-not-found]  # as in test_reader_site.py

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_figures_are_accessible_when_they_are_open(visit: Callable[..., Any]) -> None:
    """Open by keyboard, axe finds nothing, and a wide table scrolls in its own box."""
    visited = visit("releases/", scheme="dark")
    page = visited.page
    page.locator("details.pr-fold summary").press("Enter")

    assert 1 == page.locator("details[open] table:visible").count()
    assert [] == faults(page)
    assert [] == visited.complaints


def test_the_chart_can_be_read_on_a_phone(visit: Callable[..., Any]) -> None:
    """Its words are no smaller than 9 pixels, do not touch each other, and none of them is cut off."""
    page = visit("releases/").page
    show(page, 320, "light")
    words = page.evaluate(
        """[...document.querySelectorAll(".pr-chart--years text")].map((text) => {
            const box = text.getBoundingClientRect(), all = text.ownerSVGElement.getBoundingClientRect();
            return [box.left, box.right, box.top, box.bottom,
                box.left >= all.left && box.right <= all.right && box.bottom <= all.bottom];
        })"""
    )

    assert len(words) > 5
    for left, right, top, bottom, whole in words:
        assert bottom - top > 9
        assert whole
        touched = [
            one
            for one in words
            if one[0] < right and left < one[1] and one[2] < bottom and top < one[3]
        ]
        assert 1 == len(touched)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_number_leads_to_its_month(visit: Callable[..., Any], javascript: bool) -> None:
    """From the calendar to the row of the month, by keyboard, with and without JavaScript."""
    visited = visit("releases/", javascript=javascript)
    page = visited.page
    link = page.locator(".pr-calendar td a").first
    link.press("Enter")
    page.wait_for_url("**/releases/*/#*")

    # Instant navigation says the address first, and marks the target when the page is there.
    page.locator("tr:target td a").first.wait_for()
    assert [] == visited.complaints


def test_the_month_stays_when_a_year_is_scrolled(visit: Callable[..., Any]) -> None:
    """On a phone the table is wider than the screen; its first column stands still."""
    page = visit("releases/2019/", width=320).page
    box = page.locator(".pr-scroll")
    before = page.locator("#june th").bounding_box()["x"]
    moved = box.evaluate("(box) => { box.scrollLeft = 60; return box.scrollLeft; }")

    assert moved > 0
    assert before == page.locator("#june th").bounding_box()["x"]


def test_the_parts_of_a_bar_have_different_colours(visit: Callable[..., Any]) -> None:
    """As the legend names them, in both schemes."""
    page = visit("releases/").page
    for scheme in ("light", "dark"):
        show(page, 1280, scheme)
        colours = page.evaluate(
            """[...document.querySelectorAll(".pr-legend rect")].map((part) => getComputedStyle(part).fill)"""
        )
        assert 6 == len(set(colours)) == len(colours)
