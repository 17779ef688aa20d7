"""The page of grades, its charts, badges and JSON, made from recorded results."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import time
from pathlib import Path

import pytest
from build_types import Checkout
from click.testing import CliRunner
from grade_records import LOST, graded, lines, several
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from mkdocs.utils import get_relative_url

from pressroom.config import load_config
from pressroom.errors import FindingsError
from pressroom.observatory.grade import CHART
from pressroom.observatory.record import RECORDS, Record
from pressroom.site import urls
from pressroom.site.cli import check
from pressroom.site.grades.badge import COLOURS, LABEL_COLOUR, render_badge
from pressroom.site.grades.chart import HEIGHT, TOP, WIDTH, step_chart
from pressroom.site.grades.history import SHOWN, histories
from pressroom.site.grades.page import grade_files, grade_pages, latest_grades
from pressroom.site.parts import load_hub
from pressroom.site.scan import is_clean
from pressroom.site.scan_assets import scan_svg

PRESS = Path(__file__).parent.parent / "fixtures" / "press"
BASE = "https://widgets.example/"
TODAY = dt.date(2026, 3, 3)


def shown(records: list[Record]) -> html.HtmlElement:
    """The body of the page, parsed."""
    (page,) = grade_pages(histories(records))
    return html.fromstring(f"<main>{page.body(lambda url: get_relative_url(url, page.url))}</main>")


def words(element: html.HtmlElement) -> str:
    """The text of an element on one line."""
    return " ".join(element.text_content().split())


def test_without_results_there_is_no_page() -> None:
    """And no file either."""
    assert [] == list(grade_pages(()))
    assert {} == grade_files((), base_url=BASE)


def test_the_newest_result_of_each_host_stands_on_top() -> None:
    """By host, wherever its line stands in the file; of one moment the live result counts."""
    page = shown(
        [
            graded(155, weeks=1),
            graded(75, host="card.widgets.example", weeks=3),
            graded(80),
            graded(155, place="built"),
            graded(30, weeks=2),
        ]
    )

    assert [
        "card.widgets.example B 75 points, live, 30 December 2025",
        "widgets.example B+ 80 points, live, 20 January 2026",
    ] == [words(row) for row in page.xpath("//ul[@class='pr-releases']/li")]
    assert ["#card.widgets.example", "#widgets.example"] == page.xpath("//li/a/@href")
    assert ["card.widgets.example", "widgets.example"] == page.xpath("//h2/@id")


def test_the_page_says_what_is_measured_and_who_does_it() -> None:
    """Offline, by which algorithm, the worst page; and that it is not Mozilla's own grade."""
    said = words(shown([graded()]))

    assert "offline, by Mozilla's rules (algorithm 6): it is no grade that Mozilla gave" in said
    assert "the host has the score of the worst" in said
    mixed = [graded(), graded(host="old.example", algorithm=5)]
    assert "(algorithms 5 and 6)" in words(shown(mixed))


def test_what_costs_points_is_named() -> None:
    """The tokens and the page that has them; a host without a fault says so."""
    page = shown([graded(80), graded(host="good.example", pages=1)])
    good, bad = [words(one) for one in page.xpath("//h2/following-sibling::p[1]")]

    assert "A+ with 155 points on 20 January 2026, live, 1 page. Nothing costs it points." == good
    assert f"The worst is /posts/hello/. It loses points for {', '.join(LOST)}." in bad


def test_the_table_has_a_year_and_counts_the_rest() -> None:
    """52 rows a host, newest first; those before are one sentence with their range."""
    page = shown(several())
    tables = page.xpath("//table")
    dates = tables[0].xpath(".//tbody/tr/td[1]/time/@datetime")

    assert [SHOWN] * 2 == [len(table.xpath("./tbody/tr")) for table in tables]
    assert dates == sorted(dates, reverse=True)
    assert "2026-01-20" == dates[0]
    (older,) = page.xpath("(//details)[1]/p")
    assert (
        "30 older results, from 2 July 2024 to 21 January 2025: between 30 and 75 points."
        == words(older)
    )


def test_a_row_says_all_of_a_result() -> None:
    """Date, grade, score, place, pages, worst page with its tokens, algorithm."""
    (row,) = shown([graded(80, place="built", pages=1_900)]).xpath("//tbody/tr")

    assert [
        "20 January 2026",
        "B+",
        "80",
        "as built",
        "1,900",
        "/posts/hello/" + "".join(LOST),
        "6",
    ] == [words(cell) for cell in row]


def test_the_chart_has_a_step_a_result() -> None:
    """From the left edge to the right one, as high as the score, and level between two results."""
    (history,) = histories([graded(TOP, weeks=4), graded(0, weeks=1), graded(66)])
    chart = step_chart(history, id="x")
    assert chart is not None
    (steps,) = re.findall(r'<path d="(M[^"]+V[^"]+)"', chart)

    assert f"M0 0.0H{WIDTH * 3 / 4}V{HEIGHT}.0H{WIDTH}.0V{HEIGHT * 0.6}" == steps
    assert (
        "Scores of widgets.example from 23 December 2025 to 20 January 2026, the newest 66" in chart
    )
    assert ["100 A+", "50 C", "0 F"] == re.findall(r">(\d+ [A-F]\+?)</text>", chart)


@given(st.lists(st.integers(0, 999), min_size=2, max_size=60))
def test_no_step_leaves_the_drawing(scores: list[int]) -> None:
    """Whatever the scores, also beyond what any algorithm of today gives."""
    (history,) = histories([graded(score, weeks=n) for n, score in enumerate(scores)])
    chart = step_chart(history, id="x")
    assert chart is not None
    (steps,) = re.findall(r'<path d="(M[^"]+V[^"]+)"', chart)

    assert all(0 <= float(x) <= WIDTH for x in re.findall(r"[MH](-?[\d.]+)", steps))
    assert all(0 <= float(y) <= HEIGHT for y in re.findall(r"V(-?[\d.]+)", steps))


def test_one_moment_is_no_history() -> None:
    """A single result, or two of one moment, is a sentence and a table without a chart."""
    assert [] == shown([graded()]).xpath("//svg")
    assert [] == shown([graded(), graded(place="built")]).xpath("//svg")
    assert 1 == len(shown([graded(), graded(weeks=1)]).xpath("//svg"))


def test_a_chart_has_a_name_and_a_table_beside_it() -> None:
    """A screen reader hears the title; the figures stand in a table that can be reached by keyboard."""
    page = shown(several())
    charts = page.xpath("//svg")

    assert ["img"] * 2 == [chart.get("role") for chart in charts]
    ids = [chart.get("aria-labelledby") for chart in charts]
    assert ids == [chart.find("title").get("id") for chart in charts]
    assert 2 == len(set(ids))
    assert 2 == len(page.xpath("//div[@tabindex='0'][@role='group'][@aria-label]/table"))


@pytest.mark.parametrize("grade", [grade for _, grade in CHART])
def test_a_badge_is_a_drawing_and_nothing_else(grade: str) -> None:
    """20 pixels high, with a title, its words in given widths, nothing that runs or loads."""
    score = next(lowest for lowest, one in CHART if one == grade)
    (history,) = histories([graded(score)])
    badge = render_badge(history)
    root = etree.fromstring(badge)
    texts = root.findall(".//{*}text")

    assert [] == scan_svg(badge, where="badge.svg")
    assert "20" == root.get("height")
    assert "img" == root.get("role")
    assert (
        f"observatory: widgets.example has {grade}, {score} points, 20 January 2026"
        == root.findtext("{*}title")
    )
    assert ["observatory", grade] == [text.text for text in texts]
    widths = sum(float(text.get("textLength", "")) + 10 for text in texts)
    assert float(root.get("width", "")) == widths
    assert b"style" not in badge


@pytest.mark.parametrize("colour", [LABEL_COLOUR, *COLOURS.values()])
def test_white_words_can_be_read_on_every_colour(colour: str) -> None:
    """A contrast of 4.5 at least (WCAG 2.2, 1.4.3)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )

    assert 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) >= 4.5


def test_every_grade_has_a_colour() -> None:
    """By its letter."""
    assert set(COLOURS) == {grade[0] for _, grade in CHART}


def test_machines_get_the_newest_results() -> None:
    """What the page says of each host, with its address and that of its badge."""
    made = json.loads(latest_grades(histories([graded(80), graded(weeks=1)]), base_url=BASE))

    assert {
        "hosts": [
            {
                "host": "widgets.example",
                "grade": "B+",
                "score": 80,
                "at": "2026-01-20T05:30:00Z",
                "place": "live",
                "algorithm": 6,
                "pages": 30,
                "worst": "/posts/hello/",
                "failing": list(LOST),
                "url": "https://widgets.example/grades/#widgets.example",
                "badge_url": "https://widgets.example/grades/badge-widgets.example.svg",
            }
        ]
    } == made


def test_the_order_of_the_file_does_not_show() -> None:
    """Page and files have the same bytes."""
    made = []
    for records in (several(), several()[::-1]):
        history = histories(records)
        files = [make() for make in grade_files(history, base_url=BASE).values()]
        made.append((html.tostring(shown(records)), files))

    assert made[0] == made[1]


@given(st.text().filter(str.isprintable))
def test_the_path_of_a_page_is_text(path: str) -> None:
    """Whatever stands in it, no element comes of it, and the page may be sent."""
    (page,) = grade_pages(histories([graded(30, worst=f"/{path}<script>")]))
    body = page.body(lambda url: url)

    assert is_clean(body.encode(), origins=frozenset({BASE}))


def test_fifty_hosts_for_ten_years_are_shown_at_once() -> None:
    """The page is bounded, and rendered in a tenth of a second at most (in half of that on an idle machine)."""
    history = histories(
        graded(30 if week % 7 else 155, host=f"h{host}.example", weeks=week)
        for host in range(50)
        for week in range(520)
    )
    (page,) = grade_pages(history)
    page.body(lambda url: url)  # the template is compiled
    start = time.process_time()
    body = page.body(lambda url: url)
    took = time.process_time() - start

    assert 50 * SHOWN == body.count("<tr><td>")
    assert len(body) < 1_500_000
    assert took < 0.5, took


@pytest.fixture
def press(tmp_path: Path) -> Checkout:
    """A small checkout without results."""
    shutil.copytree(PRESS, tmp_path / "press")
    return Checkout(root=tmp_path / "press")


def test_the_hub_has_the_page_where_results_are(press: Checkout) -> None:
    """Page, badges and JSON come with the file, and go with it."""

    def made() -> set[str]:
        hub, findings = load_hub(
            load_config(press.root), base_url=BASE, title="T", today=TODAY, drafts=False
        )
        assert [] == findings
        return {page.url for page in hub.data_pages()} | set(hub.data_files())

    before = made()
    press.write(RECORDS, lines([graded(), graded(host="con.example")]))

    assert {
        urls.GRADES,
        "grades/latest.json",
        "grades/badge-widgets.example.svg",
        "grades/badge-con.example.svg",
    } == made() - before


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("{}\n", ":1", "key 'host' is missing"),
        (lines([graded()]) + lines([graded(weeks=1)]).replace("155", "95"), ":2", "which is A"),
        (
            lines([graded(weeks=-7)]),
            "",
            "widgets.example at 2026-03-10T05:30:00Z is from the future",
        ),
    ],
)
def test_a_result_that_does_not_hold_is_an_error_with_its_line(
    press: Checkout, monkeypatch: pytest.MonkeyPatch, *, text: str, line: str, message: str
) -> None:
    """`pressroom check` and a build stop at it, and say how to mend it."""
    press.write(RECORDS, text)
    with pytest.raises(FindingsError) as caught:
        load_hub(load_config(press.root), base_url=BASE, title="T", today=TODAY, drafts=False)

    assert f"{RECORDS}{line}: " in str(caught.value)
    assert message in str(caught.value)
    assert caught.value.hint
    if line:  # what is the future for the command depends on its clock
        monkeypatch.chdir(press.root)
        result = CliRunner().invoke(check, [])
        assert 1 == result.exit_code
        assert f"{RECORDS}{line}: " in result.output
