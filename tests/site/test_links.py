"""Every link between and within the built sites leads to a page, a file and a fragment that are there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pressroom.site.links import BuiltSite, check_links

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.findings import Finding

HUB = "https://apdu.example/"
CCID = "https://ccid.apdu.example/"
TARGET = '<!doctype html><title>x</title><h2 id="here">x</h2><a name="old">x</a><h2 id="é">x</h2>'


@pytest.fixture
def press(tmp_path: Path) -> Path:
    """Two sites with a few pages each, all without links."""
    for path in ("hub/index.html", "hub/a/index.html", "hub/a/b c/index.html", "ccid/index.html"):
        write(tmp_path, path, TARGET)
    write(tmp_path, "hub/files/x.png", "png")
    write(tmp_path, "ccid/readers/index.html", TARGET)
    return tmp_path


def write(root: Path, path: str, text: str) -> None:
    """A file of the output."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def check(root: Path, **more: frozenset[str]) -> list[Finding]:
    """What is wrong with the links of both sites."""
    sites = [
        BuiltSite(name=name, base_url=url, root=root / name)
        for name, url in (("hub", HUB), ("ccid", CCID))
    ]
    return check_links(sites, **more)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "#",
        "#top",
        "#TOP",
        "#here",
        "#old",
        "#%C3%A9",
        "#:~:text=anything",
        "#here:~:text=anything",
        "?q=x",
        "?q=x#here",
        ".",
        "./",
        "./#here",
        "../",
        "..",
        "../#here",
        "../index.html#here",
        "../../../../a/#here",
        "b%20c/",
        "b c/#here",
        "../files/x.png",
        "../files/x.png?v=1#anything",
        "/",
        "/a/",
        "/a/../a/./#here",
        HUB,
        "https://apdu.example",
        "HTTPS://APDU.example/a/#here",
        "//apdu.example/a/",
        CCID + "readers/#here",
        " /a/\n",
        "\\a\\",
        "https://other.example/whatever#x",
        "http://other.example/",
        "mailto:a@apdu.example",
        "tel:1",
    ],
)
def test_good_links_pass(press: Path, url: str) -> None:
    """Every way to write an address that a browser resolves to something we have is fine."""
    write(press, "hub/a/index.html", f"{TARGET}<a href='{url}'>x</a>")
    assert [] == check(press)


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("b-c/", "leads nowhere", f"the nearest is {HUB}a/b%20c/"),
        ("../A/", "leads nowhere", f"the nearest is {HUB}a/"),
        ("../a", "leads nowhere", "end it with a slash: a/"),
        ("b+c/", "leads nowhere", f"the nearest is {HUB}a/b%20c/"),
        ("../files/y.png", "leads nowhere", f"the nearest is {HUB}files/x.png"),
        ("%2e%2e/zzzzzzzzzzzzzzzz", "leads nowhere", "mend the link, or build that page"),
        ("%ff/", "leads nowhere", f"the nearest is {HUB}a/"),
        (CCID + "reader/#here", "leads nowhere", f"the nearest is {CCID}readers/"),
        ("#her", "leads to a/ of hub, which has no #her", "the page has #here"),
        ("#Here", "leads to a/ of hub, which has no #Here", "the page has #here"),
        (
            "/#zzz",
            "leads to the front page of hub, which has no #zzz",
            "mend the fragment, or drop it",
        ),
        (
            CCID + "readers/#zzz",
            "leads to readers/ of ccid, which has no #zzz",
            "mend the fragment, or drop it",
        ),
        ("http://apdu.example/", "has http: where our host has https:", "start it with https:"),
        ("http://ccid.apdu.example", "has http: where our host has https:", "start it with https:"),
    ],
)
def test_dead_links_are_found(press: Path, url: str, message: str, hint: str) -> None:
    """A link that leads nowhere is named with its page and line, and what was meant is proposed."""
    write(press, "hub/a/index.html", f"{TARGET}\n\n<a href='{url}'>x</a>")
    (one,) = check(press)
    assert ("hub/a/index.html:3", message, hint) == (
        one.place.partition("/")[2],
        one.message.removeprefix(f"link {url!r} "),
        one.hint,
    )


@pytest.mark.parametrize(
    "tag",
    [
        "<img src='x.png'>",
        "<img srcset='../files/x.png 1x, x.png 2x'>",
        "<script src='x.js'></script>",
        "<link rel='stylesheet' href='x.css'>",
        "<link rel='canonical' href='https://apdu.example/x/'>",
        "<link rel='alternate' href='/x.xml'>",
        "<video poster='x.png'>",
        "<form action='x/'>",
        "<svg><use xlink:href='x.svg#y'/></svg>",
        "<meta property='og:image' content='https://apdu.example/x.png'>",
        '<script type=\'application/ld+json\'>{"a": [{"url": "https://apdu.example/x/"}]}</script>',
    ],
)
def test_every_kind_of_link_is_checked(press: Path, tag: str) -> None:
    """Images, scripts, feeds, canonical addresses, forms and data are links too."""
    write(press, "hub/a/index.html", TARGET + tag)
    (one,) = check(press)
    assert "leads nowhere" in one.message


def test_names_and_text_are_no_links(press: Path) -> None:
    """Ids in data, other hosts' images and escaped code are not checked."""
    write(
        press,
        "hub/a/index.html",
        TARGET
        + '<meta property="og:image" content="https://other.example/x"><meta name=x content="/x">'
        + '<script type="application/ld+json">{"@id": "https://apdu.example/#org", "x": "/x"}</script>'
        + '<script type="application/ld+json">{</script><code>&lt;a href="/x"&gt;</code>',
    )
    assert [] == check(press)


@pytest.mark.parametrize("name", ["404.html", "50x.html"])
def test_error_page_has_absolute_links(press: Path, name: str) -> None:
    """It answers at any depth, so a relative link in it is a finding even if it leads somewhere."""
    write(press, f"hub/{name}", "<a href='/a/'></a><a href='#'></a>\n<a href='a/'></a>")
    (one,) = check(press)
    assert f"hub/{name}:2" == one.place.partition("/")[2]
    assert "is relative, but the page answers at any depth" in one.message
    assert "start it with /" == one.hint


def test_one_target_is_one_finding(press: Path) -> None:
    """A dead link of the navigation is reported once, with the number of pages that have it."""
    for number in range(9):
        write(
            press,
            f"hub/p{number}/index.html",
            TARGET + "<a href='../x/'></a><a href='../a/#y'></a>",
        )
    fragment, dead = check(press)
    assert dead.message.endswith("leads nowhere (so on 8 more pages)")
    assert fragment.message.endswith("which has no #y (so on 8 more pages)")


def test_prefixes_that_others_answer_for_pass(press: Path) -> None:
    """Addresses below a prefix that is served from elsewhere are not looked for."""
    write(press, "hub/a/index.html", f"{TARGET}<a href='{HUB}download/x.tar.gz'></a>")
    assert 1 == len(check(press))
    assert [] == check(press, elsewhere=frozenset({f"{HUB}download/"}))


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("feed.xml", ATOM.format(f'<link href="{HUB}x/"/>'), "leads nowhere"),
        ("feed.xml", ATOM.format(f'<entry><link href="{HUB}a/#x"/></entry>'), "has no #x"),
        (
            "feed.xml",
            ATOM.format(f'<content type="html">&lt;a href="{HUB}x/"&gt;</content>'),
            "leads nowhere",
        ),
        (
            "feed.xml",
            ATOM.format('<content type="html">&lt;img src="../a/"&gt;</content>'),
            "is relative",
        ),
        ("feed.xml", "<feed", "cannot be read"),
        ("feed.json", json.dumps({"items": [{"url": HUB + "x/"}]}), "leads nowhere"),
        ("feed.json", json.dumps({"items": [{"content_html": "<a href='/a/'>"}]}), "is relative"),
        ("feed.json", "{", "cannot be read"),
        ("sitemap.xml", f"<urlset><url><loc>{HUB}x/</loc></url></urlset>", "leads nowhere"),
        ("sitemap.xml", f"<urlset><url><loc>{HUB}a</loc></url></urlset>", "leads nowhere"),
        ("robots.txt", f"User-agent: *\nSitemap: {HUB}x.xml", "leads nowhere"),
        ("robots.txt", "Sitemap: /x.xml", "is relative"),
        (".well-known/security.txt", f"Contact: {HUB}x/", "leads nowhere"),
        ("a/x.css", "a{background:url(x.png)}", "leads nowhere"),
        (
            "search/search_index.json",
            json.dumps({"docs": [{"location": "a/#x", "text": "https://apdu.example/y"}]}),
            "has no #x",
        ),
        ("latest.json", json.dumps({"page": CCID + "x"}), "leads nowhere"),
    ],
)
def test_links_beside_pages_are_checked(press: Path, path: str, text: str, message: str) -> None:
    """Feeds, site maps, robots.txt, stylesheets and the search index lead to what is there."""
    write(press, f"hub/{path}", text)
    (one,) = check(press)
    assert message in one.message
    assert f"hub/{path}" == one.where.partition("/")[2]
    assert one.hint


def test_good_files_beside_pages_pass(press: Path) -> None:
    """The same kinds of file with links that are there are fine."""
    write(press, "hub/feed.xml", ATOM.format(f'<id>urn:x</id><link href="{HUB}a/#here"/>'))
    write(press, "hub/sitemap.xml", f"<urlset><url><loc>{HUB}a/</loc></url></urlset>")
    write(press, "hub/robots.txt", f"User-agent: *\nDisallow: /x\nSitemap: {HUB}sitemap.xml\n")
    write(press, "hub/a/x.css", "a{background:url(../files/x.png)} b{fill:url(#c)}")
    write(
        press,
        "hub/search/search_index.json",
        '{"docs": [{"location": ""}, {"location": "a/#here"}]}',
    )
    write(press, "hub/other.xml", "<x><link href='/x'/></x>")
    assert [] == check(press)


def test_sites_below_one_host(tmp_path: Path) -> None:
    """A site may live in a folder of another one's host: the longest address wins."""
    write(
        tmp_path, "top/index.html", "<a href='/sub/a/'></a><a href='sub/a/'></a><a href='/b/'></a>"
    )
    write(
        tmp_path, "sub/a/index.html", "<a href='../../'></a><a href='/sub/a/'></a><a href='..'></a>"
    )
    write(tmp_path, "sub/index.html", "")
    sites = [
        BuiltSite(name="top", base_url=HUB, root=tmp_path / "top"),
        BuiltSite(name="sub", base_url=HUB + "sub/", root=tmp_path / "sub"),
    ]
    (one,) = check_links(sites)
    assert one.message.startswith("link '/b/' leads nowhere")
