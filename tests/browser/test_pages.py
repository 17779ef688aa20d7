"""Every kind of page: no complaint, no overflow, accessible, usable without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

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
    "pieces": "kitchen/",
}


def serious(page: Any) -> list[str]:
    """What axe calls serious or critical, as rule and first place."""
    result = Axe().run(page).response
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in result["violations"]
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_page_is_accessible_and_quiet(
    visit: Callable[..., Any], kind: str, width: int, scheme: str
) -> None:
    """Axe finds nothing serious or critical; nothing complains; nothing overflows."""
    visited = visit(KINDS[kind], width=width, scheme=scheme)
    wanted = "slate" if scheme == "dark" else "default"

    assert wanted == visited.page.get_attribute("body", "data-md-color-scheme")
    assert [] == serious(visited.page)
    assert width >= visited.page.evaluate("document.documentElement.scrollWidth")
    assert [] == visited.complaints


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_wider_than_320_pixels(visit: Callable[..., Any], kind: str) -> None:
    """At the narrowest width of WCAG 1.4.10 nothing scrolls sideways but tables and code in their boxes."""
    visited = visit(KINDS[kind], width=320)

    assert 320 >= visited.page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_page_works_without_javascript(visit: Callable[..., Any], kind: str) -> None:
    """Heading, text and footer are there, and links lead on."""
    visited = visit(KINDS[kind], javascript=False)

    assert 1 == visited.page.locator("h1:visible").count()
    assert visited.page.locator("main a:visible").count() + visited.page.locator("h1").count() >= 1
    assert visited.page.locator("footer >> text=Report a problem").is_visible()
    assert [] == visited.complaints


def test_a_page_that_is_not_there_helps_on(visit: Callable[..., Any]) -> None:
    """404 at any depth has its styles, and a way home."""
    visited = visit("no/such/page/at/all")
    page = visited.page

    assert "Page not found" == page.locator("main h1").inner_text()
    assert "rgb(13, 66, 80)" == page.evaluate(
        "getComputedStyle(document.querySelector('.md-header')).backgroundColor"
    )
    page.click("text=Start at the home page")
    page.locator("main h1", has_text="Free software for smart cards").wait_for()
