"""Our own four sites: the seed's ten stories and what became of them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import feedparser
import pytest
from build_types import Checkout
from lxml import html

from pressroom.config import load_config
from pressroom.site.tree import BuiltSite, check_built

STORIES = {
    "pykcs11-1-5-7": ("New PyKCS11 1.5.7 available", "2019-12-18"),
    "tokend-not-broken-catalina": ("tokend support is NOT broken in Catalina", "2019-12-12"),
    "tokend-broken-catalina-10-15-1": (
        "tokend support is broken in Catalina 10.15.1",
        "2019-11-23",
    ),
    "macos-catalina-smart-cards": ("macOS Catalina and smart cards status", "2019-10"),
    "atr-old-site-decommissioned": ("Parsing an ATR: old site decommissioned", "2019-09"),
    "atr-new-site": ("Parsing an ATR: new web site URL", "2019-09"),
    "websites-security-observatory": (
        "Improved security of the muscle, pcsclite and ccid websites",
        "2019-08",
    ),
    "iso-7816-4-wireshark": ("ISO 7816-4 spy using Wireshark", "2019-08-12"),
    "libccid-1-4-31": ("New version of libccid: 1.4.31", "2019-08-10"),
    "pyscard-1-9-9": ("PySCard 1.9.9 released", "2019-08-09"),
}
PROJECTS = {"libccid", "pcsc-lite", "pcsc-perl", "pcsc-tools", "pykcs11", "pyscard"}


def page(ours: Checkout, url: str, site: str = "hub") -> html.HtmlElement:
    """A built page."""
    return html.fromstring((ours.root / "public" / site / url / "index.html").read_bytes())


def words(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def test_the_ten_stories_stand_in_the_order_of_the_seed(ours: Checkout) -> None:
    """Titles, dates with their precision, and the order of the blog."""
    blog = page(ours, "posts")
    cards = blog.xpath("//article[@class='pr-card']")

    assert list(STORIES.values()) == [
        (words(card.xpath(".//h2")[0]), card.xpath(".//time/@datetime")[0]) for card in cards
    ]
    for slug in STORIES:
        assert 1 == len(page(ours, f"posts/{slug}").xpath("//h1"))


def test_the_correction_links_both_ways(ours: Checkout) -> None:
    """The article of November says that it was wrong; the one of December says what it corrects."""
    old = page(ours, "posts/tokend-broken-catalina-10-15-1")
    new = page(ours, "posts/tokend-not-broken-catalina")
    feed = {
        entry.link.split("/")[-2]: entry
        for entry in feedparser.parse(ours.files()["feed.xml"]).entries
    }

    assert ["../tokend-not-broken-catalina/"] == old.xpath(
        "//aside[@class='pr-correction']//a/@href"
    )
    assert ["2019-12-12"] == old.xpath("//aside[@class='pr-correction']//time/@datetime")
    assert ["../tokend-broken-catalina-10-15-1/"] == new.xpath("//aside//a/@href")
    assert "2019-12-12T00:00:00Z" == feed["tokend-broken-catalina-10-15-1"].updated
    assert "2019-11-23T00:00:00Z" == feed["tokend-broken-catalina-10-15-1"].published


def test_the_bad_release_shows_what_replaces_it(ours: Checkout) -> None:
    """1.5.6 is marked bad with a link to 1.5.7; both are announced in one post."""
    bad = page(ours, "projects/pykcs11/1.5.6")
    post = page(ours, "posts/pykcs11-1-5-7")

    assert ["../1.5.7/"] == bad.xpath("//aside[@class='pr-bad']//a/@href")
    assert ["v1.5.7", "v1.5.6"] == post.xpath("//article//h2/@id")[:2]
    assert "1.5.20" == json.loads(ours.files()["projects/pykcs11/latest.json"])["version"]


def test_the_driver_lists_the_twenty_readers_of_the_seed(ours: Checkout) -> None:
    """The nested bullets below "Add support of" are twenty."""
    items = page(ours, "projects/libccid/1.4.31").xpath(
        "//li[starts-with(., 'Add support of')]/ul/li"
    )

    assert 20 == len(items)
    assert ["ACS ACR1252 Reader", "Route1 MobiKEY Fusion3"] == [words(items[0]), words(items[-1])]


def test_every_project_has_its_pages(ours: Checkout) -> None:
    """Home, changelog, feed and latest.json for all six."""
    files = ours.files()

    for project in PROJECTS:
        for name in ("index.html", "changelog/index.html", "feed.xml", "latest.json"):
            assert f"projects/{project}/{name}" in files
    assert {f"{project}/" for project in PROJECTS} == set(
        page(ours, "projects").xpath("//a[@class='pr-releases__name']/@href")
    )


def test_the_command_that_the_seed_lost_is_whole_again(ours: Checkout) -> None:
    """The preference domain stands in the Catalina article."""
    text = words(page(ours, "posts/macos-catalina-smart-cards"))

    assert "/Library/Preferences/com.apple.security.smartcard Legacy -bool true" in text


@pytest.mark.parametrize("site", ["hub", "ccid", "pcsclite", "muscle"])
def test_every_site_stands_alone(ours: Checkout, site: str) -> None:
    """Each has its own search, sitemap, error pages, security.txt, and canonical addresses of its own host."""
    root = ours.root / "public" / site
    host = load_config(ours.root).host(site)

    for name in (
        "404.html",
        "50x.html",
        "sitemap.xml",
        "robots.txt",
        ".well-known/security.txt",
        "search/search_index.json",
    ):
        assert (root / name).is_file(), name
    assert [f"https://{host}/"] == page(ours, "", site).xpath("//link[@rel='canonical']/@href")
    assert page(ours, "", site).xpath("//footer//a[text()='Report a problem']/@href")


def test_nothing_is_wrong_with_what_was_built(ours: Checkout) -> None:
    """Links and fragments across sites, inline code, other origins, integrity, secrets, clashes: none."""
    config = load_config(ours.root)
    sites = [
        BuiltSite(name=name, base_url=config.base_url(name), root=ours.root / "public" / name)
        for name in config.settings.sites
    ]
    findings, totals = check_built(sites)

    assert [] == findings
    assert 4 == len(totals)


def test_a_broken_link_in_what_was_built_is_seen(ours: Checkout, tmp_path: Path) -> None:
    """The check of the built tree can fail: a link to nowhere is named with its page."""
    config = load_config(ours.root)
    site = ours.root / "public" / "muscle"
    copy = tmp_path / "muscle"
    shutil.copytree(site, copy)
    index = copy / "index.html"
    text = index.read_text(encoding="utf-8")
    index.write_text(
        re.sub(r"</h1>", '</h1><a href="nowhere/#x">y</a>', text, count=1), encoding="utf-8"
    )
    findings, _ = check_built(
        [BuiltSite(name="muscle", base_url=config.base_url("muscle"), root=copy)]
    )

    assert any(
        "nowhere/" in finding.message and "index.html" in finding.where for finding in findings
    )


def test_the_domain_is_written_once(checkout_files: dict[str, bytes]) -> None:
    """Only pyproject.toml knows it; documents name it as a placeholder, and recorded grades are of hosts."""
    knowing = {
        name
        for name, data in checkout_files.items()
        if b"apdu.example" in data and not name.startswith("tests/")
    }

    # What is typed when a server is set up names its hosts; test_operations_page.py compares them with the settings.
    documents = {"README.md", "OPERATIONS.md"}
    assert {"pyproject.toml", "site/observatory.jsonl", *documents} == knowing
