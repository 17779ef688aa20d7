"""Edits of lines, and how they look: a diff that `patch` can apply."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.syncing.edits import Edit, apply_edits, unified

if TYPE_CHECKING:
    from pathlib import Path

OLD = "".join(f"line {number}\n" for number in range(1, 31))
EDITS = (
    Edit(line=31, lines=("", "at the end")),
    Edit(line=3, removed=2, lines=("line 3", "new 4", "more")),
    Edit(line=3, lines=("above",)),
    Edit(line=20, removed=1),
)

_line = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\ufeff"), max_size=4)


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[str], list[Edit]]:
    """Lines, and edits of them that do not overlap."""
    old = draw(st.lists(_line, max_size=30))
    edits, at = [], 1
    while at <= len(old) + 1 and draw(st.booleans()):
        at = draw(st.integers(at, len(old) + 1))
        removed = draw(st.integers(0, min(3, len(old) + 1 - at)))
        edits.append(Edit(line=at, removed=removed, lines=tuple(draw(st.lists(_line, max_size=3)))))
        at += max(removed, 1)
    return old, edits


@given(edited(), st.sampled_from(("\n", "\r\n")), st.sampled_from(("", "\ufeff")))
def test_edits_change_their_lines_alone(
    given_: tuple[list[str], list[Edit]], end: str, mark: str
) -> None:
    """The result is what the same edits make of a list of lines."""
    old, edits = given_
    new = list(old)
    for edit in reversed(edits):
        new[edit.line - 1 : edit.line - 1 + edit.removed] = edit.lines

    text = mark + "".join(line + end for line in old)
    if not old and end == "\r\n":
        return  # nothing tells how its lines would end
    if text.count("\r\n") * 2 <= text.count("\n") and end == "\r\n":
        return
    assert mark + "".join(line + end for line in new) == apply_edits(text, edits)


def test_order_does_not_matter_and_above_comes_before() -> None:
    """Edits are made by line; what is put above a line stands above what replaces it."""
    lines = apply_edits(OLD, EDITS).splitlines()

    assert ["line 2", "above", "line 3", "new 4", "more", "line 5"] == lines[1:7]
    assert ["line 30", "", "at the end"] == lines[-3:]
    assert "line 20" not in lines


def test_a_last_line_without_an_end_goes_on_having_none() -> None:
    """If it is replaced; lines that are put below it end it first."""
    assert "a\nc" == apply_edits("a\nb", [Edit(line=2, removed=1, lines=("c",))])
    assert "a\nb\nc\n" == apply_edits("a\nb", [Edit(line=3, lines=("c",))])
    assert "c\n" == apply_edits("", [Edit(line=1, lines=("c",))])


def test_the_diff_shows_what_changes_and_three_lines_around() -> None:
    """Lines that stay are context, near edits share a hunk, far ones have their own."""
    shown = unified(OLD, EDITS, name="x")

    assert [
        "--- x",
        "+++ x",
        "@@ -1,7 +1,9 @@",
        " line 1",
        " line 2",
        "+above",
        " line 3",
        "-line 4",
        "+new 4",
        "+more",
    ] == shown[:10]
    assert ["@@ -17,7 +19,6 @@", "@@ -28,3 +29,5 @@"] == [
        one for one in shown[3:] if one.startswith("@@")
    ]
    assert ["--- x", "+++ x", "@@ -0,0 +1,1 @@", "+a"] == unified(
        "", [Edit(line=1, lines=("a",))], name="x"
    )
    assert [] == unified(OLD, [Edit(line=2, removed=1, lines=("line 2",))], name="x")


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
def test_patch_makes_the_same_of_it(tmp_path: Path) -> None:
    """The diff applied by patch(1) gives what the edits give."""
    (tmp_path / "x").write_text(OLD)
    diff = "\n".join(unified(OLD, EDITS, name="x")) + "\n"

    subprocess.run(["patch", "-s", "x"], cwd=tmp_path, input=diff, text=True, check=True)

    assert apply_edits(OLD, EDITS) == (tmp_path / "x").read_text()


def test_a_megabyte_is_edited_at_once() -> None:
    """One hostile section of 100,000 lines is replaced and shown in about the time of reading it."""
    old = "x\n" * 100_000
    edits = [Edit(line=1, removed=100_000, lines=("y",) * 100_000)]

    start = time.process_time()
    assert 200_003 == len(unified(old, edits, name="x"))
    assert "y\n" * 100_000 == apply_edits(old, edits)
    assert 2 > time.process_time() - start
