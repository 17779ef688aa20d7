"""What a changelog must not say (test plan A 15, 18, 19)."""

from __future__ import annotations

import datetime as dt

import pytest

from pressroom.changelog.check import check_changelog
from pressroom.changelog.parse import parse_changelog

TODAY = dt.date(2026, 6, 1)
FRONT = """---
name: X
title: X
kind: python
description: d
announcements:
  - { versions: ["1.1"], slug: x-1-1 }
---
"""
BODY = "## 1.1 - May 2026\n\n- b\n\n## 1.0 - 2025\n\n> Bad release, use 1.1: r\n\n- a\n"


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        ("## 1.0 - 2025", "## 1.1 - 2025", "stands twice, first in line 9", "merge"),
        ("## 1.0 - 2025", "## 2.0 - 2025", "2.0 stands below 1.1", "newest release first"),
        ("## 1.0 - 2025", "## 1.0 - June 2026", "after 1.1 above it", "mend the date"),
        ("## 1.1 - May 2026", "## Unreleased - May 2026", "has a date", "the version"),
        ('["1.1"]', '["1.0", "1.1"]', "not newest first", "turn"),
        ("May 2026", "July 2026", "in the future", "Unreleased"),
        ("use 1.1", "use 1.2", "no other release", "name a version"),
        ("## 1.0 - 2025", "## Unreleased", "not the first heading", "top"),
        ('["1.1"]', '["1.2"]', "no release here", "add its section"),
        ('["1.1"]', '["1.1", "1.1"]', "announced twice", "already"),
        ('["1.1"]', "[]", "has no version", "at least one"),
        ("- May 2026", "- undated", "has no date", "give the announcement a date"),
        ("slug: x-1-1", "slug: ../../x", "is no name for a page", "single dashes"),
        ("slug: x-1-1", 'slug: "CON"', "is no name for a page", "single dashes"),
        ("slug: x-1-1", "slug: index", "is reserved", "add a word"),
        ("slug: x-1-1", 'slug: "2019"', "is no name for a page", "with a letter"),
        ("slug: x-1-1", "slug: x-1-1, tags: ['<b>']", "tag '<b>'", "single dashes"),
        ("title: X", 'title: X\nannounce_title: "{version!r}"', "does not work", "{version}"),
    ],
)
def test_each_mistake_is_found_with_its_mend(old: str, new: str, message: str, hint: str) -> None:
    """A changelog that is right has no finding; each change brings its own."""
    good, none = parse_changelog(FRONT + BODY, where="x.md")
    changelog, _ = parse_changelog((FRONT + BODY).replace(old, new, 1), where="x.md")
    findings = check_changelog(changelog, where="x.md", today=TODAY)

    assert [] == none + check_changelog(good, where="x.md", today=TODAY)
    assert any(message in one.message and hint in one.hint for one in findings), findings
