"""The page of grades with its tables open, and a badge as an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from test_pages import faults, show  # type: ignore[import-not-found]  # as in test_reader_site.py

if TYPE_CHECKING:
    from collections.abc import Callable

BADGE = "grades/badge-widgets.example.svg"


def test_the_tables_are_accessible_when_they_are_open(visit: Callable[..., Any]) -> None:
    """Open by keyboard, axe finds nothing, and a wide table scrolls in its own box."""
    visited = visit("grades/", scheme="dark")
    page = visited.page
    folds = page.locator("details.pr-fold")
    for number in range(folds.count()):
        folds.nth(number).locator("summary").press("Enter")

    assert 2 == page.locator("details[open] table:visible").count()
    assert [] == faults(page)
    assert [] == visited.complaints


def test_a_chart_can_be_read_on_a_phone(visit: Callable[..., Any]) -> None:
    """Its words are no smaller than 9 pixels, and none of them is cut off."""
    page = visit("grades/").page
    show(page, 320, "light")
    words = page.evaluate(
        """[...document.querySelectorAll(".pr-chart--steps text")].map((text) => {
            const box = text.getBoundingClientRect(), all = text.ownerSVGElement.getBoundingClientRect();
            return [box.height, box.left >= all.left && box.right <= all.right && box.bottom <= all.bottom];
        })"""
    )

    assert 10 == len(words)
    for height, whole in words:
        assert height > 9
        assert whole


def test_a_badge_is_shown_as_an_image(visit: Callable[..., Any]) -> None:
    """In a page of ours, under the strict policy, as wide as it says."""
    visited = visit("grades/")
    size = visited.page.evaluate(
        f"""(async () => {{
            const image = new Image();
            image.src = "/{BADGE}";
            await image.decode();
            return [image.naturalWidth, image.naturalHeight];
        }})()"""
    )

    assert [104, 20] == size
    assert [] == visited.complaints
