"""Feeds, read back by parsers that are not ours."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import uuid
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from pressroom.changelog.model import BadRelease, Kind, Project, Release
from pressroom.dates import PartialDate
from pressroom.site.feeds import (
    Feed,
    FeedEntry,
    absolute_links,
    entry_id,
    feed_html,
    latest_json,
    moment,
    render_atom,
    render_json_feed,
)

if TYPE_CHECKING:
    from types import ModuleType

NAMESPACE = uuid.UUID("6f1d2f0e-6d0c-4c53-9a51-0d3a4f8f0f01")
DAY = moment(PartialDate(2019, 12, 18))
BASE = "https://site.example/posts/one/"
HOSTILE = [
    "]]>",
    "a &nbsp; b & c &amp; d",
    "<script>alert(1)</script>",
    "</content></entry>",
    "\N{PARTY POPPER} \N{COMBINING ACUTE ACCENT}",
    "<!-- x",
    "&#0; &bogus;",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>",
    "\r\n\t x\u2028y",
    'it\'s "quoted"',
]


def entry(name: str = "one", **changes: Any) -> FeedEntry:
    made = FeedEntry(
        id=entry_id(NAMESPACE, f"posts/{name}"),
        url=f"https://site.example/posts/{name}/",
        title=f"Title of {name}",
        published=DAY,
        updated=DAY,
        summary="Summary",
        html="<p>Text</p>",
        tags=("a", "b"),
    )
    return dataclasses.replace(made, **changes)


def feed(*entries: FeedEntry) -> Feed:
    return Feed(
        id=entry_id(NAMESPACE, "feed"),
        title="Blog & more",
        subtitle="All <posts>",
        home_url="https://site.example/",
        self_url="https://site.example/feed.xml",
        updated=DAY,
        author="The Maintainer",
        entries=entries,
    )


def atom(data: bytes, path: str) -> list[Any]:
    names = {"a": "http://www.w3.org/2005/Atom"}
    found = etree.fromstring(data).xpath(path, namespaces=names)
    assert isinstance(found, list)
    return found


@pytest.fixture(scope="module")
def feedparser() -> ModuleType:
    with warnings.catch_warnings():
        # feedparser imports cgi, which leaves the standard library in 3.13
        warnings.filterwarnings(
            "ignore", message="'cgi' is deprecated", category=DeprecationWarning
        )
        import feedparser  # noqa: PLC0415 - its import warns

        assert isinstance(feedparser.__version__, str)
        return feedparser  # type: ignore[no-any-return]


def test_another_program_reads_the_atom_feed(feedparser: ModuleType) -> None:
    """A feed reader finds no fault, and every fact of feed and entry."""
    changed = entry(updated=moment(PartialDate(2019, 12)), authors=("A. Author",))
    parsed = feedparser.parse(render_atom(feed(changed, entry("two"))))
    assert not parsed.bozo
    assert "atom10" == parsed.version
    assert ("Blog & more", "en") == (parsed.feed.title, parsed.feed.language)
    assert "The Maintainer" == parsed.feed.author
    assert {"self": "https://site.example/feed.xml", "alternate": "https://site.example/"} == {
        link.rel: link.href for link in parsed.feed.links
    }
    one, two = parsed.entries
    assert ("Title of one", changed.url, changed.id) == (one.title, one.link, one.id)
    assert ("2019-12-18T00:00:00Z", "2019-12-31T00:00:00Z") == (one.published, one.updated)
    assert ["a", "b"] == [tag.term for tag in one.tags]
    assert ("text/html", "<p>Text</p>") == (one.content[0].type, one.content[0].value)
    assert "A. Author" == one.author
    assert "https://site.example/posts/two/" == two.link


def test_json_feed_says_the_same() -> None:
    """The JSON feed is version 1.1 and holds the same entries; it ends with a line end."""
    data = render_json_feed(feed(entry(title="<b>&", authors=("A",)), entry("two", tags=())))
    assert data.endswith(b"}\n")
    value = json.loads(data)
    assert "https://jsonfeed.org/version/1.1" == value["version"]
    assert "https://site.example/feed.xml" == value["feed_url"]
    assert [{"name": "The Maintainer"}] == value["authors"]
    one, two = value["items"]
    assert {
        "id": entry().id,
        "url": BASE,
        "title": "<b>&",
        "content_html": "<p>Text</p>",
        "summary": "Summary",
        "date_published": "2019-12-18T00:00:00Z",
        "date_modified": "2019-12-18T00:00:00Z",
        "tags": ["a", "b"],
        "authors": [{"name": "A"}],
    } == one
    assert "tags" not in two


# XML turns a carriage return that is not escaped into a line feed; what XML cannot hold at all
# is the next test's.
XML_TEXT = st.text(
    st.characters(
        exclude_categories=["Cs"],
        exclude_characters=[chr(n) for n in range(32) if chr(n) not in "\t\n\r"]
        + ["\ufffe", "\uffff"],
    )
) | st.sampled_from(HOSTILE)


@given(XML_TEXT, XML_TEXT)
def test_titles_and_content_come_back(title: str, content: str) -> None:
    """Any title and any content arrive as they were, in both feeds, and make no element."""
    one = entry(title=title, html=content, summary=title, tags=(title,))
    data = render_atom(feed(one))
    assert [title] == [node.text or "" for node in atom(data, "//a:entry/a:title")]
    assert [title] == [node.text or "" for node in atom(data, "//a:summary")]
    assert [content] == [node.text or "" for node in atom(data, "//a:content")]
    assert [title] == atom(data, "//a:category/@term")
    plain = render_atom(feed(entry(tags=("a",))))
    assert [node.tag for node in atom(plain, "//*")] == [node.tag for node in atom(data, "//*")]
    item = json.loads(render_json_feed(feed(one)))["items"][0]
    assert (title, content, [title]) == (item["title"], item["content_html"], item["tags"])


@given(st.text(st.characters()))
def test_no_text_breaks_a_feed(text: str) -> None:
    """Control characters and lone surrogates become a visible sign; the feeds stay well-formed."""
    hostile = entry(title=text, html=text, summary=text, tags=(text,), authors=(text,))
    broken = dataclasses.replace(feed(hostile), title=text, subtitle=text, author=text)
    etree.fromstring(render_atom(broken))
    json.loads(render_json_feed(broken).decode())


def test_what_xml_cannot_hold_is_visible() -> None:
    """A NUL in a title is shown as a replacement character in both feeds."""
    one = feed(entry(title="a\0b\ud800"))
    assert ["a\ufffdb\ufffd"] == [node.text for node in atom(render_atom(one), "//a:entry/a:title")]
    assert "a\ufffdb\ufffd" == json.loads(render_json_feed(one))["items"][0]["title"]


def test_five_hundred_entries(feedparser: ModuleType) -> None:
    """A feed of 500 entries is well-formed and in order, with 500 ids."""
    entries = [entry(f"post-{n}", html=HOSTILE[n % len(HOSTILE)]) for n in range(500)]
    data = render_atom(feed(*entries))
    assert [one.id for one in entries] == [node.text for node in atom(data, "//a:entry/a:id")]
    assert 500 == len({one.id for one in entries})
    assert not feedparser.parse(data).bozo


def test_ids_never_change() -> None:
    """An id comes from the namespace and the path alone, so these bytes never change."""
    expected = "urn:uuid:2fff72f2-f0d4-5124-8892-5b29d5a475e7"
    assert expected == entry_id(NAMESPACE, "posts/one")
    assert expected != entry_id(NAMESPACE, "posts/two")
    assert expected != entry_id(uuid.UUID(int=0), "posts/one")


def test_other_content_changes_one_entry_only() -> None:
    """When one post changes, the bytes of every other entry stay, and so does the order."""
    before = atom(render_atom(feed(entry("one"), entry("two"))), "//a:entry")
    changed = entry("one", html="new", updated=moment(PartialDate(2020)))
    after = atom(render_atom(feed(changed, entry("two"))), "//a:entry")
    assert etree.tostring(before[0]) != etree.tostring(after[0])
    assert etree.tostring(before[1]) == etree.tostring(after[1])


def test_same_feed_same_bytes() -> None:
    """Two renderings are the same bytes."""
    assert render_atom(feed(entry())) == render_atom(feed(entry()))
    assert render_json_feed(feed(entry())) == render_json_feed(feed(entry()))


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2019-12-18", "2019-12-18T00:00:00+00:00"),
        ("2020-02", "2020-02-29T00:00:00+00:00"),
        ("2004", "2004-12-31T00:00:00+00:00"),
        ("2040-01-01", "2040-01-01T00:00:00+00:00"),
        ("9999", "9999-12-31T00:00:00+00:00"),
    ],
)
def test_moment_of_a_date(date: str, expected: str) -> None:
    """A date's moment is the start of its last day, in UTC, also after 2038."""
    assert expected == moment(PartialDate.from_iso(date)).isoformat()


def test_moments_in_other_zones_are_written_in_utc() -> None:
    """A moment two hours east of UTC is written in UTC; one without a zone is refused."""
    east = dt.datetime(2019, 12, 18, 1, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert "2019-12-17T23:00:00Z" in render_atom(feed(entry(updated=east))).decode()
    with pytest.raises(ValueError, match="has no time zone"):
        render_atom(feed(entry(updated=east.replace(tzinfo=None))))


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ('<a href="../two/">x</a>', '<a href="https://site.example/posts/two/">x</a>'),
        ('<a href="/x?a=1&amp;b=2">x</a>', '<a href="https://site.example/x?a=1&amp;b=2">x</a>'),
        ('<a href="#part">x</a>', f'<a href="{BASE}#part">x</a>'),
        ('<a href="//cdn.example/">x</a>', '<a href="https://cdn.example/">x</a>'),
        ('<img src="a.png" alt="">', f'<img src="{BASE}a.png" alt="">'),
        ('<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'),
        ('<a href=" JaVa\nScript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="&#106;avascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ('<a href="http://[">x</a>', "<a>x</a>"),
        ("text &amp; <b>bold</b> tail", "text &amp; <b>bold</b> tail"),
        ("a&nbsp;b &lt;c&gt;", "a\xa0b &lt;c&gt;"),
        ("", ""),
        ("<p>a</p>\n<p>b</p>\n", "<p>a</p>\n<p>b</p>\n"),
        ("<!-- c --><p>a</p>", "<!-- c --><p>a</p>"),
        ("<pre><code>a\n  b\n</code></pre>", "<pre><code>a\n  b\n</code></pre>"),
        ("<div>a</div><div>b</div>", "<div>a</div><div>b</div>"),
    ],
)
def test_links_become_absolute(fragment: str, expected: str) -> None:
    """Every link is absolute and harmless; all other markup and text stays."""
    assert expected == absolute_links(fragment, BASE)


def test_feed_content_leaves_the_page_behind() -> None:
    """Scripts, styles, handlers, frames, buttons and permalinks do not travel; their surroundings do."""
    page = (
        '<h2 id="a" onclick="x()">A<a class="headerlink" href="#a">¶</a> tail</h2>'
        "<script>alert(1)</script> kept <style>p{}</style><iframe src=x></iframe>"
        '<p style="color:red">b<button>Copy</button></p><img srcset="a 2x" src="a">'
    )
    assert (
        '<h2 id="a">A tail</h2> kept <p>b</p><img src="https://site.example/posts/one/a">'
    ) == feed_html(page, BASE)


@given(st.text(alphabet="<>/abp \"'=&;#x:hrefsonclt!-\0\x0b", max_size=60))
def test_no_fragment_is_too_broken(fragment: str) -> None:
    """Any fragment becomes HTML whose links are absolute and which has no handlers."""
    root = html.fragment_fromstring(feed_html(fragment, BASE), create_parent="div")
    for element in root.iter(etree.Element):
        assert not any(re.match("on|style$", name) for name in element.attrib)
        for name in ("href", "src"):
            target = element.get(name, BASE)
            assert urlsplit(target).scheme in {"http", "https", "mailto"}


PROJECT = Project(id="lib", name="Lib", title="Lib", kind=Kind.PYTHON, description="A library")


def latest(*releases: Release) -> dict[str, Any]:
    data = latest_json(
        PROJECT,
        releases,
        url=lambda release: f"https://site.example/lib/{release.version}/",
        changelog_url="https://site.example/lib/changelog/",
    )
    assert data.endswith(b"}\n")
    value = json.loads(data)
    assert isinstance(value, dict)
    return value


def test_latest_passes_over_bad_and_unreleased() -> None:
    """The latest release is the first of the file that is released and not bad."""
    bad = BadRelease(reason="broken")
    assert {
        "project": "lib",
        "version": "1.2",
        "date": "2019-12",
        "date_precision": "month",
        "url": "https://site.example/lib/1.2/",
        "changelog_url": "https://site.example/lib/changelog/",
        "bad": ["1.3", "1.0"],
    } == latest(
        Release(version="Unreleased"),
        Release(version="1.3", bad=bad),
        Release(version="1.2", date=PartialDate(2019, 12)),
        Release(version="1.1", date=PartialDate(2019, 11)),
        Release(version="1.0", bad=bad),
    )


def test_latest_of_nothing() -> None:
    """Without a release that may be used the same keys are there, and null."""
    value = latest(Release(version="Unreleased"))
    assert {
        "project": "lib",
        "version": None,
        "date": None,
        "date_precision": None,
        "url": None,
        "changelog_url": "https://site.example/lib/changelog/",
        "bad": [],
    } == value
