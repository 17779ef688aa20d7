"""Changelogs as people write them when they do not follow the form (test plan A 13, 15, 17)."""

from __future__ import annotations

import random
import time

import pytest

from pressroom.changelog.blocks import Lines, Walk
from pressroom.changelog.format import format_changelog, format_release
from pressroom.changelog.headings import format_heading, is_well_written, parse_heading
from pressroom.changelog.markdown import MAX_CHARACTERS, MAX_DEPTH
from pressroom.changelog.model import Block, Entry, Prose, Release, walk_entries
from pressroom.changelog.parse import parse_changelog, parse_releases
from pressroom.changelog.render.html import plain_text, render_blocks
from pressroom.findings import Finding

FRONT = "---\nname: X\ntitle: X\nkind: python\ndescription: d\n---\n"
OLDER = "\n\n## 1.0 - 2019\n\n- last\n"
LAST = Release(version="1.0", blocks=(Entry(text="last"),))


def read(body: str) -> tuple[tuple[Release, ...], list[Finding]]:
    """The releases of a body and its findings."""
    _, found, findings = parse_releases(body, where="x.md")
    return found, findings


@pytest.mark.parametrize(
    ("lines", "place", "hint"),
    [
        ("- a\n        - b", "x.md:4", "indent it by two spaces more"),
        ("```\nx\n```\n# 1.5 - 2019", "x.md:6", 'write "## 1.5 - 2019"'),
        ("##1.5 - 2019", "x.md:3", '"## 1.4.31 - 10 August 2019, Name"'),
        ("1.5 (August 2019)\n\n- a", "x.md:3", 'write "## 1.5 - August 2019"'),
        ("    ## 1.5 - 2019", "x.md:3", "at the start of the line"),
        ("- a\n\n> bad release: it crashes", "x.md:5", "directly below the heading"),
        ("##", "x.md:3", '"## 1.4.31 - 10 August 2019, Name"'),
        ("## 1.2/3 - 2019", "x.md:3", '"## 1.4.31 - 10 August 2019, Name"'),
        ("## ../../x", "x.md:3", '"## 1.4.31 - 10 August 2019, Name"'),
        ("- <javascript:alert(1)>", "x.md:3", "https"),
        ("- [x](java&#115;cript:alert(1))", "x.md:3", "https"),
        ("- " + "[" * 20_000, "x.md:3", "split it"),
    ],
)
def test_what_reads_otherwise_than_it_looks_is_named(lines: str, place: str, hint: str) -> None:
    """The line has a finding, and the release after it is there all the same."""
    found, findings = read(f"## 2.0 - 2020\n\n{lines}{OLDER}")

    assert ["2.0", "1.0"] == [release.version for release in found]
    assert LAST.blocks == found[-1].blocks
    assert [(place, True)] == [(one.place, hint in one.hint) for one in findings], findings


def test_a_fence_without_end_is_named() -> None:
    """It takes the releases below it, so its first line is in a finding."""
    found, findings = read(f"## 2.0 - 2020\n\n```\nx{OLDER}")

    assert ["2.0"] == [release.version for release in found]
    assert [("x.md:3", 'close it with a line "```"')] == [(one.place, one.hint) for one in findings]


def test_a_heading_inside_a_comment_is_no_release() -> None:
    """A comment is kept in the file and shown to nobody."""
    comment = "<!--\n## 1.5 - 2019\n\n- hidden\n-->"
    found, findings = read(f"## 2.0 - 2020\n\n{comment}\n\n- a{OLDER}")

    assert [] == findings
    assert ["2.0", "1.0"] == [release.version for release in found]
    assert (Prose(text=comment), Entry(text="a")) == found[0].blocks
    assert "hidden" not in render_blocks(found[0].blocks)


@pytest.mark.parametrize(
    ("heading", "problem"),
    [
        ("1.2 - 10 Agost 2019, Ada", "'Agost' is not a month"),
        ("1.2 - 31 February 2019, Ada", "day is out of range for month"),
        ("1.2 - 2019-13", "month must be in 1..12"),
        ("1.2 - May", "'May' is not a date"),
        ("1.2 - 2019 or later", "'2019 or later' is not a date"),
    ],
)
def test_a_date_that_is_none_stays_in_the_heading(heading: str, problem: str) -> None:
    """The release is read without it, a finding says why, and formatting does not drop its words."""
    body = f"## {heading}\n\n* a\n"
    found, findings = read(body)

    assert [("1.2", None)] == [(release.version, release.date) for release in found]
    assert [f"heading of 1.2: {problem}"] == [one.message for one in findings]
    assert "10 August 2019, August 2019 or 2019" in findings[0].hint
    assert f"## {heading}\n\n* a" == format_release(found[0])


@pytest.mark.parametrize(
    "heading", ["1.0 - 2019, A and B", "1.0 - 2019, A, B", "1.0 - undated", "1.0 -  May  2019"]
)
def test_authors_may_be_joined_by_and(heading: str) -> None:
    """Two spellings and more than one space are fine as they are."""
    assert [] == read(f"## {heading}\n\n- a\n")[1]


@pytest.mark.parametrize(
    "text", ["2019 in review", "3.8 support", "Python 3.8 support", "Part 2", "1.2/3", "-", "1.0;"]
)
def test_a_sentence_with_a_number_is_no_release(text: str) -> None:
    """A version stands alone or before a date or authors."""
    assert parse_heading(text) is None


@pytest.mark.parametrize(
    "version", ["1.0", "1.2.9-beta10", "20226.1", "1.0+local", "7", "1." + "9" * 62]
)
def test_a_version_is_read_back_as_it_was_written(version: str) -> None:
    """What is written by the form is read without a finding, whatever the version."""
    heading = parse_heading(f"{version} - 10 August 2019, A")

    assert heading is not None
    assert version == heading.version
    assert is_well_written(format_heading(heading), heading)


def test_a_version_longer_than_a_file_name_should_be_is_no_release() -> None:
    """64 characters are the most."""
    assert parse_heading("1." + "9" * 63) is None


def test_nesting_has_a_limit_that_costs_nothing_but_the_nesting() -> None:
    """600 lists in each other take less than two seconds; the release after them is there."""
    deep = "\n".join(f"{'  ' * depth}- a{depth}" for depth in range(600))
    start = time.monotonic()
    found, findings = read(f"## 2.0 - 2020\n\n{deep}{OLDER}")
    took = time.monotonic() - start

    assert ["2.0", "1.0"] == [release.version for release in found]
    assert MAX_DEPTH == len(list(walk_entries(found[0].blocks)))
    assert "a599" in list(walk_entries(found[0].blocks))[-1].text
    assert "write it flatter" in {one.hint for one in findings}
    assert took < 2


@pytest.mark.parametrize(
    "text", ["[" * 20_000, "![" * 10_000, "*[_" * 7_000, "[`" * 10_000, "[a](" * 5_000]
)
def test_hostile_text_is_shown_soon(text: str) -> None:
    """A text that is too long for markup is shown without it."""
    start = time.monotonic()
    shown = render_blocks((Entry(text=text), Prose(text=text)))

    assert len(text) > MAX_CHARACTERS
    assert f"<ul>\n<li>{text}</li>\n</ul>\n<pre>{text}</pre>\n" == shown
    assert text == plain_text(text)
    assert time.monotonic() - start < 2


def test_a_section_that_has_no_canonical_form_stays_and_the_others_are_formatted() -> None:
    """Here the last line would become a bullet of its own if it stood where bullets stand."""
    text = f"{FRONT}\n## 2.0 - 2020\n\n* a\n        - b\n\n## 1.0 - 2019\n"

    assert f"{text}\n- x\n" == format_changelog(f"{text}\n* x\n", where="x.md")


def test_text_that_would_become_front_matter_stays_as_it_is() -> None:
    """Without its first blank line this body would be read as the front matter of a file."""
    text = "\n---\nname: X\n---\n"

    assert text == format_changelog(text, where="x.md")


def test_code_is_not_looked_at() -> None:
    """Between fences and in comments nothing is a bullet, a heading or a link."""
    odd = "• x\n##1.5 - 2019\n[x](javascript:y)"

    assert [] == read(f"## 2.0 - 2020\n\n```\n{odd}\n```\n\n<!--\n{odd}\n-->{OLDER}")[1]


@pytest.mark.parametrize(
    ("lines", "blocks"),
    [
        ("-     a", (Entry(text="a"),)),
        ("-\n  a\n  b", (Entry(text="a\nb"),)),
        ("- - a\n  - b", (Entry(text="", children=(Entry(text="a"), Entry(text="b"))),)),
        (
            "-\t```\n\tx\n\t\ty\n\t```",
            (Entry(text="", children=(Prose(text="```\nx\n\ty\n```"),)),),
        ),
        ("- a\n\n   p\n     q", (Entry(text="a", children=(Prose(text="p\n  q"),)),)),
        ("   1. a\n      - b", (Prose(text="1. a\n   - b"),)),
        ("- a\n* b\n+ c", (Entry(text="a"), Entry(text="b"), Entry(text="c"))),
        ("| a |\n|---|\n| b |", (Prose(text="| a |\n|---|\n| b |"),)),
    ],
)
def test_blocks_are_moved_to_where_they_belong(lines: str, blocks: tuple[Block, ...]) -> None:
    """The indent of a block is not part of it; what it holds keeps its own."""
    assert [blocks] == [release.blocks for release in read(f"## 1.0 - 2019\n\n{lines}\n")[0]]


def test_a_line_that_the_parser_passes_over_is_kept() -> None:
    """Whatever the Markdown parser does not know stays as prose, and its lines are known."""
    walk = Walk(Lines(texts=("a", "", "  b"), start=5))

    assert (Prose(text="a"), Prose(text="b")) == walk.blocks([], 0, 3)
    assert [0, 2] == walk.strays


def test_an_escape_in_the_front_matter_hides_nothing() -> None:
    """YAML's escapes are looked at as what they become."""
    front = FRONT.replace("title: X", 'title: "X\\u202e"')
    _, findings = parse_changelog(front, where="x.md")

    assert [("x.md:3", "delete it")] == [(one.place, one.hint) for one in findings]


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("title: X", "title: ''", "with text on one line"),
        ("kind: python", "kind: cobol", "see CONTRIBUTING.md"),
        ("kind: python", "kind: python\nhomepage: https://u@h.example/", "https://"),
        ("kind: python", "kind: python\nhomepage: //h.example/", "https://"),
        ("kind: python", 'kind: python\nhomepage: "https://h.example/\\" x"', "https://"),
        ("kind: python", "kind: python\nartefacts: [{name: a, where: 'http://h/'}]", "https://"),
    ],
)
def test_front_matter_that_no_page_can_show_is_refused(old: str, new: str, hint: str) -> None:
    """Names are lines of text, and addresses are https without a user."""
    _, findings = parse_changelog(FRONT.replace(old, new), where="x.md")

    assert [True] == [hint in one.hint for one in findings], findings


@pytest.mark.parametrize("name", ["x y.md", "X.md", "..md", "é.md"])
def test_a_file_name_that_is_no_id_is_refused(name: str) -> None:
    """The stem names folders and pages."""
    _, findings = parse_changelog(FRONT, where=f"releases/{name}")

    assert [True] == ["rename the file" in one.hint for one in findings]


def test_a_changelog_outside_releases_may_have_any_name() -> None:
    """Our own CHANGELOG.md is in this format too, and has no pages."""
    assert [] == parse_changelog(FRONT, where="CHANGELOG.md")[1]


STARTS: tuple[str, ...] = (
    "",
    "- ",
    "  - ",
    "    - ",
    "      - ",
    "\t- ",
    "\t",
    "* ",
    "+ ",
    "## ",
    "# ",
    "> ",
    "1. ",
)
STARTS += ("   ", "      ", "- - ", "-", "- ```", "- > ", "- 1. ", "-     ", "> - ", "<!--", "```")
TEXTS: tuple[str, ...] = (
    "a",
    "a\tb",
    "x  ",
    "",
    "a\\",
    "## 1.2",
    "\u00a0",
    "\x0b",
    "```",
    "> q",
    "-->",
    "2. x",
)
TEXTS += ("1.4.31 - 10 August 2019, A. Name", "1.1 - foo 2019", "Unreleased", "Bad release: r")


def test_thousands_of_odd_changelogs_read_back_the_same() -> None:
    """Lines put together by chance: format changes no meaning, ends, and keeps each line's words."""
    chance = random.Random(8)  # noqa: S311 - not a secret: the same changelogs every time
    for _ in range(300):
        lines = [chance.choice(STARTS) + chance.choice(TEXTS) for _ in range(chance.randint(1, 9))]
        text = FRONT + "## 2.0 - 2020\n" + "\n".join(lines)
        formatted = format_changelog(text, where="x.md")

        assert parse_changelog(text, where="x.md")[0] == parse_changelog(formatted, where="x.md")[0]
        assert formatted == format_changelog(formatted, where="x.md")
        assert [word for word in text.split() if word.isalnum()] == [
            word for word in formatted.split() if word.isalnum()
        ]
