"""Pages of readers, from invented ones: what is shown, what is linked, and that nothing of it is markup."""

from __future__ import annotations

import csv
import gzip
import io
import json
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from mkdocs.utils import get_relative_url
from reader_types import DRIVER, catalogue, interface, record

from pressroom.changelog.parse import parse_changelog
from pressroom.config import load_config
from pressroom.dates import PartialDate
from pressroom.readers.lint import NOTES
from pressroom.readers.model import Lcd, Status
from pressroom.readers.pins import Origin, PinLimits
from pressroom.site.readers.new import DriverRelease
from pressroom.site.readers.releases import driver_releases, release_readers
from pressroom.site.readers.site import ReaderSite
from pressroom.site.scan import is_clean

if TYPE_CHECKING:
    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.site.pages import DataPage

BASE = "https://readers.press.example/"
PRESS = Path(__file__).parent.parent / "fixtures" / "press"
HOSTILE = """</td><script>alert(1)</script>&'"<b>"""


def site(found: ReaderCatalogue, releases: dict[str, DriverRelease] | None = None) -> ReaderSite:
    """The readers' site of a catalogue."""
    return ReaderSite(load_config(PRESS), found, base_url=BASE, releases=releases or {})


def pages(found: ReaderCatalogue, **more: Any) -> dict[str, DataPage]:
    """Every data page by URL."""
    return {page.url: page for page in site(found, **more).data_pages()}


def shown(page: DataPage) -> html.HtmlElement:
    """The body of a page."""
    return html.fromstring(f"<main>{page.body(lambda url: get_relative_url(url, page.url))}</main>")


def words(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def test_a_hostile_name_is_text_everywhere() -> None:
    """In no page, file or search entry does a name, vendor, label or note become markup; it comes back exactly."""
    found = catalogue(
        record(
            "a",
            interface(label=HOSTILE),
            product=HOSTILE,
            name=HOSTILE,
            vendor=HOSTILE,
            notes=HOSTILE,
        ),
        record("b", name=HOSTILE),
    )
    made = site(found)
    for page in made.data_pages():
        body = page.body(lambda url, page=page: get_relative_url(url, page.url))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        assert is_clean(body.encode(), origins=frozenset({BASE})), page.url
        assert not html.fromstring(f"<main>{body}</main>").xpath("//script|//b"), page.url
        assert "<" not in page.search_entry["title"] + page.search_entry["text"]
    files = {name: make() for name, make in made.data_files().items()}
    published = json.loads(files["readers.json"])["readers"]

    assert [HOSTILE, HOSTILE] == [one["name"] for one in published]
    assert HOSTILE == published[0]["interfaces"][0]["label"]
    assert HOSTILE == json.loads(files["readers/index.json"])["rows"][0][3]
    assert HOSTILE == next(csv.DictReader(io.StringIO(files["readers.csv"].decode())))["name"]
    assert HOSTILE == shown(pages(found)["readers/a/"]).xpath("//h1")[0].text


def test_an_id_of_several_readers_has_a_page_that_compares_them() -> None:
    """Both readers are kept under names of their own, say so, and stand on the page of their id."""
    found = pages(catalogue(record("one"), record("two", name="Acme Slim II", known=False)))
    compared = shown(found["ids/f001-0001/"])

    assert ["../../readers/one/", "../../readers/two/"] == compared.xpath("//tbody//a/@href")
    assert "no descriptor is known" in words(compared)
    for slug in ("one", "two"):
        assert ["../../ids/f001-0001/"] == shown(found[f"readers/{slug}/"]).xpath(
            "//aside//a/@href"
        )
    assert "ids/f001-0001/" not in pages(catalogue(record("one")))


def test_a_reader_says_which_systems_list_it() -> None:
    """The first system of each family that ships the release, or that there is none yet."""
    page = shown(pages(catalogue(record(since="1.2.0")))["readers/acme-slim/"])
    families = {words(one.find("h3")): one for one in page.xpath("//div[@class='pr-shipped']")}

    assert "In Beta OS since 2." == words(families["Beta OS"].find("p"))
    assert "no release of Gamma" in words(families["Gamma"].find("p"))
    assert ["lists it", "too old"] == [
        words(one) for one in families["Beta OS"].xpath(".//li//strong")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"since": ""}, "not known which driver release was the first"),
        ({"last": "1.3.0"}, "Driver releases after 1.3.0 do not list it"),
        ({"since": "", "status": Status.DISABLED}, "leaves this reader alone"),
        ({"since": "1.0.0", "last": "1.1.0", "status": Status.DISABLED}, "after 1.1.0"),
        ({"known": False}, "Nobody has sent in the descriptor"),
        ({"notes": "Needs `firmware` 2."}, "Needs firmware 2."),
    ],
)
def test_a_page_says_what_is_not_known(changes: dict[str, Any], expected: str) -> None:
    """Unknown, listed no more, disabled, without a descriptor: each is said in words."""
    assert expected in words(shown(pages(catalogue(record(**changes)))["readers/acme-slim/"]))


def test_facts_say_how_many_others_have_the_value() -> None:
    """Two readers share a length that the third has not; unknown bits are shown raw."""
    found = catalogue(
        record("a"),
        record("b"),
        record("c", interface(max_message=522, features=0x80010030)),
    )
    facts = {
        slug: {
            words(row[0]): [words(cell) for cell in row[1:]]
            for row in shown(pages(found)[f"readers/{slug}/"]).xpath("//tbody/tr")
        }
        for slug in ("a", "c")
    }

    assert ["271 bytes", "dwMaxCCIDMessageLength", "1 other reader"] == facts["a"][
        "Longest message"
    ]
    assert ["522 bytes", "dwMaxCCIDMessageLength", "no other"] == facts["c"]["Longest message"]
    assert "2 other readers" == facts["c"]["Slots"][-1]
    assert "unknown-0x80000000" in facts["c"]["What it does by itself"][0]
    assert "dwFeatures 0x80010030" == facts["c"]["What it does by itself"][1]


def test_every_lint_note_is_told_in_plain_words() -> None:
    """All codes that an importer may write are sentences on the page, each once."""
    one = interface(lint=tuple(NOTES))
    page = shown(pages(catalogue(record("a", one, one)))["readers/a/"])

    assert list(NOTES.values()) == [
        words(note) for note in page.xpath("//h2[@id='odd']/following::ul[1]/li")
    ]


def test_pin_limits_stand_side_by_side_with_who_says_so() -> None:
    """A range, its sources, and for the others that nobody knows."""
    pad = interface(pin=("verify",), lcd=Lcd(lines=2, columns=16), raw={"bPINSupport": 1})
    limits = PinLimits(
        slug="a", origin=Origin.REPORTED, source="readers/A.txt", shortest=4, longest=12
    )
    other = PinLimits(slug="a", origin=Origin.DRIVER, source="driver 1.4.0", shortest=4, longest=8)
    found = pages(catalogue(record("a", pad), record("b", pad), record("c"), pins=(limits, other)))
    rows = [[words(cell) for cell in row] for row in shown(found["pinpads/"]).xpath("//tbody/tr")]
    page = words(shown(found["readers/a/"]))

    assert ["4 to 8 or 12, by firmware", "unknown"] == [row[4] for row in rows]
    assert ["2 x 16", "2 x 16"] == [row[6] for row in rows]
    assert "readers/A.txt" in page
    assert "driver 1.4.0" in page
    assert "is not known" in words(shown(found["readers/b/"]))
    assert "PIN limits" not in words(shown(found["readers/c/"]))


def test_new_readers_are_a_section_a_release_with_or_without_a_page() -> None:
    """A release without a page is a section; one of which nothing is known says so; both ways are linked."""
    found = catalogue(record("a", since="1.2.0"), record("b", since="1.1.0", usb_id="F001:0002"))
    releases = {
        "1.2.0": DriverRelease(url="https://press.example/p/1.2.0/", date=PartialDate(2020, 5)),
        "9.0.0": DriverRelease(url="https://press.example/p/9.0.0/", date=None),
        "1.3.0": DriverRelease(url="https://press.example/p/1.3.0/", date=None),
    }
    page = shown(pages(found, releases=releases)["new/"])
    sections = {one.xpath(".//h2/@id")[0]: one for one in page.xpath("//section")}

    assert ["v9.0.0", "v1.2.0", "v1.1.0"] == list(sections)
    assert ["https://press.example/p/1.2.0/"] == sections["v1.2.0"].xpath(".//h2/a[1]/@href")
    assert ["#v1.1.0"] == sections["v1.1.0"].xpath(".//h2/a/@href")
    assert "not known: the table ends with the list of release 1.4.0" in words(sections["v9.0.0"])
    assert "Nobody kept its list." in words(sections["v1.2.0"])
    assert ["../../new/#v1.2.0"] == shown(pages(found)["readers/a/"]).xpath(
        "//p[contains(@class, 'pr-verdict')]/a/@href"
    )


def test_the_feed_has_the_releases_whose_date_is_known() -> None:
    """One entry a release, with its readers; a release without a date waits for it."""
    found = catalogue(record("a", since="1.2.0"), record("b", since="1.1.0", usb_id="F001:0002"))
    releases = {"1.2.0": DriverRelease(url="https://p.example/", date=PartialDate(2020, 5, 9))}
    feed = site(found, releases).data_files()["new/feed.xml"]()
    root = html.fromstring(feed)

    assert ["1 reader new in driver release 1.2.0"] == root.xpath("//entry/title/text()")
    assert f"{BASE}new/#v1.2.0" == root.xpath("//entry/link/@href")[0]
    assert f"{BASE}readers/a/" in root.xpath("//entry/content")[0].text
    assert uuid.UUID(root.xpath("//entry/id/text()")[0].removeprefix("urn:uuid:"))


def test_an_id_that_several_readers_share_leads_to_their_page_everywhere() -> None:
    """Section and feed lead to the page that compares them, not to the first of them."""
    found = catalogue(record("one", since="1.2.0"), record("two", since="1.2.0"))
    releases = {"1.2.0": DriverRelease(url="https://p.example/", date=PartialDate(2020))}
    feed = html.fromstring(site(found, releases).data_files()["new/feed.xml"]())

    assert ["../ids/f001-0001/"] == shown(pages(found)["new/"]).xpath("//section//li/a/@href")
    assert f"{BASE}ids/f001-0001/" in feed.xpath("//entry/content")[0].text


def test_a_version_page_leads_to_a_section_that_there_is() -> None:
    """Added readers or unknown: its section; nothing added, or no version at all: the page."""
    versions = ("9.0.0", "1.3.0", "1.2.0", "0.0b")
    text = "---\nname: P\ntitle: P\nkind: python\ndescription: D.\n---\n" + "".join(
        f"\n## {version} - 10 June 2026, A\n" for version in versions
    )
    changelog, _ = parse_changelog(text, where="releases/p.md")
    found = catalogue(record("a", since="1.2.0"))
    made = release_readers(changelog, found.added, found.driver, base_url=BASE)
    releases = driver_releases(changelog, found.added, base_url="https://press.example/")
    anchors = shown(pages(found, releases=releases)["new/"]).xpath("//section/h2/@id")

    assert ["v9.0.0", "v1.2.0"] == anchors
    assert ["new/#v9.0.0", "new/", "new/#v1.2.0", "new/"] == [
        made["p", version].url.removeprefix(BASE) for version in versions
    ]
    assert [False, True, True, False] == [made["p", version].known for version in versions]


def test_a_long_list_goes_on_on_further_pages() -> None:
    """A thousand lines a page, every reader on exactly one of them, linked both ways."""
    many = [record(f"r{n}", usb_id=f"F001:{n:04X}") for n in range(2001)]
    found = pages(catalogue(*many))
    urls = ["readers/", "readers/page/2/", "readers/page/3/"]
    links = [shown(found[url]).xpath("//tbody//th/a/@href") for url in urls]

    assert [1000, 1000, 1] == [len(one) for one in links]
    assert "../../../readers/r1000/" == links[1][0]
    assert ["../../../readers/", "../../../readers/page/3/"] == shown(found[urls[1]]).xpath(
        "//nav[@class='pr-steps']/a/@href"
    )
    assert "status/supported/page/3/" in found
    assert "readers/page/4/" not in found


def test_pages_of_ten_thousand_readers_stay_light() -> None:
    """However many readers there are, no page of a list is over 150 KB on its way."""
    many = [
        record(
            f"reader-{n}", name=f"Maker {n % 997} Reader {n:x}", usb_id=f"{n % 7919:04X}:{n:04X}"
        )
        for n in range(10_000)
    ]
    found = pages(catalogue(*many))
    lists = [page for url, page in found.items() if url.count("/") != 2 or "readers/" not in url]

    assert "readers/page/10/" in found
    assert 30 < len(lists) < len(many)
    for page in lists:
        body = page.body(lambda url, page=page: get_relative_url(url, page.url))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        assert 140_000 > len(gzip.compress(body.encode())), page.url  # the shell takes 5 KB


def test_a_table_without_readers_is_a_site_too() -> None:
    """Every list says that there is none yet; nothing divides by zero."""
    found = pages(catalogue())
    for page in found.values():
        page.body(lambda url, page=page: get_relative_url(url, page.url))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    files = {name: make() for name, make in site(catalogue()).data_files().items()}

    assert "0 readers" in words(shown(found["readers/"]))
    assert [] == json.loads(files["readers.json"])["readers"]
    assert b"1970-01-01" in files["new/feed.xml"]


def test_charts_count_what_was_listed_when() -> None:
    """An id that was dropped is counted up to its last release, and a table says every figure."""
    found = catalogue(
        record("a", since="1.0.0"),
        record("b", since="1.1.0", last="1.1.0", usb_id="F001:0002"),
        record("c", since="1.2.0", usb_id="F001:0003"),
    )
    page = shown(pages(found)["statistics/"])

    def figures(chart: str) -> list[tuple[str, ...]]:
        rows = page.xpath(f"//figure[@id='{chart}']//tbody/tr")
        return [tuple(words(cell) for cell in row) for row in rows]

    assert [("1.0.0", "1"), ("1.1.0", "1"), ("1.2.0", "1")] == figures("chart-releases")
    assert [("1.0.0", "1"), ("1.1.0", "2"), ("1.2.0", "2")] == figures("chart-growth")
    assert [("Acme", "3")] == figures("chart-vendors")
    assert ("TPDU", "3") == figures("chart-exchange")[0]
    for figure in page.xpath("//figure"):
        assert figure.xpath("./svg[@role='img']/@aria-labelledby") == figure.xpath(
            "./svg/title/@id"
        )


def test_the_index_of_the_search_holds_numbers_for_what_repeats() -> None:
    """A row finds its vendor, status, release and properties in the lists beside it."""
    found = catalogue(
        record("a", interface(pin=("verify",)), product="Other name", since="1.2.0"),
        record("b", vendor="Bravo", since="", known=False, status=Status.UNSUPPORTED),
    )
    index = json.loads(site(found).data_files()["readers/index.json"]())
    first, second = (dict(zip(index["fields"], row, strict=True)) for row in index["rows"])
    facets = [
        code for place, (code, _) in enumerate(index["facets"]) if first["facets"] >> place & 1
    ]

    assert ("Acme", "Bravo") == tuple(index["vendors"][one["vendor"]] for one in (first, second))
    assert "unsupported" == index["statuses"][second["status"]][0]
    assert ("1.2.0", -1) == (index["versions"][first["since"]], second["since"])
    assert ["pinpad", "tpdu"] == facets
    assert ("Other name", "") == (first["words"], second["words"])


def test_a_record_by_itself_is_what_the_table_says_of_it() -> None:
    """The JSON beside a page equals its element in readers.json, and names where it is shipped."""
    found = catalogue(record("a", since="1.2.0"))
    made = site(found)
    page = next(one for one in made.data_pages() if one.url == "readers/a/")
    twin = json.loads(page.beside["reader.json"]())

    assert json.loads(made.data_files()["readers.json"]())["readers"] == [twin]
    assert {"Beta OS": "2", "Gamma": None} == twin["shipped_in"]
    assert f"{BASE}readers/a/" == twin["page"]
    assert DRIVER.newest == json.loads(made.data_files()["readers.json"]())["release"]
