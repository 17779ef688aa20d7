"""What a person does on the sites: search, colours, tabs, copying, going from page to page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def test_search_finds_pages_of_both_kinds(visit: Callable[..., Any]) -> None:
    """A word of a post and the name of a version are found; the link leads there."""
    visited = visit()
    page = visited.page
    for words, place in (
        ("sandbox", "posts/tokend-not"),
        ("PyKCS11 1.5.6", "projects/pykcs11/1.5.6"),
    ):
        page.fill("[data-md-component=search-query]", "")
        page.type("[data-md-component=search-query]", words)  # it listens to keys
        link = page.locator(f".md-search-result__link[href*='{place}']").first
        link.wait_for()
    link.click()
    page.wait_for_url("**/projects/pykcs11/1.5.6/**")

    page.locator("main h1", has_text="PyKCS11 1.5.6").wait_for()  # the address changes first

    assert [] == visited.complaints


def test_the_search_suggests_and_marks_what_it_found(visit: Callable[..., Any]) -> None:
    """A word that was begun is completed, an address with a search opens it, and the found page has the words marked."""
    visited = visit("?q=wiresh")
    page = visited.page
    link = page.locator(".md-search-result__link[href*='posts/iso-7816-4-wireshark']").first
    link.wait_for()
    assert page.locator(".md-search-result mark").count()
    page.focus("[data-md-component=search-query]")
    page.keyboard.press("End")
    page.keyboard.type("a")
    page.locator("[data-md-component=search-suggest]", has_text="wireshark").wait_for()
    page.keyboard.press("ArrowRight")
    assert "wireshark" == page.input_value("[data-md-component=search-query]")
    link.click()
    page.wait_for_url("**/posts/iso-7816-4-wireshark/**")
    page.locator("main mark[data-md-highlight]", has_text="Wireshark").first.wait_for()

    assert [] == visited.complaints


def test_the_palette_is_chosen_and_kept(visit: Callable[..., Any]) -> None:
    """System, light, dark, system: the choice survives a reload and paints before the first script of the body."""
    visited = visit(scheme="light")
    page = visited.page
    schemes = []
    for _ in range(3):
        page.locator("[data-md-component=palette] label:visible").click()
        page.reload(wait_until="networkidle")
        schemes.append(page.get_attribute("body", "data-md-color-scheme"))

    assert ["default", "slate", "default"] == schemes
    assert [] == visited.complaints


def test_linked_tabs_change_together_and_are_kept(visit: Callable[..., Any]) -> None:
    """Choosing a tab chooses its namesakes, and again after a reload and a visit elsewhere."""
    visited = visit("kitchen/")
    page = visited.page
    page.locator(".tabbed-labels label", has_text="Two").first.click()
    page.locator("text=Second again.").wait_for(state="visible")
    page.reload(wait_until="networkidle")
    page.locator("text=Second tab.").wait_for(state="visible")
    page.click(".md-tabs >> text=macOS")
    page.wait_for_url("**/macos/")
    page.click(".md-tabs >> text=Pieces")
    page.locator("text=Second tab.").wait_for(state="visible")

    assert not page.locator("text=First tab.").is_visible()
    assert [] == visited.complaints


def test_code_is_copied(visit: Callable[..., Any]) -> None:
    """The button puts the code on the clipboard."""
    visited = visit("kitchen/")
    page = visited.page
    page.locator("[data-clipboard-target], .md-code__button[data-md-type=copy]").first.click()
    page.locator(".md-dialog--active").wait_for()

    assert 'print("copied")' == page.evaluate("navigator.clipboard.readText()").strip()
    assert [] == visited.complaints


def test_navigation_is_instant_between_both_kinds_of_page(visit: Callable[..., Any]) -> None:
    """From Markdown to data page to data page and back no page is loaded anew."""
    visited = visit("about/")
    page = visited.page
    page.evaluate("window.stayed = true")
    for selector, url in (
        (".md-tabs >> text=Projects", "**/projects/"),
        ("a.pr-releases__name >> text=PyKCS11", "**/projects/pykcs11/"),
        ("text=Whole changelog", "**/projects/pykcs11/changelog/"),
        (".md-tabs >> text=Blog", "**/posts/"),
        ("text=macOS Catalina and smart cards status", "**/posts/macos-catalina-smart-cards/"),
    ):
        page.click(selector)
        page.wait_for_url(url)
        page.wait_for_load_state("networkidle")
    page.go_back()
    page.wait_for_url("**/posts/")

    assert page.evaluate("window.stayed === true")
    assert [] == visited.complaints


def test_the_keyboard_reaches_the_content_first(visit: Callable[..., Any]) -> None:
    """The first tab stop is the link that skips the navigation, where a page has sections."""
    visited = visit("macos/")
    page = visited.page
    page.keyboard.press("Tab")

    assert "md-skip" in page.evaluate("document.activeElement.className")


def test_print_leaves_out_what_paper_cannot_use(visit: Callable[..., Any]) -> None:
    """Header, tabs and footer are not printed, and nothing complains."""
    visited = visit("posts/iso-7816-4-wireshark/")
    visited.page.emulate_media(media="print")

    for selector in (".md-header", ".md-tabs", ".md-footer"):
        assert not visited.page.locator(selector).first.is_visible()
    assert visited.page.locator("h1").is_visible()
    assert [] == visited.complaints
