"""Release health on a project's page and in `pressroom check`; and what the driver says it supports."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from pathlib import Path

import pytest
from build_types import Checkout
from click.testing import CliRunner
from lxml import html
from mkdocs.utils import get_relative_url

from pressroom.changelog.health.facts import Case
from pressroom.changelog.health.judge import Health, Row, Telling
from pressroom.changelog.history import HEADER
from pressroom.changelog.model import Changelog
from pressroom.changelog.parse import parse_changelog
from pressroom.config import load_config
from pressroom.errors import FindingsError
from pressroom.site import urls
from pressroom.site.cli import check
from pressroom.site.parts import load_hub
from pressroom.site.readers.releases import ReleaseReaders
from pressroom.site.readers.support import support_row
from pressroom.site.scan import is_clean
from pressroom.site.views import render

PRESS = Path(__file__).parent.parent / "fixtures" / "press"
HISTORY = "releases/history.csv"
HOME = "projects/widget/"
LINES = (
    "widget,1.1,1.1,2026-01-11,yes,yes,2026-01-11,,1,0,0,",
    "widget,1.0,-,,,,,,,,,",
    "widget,0.9,0.9,,,,,,,,,",
)


@pytest.fixture
def press(tmp_path: Path) -> Checkout:
    """A small checkout without a history."""
    shutil.copytree(PRESS, tmp_path / "press")
    return Checkout(root=tmp_path / "press")


def record(press: Checkout, *lines: str) -> None:
    """Write a history."""
    press.write(HISTORY, "\n".join([HEADER, *lines]) + "\n")


def home(press: Checkout) -> html.HtmlElement:
    """The body of the project's page."""
    hub, findings = load_hub(
        load_config(press.root),
        base_url="https://widgets.example/",
        title="T",
        today=dt.date(2026, 3, 3),
        drafts=False,
    )
    assert [] == findings
    page = next(page for page in hub.data_pages() if page.url == HOME)
    body = str(page.body(lambda url: get_relative_url(url, page.url)))
    assert is_clean(body.encode(), origins=frozenset())
    return html.fromstring(f"<main>{body}</main>")


def words(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def test_without_a_history_the_page_says_nothing(press: Checkout) -> None:
    """No heading, no empty table."""
    assert [] == home(press).xpath("//*[@id='health'] | //table")


def test_the_page_counts_and_names_what_is_to_be_noted(press: Checkout) -> None:
    """A row a question, yes and no; each version leads to its page or its place."""
    record(press, *LINES)
    page = home(press)
    rows = {
        words(row.xpath("./th[@scope='row']")[0]): [words(cell) for cell in row.xpath("./td")]
        for row in page.xpath("//table[contains(@class, 'pr-health')]/tbody/tr")
    }

    assert ["Question", "Yes", "No"] == [
        words(cell) for cell in page.xpath("//thead//th[@scope='col']")
    ]
    assert ["2", "0"] == rows["Dated after the release below it"]
    assert ["1", "1 1.0"] == rows["Has a tag"]
    assert ["0", "1 1.1: 10 January 2026, tag 11 January 2026"] == rows[
        "Dated as the commit of its tag"
    ]
    assert ["0", "1 1.1"] == rows["Wheels on the index"]
    assert ["1", "1 0.9: 0.9"] == rows["Tag has an entry"]
    assert {"1.1/", "1.0/"} == set(page.xpath("//table[contains(@class, 'pr-health')]//a/@href"))


def test_a_hostile_cell_is_text(press: Checkout) -> None:
    """A history that would be markup is refused; versions and authors cannot be any."""
    record(press, "widget,1.0,<script>,,,,,,,,,", "widget,1.1,<img>,,,,,,,,,")

    with pytest.raises(FindingsError) as error:
        home(press)

    assert [
        ("releases/history.csv:2", "tag '<script>' is no plain name of a tag"),
        ("releases/history.csv:3", "tag '<img>' is no plain name of a tag"),
    ] == [(one.place, one.message) for one in error.value.findings]
    assert {"write it as git shows it, or - alone where there is no tag"} == {
        one.hint for one in error.value.findings
    }


def test_names_are_escaped_where_the_table_shows_them() -> None:
    """A reason with markup in it, as no parser lets through, is text on the page."""
    evil = "<img src=x onerror=alert(1)>"
    case = Case(version=evil, why=evil, message="", line=1)
    row = Row(title=evil, asked=1, cases=(case,), together="", hint="", telling=Telling.EACH)
    health = Health(project="widget", releases=1, recorded=1, rows=(row,))

    page = render(
        "health.html",
        health=health,
        urls=urls,
        release_of=lambda _: None,
        release_url=None,
        link=str,
    )

    assert "<img" not in page
    assert 3 == page.count("&lt;img src=x onerror=alert(1)&gt;")


def test_check_tells_it_and_does_not_fail(press: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings with a hint each; what is past stops nothing."""
    record(press, *LINES)
    monkeypatch.chdir(press.root)

    result = CliRunner().invoke(check)

    assert 0 == result.exit_code, result.output
    assert (
        "releases/history.csv:4: warning: 0.9 has a tag, and no entry in releases/widget.md\n"
        "  hint: add the entry, or name the version in tag.without_changelog_entry\n"
    ) in result.output
    assert "warning: no tag: 1 of 2 releases (1.0)" in result.output


def test_an_error_in_the_history_stops_check(
    press: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line about what is nowhere is a contradiction within our files."""
    record(press, "widget,7.0,-,,,,,,,,,")
    monkeypatch.chdir(press.root)

    result = CliRunner().invoke(check)

    assert 1 == result.exit_code
    assert (
        "releases/history.csv:2: releases/widget.md has no release 7.0\n"
        "  hint: add its heading there, or delete this line\n"
    ) in result.output


FRONT = "---\nname: Driver\ntitle: D\nkind: c-meson\ndescription: A driver.\n---\n"


def driver(*names: str) -> Changelog:
    """A release that lists these readers."""
    bullets = "".join(f"  - {name}\n" for name in names)
    text = f"{FRONT}\n## 1.0 - 5 May 2020\n\n- Add support of\n{bullets}- another change\n  - in detail\n"
    changelog, findings = parse_changelog(text, where="releases/driver.md")
    assert [] == findings
    return changelog


def readers(
    *names: tuple[str, tuple[str, ...]], known: bool = True
) -> dict[tuple[str, str], ReleaseReaders]:
    """What the table says of that release: USB ids with names."""
    one = ReleaseReaders(known=known, added=(), url="", note="", names=names)
    return {("driver", "1.0"): one}


def test_readers_of_the_entry_are_those_of_the_table() -> None:
    """A product id behind a name tells readers of one name apart, in any spelling."""
    row = support_row(
        driver(
            "Acme Tap", "acme token 0x00AB", "Acme Token (idProduct: 0x00ac)", "Acme Key 0x0001"
        ),
        readers(
            ("1111:0001", ("Acme Tap (new)", "Acme Tap")),
            ("1111:00AB", ("Acme Token",)),
            ("1111:00AC", ("Acme Token",)),
            ("1111:0009", ("Acme Key 0x0001",)),
        ),
    )

    assert row is not None
    assert (4, ()) == (row.asked, row.cases)


def test_a_reader_on_one_side_alone_is_told() -> None:
    """Where it stands, and which of the two lacks it."""
    row = support_row(
        driver("Acme Tap", "Acme Token 0x00AB"),
        readers(("1111:0001", ("Acme Tap",)), ("1111:00AC", ("Acme Token",))),
    )

    assert row is not None
    assert (3, 1) == (row.asked, row.fine)
    assert [
        (12, "Acme Token 0x00AB is not in the table"),
        (10, "Acme Token (1111:00AC) is not in the entry"),
    ] == [(case.line, case.why) for case in row.cases]
    assert row.hint.startswith("mend `since` or the name in site/readers/readers.csv")


def test_nothing_is_asked_where_one_side_is_silent() -> None:
    """No entry that lists readers, or a table that does not know the release."""
    changelog = driver("Acme Tap")
    unlisted = dataclasses.replace(
        changelog, releases=(dataclasses.replace(changelog.releases[0], blocks=()),)
    )

    assert support_row(unlisted, readers(("1111:0001", ("Acme Tap",)))) is None
    assert support_row(changelog, readers(known=False)) is None
    assert support_row(changelog, {}) is None
