"""Drift: what the project's own changelog says of a version that ours says otherwise."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.drift import compare
from pressroom.changelog.model import Changelog, Entry, Prose
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.styles import STYLES, style
from pressroom.changelog.syncing.comparison import find_drift
from pressroom.findings import Finding, errors_of

if TYPE_CHECKING:
    from pressroom.changelog.model import Block

TEXTS = st.sampled_from(
    [
        "one",
        "two",
        "`one`",
        "one\ntwo",
        "```\none\n```",
        "```\n- one\n- two\n```",
        "````\none\n\ntwo\n````",
    ]
)
blocks = st.builds(Entry, text=st.sampled_from(["one", "two", "`one`"])) | st.builds(
    Prose, text=TEXTS
)

FRONT = """\
---
name: Widget
title: Widget
kind: python
description: A widget.
changelog:
  file: Changes.txt
  style: {style}
---

"""
OURS = """\
## 1.2 - 7 September 2026, Ann Author

- new here

## 1.1 - 3 August 2026, Ann Author

> Bad release, use 1.2: it does not start.

- add `turn()`, see [notes](https://widget.example/n)
- keep C_\\* as
  it is
  - nested

> prose with
> - a dash

## 1.0 - August 2025, Ann Author
"""
THEIRS = """\
1.1 - August 2026, ann  author
  - add turn(), see
    notes (https://widget.example/n)
  - keep C_* as it is
   . nested

  > prose with
  > - a dash

1.0 - August 2025, Bo
  - first

0.9 - May 2025, Ann Author
  - older than ours
"""


def ours(text: str = OURS, name: str = "pykcs11") -> Changelog:
    """Our changelog of a project whose own one has that style."""
    changelog, findings = parse_changelog(FRONT.format(style=name) + text, where="widget.md")
    assert [] == errors_of(findings)
    return changelog


def drift(theirs: str, changelog: Changelog | None = None, name: str = "pykcs11") -> list[Finding]:
    """The findings about a project's file."""
    here = style(name)
    assert here is not None
    releases, _ = here.read(theirs, where="Changes.txt")
    return compare(changelog or ours(), releases, where="Changes.txt", ours_where="widget.md")


def test_markup_wrapping_and_what_a_style_cannot_say_are_no_drift() -> None:
    """Backticks, escapes, links written out, wrapped lines, days, a bad mark and missing versions do not count."""
    assert [] == drift(THEIRS)


def test_a_style_without_authors_is_no_drift() -> None:
    """Authors that the project's headings do not name are not missed."""
    text = "## 1.1 - 3 August 2026, Ann Author\n\n- one\n"

    assert [] == drift("1.1 (August 2026)\n=====\n   * one\n", ours(text, "pyscard"), "pyscard")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("1.1 - August 2026", "1.1 - July 2026", 1, "1.1 says July 2026; widget.md:15 says 3 August 2026"),
        ("ann  author", "Bo", 1, "1.1 says Bo; widget.md:15 says Ann Author"),
        ("C_* as it", "C_* if it", 4, '1.1 says "keep C_* if it is"; widget.md:20 says "keep C_* as it is"'),
        ("   . nested\n", "", 6, '1.1 says "> prose with > - a dash"; widget.md:22 says "nested"'),
        ("   . nested", "  - nested", 5, '1.1 says "nested" as a bullet at level 1; widget.md:22 says "nested" as a bullet at level 2'),
        ("a dash", "a dash\n  - more", 9, '1.1 says "more"; widget.md:15 says nothing more'),
        ("1.0 - August 2025", "1.0 - May 2024", 10, "1.0 says May 2024; widget.md:27 says August 2025"),
    ],
)  # fmt: skip
def test_each_difference_is_named(old: str, new: str, line: int, said: str) -> None:
    """An error at the line of the project's file, with both sides and how to mend either."""
    (found,) = drift(THEIRS.replace(old, new))

    assert (f"Changes.txt:{line}", said) == (found.place, found.message)
    assert found.hint.startswith("mend the wrong one: edit widget.md:")
    assert "or Changes.txt in the project and commit it" in found.hint
    assert [found] == errors_of([found])


def test_a_long_bullet_is_quoted_where_it_differs() -> None:
    """Of two long texts the message shows the part that differs."""
    text = "## 1.1 - August 2026\n\n- " + "same words " * 20 + "then ours\n"
    theirs = "1.1 - August 2026\n  - " + "same words " * 20 + "then theirs\n"

    (found,) = drift(theirs, ours(text))

    assert "…ds same words same words then theirs" in found.message
    assert "then ours" in found.message
    assert len(found.message) < 200
    assert found.hint


def test_authors_are_compared_where_both_sides_name_some() -> None:
    """A heading of the project without a name, or with a vaguer date, is no drift."""
    assert [] == drift(THEIRS.replace(", ann  author", ""))
    assert [] == drift(THEIRS.replace("1.1 - August 2026", "1.1 - 2026"))


def test_what_is_no_date_is_no_drift() -> None:
    """A misspelt date of the project is left to whoever reads that file."""
    assert [] == drift(THEIRS.replace("1.1 - August", "1.1 - Agoust"))


FENCED = "## 1.1 - August 2026, Ann Author\n\n```\n- a line\n  of *plain* text\n```\n\n- one\n"
PLAIN_TEXT = "1.1 - August 2026, Ann Author\n  - a line\n    of *plain* text\n  - one\n"


def test_a_fence_that_only_markdown_needs_is_no_drift() -> None:
    """What stands in a code fence here and as plain text there is the same, for a release as for `sync`."""
    assert [] == drift(PLAIN_TEXT, ours(FENCED))


def test_in_markdown_a_fence_says_something() -> None:
    """There a list in a fence is no list."""
    theirs = "## [1.1] - 2026-08-03\n\n- a line\n  of *plain* text\n- one\n"

    (found,) = drift(theirs, ours(FENCED, "keep-a-changelog"), "keep-a-changelog")

    assert 'widget.md:13 says "- a line of *plain* text"' in found.message
    assert found.hint


@pytest.mark.parametrize(("theirs", "text"), [
    ("1.1 - August 2026, Bo\n", "## 1.1 - August 2026, Ann\n\n- one\n"),
    ("1.1 - August 2026, Bo\n  - one\n", "## 1.1 - August 2026, Ann\n"),
    ("1.1\n  - one\n", "## 1.1 - August 2026, Ann\n\n- one\n"),
    ("1.1 - August 2026, Ann\n  - one\n", "## 1.1 - undated\n\n- one\n"),
    ("1.0 - May 2020, Ann\n  - one\n", "## 1.1 - August 2026, Ann\n\n- one\n"),
])  # fmt: skip
def test_what_one_side_alone_says_stops_no_release(theirs: str, text: str) -> None:
    """Entries, a date or a whole version: `sync` shows them, and a release goes on."""
    assert [] == drift(theirs, ours(text))


@pytest.mark.parametrize("name", STYLES)
@given(
    ones=st.lists(blocks, min_size=1, max_size=3), others=st.lists(blocks, min_size=1, max_size=3)
)
def test_a_release_and_sync_judge_alike(name: str, ones: list[Block], others: list[Block]) -> None:
    """Of a version with a date and entries on both sides, both commands see the same differences."""
    here = style(name)
    assert here is not None
    changelog = ours("## 1.1 - August 2026, Ann Author\n", name)
    made = dataclasses.replace(changelog.releases[0], blocks=tuple(ones))
    mine = dataclasses.replace(changelog, releases=(made,))
    theirs, _ = here.read(here.section(dataclasses.replace(made, blocks=tuple(others))), where="C")
    seen = find_drift(mine, theirs, here)
    both = [one for one in seen if one.here and one.there and one.there.says != "no entries"]

    found = compare(mine, theirs, where="C", ours_where="widget.md")

    assert len(both) == len(found)
