"""Recorded results in a whole build: found by readers, search, sitemap and the check of what was built."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from build_types import Checkout
from click.testing import CliRunner
from grade_records import graded, lines, several
from lxml import etree, html

from pressroom.observatory.record import RECORDS
from pressroom.site.cli import check

if TYPE_CHECKING:
    from collections.abc import Mapping

HOSTS = ("widgets.example", "aux.example")
FOOTER = "//footer//a[text()='Security headers']/@href"


@pytest.fixture(scope="module")
def graded_press(built_press: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The small checkout with the results of two hosts, built once."""
    checkout = Checkout(root=tmp_path_factory.mktemp("graded") / "press")
    for folder in ("docs", "posts", "releases"):
        for file in (built_press.root / folder).rglob("*.*"):
            name = str(file.relative_to(built_press.root))
            checkout.write(name, file.read_text(encoding="utf-8"))
    for name in ("mkdocs.yml", "pyproject.toml"):
        checkout.write(name, (built_press.root / name).read_text(encoding="utf-8"))
    checkout.write(RECORDS, lines(several(HOSTS)))
    result = checkout.build()
    assert 0 == result.returncode, result.stderr
    return checkout


@pytest.fixture(scope="module")
def files(graded_press: Checkout) -> Mapping[str, bytes]:
    """What was built of it."""
    return graded_press.files()


def test_the_page_is_found(files: Mapping[str, bytes]) -> None:
    """By the footer of every page, by search, and in the sitemap with the day of the newest result."""
    docs = json.loads(files["search/search_index.json"])["docs"]
    (entry,) = [doc for doc in docs if doc["location"] == "grades/"]
    sitemap = etree.fromstring(files["sitemap.xml"])
    dates = dict(zip(sitemap.xpath("//*[local-name()='loc']/text()"), sitemap, strict=True))

    assert "Security headers" == entry["title"]
    assert "aux.example" in entry["text"]
    url = dates["https://widgets.example/grades/"]
    assert "2026-01-20" == url.xpath("string(*[local-name()='lastmod'])")
    for name, link in {
        "index.html": ["grades/"],
        "posts/hello/index.html": ["../../grades/"],
        "grades/index.html": ["../grades/"],
        "404.html": ["/grades/"],
    }.items():
        assert link == html.fromstring(files[name]).xpath(FOOTER), name


def test_what_was_built_holds(graded_press: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links, fragments, names of files and drawings: no finding is about grades."""
    monkeypatch.chdir(graded_press.root)
    checked = CliRunner().invoke(check, ["--built"]).output

    assert "hub: 20 pages" in checked
    assert "grades" not in checked


def test_only_the_footer_of_other_pages_changes(
    built_press: Checkout, files: Mapping[str, bytes]
) -> None:
    """Without results there is neither page nor link; with them nothing else differs but search, sitemap and styles."""
    before = built_press.files()

    assert not [name for name in before if name.startswith("grades")]
    assert [] == html.fromstring(before["index.html"]).xpath(FOOTER)
    assert {
        "grades/index.html",
        "grades/latest.json",
        "grades/badge-widgets.example.svg",
        "grades/badge-aux.example.svg",
    } == files.keys() - before.keys()
    link = '<a href="grades/">Security headers</a>'
    lines_of = {
        name: [line.strip() for line in made["index.html"].decode().split("\n") if line.strip()]
        for name, made in (("before", before), ("after", files))
    }
    assert lines_of["before"] == [line for line in lines_of["after"] if line != link]


def test_the_links_of_the_json_lead_somewhere(files: Mapping[str, bytes]) -> None:
    """Each host's place on the page is there, and its badge."""
    hosts = json.loads(files["grades/latest.json"])["hosts"]
    page = html.fromstring(files["grades/index.html"])

    assert sorted(HOSTS) == [one["host"] for one in hosts]
    for one in hosts:
        base, _, fragment = one["url"].partition("#")
        assert "https://widgets.example/grades/" == base
        assert 1 == len(page.xpath(f"//h2[@id='{fragment}']"))
        assert one["badge_url"].removeprefix("https://widgets.example/") in files


def test_two_builds_are_one(graded_press: Checkout, files: Mapping[str, bytes]) -> None:
    """The same results are the same bytes, wherever they stand in the file."""
    graded_press.write(RECORDS, lines(several(HOSTS)[::-1]))
    assert 0 == graded_press.build().returncode

    assert files == graded_press.files()


def test_a_broken_line_fails_the_build_and_leaves_the_site(press: Checkout) -> None:
    """It is named with file and line, and nothing is published."""
    press.write(RECORDS, lines([graded()]) + '{"host": "<b>"}\n')
    result = press.build()

    assert 1 == result.returncode
    assert f"{RECORDS}:2: key 'at' is missing" in result.stderr
    assert "hint: a command writes these lines" in result.stderr
    assert "Traceback" not in result.stderr
    assert not press.site.exists()
