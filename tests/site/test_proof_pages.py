"""The page "proof": what was recorded, as a table, and nothing where nothing was; and pages that are verified."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from build_types import Checkout
from lxml import html
from mkdocs.utils import get_relative_url

from pressroom.changelog.proven import Cell, Proof, ProvenRelease, State, proof_path, render_proof
from pressroom.config import load_config
from pressroom.errors import FindingsError
from pressroom.release.verifying.load import load_subject
from pressroom.release.verifying.pages import read_pages
from pressroom.site.parts import load_hub
from pressroom.site.scan import is_clean

if TYPE_CHECKING:
    from pressroom.site.hub import Hub

BASE = "https://widgets.example/"
PROOF = "projects/widget/proof/"
PRESS = Path(__file__).parent.parent / "fixtures" / "press"


@pytest.fixture
def press(tmp_path: Path) -> Checkout:
    """A small checkout without a record."""
    shutil.copytree(PRESS, tmp_path / "press")
    return Checkout(root=tmp_path / "press")


def proof(note: str = "") -> Proof:
    """One release without a fault, one with an unsigned tag."""
    good = {"tag": Cell(state=State.OK), "source": Cell(state=State.NOT_ASKED)}
    bad = {"tag": Cell(state=State.OK), "signature": Cell(state=State.WRONG, note=note)}
    return Proof(
        format=1,
        project="widget",
        date="2026-03-01",
        downloaded=False,
        releases=(
            ProvenRelease(version="1.1", date="2026-01-10", checks=good),
            ProvenRelease(version="1.0", checks=bad),
        ),
        findings=("the index shows version <b>9.9</b>",),
    )


def hub_of(press: Checkout) -> Hub:
    """The hub of a checkout without findings."""
    hub, findings = load_hub(
        load_config(press.root), base_url=BASE, title="T", today=dt.date(2026, 3, 3), drafts=False
    )
    assert [] == findings
    return hub


def bodies(press: Checkout) -> dict[str, str]:
    """The body of every data page by its address."""
    return {
        page.url: str(page.body(lambda url, here=page.url: get_relative_url(url, here)))  # type: ignore[misc]
        for page in hub_of(press).data_pages()
    }


def test_without_a_record_there_is_no_page(press: Checkout) -> None:
    """And with one, no other page changes but the project's own, which leads there."""
    before = bodies(press)
    press.write(proof_path("widget"), render_proof(proof()))
    after = bodies(press)

    assert PROOF not in before
    assert "Proof" not in before["projects/widget/"]
    assert {PROOF, "projects/widget/"} == {
        url for url, body in after.items() if body != before.get(url)
    }
    assert '<a href="proof/">Proof</a>' in after["projects/widget/"]


def test_the_table_says_what_was_recorded(press: Checkout) -> None:
    """A row a release, a column a question that was asked; faults stand above it, and all of it is text."""
    press.write(proof_path("widget"), render_proof(proof("the <script> is not signed")))
    body = bodies(press)[PROOF]
    page = html.fromstring(f"<main>{body}</main>")
    rows = page.xpath("//table/tbody/tr")

    assert ["Version", "Date", "Tag", "Signature"] == page.xpath("//thead//th/text()")
    assert [["1.1", "2026-01-10", "ok", "not asked"], ["1.0", "not known", "ok", "wrong"]] == [
        [cell.text_content().strip() for cell in row] for row in rows
    ]
    assert ["row", "row", "row"] == page.xpath("//th[@scope='row']/@scope")
    assert "1 without a fault, 1 with one. No file was downloaded." in page.text_content()
    assert [
        "the index shows version <b>9.9</b>",
        "1.0: signature wrong: the <script> is not signed",
    ] == [item.text_content() for item in page.xpath("//h2[@id='faults']/following::ul[1]/li")]
    assert is_clean(body.encode(), origins=frozenset({BASE}))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"format": 1', '"format": 2', "has format 2, and this Pressroom knows 1"),
        ('"version": "1.0"', '"version": "7.0"', "no release '7.0' in the changelog"),
        ('"version": "1.0"', '"version": "1.1"', "release '1.1' stands twice"),
        ('"state": "wrong"', '"state": "fine"', "fine"),
        ('"signature"', '"colour"', "unknown check 'colour'"),
        ('"2026-03-01"', '"soon"', "date 'soon' is no day"),
        ('"widget"', '"gadget"', "which is not the file's name"),
        ("{", "[", "no JSON object"),
    ],
)
def test_a_bad_record_stops_the_build(press: Checkout, *, old: str, new: str, message: str) -> None:
    """With its file and how to write it anew."""
    press.write(proof_path("widget"), render_proof(proof("x")).replace(old, new, 1))
    with pytest.raises(FindingsError, match=r"releases/proof/widget\.json") as caught:
        hub_of(press)

    assert message in str(caught.value)
    assert "pressroom verify PROJECT --all --record" in caught.value.hint


def test_the_pages_that_we_build_pass_and_others_do_not(press: Checkout) -> None:
    """Real pages and the real feed state each release once; a date exchanged, a page or an entry gone is named."""
    hub = hub_of(press)
    out = press.root / "public/hub"
    for url, body in bodies(press).items():
        (out / url).mkdir(parents=True, exist_ok=True)
        (out / url / "index.html").write_text(f"<main>{body}</main>", encoding="utf-8")
    feed = out / "projects/widget/feed.xml"
    feed.write_bytes(hub.feeds.files()["projects/widget/feed.xml"]())
    subject = load_subject(press.root, "widget")

    def states() -> dict[str, tuple[str, str]]:
        pages = read_pages(out / "projects/widget")
        assert pages is not None
        found = {}
        for place, release in enumerate(one for one in subject.releases if one.date):
            check = pages.check(subject.project, release, position=place)
            assert bool(check.hint) == check.state.is_bad
            found[release.version] = (str(check.state), check.note)
        return found

    assert {"ok"} == {state for state, _ in states().values()}
    assert read_pages(out / "projects/gadget") is None

    page = out / "projects/widget/1.1/index.html"
    text = page.read_text()
    page.write_text(text.replace('datetime="2026-01-10"', 'datetime="2026-01-11"'))
    assert ("wrong", "its page says '2026-01-11'") == states()["1.1"]
    page.write_text(text + text)
    assert ("wrong", "its page states it 2 times") == states()["1.1"]
    page.write_text(text)
    xml = feed.read_text()
    feed.write_text(xml.replace("widget 1.1<", "widget 1.7<"))
    assert ("missing", "the feed does not have it") == states()["1.1"]
