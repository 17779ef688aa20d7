"""Every release of the six projects: in our files as in the data, and each with an address that stays."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import feedparser
import pytest
from build_types import Checkout
from lxml import html

from pressroom.changelog.health.judge import check_health
from pressroom.changelog.history import parse_history
from pressroom.changelog.model import Changelog
from pressroom.changelog.parse import parse_changelog
from pressroom.config import load_config
from pressroom.findings import errors_of
from pressroom.site.content import load_content

DATA = Path(__file__).parent.parent / "fixtures" / "all_releases.csv"
COUNTS = {
    "libccid": 84,
    "pcsc-lite": 148,
    "pcsc-perl": 28,
    "pcsc-tools": 62,
    "pykcs11": 39,
    "pyscard": 42,
}
# The project's own changelog has a wrong year here: tag and upload to Debian are of 2015, and so is our date.
MENDED = {("libccid", "1.4.19"): ("2014-05-13", "2015-05-13")}

Row = tuple[str, str, str]


def data() -> list[Row]:
    """Project, version and date (empty: none is known) of every release, newest first in each project."""
    with DATA.open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return [(project, version, date) for project, version, date in rows]


@pytest.fixture(scope="module")
def changelogs(checkout: Path) -> dict[str, Changelog]:
    """Ours, by id."""
    made = {}
    for file in sorted((checkout / "releases").glob("*.md")):
        made[file.stem], findings = parse_changelog(file.read_text(), where=f"releases/{file.name}")
        assert [] == findings
    return made


def page(ours: Checkout, project: str) -> html.HtmlElement:
    """A built changelog."""
    file = ours.root / "public" / "hub" / "projects" / project / "changelog" / "index.html"
    return html.fromstring(file.read_bytes())


def test_403_releases_with_version_and_date_as_in_the_data(
    changelogs: dict[str, Changelog],
) -> None:
    """Each row, in the order of the project's changelog, with the date as exactly as it is known."""
    ours = [
        (project, release.version, release.date.iso if release.date else "")
        for project, changelog in changelogs.items()
        for release in changelog.published
    ]
    mended = {key: now for key, (_, now) in MENDED.items()}
    expected = [
        (project, version, mended.get((project, version), date))
        for project, version, date in data()
    ]

    assert 403 == len(expected)
    assert COUNTS == {project: sum(row[0] == project for row in expected) for project in COUNTS}
    for project in COUNTS:
        assert [row for row in expected if row[0] == project] == [
            row for row in ours if row[0] == project
        ]
    assert len(expected) == len(ours)


def test_the_one_date_that_is_not_the_projects_is_recorded(checkout: Path) -> None:
    """What the project's own changelog says stands in the history, for whoever compares."""
    history, _ = parse_history((checkout / "releases" / "history.csv").read_text(), where="h")

    assert {key: was for key, (was, _) in MENDED.items()} == {
        (one.project, one.version): one.own_date.iso for one in history if one.own_date
    }


def test_an_undated_release_says_so(changelogs: dict[str, Changelog]) -> None:
    """44 have no date; none of them is merely forgotten."""
    undated = [
        (project, one.version, one.undated)
        for project, changelog in changelogs.items()
        for one in changelog.published
        if one.date is None
    ]

    assert sorted(
        (project, version, True) for project, version, date in data() if not date
    ) == sorted(undated)
    assert 44 == len(undated)


def test_one_person_has_one_spelling(changelogs: dict[str, Changelog]) -> None:
    """Capitals and slips of the projects' own files are not ours."""
    authors = {
        author
        for changelog in changelogs.values()
        for one in changelog.releases
        for author in one.authors
    }

    assert {
        "Ludovic Rousseau",
        "David Corcoran",
        "Jean-Luc Giraud",
        "Giuseppe Amato (Midori)",
    } == authors


@pytest.mark.parametrize("project", COUNTS)
def test_each_has_an_anchor_that_stays(ours: Checkout, project: str) -> None:
    """`v` and the version, once, in the changelog's order; with its date in words for machines."""
    shown = page(ours, project)
    expected = [(f"v{version}", date) for name, version, date in data() if name == project]
    headings = shown.xpath("//section[contains(@class, 'pr-release')]/h2")

    assert [anchor for anchor, _ in expected] == [heading.get("id") for heading in headings]
    mended = {f"v{version}": now for (name, version), (_, now) in MENDED.items() if name == project}
    assert [(anchor, mended.get(anchor, date)) for anchor, date in expected] == [
        (heading.get("id"), "".join(heading.getparent().xpath("./p/time/@datetime")))
        for heading in headings
    ]
    assert 1 == len(shown.xpath("//h1"))


@pytest.mark.parametrize("project", COUNTS)
def test_the_newest_is_in_latest_json_and_feeds_have_what_is_dated(
    ours: Checkout, project: str
) -> None:
    """Every address in them is a page or an anchor that there is."""
    files = ours.files()
    latest = json.loads(files[f"projects/{project}/latest.json"])
    feed = feedparser.parse(files[f"projects/{project}/feed.xml"])
    rows = [row for row in data() if row[0] == project]
    dated = [row for row in rows if row[2]]

    assert (rows[0][1], rows[0][2] or None) == (latest["version"], latest["date"])
    assert [version for _, version, _ in dated][:50] == [
        entry.title.rpartition(" ")[2] for entry in feed.entries
    ]
    anchors = set(page(ours, project).xpath("//h2/@id"))
    for link in (latest["url"], *(entry.link for entry in feed.entries)):
        path, _, anchor = link.partition("#")
        assert f"{path.split('/', 3)[3]}index.html" in files
        assert not anchor or anchor in anchors


def test_the_health_of_each_project_is_what_the_facts_say(checkout: Path) -> None:
    """21 dates that are not their tag's, 11 of them made in bulk; 59 missing tags; no broken line."""
    content, findings = load_content(load_config(checkout).root, today=dt.date(2026, 11, 24))
    assert [] == errors_of(findings)
    healths = [check_health(changelog, content.history) for changelog in content.changelogs]
    found = {
        (health.project, row.title): len(row.cases)
        for health in healths
        if health is not None
        for row in health.rows
    }

    def counts(title: str) -> dict[str, int]:
        return {name: found[name, title] for name in COUNTS if found.get((name, title))}

    assert {"libccid": 4, "pcsc-lite": 2, "pcsc-perl": 11, "pcsc-tools": 4} == counts(
        "Dated as the commit of its tag"
    )
    assert {"libccid": 1} == counts("Dated after the release below it")
    assert {"pcsc-lite": 42, "pcsc-perl": 15, "pykcs11": 1, "pyscard": 1} == counts("Has a tag")
    assert {"pcsc-lite": 5} == counts("Tag named by the project's rule")
    assert {"pykcs11": 1, "pyscard": 2} == counts("Source archive on the index")
    assert {"pykcs11": 17, "pyscard": 8} == counts("Wheels on the index")
    assert {"libccid": 11} == counts("In Debian on the day of its release")
    assert {} == counts("Tag has an entry")


def test_the_page_of_a_project_shows_its_health(ours: Checkout) -> None:
    """The driver's, with the reader that its changelog names and ours does not."""
    file = ours.root / "public" / "hub" / "projects" / "libccid" / "index.html"
    rows = html.fromstring(file.read_bytes()).xpath("//table[contains(@class, 'pr-health')]//tr")
    shown = [" ".join(row.text_content().split()) for row in rows]

    assert "Signed tag 82 0" in shown
    assert (
        "Reader in “Add support of” as in the readers' table 20 1 1.4.31: "
        "SPECINFOSYSTEMS DIAMOND token (316E:0001) is not in the entry"
    ) in shown
