"""Changelogs in, model out (test plan A 10, 15, 17)."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import changelog_lines

from pressroom.changelog.format import format_changelog
from pressroom.changelog.model import BadRelease, Entry, Prose, Release
from pressroom.changelog.parse import parse_changelog, parse_releases
from pressroom.dates import PartialDate
from pressroom.findings import Finding, Severity

FRONT = "---\nname: X\ntitle: X\nkind: python\ndescription: d\n---\n"


def releases(body: str) -> tuple[tuple[Release, ...], list[Finding]]:
    """The releases of a body and its findings."""
    _, found, findings = parse_releases(body, where="x.md")
    return found, findings


def test_reads_version_date_authors_and_nested_bullets() -> None:
    """The seed's own shape becomes the model, to any depth."""
    found, findings = releases(
        "## 1.5.6 - December 2019, A. Name, B. Other\n\n- AppVeyor:\n  - wheels\n    - deep\n- minor\n"
    )

    assert [] == findings
    assert found == (
        Release(
            version="1.5.6",
            date=PartialDate(2019, 12),
            authors=("A. Name", "B. Other"),
            blocks=(
                Entry(
                    text="AppVeyor:",
                    children=(Entry(text="wheels", children=(Entry(text="deep"),)),),
                ),
                Entry(text="minor"),
            ),
        ),
    )
    assert [3, 6] == [entry.line for entry in found[0].entries]


def test_a_heading_inside_a_code_fence_is_no_release() -> None:
    """Text in a fence is kept as prose and makes no version."""
    found, _ = releases("## 1.0 - 2020\n\n```\n## 2.0 - 2021\n```\n")

    assert ["1.0"] == [release.version for release in found]
    assert (Prose(text="```\n## 2.0 - 2021\n```"),) == found[0].blocks


def test_a_bad_release_names_reason_and_replacement() -> None:
    """The mark stands directly below the heading; elsewhere it is prose."""
    found, _ = releases("## 1.5.6 - 2019\n> Bad release, use 1.5.7: files\n> are missing\n\n- x\n")

    assert BadRelease(reason="files are missing", replaced_by="1.5.7") == found[0].bad
    assert (Entry(text="x"),) == found[0].blocks


@pytest.mark.parametrize(
    ("heading", "right"),
    [
        ("release-1.9.9 - August 2019", "1.9.9 - August 2019"),
        ("v1.2 - 2020", "1.2 - 2020"),
        ("pcsc-1.8.9 - 2 May 2015, A", "1.8.9 - 2 May 2015, A"),
        ("1.9.9 (August 2019)", "1.9.9 - August 2019"),
        ("[1.0.0] - 2020-01-31", "1.0.0 - 31 January 2020"),
        ("1.0 - 27 october, 2003, A", "1.0 - 27 October 2003, A"),
        ("1.0 - 26 Novembre 2006", "1.0 - 26 November 2006"),
        ("1.0 - 1st June 2026, A and B", "1.0 - 1 June 2026, A, B"),
        ("1.0 - Somebody", "1.0 - undated, Somebody"),
    ],
)
def test_other_spellings_are_read_and_the_right_one_is_shown(heading: str, right: str) -> None:
    """The version is never lost to a prefix or a date form; the hint is the line to write."""
    found, findings = releases(f"x\n\n## {heading}\n")

    assert [right.split(maxsplit=1)[0]] == [release.version for release in found]
    assert [("x.md:3", f'write "## {right}"')] == [(one.place, one.hint) for one in findings]


def test_a_release_without_a_date_is_a_warning_with_the_line_to_write() -> None:
    """No date is reported, unless the heading says that nobody knows it."""
    _, findings = releases("## 2.5.1\n\n- x\n")
    _, silent = releases("## 2.5.1 - undated, A\n\n- x\n")

    assert [Severity.WARNING] == [finding.severity for finding in findings]
    assert 'write "## 2.5.1 - 10 June 2026, Name"' in findings[0].hint
    assert [] == silent


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("• round bullet", 'start the line with "- "'),
        ("- a [x](javascript:y) link", "https"),
        ("- a [x](DATA:text/html,y) link", "https"),
        ("- bell \x07", "delete it"),
        ("## Notes", '"## 1.4.31 - 10 August 2019, Name"'),
        ("## 2nd thoughts", '"## 1.4.31 - 10 August 2019, Name"'),
    ],
)
def test_odd_lines_are_kept_and_reported(line: str, hint: str) -> None:
    """Each is in the formatted text, and its finding names the line and the mend."""
    body = f"## 1.0 - 2020\n\n{line}\n"
    _, findings = releases(body)

    assert ["x.md:3"] == [finding.place for finding in findings]
    assert hint in findings[0].hint
    assert line in format_changelog(body, where="x.md")


@pytest.mark.parametrize(
    "body",
    [
        "## 1.0 - 2020\n- no blank line\n- second   \n\t- tab\n      - six spaces",
        "## 1.0 - 2020\n\n   * three spaces\n   * star\n\n\n\n## 0.9 - 2019\n+ plus\n",
    ],
)
def test_sloppy_but_clear_input_has_no_finding_and_is_mended(body: str) -> None:
    """Blank lines, indents and bullet signs are the formatter's business."""
    _, findings = releases(body)
    text = format_changelog(body, where="x.md")

    assert [] == findings
    assert all(re.match(r"##|( {2})*- |$", line) for line in text.split("\n")), text


@pytest.mark.parametrize(
    "body", ["[" * 20_000, "- " * 600 + "x", "> " * 600, "`" * 20_000, "*" * 20_000]
)
def test_hostile_markdown_ends_soon_and_is_kept(body: str) -> None:
    """Depth and repetition take less than two seconds and lose nothing."""
    start = time.monotonic()
    text = format_changelog(f"## 1.0 - 2020\n\n{body}\n", where="x.md")

    assert body.strip() in text
    assert time.monotonic() - start < 2


def words(text: str) -> list[str]:
    """The words of a text in order."""
    return re.findall(r"\w+", text)


def is_in_order(needles: list[str], hay: list[str]) -> bool:
    """Whether all needles stand in the hay, in their order."""
    rest = iter(hay)
    return all(needle in rest for needle in needles)


@given(changelog_lines)
@example("## 1.0\n\n[a]: b\n")
@example("## 1.0\n\n- a\n\n      code\n")
@example("- - - x\n## 1.0\n1. a\n   - b")
def test_no_line_that_is_not_blank_is_lost(body: str) -> None:
    """The words of every line stand in the formatted text in order, or a finding names the line."""
    text = FRONT + body.replace("\r", "\n")
    _, findings = parse_changelog(text, where="x.md")
    named = {finding.line for finding in findings}
    kept = words(format_changelog(text, where="x.md"))
    lines = [line for number, line in enumerate(text.split("\n"), 1) if number not in named]

    assert is_in_order(words("\n".join(lines)), kept)


@given(changelog_lines)
def test_formatting_changes_no_meaning_and_ends(body: str) -> None:
    """Parse, format, parse gives the same changelog; formatting twice is formatting once."""
    text = format_changelog(FRONT + body, where="x.md")
    before, _ = parse_changelog(FRONT + body, where="x.md")
    after, _ = parse_changelog(text, where="x.md")

    assert before == after
    assert text == format_changelog(text, where="x.md")


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Any text gives a changelog and findings."""
    changelog, findings = parse_changelog(text, where="x.md")

    assert changelog.project is not None or findings


def test_front_matter_is_kept_byte_for_byte() -> None:
    """Comments and odd spacing in the front matter survive formatting."""
    front = FRONT.replace("title: X", "title:   X  # why")

    assert format_changelog(front + "## 1.0 - 2020\n- a", where="x.md").startswith(front.rstrip())


def test_a_version_that_yaml_reads_as_a_number_is_refused() -> None:
    """`versions: [1.10]` is no announcement of 1.1."""
    front = FRONT.replace(
        "description: d", "description: d\nannouncements:\n- versions: [1.10]\n  slug: a"
    )
    changelog, findings = parse_changelog(front, where="x.md")

    assert changelog.project is None
    assert ["x.md:7"] == [finding.place for finding in findings]
    assert "quote it" in findings[0].hint


def test_a_link_that_is_not_https_in_the_front_matter_is_refused() -> None:
    """A javascript: home page never reaches a page."""
    front = FRONT.replace("description: d", "description: d\nhomepage: javascript:alert(1)")
    _, findings = parse_changelog(front, where="x.md")

    assert ["write it with https://"] == [finding.hint for finding in findings]
