"""Drift: what the project's own changelog says of a version that ours says otherwise."""

from __future__ import annotations

import pytest

from pressroom.changelog.drift import compare
from pressroom.changelog.model import Changelog
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.styles import style
from pressroom.findings import Finding, errors_of

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
        ("1.1 - August 2026", "1.1 - July 2026", 1, "1.1 says July 2026; widget.md:15 says August 2026"),
        ("ann  author", "Bo", 1, "1.1 says Bo; widget.md:15 says Ann Author"),
        ("C_* as it", "C_* if it", 4, '1.1 says "keep C_* if it is"; widget.md:15 says "keep C_* as it is"'),
        ("   . nested\n", "", 6, '1.1 says "> prose with > - a dash"; widget.md:15 says "nested"'),
        ("   . nested", "  - nested", 5, '1.1 says "nested" as a bullet at level 1; widget.md:15 says "nested" as a bullet at level 2'),
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


def test_an_unknown_style_is_compared_as_it_is() -> None:
    """Without a style of ours, what is written here is compared itself."""
    (found,) = drift("1.1 - August 2026\n  - one\n", ours("## 1.1\n\n- two\n", "unknown"))

    assert '1.1 says "one"; widget.md:11 says "two"' == found.message
    assert found.hint
