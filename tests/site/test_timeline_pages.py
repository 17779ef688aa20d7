"""The pages of all releases and their feed, made from changelogs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import time
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from mkdocs.utils import get_relative_url
from timeline_changelogs import catalogue, changelog, release, three

from pressroom.changelog.model import Changelog, Entry
from pressroom.config import load_config
from pressroom.site import urls
from pressroom.site.feeds import entry_id
from pressroom.site.hub_feeds import MAX_ENTRIES, NOT_RECORDED, HubFeeds
from pressroom.site.scan import is_clean
from pressroom.site.timeline.counts import SHOWN_PROJECTS
from pressroom.site.timeline.months import STRONGEST
from pressroom.site.timeline.page import NEWEST, timeline_pages

if TYPE_CHECKING:
    from types import ModuleType

    from pressroom.site.pages import DataPage

TESTS = Path(__file__).parent.parent
CSS = TESTS.parent / "scripts/pressroom/theme/assets/pressroom/pressroom.css"
BASE = "https://widgets.example/"


def body(page: DataPage) -> str:
    """The body of a page."""
    return str(page.body(lambda url: get_relative_url(url, page.url)))


def pages(*changelogs: Changelog) -> dict[str, DataPage]:
    """The pages of these changelogs, by their addresses."""
    return {page.url: page for page in timeline_pages(catalogue(*changelogs))}


def shown(url: str, *changelogs: Changelog) -> html.HtmlElement:
    """The body of one of them, parsed."""
    return html.fromstring(f"<main>{body(pages(*changelogs)[url])}</main>")


def words(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def feeds(*changelogs: Changelog) -> HubFeeds:
    """The feeds of these changelogs."""
    return HubFeeds(
        config=load_config(TESTS / "fixtures" / "press"),
        catalogue=catalogue(*changelogs),
        base_url=BASE,
        title="T",
        contents={},
    )


def crowd(count: int) -> tuple[Changelog, ...]:
    """Ten projects with as many releases in all, over 25 years; every fiftieth without a date."""
    start = dt.date(2001, 1, 1)
    each = count // 10
    return tuple(
        changelog(
            f"P{number}",
            *(
                release(
                    f"1.{at}",
                    (start + dt.timedelta(days=at * 9_125 // each)).isoformat()
                    if at % 50
                    else None,
                )
                for at in reversed(range(each))
            ),
        )
        for number in range(10)
    )


def test_there_is_a_page_a_year_with_releases() -> None:
    """The overview, the years, and the versions without a date where there are any."""
    assert ["releases/", "releases/2026/", "releases/2025/", "releases/2023/", urls.UNDATED] == [
        *pages(*three())
    ]
    assert ["releases/", "releases/2025/"] == [*pages(changelog("W", release("1", "2025")))]


@pytest.mark.parametrize("logs", [(), (changelog("Widget"),)])
def test_without_a_release_the_overview_says_so(logs: tuple[Changelog, ...]) -> None:
    """Navigation leads there from the first day on."""
    (page,) = pages(*logs).values()

    assert "Releases No release is recorded yet." == words(html.fromstring(f"<i>{body(page)}</i>"))
    assert ((), None) == (page.toc, page.lastmod)


def test_the_newest_of_all_projects_stand_on_top() -> None:
    """Name, version, date, and a mark where one is bad; what has no date is named below."""
    page = shown(urls.RELEASES, *three())

    assert words(page).startswith("Releases 8 recorded releases of 3 projects.")
    assert [
        "Gadget 1.2 January 2026",
        "Widget 0.2 20 January 2026",
        "Widget 0.1 12 June 2025",
        "Gadget 1.1 bad release · 10 June 2025",
        "Gadget 1.0 2023",
    ] == [words(row) for row in page.xpath("//ul[@class='pr-releases']/li")]
    assert [
        "Newest of their projects, but without a date: Gadget 2.0, Gizmo 3.0b (bad release)."
    ] == [words(one) for one in page.xpath("//ul[@class='pr-releases']/following-sibling::p[1]")]
    assert NEWEST == len(shown(urls.RELEASES, *crowd(100)).xpath("//ul[@class='pr-releases']/li"))


def test_a_version_links_to_its_page_or_to_its_place() -> None:
    """A bad release has a page; one of which nothing else is known has its place in the changelog."""
    page = shown("releases/2025/", *three())

    assert [
        "../../projects/gadget/1.1/",
        "../../projects/widget/changelog/#v0.1",
    ] == page.xpath("//td//a/@href")


def test_what_has_no_date_is_counted_and_listed() -> None:
    """How many of which project on the overview; which ones on a page of their own."""
    overview = words(shown(urls.RELEASES, *three()))
    page = shown(urls.UNDATED, *three())

    said = "3 versions have no date and stand in no chart and no calendar: 1 of Gadget, 2 of Gizmo."
    assert said in overview
    assert ["Gadget 1", "Gizmo 2"] == [words(one) for one in page.xpath("//h2")]
    assert ["2.0", "3.0b bad", "2.9"] == [words(one) for one in page.xpath("//li")]


def test_projects_without_a_single_date_have_no_chart() -> None:
    """The overview is a sentence then, with the way to what there is."""
    page = shown(urls.RELEASES, changelog("Gizmo", release("1")))

    assert [] == page.xpath("//svg | //table | //h2")
    assert ["undated/"] == page.xpath("//a[contains(., '1 version has no date')]/@href")


def test_the_chart_has_a_name_and_the_same_figures_as_a_table() -> None:
    """A screen reader hears title and description; each year of the table leads to its page."""
    page = shown(urls.RELEASES, *three())
    (chart,) = page.xpath("//svg[@role='img']")

    assert chart.find("title").get("id") == chart.get("aria-labelledby")
    assert chart.find("desc").get("id") == chart.get("aria-describedby")
    assert "Releases a year and project, 2023 to 2026" == chart.findtext("title")
    assert ["Gadget", "Widget"] == [words(one) for one in page.xpath("//ul[@class='pr-legend']/li")]
    table = page.xpath("//figure//table")[0]
    assert [
        ["Year", "Gadget", "Widget", "All"],
        ["2026", "1", "1", "2"],
        ["2025", "1", "1", "2"],
        ["2024", "0", "0", "0"],
        ["2023", "1", "0", "1"],
    ] == [[words(cell) for cell in row] for row in table.iter("tr")]
    assert ["2026/", "2025/", "2023/"] == table.xpath(".//a/@href")


def test_the_calendar_leads_to_the_months() -> None:
    """Each number to its row on the page of its year, where there is one."""
    made = pages(*three())
    page = html.fromstring(f"<main>{body(made[urls.RELEASES])}</main>")
    links = page.xpath("//table[contains(@class, 'pr-calendar')]//td/a/@href")

    assert ["2026/#january", "2025/#june", "2023/#unknown"] == links
    for link in links:
        year, _, month = link.partition("#")
        rows = html.fromstring(body(made[f"releases/{year}"])).xpath("//tr[@id=$id]", id=month)
        assert 1 == len(rows)
        assert rows[0].xpath("td//a")
    assert "only the year is known" in words(page)


def test_a_year_has_its_months_and_projects() -> None:
    """Twelve rows, a column a project that released something, the day where it is known, bad ones marked."""
    page = shown("releases/2025/", *three())
    rows = {row.get("id"): [words(cell) for cell in row] for row in page.xpath("//tbody/tr")}

    assert ["Month", "Gadget", "Widget"] == [words(cell) for cell in page.xpath("//thead//th")]
    assert 12 == len(rows)
    assert ["June", "1.1 10 bad", "0.1 12"] == rows["june"]
    assert ["May", "", ""] == rows["may"]
    unknown = shown("releases/2023/", *three()).xpath("//tr[@id='unknown']")
    assert ["Month unknown", "1.0"] == [words(cell) for row in unknown for cell in row]


def test_the_years_lead_to_each_other() -> None:
    """Over a year without a release, too."""
    page = shown("releases/2025/", *three())

    assert ["../2023/"] == page.xpath("//a[@rel='prev']/@href")
    assert ["../2026/"] == page.xpath("//a[@rel='next']/@href")
    assert [] == shown("releases/2023/", *three()).xpath("//a[@rel='prev']")


def test_the_time_between_releases_says_what_is_counted() -> None:
    """Where nothing is known there is no number; what was counted stands beside it."""
    page = shown(urls.RELEASES, *three())

    assert [
        "Gadget 4 not known not known 0 of 3",
        "Gizmo 2 not known not known 0 of 1",
        "Widget 2 222 222 0.1, 0.2 1 of 1",
    ] == [
        " ".join(filter(None, map(words, row)))
        for row in page.xpath("//h2[@id='time']/following::tbody[1]/tr")
    ]
    assert "if both are dated to the day" in words(page)


def test_search_knows_the_versions_of_a_year() -> None:
    """A version without a page of its own is found where it is listed."""
    made = pages(*three())

    assert "Gadget 1.2, Widget 0.2" == made["releases/2026/"].search_entry["text"]
    assert "Gizmo 2.9" in made[urls.UNDATED].keywords
    assert "2026-01" == getattr(made[urls.RELEASES].lastmod, "iso", None)


@settings(max_examples=40)
@given(st.text().filter(str.isprintable))
def test_names_and_versions_are_text(typed: str) -> None:
    """Whatever stands in them, no element comes of it, no style either, and the page may be sent."""
    name = f"<script>{typed}</script>\" style='x"
    log = changelog("X", release(f"1{name}", "2025-02-03"), release(f"0{name}"))
    assert log.project is not None
    log = dataclasses.replace(log, project=dataclasses.replace(log.project, name=name))
    for page in pages(log).values():
        made = body(page)
        assert is_clean(made.encode(), origins=frozenset({BASE}))
        assert [] == html.fromstring(f"<main>{made}</main>").xpath("//script | //@style")
        assert "<script>" not in page.search_entry["text"]


def test_what_scrolls_can_be_reached_by_keyboard() -> None:
    """Each table stands in a box with a name and a place in the order of tabs."""
    for url, page in pages(*three()).items():
        root = html.fromstring(f"<main>{body(page)}</main>")
        boxes = root.xpath("//div[@tabindex='0'][@role='group'][@aria-label]/table")
        assert root.xpath("//table") == boxes, url
        ids = root.xpath("//@id")
        assert sorted(set(ids)) == sorted(ids), url


def test_every_kind_has_a_colour_that_can_be_seen() -> None:
    """In both schemes: parts of bars differ from the paper by 3 at least, numbers from their field by 4.5."""
    blocks = re.findall(r'\[data-md-color-scheme="\w+"\] \{\n(.*?)\n\}', CSS.read_text(), re.DOTALL)

    def bright(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: str, other: str) -> float:
        dark, light = sorted((bright(one), bright(other)))
        return (light + 0.05) / (dark + 0.05)

    assert 2 == len(blocks)
    for block in blocks:
        colours = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        for kind in range(1, SHOWN_PROJECTS + 1):
            assert contrast(colours[f"pr-kind-{kind}"], colours["md-default-bg-color"]) >= 3, kind
        for strength in range(1, STRONGEST + 1):
            field = colours[f"pr-heat-{strength}"]
            assert contrast(field, colours["md-default-fg-color"]) >= 4.5, strength


def test_five_thousand_releases_are_shown_at_once() -> None:
    """No page takes a tenth of a second (half of one on a busy machine), and none has more than a year."""
    slow, large = {}, {}
    for url, page in pages(*crowd(5_000)).items():
        body(page)  # the template is compiled
        start = time.process_time()
        made = body(page)
        slow[url] = time.process_time() - start
        large[url] = len(made)

    assert 27 == len(slow)
    assert max(slow.values()) < 0.5, max(slow.items(), key=lambda one: one[1])
    assert max(large.values()) < 120_000, max(large.items(), key=lambda one: one[1])


@pytest.fixture(scope="module")
def feedparser() -> ModuleType:
    """The feed reader, whose import warns."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="'cgi' is deprecated", category=DeprecationWarning
        )
        import feedparser  # noqa: PLC0415 - its import warns

        return feedparser  # type: ignore[no-any-return]


def parsed(feedparser: ModuleType, *changelogs: Changelog) -> Any:
    """The feed of all releases as a feed reader has it."""
    return feedparser.parse(feeds(*changelogs).files()[urls.RELEASES_FEED]())


def test_one_feed_has_the_releases_of_all_projects(feedparser: ModuleType) -> None:
    """Newest first, what has no date left out, a bad one with its warning; a reader finds no fault."""
    feed = parsed(feedparser, *three())

    assert not feed.bozo
    assert "Releases of all projects" == feed.feed.title
    assert {"self": f"{BASE}releases/feed.xml", "alternate": f"{BASE}releases/"} == {
        link.rel: link.href for link in feed.feed.links
    }
    assert ["Gadget 1.2", "Widget 0.2", "Widget 0.1", "Gadget 1.1", "Gadget 1.0"] == [
        entry.title for entry in feed.entries
    ]
    assert "2026-01-31T00:00:00Z" == feed.feed.updated == feed.entries[0].updated
    assert f"{BASE}projects/widget/changelog/#v0.2" == feed.entries[1].link
    assert "<strong>Bad release:</strong> its file is missing" in feed.entries[3].content[0].value


def test_a_release_is_the_same_entry_in_both_feeds(feedparser: ModuleType) -> None:
    """Its id and all else are those of its project's feed: who reads both has it once."""
    made = feeds(*three())
    all_of_them = made.releases_feed().entries
    (gadget,) = [
        one for one in made.catalogue.changelogs if one.project and one.project.id == "gadget"
    ]

    assert set(made.project_feed(gadget).entries) < set(all_of_them)
    assert len(all_of_them) == len({entry.id for entry in all_of_them})
    (first,) = [entry for entry in all_of_them if entry.title == "Widget 0.1"]
    assert entry_id(made.config.feed_namespace, "projects/widget/0.1") == first.id
    again = parsed(feedparser, *three()[::-1])
    assert sorted(entry.id for entry in again.entries) == sorted(entry.id for entry in all_of_them)


def test_an_entry_is_never_empty() -> None:
    """Of a release with nothing but version and date it says that nothing else is recorded."""
    plain, full = release("1", "2025-01-01"), release("2", "2025-02-02")
    full = dataclasses.replace(full, blocks=(Entry(text="add `--loud`"),))
    newer, older = feeds(changelog("Widget", full, plain)).releases_feed().entries

    assert (NOT_RECORDED, f"<p>{NOT_RECORDED}</p>") == (older.summary, older.html)
    assert "add --loud" == newer.summary
    assert NOT_RECORDED not in newer.html
    (bad,) = feeds(changelog("W", release("1", "2025", bad=True))).releases_feed().entries
    assert NOT_RECORDED not in bad.summary


def test_the_feed_is_bounded_and_stands_without_a_release(feedparser: ModuleType) -> None:
    """The newest of 5,000; before the first release it is valid and empty."""
    assert MAX_ENTRIES == len(parsed(feedparser, *crowd(5_000)).entries)
    empty = parsed(feedparser)
    assert (False, []) == (bool(empty.bozo), empty.entries)


def test_every_page_names_the_feed() -> None:
    """Feed readers find it from each of them."""
    for url, page in pages(*three()).items():
        (link,) = html.fromstring(f"<main>{page.head}</main>").xpath("//link")
        assert "application/atom+xml" == link.get("type")
        assert get_relative_url(urls.RELEASES_FEED, url) == link.get("href")
