"""Order, neighbours and relations of posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.dates import PartialDate
from pressroom.posts.links import backlinks
from pressroom.posts.model import Listed, Post, PostMatter, Series, Update
from pressroom.posts.relations import build_blog, list_posts, sort_posts

if TYPE_CHECKING:
    import random


def listed(slug: str, date: str = "2019-12-01", **more: Any) -> Listed:
    when = PartialDate.from_iso(date)
    facts: dict[str, Any] = {"title": slug.upper(), "updated": when, "summary": "S"} | more
    return Listed(slug=slug, date=when, **facts)


def slugs(posts: tuple[Listed, ...]) -> list[str]:
    return [post.slug for post in posts]


def test_newest_first() -> None:
    """Posts sort by date, a vague date by the last day it can mean, then part, then slug."""
    posts = [
        listed("day", "2019-12-30"),
        listed("month", "2019-12"),
        listed("year", "2018"),
        listed("b", "2019-01-01"),
        listed("a", "2019-01-01"),
        listed("part-1", "2019-01-01", part=1),
    ]
    assert ["month", "day", "part-1", "b", "a", "year"] == slugs(sort_posts(posts))


_DATES = st.sampled_from(["2019", "2019-12", "2019-12-31", "2019-12-01", "2020"])


@given(st.lists(st.tuples(_DATES, st.none() | st.integers(1, 3)), max_size=12), st.randoms())
def test_order_does_not_depend_on_input_order(
    facts: list[tuple[str, int | None]], chance: random.Random
) -> None:
    """The order is total: any shuffle sorts to the same list."""
    posts = [listed(f"p{n}", date, part=part) for n, (date, part) in enumerate(facts)]
    shuffled = posts.copy()
    chance.shuffle(shuffled)
    assert sort_posts(posts) == sort_posts(shuffled)


def test_neighbours() -> None:
    """Each post knows the next newer and the next older; the ends have one of them."""
    blog = build_blog([listed("a", "2017"), listed("c", "2019"), listed("b", "2018")])
    assert {"a": "b", "b": "c"} == {slug: post.slug for slug, post in blog.newer.items()}
    assert {"c": "b", "b": "a"} == {slug: post.slug for slug, post in blog.older.items()}


def test_groups() -> None:
    """Tags are sorted by name, years newest first, a series by part and then by date."""
    blog = build_blog(
        [
            listed("p2", "2019-01-01", series="s", part=2, tags=("z", "a")),
            listed("p1", "2019-02-01", series="s", part=1, tags=("z",)),
            listed("x2", "2018-02-01", series="t"),
            listed("x1", "2018-01-01", series="t"),
        ],
        [Series(id="s", title="S"), Series(id="t", title="T")],
    )
    assert {"a": ["p2"], "z": ["p1", "p2"]} == {k: slugs(v) for k, v in blog.by_tag.items()}
    assert ["a", "z"] == list(blog.by_tag)
    assert [2019, 2018] == list(blog.by_year)
    assert ["p1", "p2"] == slugs(blog.by_year[2019])
    assert ["p1", "p2"] == slugs(blog.by_series["s"])
    assert ["x1", "x2"] == slugs(blog.by_series["t"])


def test_corrections_both_ways() -> None:
    """A correction is known to the corrected post, oldest first, and counts as its last change."""
    blog = build_blog(
        [
            listed("old", "2019-01-01"),
            listed("later", "2019-03-01", corrects="old"),
            listed("first", "2019-02-01", corrects="old"),
            listed("lost", "2019-04-01", corrects="gone"),
        ]
    )
    assert {"old": ["first", "later"]} == {k: slugs(v) for k, v in blog.corrected_by.items()}
    assert PartialDate(2019, 3, 1) == blog.by_slug["old"].updated
    assert PartialDate(2019, 2, 1) == blog.by_slug["first"].updated
    assert "old" == blog.by_slug["first"].corrects
    assert blog.posts == tuple(blog.by_slug.values())


def test_listing_posts() -> None:
    """A written post is listed with all its facts and the date of its last update; a draft is not."""

    def post(slug: str, *, draft: bool = False) -> Post:
        update = Update(date=PartialDate(2019, 5), text="U")
        older = Update(date=PartialDate(2019, 4), text="O")
        matter = PostMatter(
            title="T",
            slug=slug,
            date=PartialDate(2019, 1),
            summary="S",
            tags=("a",),
            series="s",
            part=2,
            corrects="c",
            updates=(update, older),
            draft=draft,
        )
        return Post(where="posts/a.md", matter=matter, body="B", body_line=9)

    (one,) = list_posts([post("shown"), post("hidden", draft=True)])
    assert PartialDate(2019, 5) == one.updated
    assert ("shown", "T", "S", ("a",), "s", 2, "c") == (
        one.slug,
        one.title,
        one.summary,
        one.tags,
        one.series,
        one.part,
        one.corrects,
    )
    assert 2 == len(one.updates)


FILES = {"2019-11-broken.md": "broken", "2019-12-not-broken.md": "not-broken"}


@pytest.mark.parametrize(
    "link",
    [
        "[x](2019-11-broken.md)",
        "[x](./2019-11-broken.md#part)",
        "[x](../posts/2019-11-broken.md)",
        "[x](<2019-11-broken.md> 'title')",
        "[x]( 2019-11-broken.md)",
        "[x](2019%2D11-broken.md)",
        "[x](broken/index.html)",
        "[x](broken/?q#f)",
        "[x](/posts/broken/)",
        "[x](site:hub/posts/broken/)",
        "[x]\n\n[x]: 2019-11-broken.md",
        "`code` [x](broken/) `more`",
        "```\ncode\n```\n[x](broken/)",
        "~~~~\n~~~\n~~~~\n[x](broken/)",
    ],
)
def test_links_to_a_post(link: str) -> None:
    """A link by file name, by folder or by path is found."""
    bodies = {"broken": "", "not-broken": link}
    assert {"broken": ("not-broken",)} == backlinks(bodies, FILES)


@pytest.mark.parametrize(
    "text",
    [
        "[x](../projects/broken/index.html)",
        "[x](https://other.example/posts/broken/)",
        "[x](//other.example/posts/broken/)",
        "[x](/broken/)",
        "[x](other.md)",
        "[x](#broken)",
        "[x]()",
        "[x](mailto:broken)",
        "`[x](broken/)`",
        "``a ` [x](broken/)``",
        "```\n[x](broken/)\n```",
        "~~~ text\n```\n[x](broken/)\n~~~",
        "````\n```\n[x](broken/)\n````",
        "```\n[x](broken/)",
        "broken/",
    ],
)
def test_no_links_to_a_post(text: str) -> None:
    """Other hosts, other folders, plain text and code are no links to a post."""
    assert {} == backlinks({"broken": "", "not-broken": text}, FILES)


def test_backlinks_of_the_blog() -> None:
    """Each page knows who links to it, once, newest first; not itself and nobody unpublished."""
    bodies = {
        "broken": "[me](broken/)",
        "a": "[x](broken/) [x](broken/)",
        "b": "[x](2019-11-broken.md)",
        "draft": "[x](broken/) [x](a/)",
    }
    found = backlinks(bodies, FILES)
    assert {"broken": ("a", "b", "draft"), "a": ("draft",)} == found
    blog = build_blog([listed("broken"), listed("a", "2018"), listed("b", "2019")], (), found)
    assert {"broken": ["b", "a"]} == {k: slugs(v) for k, v in blog.linked_from.items()}


@given(st.text(alphabet="`~[]()<>: \nab/.#?%", max_size=80))
def test_finding_links_never_raises(body: str) -> None:
    """Any text has links or none."""
    backlinks({"a": body, "b": body}, {"b.md": "b"})
