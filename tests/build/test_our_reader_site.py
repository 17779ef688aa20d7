"""Our card readers as they are published: the counts of the field, a page each, all linked, both ways."""

from __future__ import annotations

import collections
import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from lxml import etree, html

if TYPE_CHECKING:
    from pathlib import Path

    from build_types import Checkout

Readers = list[dict[str, Any]]


@pytest.fixture(scope="module")
def root(ours: Checkout) -> Path:
    """The built readers' site."""
    return ours.root / "public" / "ccid"


@pytest.fixture(scope="module")
def readers(root: Path) -> Readers:
    """What readers.json publishes."""
    published: Readers = json.loads((root / "readers.json").read_bytes())["readers"]
    return published


def interfaces(readers: Readers) -> list[dict[str, Any]]:
    """All interfaces of all readers."""
    return [one for reader in readers for one in reader["interfaces"]]


def page(root: Path, url: str) -> html.HtmlElement:
    """A built page."""
    return html.fromstring((root / url / "index.html").read_bytes())


def test_every_record_has_a_page_that_lists_link_to(root: Path, readers: Readers) -> None:
    """702 pages, 691 of them with a descriptor; the table without JavaScript leads to each."""
    built = {path.parent.name for path in root.glob("readers/*/reader.json")}
    linked = {link.split("/")[-2] for link in page(root, "readers").xpath("//table//th/a/@href")}

    assert 702 == len(readers)
    assert 691 == sum(bool(one["interfaces"]) for one in readers)
    assert {one["slug"] for one in readers} == built == linked
    sitemap = (root / "sitemap.xml").read_bytes()
    search = (root / "search" / "search_index.json").read_text(encoding="utf-8")
    for one in readers:
        assert one["page"].encode() in sitemap
        assert f'"location":"readers/{one["slug"]}/"' in search


def test_the_interfaces_count_as_the_field_counts_them(readers: Readers) -> None:
    """773 interfaces: slots, PIN pads, levels of exchange, voltages, classes, releases of CCID, lengths."""
    all_ = interfaces(readers)
    pins = collections.Counter("+".join(one["pin"]) for one in all_)
    raw = collections.Counter(one["raw"]["bVoltageSupport"] for one in all_)
    ccid = collections.Counter(one["bcd_ccid"] for one in all_)

    assert 773 == len(all_)
    assert {1: 724, 2: 30, 3: 9, 4: 1, 5: 4, 6: 3, 8: 2} == collections.Counter(
        one["slots"] for one in all_
    )
    assert {"": 675, "verify+modify": 96, "verify": 2} == pins
    assert {
        "extended-apdu": 295,
        "tpdu": 278,
        "short-apdu": 194,
        "character": 6,
    } == collections.Counter(one["exchange"] for one in all_)
    assert {7: 405, 1: 218, 3: 82, 2: 63, 6: 3, 0: 2} == raw
    assert 26 == sum(one["class"] == "vendor" for one in all_)
    assert {
        "1.10": 545, "1.00": 194, "1.01": 22, "2.00": 5, "10.01": 3, "2.10": 2, "10.00": 2,
    } == ccid  # fmt: skip
    assert 462 == sum(one["max_message"] == 271 for one in all_)
    assert 29 == sum(one["raw"]["wLcdLayout"] != 0 for one in all_)


def test_properties_count_as_the_field_counts_them(root: Path, readers: Readers) -> None:
    """PIN pads, displays, slots, interfaces and T=1 only, in readers.json and on their pages."""
    counts = collections.Counter(code for one in readers for code in one["facets"])
    expected = {
        "pinpad": 96,
        "display": 29,
        "multi-slot": 49,
        "multi-interface": 62,
        "t1-only": 99,
        "iccd": 12,
        "list-only": 11,
    }

    assert expected == {code: counts[code] for code in expected}
    for code, count in expected.items():
        assert count == len(page(root, f"features/{code}").xpath("//tbody/tr"))
    assert 96 == len(page(root, "pinpads").xpath("//tbody/tr"))


def test_the_active_readers_are_the_ids_of_the_newest_list(readers: Readers) -> None:
    """654 active ids and 13 disabled ones, by status; each id has one status but for a second device."""
    by_status = collections.defaultdict(set)
    for one in readers:
        by_status[one["status"]].add(one["usb_ids"][0])
    active = by_status["supported"] | by_status["should-work"] | by_status["unsupported"]

    assert (61, 561, 32, 13) == tuple(
        len(by_status[status]) for status in ("supported", "should-work", "unsupported", "disabled")
    )
    assert 654 == len(active)
    assert 667 == len({usb_id for one in readers for usb_id in one["usb_ids"]})
    assert not active & by_status["disabled"]


def test_the_published_table_keeps_its_schema(root: Path) -> None:
    """readers.json is what readers.schema.json promises, and so is each reader's own file."""
    schema = json.loads((root / "readers.schema.json").read_bytes())
    whole = json.loads((root / "readers.json").read_bytes())
    one = json.loads((root / "readers" / "acr122u" / "reader.json").read_bytes())
    validator = jsonschema.Draft202012Validator

    validator.check_schema(schema)
    assert [] == list(validator(schema).iter_errors(whole))
    alone = {**schema, "$ref": "#/$defs/ReaderJson"}
    assert [] == list(validator(alone).iter_errors(one))
    assert list(validator(alone).iter_errors({**one, "status": "fine"}))
    assert schema["$id"] == whole["schema"]


def test_the_csv_has_the_same_readers(root: Path, readers: Readers) -> None:
    """One line a record, in the same order, with the same names."""
    lines = list(csv.DictReader(io.StringIO((root / "readers.csv").read_text(encoding="utf-8"))))

    assert [one["slug"] for one in readers] == [line["slug"] for line in lines]
    assert [one["name"] for one in readers] == [line["name"] for line in lines]


def test_ids_of_several_readers_are_told_apart_on_a_page(root: Path, readers: Readers) -> None:
    """30 ids have several records; their pages compare all of them."""
    records = collections.Counter(usb_id for one in readers for usb_id in one["usb_ids"])
    shared = {usb_id for usb_id, count in records.items() if count > 1}

    assert 30 == len(shared)
    assert {usb_id.lower().replace(":", "-") for usb_id in shared} == {
        path.name for path in (root / "ids").iterdir()
    }
    assert 5 == len(page(root, "ids/072f-90cc").xpath("//tbody/tr"))


def test_the_announcement_of_the_seed_lacks_one_of_the_computed_readers(ours: Checkout) -> None:
    """1.4.31 was the first to list 21 ids; the announcement names 20, and the one that it lacks is SPECINFOSYSTEMS DIAMOND token."""
    version = page(ours.root / "public" / "hub", "projects/libccid/1.4.31")
    computed = version.xpath("//h2[@id='readers']/following::ul[1]/li")
    announced = version.xpath("//li[starts-with(., 'Add support of')]/ul/li")
    names = collections.Counter(_plain(one.xpath("./a")[0].text) for one in computed)
    # The list has one name for several products; only the bullets carry the product id.
    names.subtract(_plain(one.text_content().partition(" (id")[0]) for one in announced)

    assert (21, 20) == (len(computed), len(announced))
    assert {"specinfosystems diamond token"} == {name for name, count in names.items() if count > 0}


def _plain(name: str) -> str:
    """The name as both write it: without its product id, in lower case."""
    words = name.lower().replace("jacartareader", "jacarta").split()
    return " ".join(word for word in words if not word.startswith("0x"))


def test_versions_and_new_readers_link_both_ways(ours: Checkout, root: Path) -> None:
    """Each section of the newly-supported page leads to the version's page, and that one back to it."""
    sections = page(root, "new").xpath("//section[@class='pr-release']")
    hub = ours.root / "public" / "hub"
    feed = etree.fromstring((root / "new" / "feed.xml").read_bytes())

    assert 60 < len(sections)
    for section in sections:
        anchor = section.xpath("./h2/@id")[0]
        (url,) = section.xpath("./h2/a[1][not(@class)]/@href")
        version = page(hub, url.split("/", 3)[3])
        back = version.xpath("//h2[@id='readers']/following::p[1]/a/@href")
        assert [f"https://ccid.apdu.example/new/#{anchor}"] == back
        assert len(section.xpath("./ul/li")) == len(
            version.xpath("//h2[@id='readers']/following::ul[1]/li")
        )
    assert len(sections) == len(feed.findall("{*}entry"))


def test_a_release_of_which_nothing_is_known_says_so(ours: Checkout, root: Path) -> None:
    """A release newer than the table has no list of readers, and its absence is no zero."""
    versions = {path.name for path in (ours.root / "public/hub/projects/libccid").iterdir()}

    assert "1.8.4" in versions
    assert "1.8.2" not in versions  # known, and it added nothing
    assert "1.8.2" not in (root / "new" / "index.html").read_text(encoding="utf-8")


def test_the_pages_of_the_table_are_light(root: Path) -> None:
    """The table with all 702 readers is under 150 KB on its way, and so is what its search loads."""
    for name in ("readers/index.html", "readers/index.json"):
        assert 150_000 > len(gzip.compress((root / name).read_bytes())), name


def test_the_home_page_begins_with_the_lists(root: Path) -> None:
    """How many readers and ids have each status, before anything else; the ids are the driver's own counts."""
    home = page(root, "")
    facts = [" ".join(one.text_content().split()) for one in home.xpath("//dl[1]/div")]

    assert "lists" == home.xpath("//main//h2/@id")[0]
    assert ["61", "561", "32", "13"] == [one.split()[-3] for one in facts[:4]]
    assert [
        f"status/{one}/" for one in ("supported", "should-work", "unsupported", "disabled")
    ] == (home.xpath("//dl[1]//a/@href"))
