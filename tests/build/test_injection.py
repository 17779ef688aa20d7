"""A script wherever people type: shown as text, or the build fails; never an element, never blessed by a hash."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html
from typed_press import CHANGELOG, POST, quoted, typed, typed_press

if TYPE_CHECKING:
    from collections.abc import Iterator

    from build_types import Checkout

# Where somebody can type, and a page that shows it.
PLACES = {
    "site name": "hub/index.html",
    "site description": "hub/index.html",
    "navigation section": "hub/index.html",
    "navigation title": "hub/index.html",
    "page heading": "hub/other/index.html",
    "post title": "hub/posts/hello/index.html",
    "post summary": "hub/posts/index.html",
    "post update": "hub/posts/hello/index.html",
    "project name": "hub/projects/index.html",
    "project description": "hub/projects/widget/index.html",
    "project licence": "hub/projects/widget/index.html",
    "note of an announcement": "hub/posts/widget-1-1/index.html",
    "changelog entry": "hub/projects/widget/1.1/index.html",
    "code in an entry": "hub/posts/widget-1-1/index.html",
    "changelog prose": "hub/projects/widget/changelog/index.html",
    "version author": "hub/projects/widget/1.0/index.html",
    "reason of a bad release": "hub/projects/widget/1.0/index.html",
    "worst page": "hub/grades/index.html",
    "reader name": "card/readers/acme-slim/index.html",
    "reader vendor": "card/vendors/index.html",
    "reader notes": "card/readers/acme-slim/index.html",
    "product string": "card/readers/acme-slim/index.html",
    "interface label": "card/readers/acme-slim/index.html",
    "family of systems": "card/readers/acme-slim/index.html",
    "name of a system": "card/readers/acme-slim/index.html",
    "note of a system": "card/readers/acme-slim/index.html",
}
# What a script may be in a page of ours: a file with its hash, or a block of data.
FILE = r'<script src="[^"<>]+\.js" integrity="sha384-[A-Za-z0-9+/]{64}" crossorigin="anonymous"></script>'
DATA = (
    r'<script(?: id="[a-z_]+")? type="application/(?:ld\+)?json"(?: id="[a-z_]+")?>[^<]*</script>'
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What two sites publish that anything runs or reads, by name: somebody typed scripts everywhere."""
    public = typed_press(tmp_path_factory.getbasetemp())
    return {
        path.relative_to(public).as_posix(): path.read_text(encoding="utf-8")
        for path in public.rglob("*")
        if path.suffix in {".html", ".json", ".xml"}
    }


@pytest.mark.parametrize("place", PLACES)
def test_what_was_typed_is_shown(files: dict[str, str], place: str) -> None:
    """The page shows the angle brackets as text, letter for letter."""
    body = html.fromstring(files[PLACES[place]].encode()).find("body")
    assert body is not None
    etree.strip_elements(body, "script", with_tail=False)

    assert typed(place) in body.text_content()


def test_no_page_runs_it(files: dict[str, str]) -> None:
    """Every script of a page is a file with its hash or a block of data, in which no tag can start."""
    pages = {name: text for name, text in files.items() if name.endswith(".html")}

    assert 40 < len(pages)
    for name, text in pages.items():
        rest = re.sub(rf"{FILE}|{DATA}", "", text)
        assert "<script" not in rest.lower(), name
        assert name.endswith("50x.html") or len(re.findall(FILE, text)) >= 3, name
        # No attribute was left either.
        for element in html.fromstring(text.encode()).iter():
            assert not [key for key in element.attrib if key.startswith("on")], name


def markup(value: object, key: str = "") -> Iterator[str]:
    """The texts of a JSON file that readers take for HTML: our feeds' content, and the search index."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from markup(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from markup(one, key)
    elif isinstance(value, str) and key == "content_html":
        yield value


def test_no_feed_and_no_search_hands_it_on(files: dict[str, str]) -> None:
    """XML has no such element; what others take for HTML (content of feeds, search) has none either."""
    for name, text in files.items():
        if name.endswith(".xml"):
            root = etree.fromstring(text.encode())
            assert not root.xpath("//*[local-name()='script']"), name
            contents = root.xpath("//*[@type='html']/text()")
        elif name.endswith("search_index.json"):
            docs = json.loads(text)["docs"]
            contents = [doc[key] for doc in docs for key in ("title", "text")]
        elif name.endswith(".json"):
            contents = list(markup(json.loads(text)))
        else:
            continue
        for content in contents:
            assert "<script" not in content.lower(), name
    assert any(
        "alert" in text for name, text in files.items() if name.endswith("search_index.json")
    )


def test_what_would_be_a_name_or_markup_is_refused(press: Checkout) -> None:
    """A tag, a series, an announcement's tag: all three are findings, with what to write instead."""
    press.edit(POST, "tags: [news]", f"tags: [{quoted('tag')}]\nseries: {quoted('series')}")
    press.edit(CHANGELOG, "tags: [news]", f"tags: [{quoted('tag of an announcement')}]")
    result = press.build()

    assert result.returncode
    for place in ("tag", "series", "tag of an announcement"):
        assert f"alert(\\'{place}\\')" in result.stderr, place
    assert "single dashes" in result.stderr
    assert not press.site.exists()


def test_a_script_with_a_hash_is_no_better(press: Checkout) -> None:
    """Inline code of a Markdown page stops the build even if somebody hashed it."""
    hashed = f'<script integrity="sha384-{"A" * 64}" crossorigin="anonymous">alert(1)</script>'
    press.edit("docs/index.md", "Small things", f"{hashed}\n\nSmall things")
    result = press.build()

    assert 1 == result.returncode
    assert "<script>" in result.stderr
    assert "hint: " in result.stderr
    assert not press.site.exists()
