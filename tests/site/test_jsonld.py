"""JSON-LD blocks."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.model import Kind, Project, Release
from pressroom.dates import PartialDate
from pressroom.posts.model import Listed
from pressroom.site.jsonld import post_jsonld, release_jsonld, render_jsonld

if TYPE_CHECKING:
    from markupsafe import Markup

BLOG = "https://site.example/posts/"
POST = Listed(
    slug="one",
    title="Title",
    date=PartialDate(2019, 10),
    updated=PartialDate(2019, 12, 12),
    summary="Summary",
    tags=("a", "b"),
)
URL = "https://site.example/posts/one/"


def read(markup: Markup) -> dict[str, Any]:
    """What stands in the one block."""
    match = re.fullmatch(r'<script type="application/ld\+json">([^<>&]*)</script>', markup)
    assert match is not None, markup
    value = json.loads(match[1])
    assert isinstance(value, dict)
    return value


def test_post() -> None:
    """A post says what it is, when it was written and changed, and what it is part of."""
    correction = "https://site.example/posts/two/"
    assert {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "@id": URL,
        "url": URL,
        "headline": "Title",
        "description": "Summary",
        "datePublished": "2019-10",
        "dateModified": "2019-12-12",
        "isPartOf": {"@type": "Blog", "@id": BLOG, "url": BLOG, "name": "Blog"},
        "author": {"@type": "Person", "name": "A. Author"},
        "keywords": ["a", "b"],
        "correction": [correction],
    } == read(
        post_jsonld(
            POST,
            url=URL,
            blog_url=BLOG,
            blog_title="Blog",
            author="A. Author",
            corrections=[correction],
        )
    )


def test_post_without_extras() -> None:
    """What a post does not have is not in its block."""
    plain = dataclasses.replace(POST, tags=())
    value = read(post_jsonld(plain, url=URL, blog_url=BLOG, blog_title="Blog"))
    assert set() == {"author", "keywords", "correction"} & value.keys()


def test_release() -> None:
    """A release says its project, version, date, source, licence and authors."""
    project = Project(
        id="lib",
        name="Lib",
        title="Lib",
        kind=Kind.PYTHON,
        description="A library",
        repository="https://code.example/lib",
        license="LGPL-2.1-or-later",
    )
    release = Release(version="1.2", date=PartialDate(2019, 12), authors=("A", "B"))
    url, home = "https://site.example/lib/1.2/", "https://site.example/lib/"
    value = read(release_jsonld(project, release, url=url, project_url=home))
    assert {
        "@context": "https://schema.org",
        "@type": "SoftwareSourceCode",
        "@id": url,
        "url": url,
        "name": "Lib 1.2",
        "description": "A library",
        "version": "1.2",
        "isPartOf": {"@type": "SoftwareSourceCode", "@id": home, "name": "Lib"},
        "datePublished": "2019-12",
        "codeRepository": "https://code.example/lib",
        "license": {"@type": "CreativeWork", "name": "LGPL-2.1-or-later"},
        "author": [{"@type": "Person", "name": "A"}, {"@type": "Person", "name": "B"}],
    } == value
    bare = dataclasses.replace(project, repository=None, license="")
    value = read(release_jsonld(bare, Release(version="1"), url=url, project_url=home))
    assert set() == {"datePublished", "codeRepository", "license", "author"} & value.keys()


@given(st.text(st.characters()))
def test_no_text_ends_the_block(text: str) -> None:
    """Any title, tag and summary comes back, and none of it is a character that HTML or JS knows."""
    post = dataclasses.replace(POST, title=text, tags=(text,), summary=text)
    markup = post_jsonld(post, url=URL, blog_url=BLOG, blog_title="Blog")
    value = read(markup)
    assert (text, [text], text) == (value["headline"], value["keywords"], value["description"])
    assert markup.isascii()


@pytest.mark.parametrize("text", ["</script><script>", "<!--", "]]>", "&lt;", "\u2028\u2029", "\0"])
def test_dangerous_text(text: str) -> None:
    """Text that could end or open an element is escaped and reads back as itself."""
    markup = render_jsonld({"a": text})
    assert {"a": text} == read(markup)
    assert text not in markup.removeprefix("<script").removesuffix("</script>")
