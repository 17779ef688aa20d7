"""The strict front matter loader (test plan A 10-13, 26)."""

from __future__ import annotations

import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.dates import PartialDate
from pressroom.findings import Finding
from pressroom.frontmatter import parse_front_matter, split_document


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """A nested shape."""

    format: str
    count: int = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A shape with one of everything."""

    title: str
    date: PartialDate | None = None
    tags: tuple[str, ...] = ()
    inner: tuple[Inner, ...] = ()
    flag: bool = False


def read(front: str) -> tuple[Shape | None, list[Finding]]:
    """The front matter as a Shape."""
    document, findings = split_document(f"---\n{front}\n---\nbody", where="x.md")
    assert [] == findings
    return parse_front_matter(document, Shape)


def test_reads_what_the_shape_asks_for() -> None:
    """Dates of every precision, lists and nested mappings arrive as the types of the shape."""
    value, findings = read("title: A\ndate: 2019-12\ntags: [a, b]\ninner:\n- format: '1'\n")

    assert [] == findings
    assert value == Shape(
        title="A",
        date=PartialDate(2019, 12),
        tags=("a", "b"),
        inner=(Inner(format="1"),),
    )


@pytest.mark.parametrize("guessed", ["1.10", "no", "0x072F", "0123", "12:34:56", "2019-12-18", "~"])
def test_what_yaml_guesses_is_refused_where_text_is_wanted(guessed: str) -> None:
    """A version 1.10 never becomes 1.1: the finding names the line and says to quote it."""
    value, findings = read(f"tags: [a]\ntitle: {guessed}")

    assert value is None
    assert ["x.md:3"] == [finding.place for finding in findings]
    assert "quote it" in findings[0].hint


@pytest.mark.parametrize("text", ["2019-02-31", "2019-13", "yesterday", "12/2019", "true"])
def test_a_date_that_no_calendar_has_is_refused(text: str) -> None:
    """An impossible date is a finding that shows how to write one."""
    value, findings = read(f"title: a\ndate: {text}")

    assert value is None
    assert ["x.md:3"] == [finding.place for finding in findings]
    assert "2019-12-18, 2019-12 or 2019" in findings[0].hint


def test_a_misspelt_key_is_named_with_the_right_one() -> None:
    """`tittle` does not pass silently, and `titel` in a nested place neither."""
    value, findings = read("title: a\ntag: [x]\ninner:\n- format: x\n  cont: 1")

    assert value is None
    assert [("x.md:3", "did you mean 'tags'?"), ("x.md:6", "did you mean 'count'?")] == [
        (finding.place, finding.hint) for finding in sorted(findings)
    ]


def test_a_doubled_key_is_refused() -> None:
    """The last of two equal keys does not win."""
    value, findings = read("title: a\nflag: true\ntitle: b")

    assert value is None
    assert ["key 'title' stands twice, first in line 2"] == [one.message for one in findings]
    assert ["keep one"] == [one.hint for one in findings]


def test_all_findings_come_at_once() -> None:
    """Four mistakes are four findings."""
    _, findings = read("title: 1\ndate: x\nflag: maybe\nwhat: 1")

    assert [2, 3, 4, 5] == sorted(finding.line for finding in findings)


def test_a_missing_key_is_named() -> None:
    """A required key that is not there is a finding with the line to add."""
    _, findings = read("flag: true")

    assert [("key 'title' is missing", "add a line for `title`")] == [
        (finding.message, finding.hint) for finding in findings
    ]


@pytest.mark.parametrize(
    ("front", "hint"),
    [
        ("a: &a [x]\nb: *a", "write the value out"),
        ("title: " + "[" * 20_000, "write it flatter"),
        ("title: " + "[" * 600 + "]" * 600, "write it flatter"),
        ("title: !!python/name:os.system x", "write a plain value"),
        ("title: a: b", "quote values"),
        ("- a\n- b", "key: value"),
        ("title: " + "x" * 70_000, "below the second"),
        ("? [a, b]\n: c", "quote it"),
        ("<<: {title: a}", "quote it"),
    ],
)
def test_hostile_yaml_ends_in_a_finding_soon(front: str, hint: str) -> None:
    """Aliases, depth, tags, size and odd keys are stopped within two seconds."""
    start = time.monotonic()
    value, findings = read(front)

    assert value is None
    assert hint in findings[0].hint
    assert time.monotonic() - start < 2


def test_a_file_without_front_matter_says_how_to_start_one() -> None:
    """The whole text is the body, and the finding shows the two lines."""
    document, findings = split_document("# Title\n", where="x.md")

    assert "# Title\n" == document.body
    assert "`---`" in findings[0].hint


@given(st.text())
def test_no_front_matter_raises(text: str) -> None:
    """Whatever stands between the lines, the answer is a value or findings."""
    document, _ = split_document(f"---\n{text}\n---\n", where="x.md")
    value, findings = parse_front_matter(document, Shape)

    assert (value is None) == bool(findings)
