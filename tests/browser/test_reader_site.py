"""Every kind of page of the readers' site: no complaint, no overflow, accessible, usable without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from test_pages import FAILED, faults, wait_until  # type: ignore[import-not-found]  # pytest puts this folder on the path, mypy does not

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {
    "home": "",
    "reader": "readers/acr122u/",
    "reader with PIN limits": "readers/gemalto-ezio-shield-pinpad/",
    "reader with two devices": "readers/elyctis-cl-reader/",
    "reader of the list only": "readers/thales-pki-transaction-pad/",
    "disabled reader": "readers/duali-de-abcm6/",
    "status": "status/unsupported/",
    "vendors": "vendors/",
    "vendor": "vendors/acs/",
    "feature": "features/contactless/",
    "shared id": "ids/072f-90cc/",
    "PIN pads": "pinpads/",
    "new readers": "new/",
    "statistics": "statistics/",
    "how to get listed": "listing/",
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_page_is_accessible_and_quiet(
    visit_readers: Callable[..., Any], kind: str
) -> None:
    """Axe finds nothing, nothing overflows or complains, and what is folded opens."""
    visited = visit_readers(KINDS[kind], scheme="dark")
    for summary in visited.page.locator("main summary").all():
        summary.click()

    assert [] == faults(visited.page)
    assert [] == visited.complaints


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_page_works_narrow_and_without_javascript(
    visit_readers: Callable[..., Any], kind: str
) -> None:
    """At the narrowest width of WCAG 1.4.10 heading, text and links are there, and nothing is cut off."""
    visited = visit_readers(KINDS[kind], width=320, javascript=False)
    page = visited.page

    assert 1 == page.locator("h1:visible").count()
    assert page.locator("main a:visible").count()
    assert 320 >= page.locator("html").evaluate("(html) => html.scrollWidth")
    assert [] == visited.complaints


def test_the_search_of_the_site_finds_an_id(visit_readers: Callable[..., Any]) -> None:
    """An id that several readers share leads to the page that compares them, first of all."""
    visited = visit_readers("")
    page = visited.page
    page.locator("[data-md-component=search-query]").press_sequentially("072f:90cc")
    first = "document.querySelector('.md-search-result__link')?.href"
    wait_until(page, f"{first}?.includes('/ids/072f-90cc/')")

    assert [] == visited.complaints


@pytest.mark.parametrize(("path", "status"), [("readers/no/such/reader/", 404), (".failing", 503)])
def test_its_error_pages_are_its_own(
    visit_readers: Callable[..., Any], path: str, status: int
) -> None:
    """They name the site, complain of their own status alone, and are accessible."""
    visited = visit_readers(path, scheme="dark")

    assert "CCID driver" in visited.page.title()
    assert [] == faults(visited.page)
    assert [f"{status}: {path}", FAILED.format(status)] == visited.complaints


def test_charts_are_seen_in_both_colours(visit_readers: Callable[..., Any]) -> None:
    """Bars stand out from the page, light and dark, and their figures are one click away."""
    for scheme in ("light", "dark"):
        page = visit_readers("statistics/", scheme=scheme).page
        bar = page.locator("rect.pr-chart__bar").first.evaluate(
            "(bar) => getComputedStyle(bar).fill"
        )
        paper = page.locator("body").evaluate("(body) => getComputedStyle(body).backgroundColor")
        assert bar != paper
        page.locator("#chart-vendors summary").click()
        assert page.locator("#chart-vendors td").first.is_visible()
