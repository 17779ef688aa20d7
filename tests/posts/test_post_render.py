"""The boxes on a post, as HTML."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from pressroom.dates import PartialDate
from pressroom.posts.model import Listed, Update
from pressroom.posts.relations import build_blog
from pressroom.posts.render import render_corrections, render_date, render_notes, render_updates

if TYPE_CHECKING:
    from markupsafe import Markup

    from pressroom.posts.model import Blog

HOSTILE = st.one_of(
    st.text(),
    st.sampled_from(
        [
            "</p></aside><script>alert(1)</script>",
            '" onmouseover="alert(1)',
            "' style='x",
            "{{ 7 * 7 }}{0}{}",
            "<img src=x onerror=alert(1)>",
            "&lt;b&gt; &amp; <b>",
            "<!--",
            "]]>",
        ]
    ),
)
OLD_DATE, NEW_DATE = PartialDate(2019, 11, 23), PartialDate(2019, 12, 12)


def url(slug: str) -> str:
    return f"/posts/{slug}/"


def two_posts(*updates: Update, title: str = "Not broken") -> Blog:
    old = Listed(
        slug="old", title="Broken", date=OLD_DATE, updated=OLD_DATE, summary="", updates=updates
    )
    new = Listed(
        slug="new", title=title, date=NEW_DATE, updated=NEW_DATE, summary="", corrects="old"
    )
    return build_blog([old, new])


def text_of(markup: Markup) -> str:
    return " ".join(html.fragment_fromstring(markup, create_parent="div").text_content().split())


def test_correction_on_both_posts() -> None:
    """The corrected post says when and links to the correction; the correction links back."""
    blog = two_posts()
    assert (
        '<aside class="pr-correction" role="note"><p><strong>Corrected on '
        '<time datetime="2019-12-12">12 December 2019</time>:</strong> '
        '<a href="/posts/new/">Not broken</a></p></aside>\n'
    ) == render_notes(blog.by_slug["old"], blog, url=url)
    assert (
        '<aside class="pr-correction" role="note"><p>This post corrects '
        '<a href="/posts/old/">Broken</a>.</p></aside>\n'
    ) == render_notes(blog.by_slug["new"], blog, url=url)


def test_updates_oldest_first() -> None:
    """Each update is a dated box with its text and its link, the oldest first."""
    late = Update(date=PartialDate(2020, 2), text="Late.", post="gone")
    early = Update(date=PartialDate(2020, 1), text="Early.")
    blog = two_posts(late, early)
    markup = render_updates(blog.by_slug["old"], blog, url=url)
    assert "Update of January 2020: Early. Update of February 2020: Late." == text_of(markup)
    assert 2 == markup.count('<aside class="pr-update" role="note">')
    assert '<time datetime="2020-02">' in markup
    assert "href" not in markup  # what it names is not published


def test_update_that_names_the_correction_is_one_box() -> None:
    """An update that links to the correcting post becomes the text of the correction's box."""
    blog = two_posts(Update(date=NEW_DATE, text="The claim was wrong:", post="new"))
    old = blog.by_slug["old"]
    assert "" == render_updates(old, blog, url=url)
    assert "Corrected on 12 December 2019: The claim was wrong: Not broken" == text_of(
        render_corrections(old, blog, url=url)
    )


def test_dates_keep_their_precision() -> None:
    """A month stays a month, for people and for machines."""
    assert '<time datetime="2019-09">September 2019</time>' == render_date(PartialDate(2019, 9))


@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_text_is_shown_as_text(title: str, text: str, address: str) -> None:
    """No title, update text or address adds an element or an attribute to the boxes."""
    updates = (Update(date=OLD_DATE, text=text), Update(date=NEW_DATE, text=text, post="new"))
    tame = two_posts(*(Update(date=one.date, text="U", post=one.post) for one in updates))
    blog = two_posts(*updates, title=title)
    expected = render_notes(tame.by_slug["old"], tame, url=url)
    markup = render_notes(blog.by_slug["old"], blog, url=lambda slug: address + slug)
    assert _skeleton(expected) == _skeleton(markup)


def _skeleton(markup: Markup) -> list[tuple[str, list[str]]]:
    """Elements with the names of their attributes, as HTML reads them."""
    found: list[tuple[str, list[str]]] = []

    class Elements(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, [name for name, _ in attrs]))

    Elements().feed(markup)
    return found
