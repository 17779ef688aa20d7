"""The pages of all releases in a whole build: found by readers, search, sitemap and the check of what was built."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import feedparser
import pytest
from build_types import Checkout
from click.testing import CliRunner
from lxml import etree, html

from pressroom.site.cli import check

if TYPE_CHECKING:
    from collections.abc import Mapping

MORE = "\n## 0.9 - 3 March 2024, A. Maintainer\n\n## 0.8 - undated\n\n## 0.7 - 2024\n"
ADDED = ("releases/index.html", "releases/2026/index.html", "releases/2024/index.html")


@pytest.fixture(scope="module")
def long_press(built_press: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The small checkout with older versions of which little is known, built once."""
    checkout = Checkout(root=tmp_path_factory.mktemp("timeline") / "press")
    for folder in ("docs", "posts", "releases"):
        for file in (built_press.root / folder).rglob("*.*"):
            name = str(file.relative_to(built_press.root))
            checkout.write(name, file.read_text(encoding="utf-8"))
    for name in ("mkdocs.yml", "pyproject.toml"):
        checkout.write(name, (built_press.root / name).read_text(encoding="utf-8"))
    file = checkout.root / "releases" / "widget.md"
    file.write_text(file.read_text(encoding="utf-8") + MORE, encoding="utf-8")
    checkout.edit("mkdocs.yml", "  - Blog:", "  - Releases: releases/index.html\n  - Blog:")
    result = checkout.build()
    assert 0 == result.returncode, result.stderr
    return checkout


@pytest.fixture(scope="module")
def files(long_press: Checkout) -> Mapping[str, bytes]:
    """What was built of it."""
    return long_press.files()


def test_the_pages_are_found(files: Mapping[str, bytes]) -> None:
    """By navigation, home and the list of projects; by search; in the sitemap with the day of the newest."""
    docs = {one["location"]: one for one in json.loads(files["search/search_index.json"])["docs"]}
    sitemap = etree.fromstring(files["sitemap.xml"])
    dates = dict(zip(sitemap.xpath("//*[local-name()='loc']/text()"), sitemap, strict=True))

    assert set(ADDED) < files.keys()
    assert "releases/undated/index.html" in files
    assert "widget 0.9, widget 0.7" == ", ".join(
        sorted(docs["releases/2024/"]["text"].split(", "), reverse=True)
    )
    assert "2026-01" in dates["https://widgets.example/releases/"].xpath(
        "string(*[local-name()='lastmod'])"
    )
    for name in ("index.html", "projects/index.html"):
        links = html.fromstring(files[name]).xpath("//main//a/@href")
        assert "releases" in {
            os.path.normpath(f"{os.path.dirname(name)}/{link}").lstrip("/")  # noqa: PTH120 - a URL
            for link in links
        }
    for name in ("posts/index.html", *ADDED):
        links = html.fromstring(files[name]).xpath("//nav//a[contains(., 'Releases')]/@href")
        folder = os.path.dirname(name)  # noqa: PTH120 - a URL
        assert {"releases"} == {os.path.normpath(f"{folder}/{link}") for link in links}, name


def test_what_was_built_holds(long_press: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links and fragments, from numbers to months and from versions to changelogs: no finding is about them."""
    monkeypatch.chdir(long_press.root)
    checked = CliRunner().invoke(check, ["--built"]).output

    assert "hub: 21 pages" in checked
    assert "releases/" not in checked


def test_the_feed_is_named_and_reads_back(files: Mapping[str, bytes]) -> None:
    """The pages name it in their heads, and a feed reader gets all that is dated."""
    feed = feedparser.parse(files["releases/feed.xml"])

    assert not feed.bozo
    titles = [entry.title for entry in feed.entries]
    assert titles[:2] == ["widget 1.0", "widget 1.1"]
    assert titles[2:] == ["widget 0.7", "widget 0.9"]
    own = feedparser.parse(files["projects/widget/feed.xml"])
    assert {entry.id for entry in own.entries} == {entry.id for entry in feed.entries}
    for name in (*ADDED, "releases/undated/index.html"):
        links = html.fromstring(files[name]).xpath("//link[contains(@rel, 'alternate')]/@href")
        folder = os.path.dirname(name)  # noqa: PTH120 - a URL
        assert "releases/feed.xml" in {os.path.normpath(f"{folder}/{link}") for link in links}


def test_no_page_has_a_style_or_a_script_of_its_own(files: Mapping[str, bytes]) -> None:
    """The strict policy lets none through; colours come from the stylesheet."""
    for name in (*ADDED, "releases/undated/index.html"):
        root = html.fromstring(files[name])
        assert [] == root.xpath("//style | //*[@style] | //main//script")


def test_two_builds_are_one(long_press: Checkout, files: Mapping[str, bytes]) -> None:
    """The same changelogs are the same bytes."""
    assert 0 == long_press.build().returncode

    assert files == long_press.files()
