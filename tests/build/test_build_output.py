"""What a build makes (test plan A 1, 2, 19, 27-29)."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import feedparser
import pytest
from build_types import Checkout
from lxml import etree, html

from pressroom.site import assets

ERRORS = ("404.html", "50x.html")
PAGES = (
    "index.html",
    *ERRORS,
    "posts/index.html",
    "posts/hello/index.html",
    "posts/widget-1-1/index.html",
    "archive/index.html",
    "archive/2026/index.html",
    "tags/index.html",
    "tags/news/index.html",
    "series/index.html",
    "projects/index.html",
    "projects/widget/index.html",
    "projects/widget/changelog/index.html",
    "projects/widget/download/index.html",
    "projects/widget/1.0/index.html",
    "projects/widget/1.1/index.html",
    "releases/index.html",
    "releases/2026/index.html",
)


def test_every_kind_of_page_is_there(built_press: Checkout) -> None:
    """A checkout with one project and one post has all its pages, and nothing of drafts or Unreleased."""
    made = {name for name in built_press.files() if name.endswith(".html")}

    assert set(PAGES) == made
    assert not any(b"not shown anywhere" in data for data in built_press.files().values())


def test_no_page_runs_what_a_person_typed(built_press: Checkout) -> None:
    """Titles, summaries and entries with angle brackets are text; scripts are files with a hash."""
    for name, data in built_press.files().items():
        if not name.endswith(".html"):
            continue
        root = html.fromstring(data)
        assert [] == root.xpath("//style | //*[@style] | //welcome | //angle | //one | //iframe")
        for script in root.iter("script"):
            block = script.get("type") in {"application/json", "application/ld+json"}
            assert block or (script.get("integrity") and not script.text)
    post = html.fromstring(built_press.files()["posts/hello/index.html"])
    assert ["Hello & <welcome>"] == post.xpath("//h1/text()")
    assert ["Hello & <welcome> - Widgets & more"] == post.xpath("//title/text()")


def test_integrity_is_the_hash_of_the_file(built_press: Checkout) -> None:
    """Every script and stylesheet of a page is there and has the bytes that the page promises."""
    files = built_press.files()
    root = html.fromstring(files["projects/widget/1.1/index.html"])
    linked = [(one.get("src"), one) for one in root.xpath("//script[@src]")]
    linked += [(one.get("href"), one) for one in root.xpath("//link[@rel='stylesheet']")]

    assert len(linked) >= 6
    for url, element in linked:
        name = os.path.normpath(f"projects/widget/1.1/{url}")
        digest = base64.b64encode(hashlib.sha384(files[name]).digest()).decode()
        assert f"sha384-{digest}" == element.get("integrity")
        assert "anonymous" == element.get("crossorigin")


def test_no_stylesheet_holds_an_image(built_press: Checkout) -> None:
    """The images of Material's CSS are files of their own, and they are there."""
    files = built_press.files()
    sheets = {name: data for name, data in files.items() if name.endswith(".css")}

    assert sheets
    for name, data in sheets.items():
        assert b"url(data:" not in data
        assert b'url("data:' not in data
        for target in re.findall(rb"url\(([^)]+)\)", data):
            path = os.path.normpath(f"{name.rpartition('/')[0]}/{target.decode()}")
            assert path in files, (name, target)


def test_atom_feed_reads_back(built_press: Checkout) -> None:
    """Titles, absolute links, stable ids and whole contents arrive in a feed parser."""
    feed = feedparser.parse(built_press.files()["feed.xml"])

    assert not feed.bozo
    assert ["widget 1.1 released", "Hello & <welcome>"] == [entry.title for entry in feed.entries]
    assert "https://widgets.example/posts/hello/" == feed.entries[1].link
    assert all(entry.id.startswith("urn:uuid:") for entry in feed.entries)
    assert "https://widgets.example/posts/widget-1-1/" in feed.entries[1].content[0].value
    assert "Note: this first line is no metadata." in feed.entries[1].content[0].value


def test_the_content_of_a_feed_is_the_html_of_the_post(built_press: Checkout) -> None:
    """Escaped once, by the format; read with an XML and a JSON parser it is the post's markup."""
    files = built_press.files()
    space = {"a": "http://www.w3.org/2005/Atom"}
    atom = etree.fromstring(files["feed.xml"]).findall("a:entry/a:content", space)
    for content in (atom[1].text, json.loads(files["feed.json"])["items"][1]["content_html"]):
        assert content is not None
        assert content.startswith("<p>Note: this first line is no metadata.</p>")
        assert "<code>&lt;code&gt;</code>" in content
        assert 'href="https://widgets.example/posts/widget-1-1/"' in content


def test_json_feed_and_latest_json_say_the_same(built_press: Checkout) -> None:
    """Machines find the ids of the Atom feed in JSON, and the newest release that is not bad."""
    files = built_press.files()
    items = json.loads(files["feed.json"])["items"]
    latest = json.loads(files["projects/widget/latest.json"])

    assert [entry.id for entry in feedparser.parse(files["feed.xml"]).entries] == [
        item["id"] for item in items
    ]
    assert ("1.1", "2026-01-10", "day") == (
        latest["version"],
        latest["date"],
        latest["date_precision"],
    )
    assert ["1.0"] == latest["bad"]


def test_sitemap_lists_every_page_with_true_dates(built_press: Checkout) -> None:
    """Every page but those for errors is there; a date stands only where one is known."""
    files = built_press.files()
    root = etree.fromstring(files["sitemap.xml"])
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    dates = {
        url.findtext("s:loc", namespaces=space): url.findtext("s:lastmod", namespaces=space)
        for url in root.findall("s:url", space)
    }
    expected = {
        f"https://widgets.example/{name.removesuffix('index.html')}"
        for name in PAGES
        if name not in ERRORS
    }

    assert expected == set(dates)
    assert "2026-01" == dates["https://widgets.example/projects/widget/1.0/"]
    assert dates["https://widgets.example/"] is None
    assert files["sitemap.xml"] == gzip.decompress(files["sitemap.xml.gz"])


def test_error_pages_are_found_by_no_search(built_press: Checkout) -> None:
    """They tell search engines to leave them alone, and no page, feed, sitemap or index leads to them."""
    files = built_press.files()
    for name in ERRORS:
        root = html.fromstring(files[name])
        assert ["noindex"] == root.xpath("//meta[@name='robots']/@content")
        assert [] == root.xpath("//link[@rel='canonical']")
    assert [] == html.fromstring(files["index.html"]).xpath("//meta[@name='robots']")
    for name, data in files.items():
        assert name in ERRORS or not re.search(rb"(?:404|50x)\.html", data), name


def test_error_pages_work_at_any_depth(press: Checkout) -> None:
    """Styles are linked from the root of the host, also where the site lies below it; 50x needs no script."""
    press.edit("mkdocs.yml", "site_dir:", "site_url: https://widgets.example/sub/\nsite_dir:")
    result = press.build()
    assert 0 == result.returncode, result.stderr
    for name in ERRORS:
        root = html.fromstring(press.files()[name])
        addresses = root.xpath("//head/link[not(@rel='canonical')]/@href | //script/@src")
        assert addresses
        assert [] == [one for one in addresses if not one.startswith("/sub/")]
    assert [] == root.xpath("//script")
    assert [f"/sub/{name}" for name in press.files() if "/failure." in name] == root.xpath(
        "//link[@rel='stylesheet']/@href"
    )


def test_a_byte_of_a_stylesheet_changes_the_links_of_all_pages(
    built_press: Checkout, press: Checkout
) -> None:
    """What browsers keep for a year is never met by a page that expects other bytes."""
    name = "assets/pressroom/pressroom.css"
    style = (Path(assets.__file__).parent.parent / "theme" / name).read_text(encoding="utf-8")
    press.write(f"docs/{name}", style + "\n")  # a site's own file comes before the theme's
    assert 0 == press.build().returncode

    def links(checkout: Checkout) -> set[str]:
        found = set()
        for page, data in checkout.files().items():
            if page.endswith(".html") and page != "50x.html":
                found |= set(re.findall(rb"/pressroom/(pressroom\.\w+\.css)\" integrity", data))
        return {one.decode() for one in found}

    ((before,), (after,)) = links(built_press), links(press)
    assert before != after
    assert f"assets/pressroom/{before}" not in press.files()
    assert f"assets/pressroom/{after}" in press.files()


def test_security_txt_and_robots_are_served(built_press: Checkout) -> None:
    """RFC 9116's required fields stand there; robots.txt names the sitemap."""
    files = built_press.files()
    security = files[".well-known/security.txt"].decode()

    assert "Contact: mailto:security@widgets.example\n" in security
    assert "Expires: 2099-01-01T00:00:00Z\n" in security
    assert b"Sitemap: https://widgets.example/sitemap.xml" in files["robots.txt"]


def test_search_finds_data_pages(built_press: Checkout) -> None:
    """Versions and lists are in the site's search, escaped."""
    docs = json.loads(built_press.files()["search/search_index.json"])["docs"]
    titles = {doc["location"]: doc["title"] for doc in docs}

    assert "widget 1.1" == titles["projects/widget/1.1/"]
    assert "Hello &amp; &lt;welcome&gt;" == titles["posts/hello/"]


def test_feeds_are_found_from_the_pages(built_press: Checkout) -> None:
    """Every page names the blog's feeds, a project's pages its own too; each link leads to a file."""
    files = built_press.files()
    for page, count in (("posts/hello", 2), ("projects/widget/1.1", 3)):
        root = html.fromstring(files[f"{page}/index.html"])
        links = [one for one in root.iter("link") if "alternate" in (one.get("rel") or "").split()]

        assert count == len(links)
        for link in links:
            assert os.path.normpath(f"{page}/{link.get('href')}") in files
            assert link.get("title")


def test_long_lists_have_pages(press: Checkout) -> None:
    """45 more posts are three pages of the list, linked both ways, and each post is on one of them."""
    for number in range(45):
        press.write(
            f"posts/{number}.md",
            f"---\ntitle: P{number}\nslug: p{number}\ndate: 2025-01\nsummary: S.\n---\nText.\n",
        )
    assert 0 == press.build().returncode
    files = press.files()
    names = ["posts/index.html", "posts/2/index.html", "posts/3/index.html"]
    pages = [html.fromstring(files[name]) for name in names]
    shown = [link for one in pages for link in one.xpath("//h2[@class='pr-card__title']/a/@href")]

    assert [20, 20, 7] == [len(page.xpath("//article[@class='pr-card']")) for page in pages]
    assert 47 == len({link.strip("./") for link in shown})
    assert (["2/"], []) == (
        pages[0].xpath("//a[@rel='prev']/@href"),
        pages[0].xpath("//a[@rel='next']/@href"),
    )
    assert (["../3/"], ["../"]) == (
        pages[1].xpath("//a[@rel='prev']/@href"),
        pages[1].xpath("//a[@rel='next']/@href"),
    )
    assert "posts/4/index.html" not in files


def test_a_bad_release_says_so_and_leads_on(built_press: Checkout) -> None:
    """The page of a bad release warns and links to its replacement; the newest is the good one."""
    root = html.fromstring(built_press.files()["projects/widget/1.0/index.html"])
    home = html.fromstring(built_press.files()["projects/widget/index.html"])
    box = root.xpath("//aside[@class='pr-bad']")[0]

    assert "Do not use widget 1.0." in " ".join(box.text_content().split())
    assert ["../1.1/"] == box.xpath(".//a/@href")
    assert "widget 1.1" in home.xpath("//p[@class='pr-newest']")[0].text_content()


@pytest.mark.parametrize(
    "change",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C"},
        {"TZ": "America/Adak", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"SOURCE_DATE_EPOCH": "0"},
        {"SOURCE_DATE_EPOCH": "4102444800"},
    ],
)
def test_the_same_input_gives_the_same_bytes(
    built_press: Checkout, press: Checkout, tmp_path: Path, change: dict[str, str]
) -> None:
    """Another folder, working directory, umask, time zone, locale, hash seed or epoch changes nothing."""
    before = os.umask(0o077)
    try:
        result = press.build(cwd=tmp_path, **change)
    finally:
        os.umask(before)

    assert 0 == result.returncode, result.stderr
    assert built_press.files() == press.files()


def test_an_epoch_that_is_no_number_is_refused(press: Checkout) -> None:
    """The message names the variable and what to set it to."""
    result = press.build(SOURCE_DATE_EPOCH="yesterday")

    assert 1 == result.returncode
    assert "SOURCE_DATE_EPOCH is 'yesterday'" in result.stderr
    assert "seconds since 1970" in result.stderr


def test_a_draft_is_in_no_output(press: Checkout) -> None:
    """Not in pages, lists, feeds, sitemap, search, JSON: nowhere."""
    press.edit("posts/2026-01-hello.md", "tags: [news]", "tags: [zebra]\ndraft: true")
    press.edit("docs/index.md", " and [the first post](posts/2026-01-hello.md)", "")

    assert 0 == press.build().returncode
    for name, data in press.files().items():
        assert "hello" not in name
        assert b"welcome" not in data
        assert b"zebra" not in data


def test_another_post_changes_no_old_id(built_press: Checkout, press: Checkout) -> None:
    """An old entry of the feed keeps id and dates when a post is added and another retitled."""
    press.write(
        "posts/2026-02-second.md",
        "---\ntitle: Second\nslug: second\ndate: 2026-02-01\nsummary: S.\n---\n\nText.\n",
    )
    press.edit("posts/2026-01-hello.md", "title: Hello & <welcome>", "title: Changed")
    press.build()

    def entries(checkout: Checkout) -> dict[str, tuple[str, str]]:
        return {
            entry.link: (entry.id, entry.updated)
            for entry in feedparser.parse(checkout.files()["feed.xml"]).entries
        }

    old, new = entries(built_press), entries(press)
    assert len(old) + 1 == len(new)
    assert old.items() <= new.items()


def test_an_update_and_a_correction_show_everywhere(press: Checkout) -> None:
    """The old post has a dated box, both posts link to each other, the feed's `updated` moves."""
    press.write(
        "posts/2026-03-sorry.md",
        "---\ntitle: Sorry\nslug: sorry\ndate: 2026-03-02\nsummary: S.\ncorrects: hello\n---\n\nText.\n",
    )
    press.edit(
        "posts/2026-01-hello.md",
        "tags: [news]",
        "tags: [news]\nupdates:\n  - { date: 2026-02-03, text: Not <so>. }",
    )
    assert 0 == press.build().returncode
    files = press.files()
    old = html.fromstring(files["posts/hello/index.html"])
    new = html.fromstring(files["posts/sorry/index.html"])
    feed = {entry.link: entry for entry in feedparser.parse(files["feed.xml"]).entries}

    boxes = [" ".join(box.text_content().split()) for box in old.xpath("//aside[@role='note']")]
    assert ["Corrected on 2 March 2026: Sorry", "Update of 3 February 2026: Not <so>."] == boxes
    assert ["../hello/"] == new.xpath("//aside[@class='pr-correction']//a/@href")
    assert "2026-03-02T00:00:00Z" == feed["https://widgets.example/posts/hello/"].updated


def test_properdocs_builds_the_same_tree(built_press: Checkout, press: Checkout) -> None:
    """The other core differs in the generator's name only."""
    result = press.build(core="properdocs")
    generator = re.compile(rb'<meta name="generator"[^>]*>')

    def without_generator(files: dict[str, bytes]) -> dict[str, bytes]:
        plain = {
            name: gzip.decompress(data) if name.endswith(".gz") else data
            for name, data in files.items()
        }
        return {name: generator.sub(b"", data) for name, data in plain.items()}

    assert 0 == result.returncode, result.stderr
    assert without_generator(built_press.files()) == without_generator(press.files())


def test_the_year_2038_is_a_year_like_any_other(press: Checkout) -> None:
    """A post of 2040 in an archive of 2040 builds once its day has come."""
    future = dt.datetime.now(dt.UTC).date().replace(day=1).isoformat()
    press.edit("posts/2026-01-hello.md", "2026-01-05", future)

    assert 0 == press.build(SOURCE_DATE_EPOCH="2209032000").returncode
    assert (press.site / "archive" / future[:4] / "index.html").is_file()


def test_a_wheel_builds_the_site_alone(
    checkout: Path, press: Checkout, built_press: Checkout, tmp_path: Path
) -> None:
    """The wheel holds the package and its theme, names no project of ours, and builds the same bytes."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "-o",
            str(tmp_path),
            str(checkout),
        ],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("pressroom-*.whl")
    environment = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    (packages,) = environment.glob("lib/python3*/site-packages")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(packages)], check=True)
    # Dependencies come from the environment that runs the tests; the package itself does not:
    # an editable install works by a .pth file, and those are not read a second time.
    (others,) = {str(Path(pytest.__file__).parent.parent)}
    (packages / "dependencies.pth").write_text(others + "\n")
    python = str(environment / "bin" / "python")
    where = subprocess.run(
        [python, "-c", "import pressroom; print(pressroom.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"]},
    ).stdout
    built = subprocess.run(
        [python, "-m", "mkdocs", "build", "--strict"],
        cwd=press.root,
        env={"PATH": os.environ["PATH"], "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert str(packages) in where
    assert 0 == built.returncode, built.stderr
    assert built_press.files() == press.files()
