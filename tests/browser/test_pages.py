"""Every kind of page: no complaint, no overflow, accessible, usable without JavaScript."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from headers_setup import FAILING

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = {
    "home": "",
    "post": "posts/tokend-broken-catalina-10-15-1/",
    "post with code": "posts/iso-7816-4-wireshark/",
    "announcement": "posts/pykcs11-1-5-7/",
    "posts": "posts/",
    "archive": "archive/",
    "year": "archive/2019/",
    "tags": "tags/",
    "tag": "tags/tokend/",
    "series": "series/",
    "one series": "series/tokend-catalina/",
    "projects": "projects/",
    "project": "projects/pykcs11/",
    "changelog": "projects/pykcs11/changelog/",
    "bad version": "projects/pykcs11/1.5.6/",
    "public version": "projects/pykcs11/1.5.7/",
    "driver version": "projects/libccid/1.4.31/",
    "table": "macos/",
    "text": "about/",
    "grades": "grades/",
    "releases": "releases/",
    "releases of a year": "releases/2019/",
    "releases without a date": "releases/undated/",
    "pieces": "kitchen/",
}

# What Chromium itself says of a page with such a status.
FAILED = "console: Failed to load resource: the server responded with a status of {} ()"
# WCAG 2.2 at level AA is all of these.
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
# Rows beyond these are alike, and axe needs half a minute for a thousand of them.
DROP_ROWS = "[...document.querySelectorAll('tr')].slice(100).forEach((row) => row.remove())"
SCHEMES = {"light": "default", "dark": "slate"}
# One after the other on a page that was opened wide and dark; 320 is the narrowest of WCAG 1.4.10.
LOOKS = ((1280, "dark"), (320, "dark"), (320, "light"), (1280, "light"))


def wait_until(page: Any, condition: str) -> None:
    """Wait for a condition; Playwright's own waiting evaluates text in the page, which the policy refuses."""
    deadline = time.monotonic() + 30
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(20)


def show(page: Any, width: int, scheme: str) -> None:
    """Give the page a window of that width and a system of that scheme."""
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    painted = f"[undefined, '{SCHEMES[scheme]}'].includes(document.body.dataset.mdColorScheme)"
    wait_until(page, f"innerWidth === {width} && {painted}")


def faults(page: Any) -> list[str]:
    """What makes the page wider than its window, and what axe calls a violation in each look."""
    found = []
    for width in (320, 1280):
        show(page, width, "dark")
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{width}: scrolls sideways")
    page.evaluate(DROP_ROWS)
    for width, scheme in LOOKS:
        show(page, width, scheme)
        broken = Axe().run(page, options=AXE).response["violations"]
        found += [
            f"{width} {scheme}: {one['id']}: {one['nodes'][0]['html'][:120]}" for one in broken
        ]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_page_is_accessible_and_quiet(visit: Callable[..., Any], kind: str) -> None:
    """Axe finds nothing, nothing overflows or complains, and a dark system gets a dark page at once."""
    visited = visit(KINDS[kind], scheme="dark")

    assert "slate" == visited.page.get_attribute("body", "data-md-color-scheme")
    assert [] == faults(visited.page)
    assert [] == visited.complaints


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_page_works_without_javascript(visit: Callable[..., Any], kind: str) -> None:
    """Heading, text and footer are there, and links lead on."""
    visited = visit(KINDS[kind], javascript=False)

    assert 1 == visited.page.locator("h1:visible").count()
    assert visited.page.locator("main a:visible").count() + visited.page.locator("h1").count() >= 1
    assert visited.page.locator("footer >> text=Report a problem").is_visible()
    assert [] == visited.complaints


def test_a_page_that_is_not_there_helps_on(visit: Callable[..., Any]) -> None:
    """404 at any depth has its styles, complains of its own status alone, is accessible, and leads home."""
    visited = visit("no/such/page/at/all", scheme="dark")
    page = visited.page

    assert "Page not found" == page.locator("main h1").inner_text()
    assert [] == faults(page)
    assert "rgb(13, 66, 80)" == page.evaluate(
        "getComputedStyle(document.querySelector('.md-header')).backgroundColor"
    )
    assert ["404: no/such/page/at/all", FAILED.format("404")] == visited.complaints
    page.click("text=Start at the home page")
    page.locator("main h1", has_text="Free software for smart cards").wait_for()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_server_that_fails_says_so(visit: Callable[..., Any], javascript: bool) -> None:
    """50x has its styles without a script of ours, complains of its own status alone, and is accessible."""
    visited = visit(FAILING[1:], scheme="dark", javascript=javascript)
    page = visited.page

    assert "The server cannot answer right now" == page.locator("h1").inner_text()
    assert 0 == page.locator("script").count()
    assert "rgb(18, 25, 28)" == page.locator("html").evaluate(
        "(html) => getComputedStyle(html).backgroundColor"
    )
    assert ["503: .failing", FAILED.format("503")] == visited.complaints
    if javascript:
        assert [] == faults(page)
