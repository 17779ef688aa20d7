"""A post and the list of series, from text to values."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.dates import PartialDate
from pressroom.posts.model import Series, Update
from pressroom.posts.parse import parse_post, parse_series

WHOLE = """\
---
title: "A <title> & more: yes"
slug: a-title
date: 2019-09
summary: One sentence.
tags: [macos, reader-list]
series: status
part: 2
corrects: older
updates:
  - date: 2019-12-12
    text: It was wrong.
    post: newer
draft: true
---

## Heading

Text.
"""
SHORT = "---\ntitle: T\nslug: s\ndate: 2019\nsummary: S\n---\nText\n"


def test_every_field_arrives() -> None:
    """Each key of the front matter is in the post, with its type, and the body starts at its line."""
    post, findings = parse_post(WHOLE, where="posts/a.md")
    assert [] == findings
    assert post is not None
    matter = post.matter
    assert "A <title> & more: yes" == matter.title
    assert PartialDate(2019, 9) == matter.date
    assert ("macos", "reader-list") == matter.tags
    assert ("status", 2, "older", True) == (
        matter.series,
        matter.part,
        matter.corrects,
        matter.draft,
    )
    expected = Update(date=PartialDate(2019, 12, 12), text="It was wrong.", post="newer")
    assert (expected,) == matter.updates
    assert "\n## Heading\n\nText.\n" == post.body
    assert "## Heading" == WHOLE.split("\n")[post.body_line]
    assert 3 == post.line_of("slug")
    assert 10 == post.line_of("updates")
    assert 1 == post.line_of("no such key")


def test_defaults_are_empty() -> None:
    """A post needs a title, a slug, a date and a summary, and nothing else."""
    post, findings = parse_post(SHORT, where="posts/a.md")
    assert [] == findings
    assert post is not None
    assert ((), None, None, None, (), False) == (
        post.matter.tags,
        post.matter.series,
        post.matter.part,
        post.matter.corrects,
        post.matter.updates,
        post.matter.draft,
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "message", "hint"),
    [
        ("draft: true", "drafts: true", 14, "unknown key 'drafts'", "did you mean 'draft'?"),
        ("updates:", "upates:", 10, "unknown key 'upates'", "did you mean 'updates'?"),
        ("    text:", "    txt:", 12, "txt'", "did you mean 'text'?"),
        ("slug: a-title\n", "", 2, "key 'slug' is missing", "add a line for `slug`"),
        ("date: 2019-09\n", "", 2, "key 'date' is missing", "add a line for `date`"),
        ("date: 2019-09", "date: 2019-13", 4, "date: ", "write a date as"),
        ("part: 2", "slug: again", 8, "'slug' stands twice, first in line 3", "keep one"),
        ("series: status", "series: 1.10", 7, "series: ", 'quote it, as in "1.10"'),
        ("series: status", "series: no", 7, "series: ", "quote it"),
        ("tags: [macos,", "tags: [2019,", 6, "tags[0]: ", "quote it"),
    ],
)
def test_misfits_name_line_and_mend(old: str, new: str, line: int, message: str, hint: str) -> None:
    """A wrong, missing, doubled or misspelt key is a finding at its line and says how to mend it."""
    assert old in WHOLE
    post, findings = parse_post(WHOLE.replace(old, new), where="posts/a.md")
    assert post is None
    found = next(one for one in findings if message in one.message)
    assert ("posts/a.md", line) == (found.where, found.line)
    assert hint in found.hint


def test_no_front_matter() -> None:
    """A file without front matter is no post, and the finding shows how one starts."""
    post, findings = parse_post("# Hello\n", where="posts/a.md")
    assert post is None
    assert ["has no front matter"] == [one.message for one in findings]
    assert "start the file with a line `---`" in findings[0].hint


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"A <title>', '"A \\u202e<title>', 2),
        ('"A <title>', '"A \\0<title>', 2),
        ("One sentence.", '"One \\u200b sentence"', 5),
        ("It was wrong.", '"It \\x1b[31m was"', 10),
        ("Text.", "Te\u200bxt.", 19),
        ("Text.", "Te\x08xt.", 19),
        ("Text.", "Te\ud800xt.", 19),
        ("Text.", "Cafe\u0301.", 19),
    ],
)
def test_unseen_characters_are_findings(old: str, new: str, line: int) -> None:
    """Characters nobody sees are found where they stand, also those that YAML made of an escape."""
    source = WHOLE.replace(old, new) if old in WHOLE else WHOLE
    _, findings = parse_post(source, where="posts/a.md")
    assert [line] == [one.line for one in findings]
    assert findings[0].hint in {"delete it", "type the line again, or save it in Unicode form NFC"}


@given(st.text())
def test_parsing_a_post_never_raises(text: str) -> None:
    """Any text ends in a post or a finding."""
    for source in (text, f"---\n{text}\n---\n", SHORT.replace("Text", text)):
        post, findings = parse_post(source, where="posts/a.md")
        assert post is not None or findings


def test_series_in_file_order() -> None:
    """Each table of the file is one series, in the order of the file."""
    text = '[zulu]\ntitle = "Z <z>"\n\n["alpha-1"]\ntitle = "A"\n'
    series, findings = parse_series(text, where="posts/series.toml")
    assert [] == findings
    assert (Series(id="zulu", title="Z <z>"), Series(id="alpha-1", title="A")) == series


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ('[a]\ntitle = "A"\ncolour = "red"\n', 1, "series 'a': unknown key 'colour'", "title"),
        ("\n[a]\n", 2, "series 'a': key 'title' is missing", "add a line for `title`"),
        ("[a]\ntitle = 1\n", 1, "title: expected", "quote it"),
        ('title = "A"\n', 1, "'title' is no series", "[its-id]"),
        ('[a]\ntitle = "A"\n[a]\ntitle = "B"\n', 3, "not TOML", "[its-id]"),
        ("[a\n", 1, "not TOML", "[its-id]"),
        ('[a]\ntitle = "A\\u202e"\n', 1, "U+202E", "delete it"),
    ],
)
def test_wrong_series(text: str, line: int, message: str, hint: str) -> None:
    """A wrong table is a finding at its line and says what a series looks like."""
    _, findings = parse_series(text, where="posts/series.toml")
    assert [line] == [one.line for one in findings]
    assert message in findings[0].message
    assert hint in findings[0].hint


@pytest.mark.parametrize(
    "text",
    [
        "a=" + "[" * 20_000,
        "a = {" * 10_000,
        ".".join("a" * 20_000) + "=1",
        "[" + ".".join("a" * 20_000) + "]",
        "\n".join(".".join("a" * 450) + f".b{n}=1" for n in range(60)),
        "a = 1\n" * 100_000,
    ],
    ids=["arrays", "tables", "dotted", "dotted header", "dotted lines", "large"],
)
def test_hostile_toml_ends_soon(text: str) -> None:
    """Nesting, dots and size end in a finding within two seconds."""
    start = time.perf_counter()
    series, findings = parse_series(text, where="posts/series.toml")
    assert 2 > time.perf_counter() - start
    assert () == series
    assert findings
    assert "posts/series.toml" == findings[0].where
    assert findings[0].hint


@given(st.text())
def test_parsing_series_never_raises(text: str) -> None:
    """Any text ends in series or findings."""
    parse_series(text, where="posts/series.toml")
