"""Drift and its mending in every style that we can write: each kind, either side, and nothing else changed."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import hostile_text

from pressroom.changelog.format import format_release
from pressroom.changelog.model import UNRELEASED, Entry, Prose, Release
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.styles import STYLES, style
from pressroom.changelog.syncing.comparison import Kind, find_drift
from pressroom.changelog.syncing.edits import apply_edits
from pressroom.changelog.syncing.plan import Side, plan_mending
from pressroom.changelog.syncing.sides import Pair
from pressroom.dates import PartialDate
from pressroom.findings import errors_of
from pressroom.texts import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.styles.style import Style
    from pressroom.changelog.syncing.plan import Mending

FRONT = """\
---
name: Widget
title: Widget
kind: python
description: A widget.
---

Words above.

"""


def named(name: str) -> Style:
    """The style of that name."""
    found = style(name)
    assert found is not None
    return found


def release(version: str, *texts: str, month: int = 5, author: str = "Ann Author") -> Release:
    """A release of 2025 with a bullet a text and one below the first."""
    entries = [Entry(text=text) for text in texts]
    if entries:
        entries[0] = dataclasses.replace(entries[0], children=(Entry(text="nested"),))
    return Release(
        version=version, date=PartialDate(2025, month), authors=(author,), blocks=tuple(entries)
    )


HISTORY = (
    release("1.3", "third", "more", month=9),
    release("1.2", "second", month=8),
    release("1.1", "first", "again", month=7),
    release("1.0", "start", month=6),
)


def pair_of(ours: Sequence[Release], theirs: Sequence[Release], name: str) -> Pair:
    """Both files with those releases."""
    here = named(name)
    mine = FRONT + "".join(f"{format_release(one)}\n\n" for one in ours).rstrip("\n") + "\n"
    others = "".join(map(here.section, theirs)).rstrip("\n") + "\n" * bool(theirs)
    return read(mine, others, here)


def read(ours: str, theirs: str, here: Style) -> Pair:
    """Both texts with what is read from them."""
    text, _ = decode(ours.encode(), where="widget.md")
    changelog, findings = parse_changelog(text, where="widget.md")
    releases, more = here.read(theirs, where="Changes")
    assert [] == errors_of(findings + more)
    return Pair(
        ours_text=ours,
        ours_where="widget.md",
        ours=changelog,
        theirs_text=theirs,
        theirs_where="Changes",
        theirs=releases,
        style=here,
    )


def mended(pair: Pair, to: Side) -> tuple[Pair, Mending]:
    """Both files after one side was mended."""
    drift = find_drift(pair.ours, pair.theirs, pair.style)
    plan = plan_mending(pair, drift, to=to)
    ours, theirs = pair.ours_text, pair.theirs_text
    if to is Side.HERE:
        ours = apply_edits(ours, plan.edits)
    else:
        theirs = apply_edits(theirs, plan.edits)
    return read(ours, theirs, pair.style), plan


def drift_of(pair: Pair) -> list[tuple[str, Kind]]:
    """What differs."""
    return [(one.version, one.kind) for one in find_drift(pair.ours, pair.theirs, pair.style)]


def has_authors(name: str) -> bool:
    """Whether headings of that style name authors."""
    (one,), _ = named(name).read(named(name).section(HISTORY[0]), where="")
    return bool(one.authors)


def test_equal_histories_do_not_drift() -> None:
    """In no style, and nothing is to be mended on any side."""
    for name in STYLES:
        pair = pair_of(HISTORY, HISTORY, name)
        assert [] == drift_of(pair)
        for side in Side:
            assert ((), ()) == (mended(pair, side)[1].edits, mended(pair, side)[1].diff)


CHANGES: dict[str, tuple[Kind, dict[str, Any]]] = {
    "date": (Kind.DATE, {"date": PartialDate(2024, 3)}),
    "author": (Kind.AUTHORS, {"authors": ("Bo Moon",)}),
    "entry": (Kind.ENTRIES, {"blocks": (Entry(text="first"), Entry(text="other"))}),
    "more": (Kind.ENTRIES, {"blocks": (*HISTORY[2].blocks, Entry(text="more"))}),
    "nesting": (Kind.ENTRIES, {"blocks": (Entry(text="first"), Entry(text="nested"), Entry(text="again"))}),
    "text": (Kind.ENTRIES, {"blocks": (Entry(text="first"), Prose(text="words alone"))}),
}  # fmt: skip


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("number", [0, 2, 3])
def test_each_kind_of_drift_is_found_and_mended(
    name: str, change: str, side: Side, number: int
) -> None:
    """In a version at the top, between others and at the end: found as its kind, mended, gone; others stay."""
    kind, changed = CHANGES[change]
    other = dataclasses.replace(HISTORY[number], **changed)
    edited = [other if one is HISTORY[number] else one for one in HISTORY]
    pair = pair_of(HISTORY, edited, name)
    if kind is Kind.AUTHORS and not has_authors(name):
        assert [] == drift_of(pair)
        return

    after, plan = mended(pair, side)

    assert [(other.version, kind)] == drift_of(pair)
    assert ([], ()) == (drift_of(after), plan.refused)
    assert (other.version,) == plan.versions
    wanted = (
        pair_of(HISTORY, HISTORY, name) if side is Side.CHECKOUT else pair_of(edited, edited, name)
    )
    assert wanted.theirs_text == after.theirs_text
    assert wanted.ours_text == after.ours_text


@pytest.mark.parametrize("name", STYLES)
@pytest.mark.parametrize("number", range(4))
def test_a_missing_version_is_put_in_its_place(name: str, number: int) -> None:
    """On the side that lacks it, between its neighbours, and the file is as if it had always been there."""
    some = [one for one in HISTORY if one is not HISTORY[number]]
    whole = pair_of(HISTORY, HISTORY, name)

    here, there = pair_of(some, HISTORY, name), pair_of(HISTORY, some, name)

    assert [(HISTORY[number].version, Kind.ONLY_THERE)] == drift_of(here)
    assert [(HISTORY[number].version, Kind.ONLY_HERE)] == drift_of(there)
    assert whole.theirs_text == mended(there, Side.CHECKOUT)[0].theirs_text
    one = mended(here, Side.HERE)[0]
    assert [] == drift_of(one)
    assert [release.version for release in HISTORY] == [
        release.version for release in one.ours.releases
    ]
    for wrong, side in ((here, Side.CHECKOUT), (there, Side.HERE)):
        assert () == mended(wrong, side)[1].edits


@pytest.mark.parametrize("name", STYLES)
def test_a_file_without_versions_is_begun(name: str) -> None:
    """All versions are written into an empty file, in the order of ours, and taken into an empty one."""
    after, _ = mended(pair_of(HISTORY, (), name), Side.CHECKOUT)
    taken, _ = mended(pair_of((), HISTORY, name), Side.HERE)

    assert pair_of(HISTORY, HISTORY, name).theirs_text == after.theirs_text
    assert [] == drift_of(taken)
    assert [one.version for one in HISTORY] == [one.version for one in taken.ours.releases]


@pytest.mark.parametrize("name", STYLES)
def test_entries_are_no_drift_where_ours_has_none(name: str) -> None:
    """Version and date alone are compared; `--to checkout` writes nothing, `--to here` takes the entries."""
    bare = [dataclasses.replace(one, blocks=(), authors=("Somebody Else",)) for one in HISTORY]
    pair = pair_of(bare, HISTORY, name)

    assert {Kind.NO_ENTRIES} == {kind for _, kind in drift_of(pair)}
    nothing = mended(pair, Side.CHECKOUT)[1]
    assert ((), ()) == (nothing.edits, nothing.versions)
    assert [] == drift_of(mended(pair, Side.HERE)[0])


def test_a_date_on_one_side_alone_differs() -> None:
    """Either side can give it; one that is written there and not understood is left to its reader."""
    undated = dataclasses.replace(HISTORY[0], date=None, undated=True)
    pair = pair_of([undated], HISTORY[:1], "pykcs11")
    other = pair_of(HISTORY[:1], [undated], "pykcs11")
    odd = read(other.ours_text, pair.theirs_text.replace("September", "Quux"), pair.style)

    assert [("1.3", Kind.DATE)] == drift_of(pair) == drift_of(other)
    assert "## 1.3 - September 2025, Ann Author" in mended(pair, Side.HERE)[0].ours_text
    assert mended(other, Side.CHECKOUT)[0].theirs_text == pair.theirs_text
    assert [] == drift_of(odd)


def test_authors_that_one_side_does_not_name_are_no_drift() -> None:
    """Where a heading has none, the other one is not wrong."""
    nobody = [dataclasses.replace(one, authors=()) for one in HISTORY]

    assert [] == drift_of(pair_of(HISTORY, nobody, "pykcs11"))
    assert [] == drift_of(pair_of(nobody, HISTORY, "pykcs11"))


def test_a_version_whose_date_nobody_knows_is_taken_so() -> None:
    """Its heading says that it is undated, which is no finding."""
    undated = [dataclasses.replace(HISTORY[0], date=None, undated=False)]

    after, _ = mended(pair_of((), undated, "pykcs11"), Side.HERE)

    assert "## 1.3 - undated, Ann Author\n" in after.ours_text


def test_a_heading_of_several_lines_is_replaced_whole() -> None:
    """With its underline, or with a date above the version as somebody wrote it once."""
    name = next(name for name in STYLES if named(name).plain)
    odd = "1 May 2024\n1.2: Ann Author\n- second\n  . nested\n\n1.1: Ann Author\n1 July 2025\n- first\n  . nested\n"
    ours = [release("1.2", "second", month=8), release("1.1", "first", month=7)]
    pair = read(
        pair_of(
            [dataclasses.replace(one, blocks=one.entries[:1]) for one in ours], (), name
        ).ours_text,
        odd,
        named(name),
    )

    after, plan = mended(pair, Side.CHECKOUT)

    assert ((), []) == (plan.refused, drift_of(after))
    assert "2024" not in after.theirs_text
    assert after.theirs_text.startswith("1.2: Ann Author\nAugust 2025\n- second\n")
    assert after.theirs_text.endswith("1.1: Ann Author\n1 July 2025\n- first\n  . nested\n")


def test_wrapped_lines_at_the_end_belong_to_their_bullet() -> None:
    """When the last section is replaced, no line of its last bullet stays behind."""
    pair = pair_of(HISTORY, HISTORY, "pykcs11")
    wrapped = read(
        pair.ours_text,
        f"{pair.theirs_text}  - more\n    on a line\n    and on another\n",
        pair.style,
    )

    assert pair.theirs_text == mended(wrapped, Side.CHECKOUT)[0].theirs_text


def test_unreleased_sections_do_not_count() -> None:
    """On neither side, and they stay on top."""
    coming = Release(version=UNRELEASED, blocks=(Entry(text="soon"),))
    pair = pair_of([coming, *HISTORY[1:]], HISTORY, "pykcs11")
    assert [] == find_drift(pair.ours, (coming, *HISTORY[1:]), pair.style)

    after, _ = mended(pair, Side.HERE)

    assert [("1.3", Kind.ONLY_THERE)] == drift_of(pair)
    assert [UNRELEASED, "1.3", "1.2", "1.1", "1.0"] == [one.version for one in after.ours.releases]


def test_a_version_that_stands_twice_is_left_alone() -> None:
    """Nobody can say which one to mend: the finding names it and says to delete one."""
    pair = pair_of(HISTORY, [*HISTORY, release("1.2", "second")], "pykcs11")
    twice = read(pair.ours_text.replace("- second", "- changed"), pair.theirs_text, pair.style)

    after, plan = mended(twice, Side.CHECKOUT)

    assert twice.theirs_text == after.theirs_text
    (found,) = plan.refused
    assert (
        "Changes:7: 1.2 is left alone: it stands twice in one of the files"
        == str(found).split("\n")[0]
    )
    assert "delete one of its two sections first" == found.hint


def test_one_that_cannot_be_taken_does_not_stop_the_others() -> None:
    """A heading that is not understood is left to be mended there; all other versions are taken."""
    pair = pair_of((), HISTORY, "pykcs11")
    odd = read(pair.ours_text, pair.theirs_text.replace("July 2025", "Julember 2025"), pair.style)
    evil = read(odd.ours_text, odd.theirs_text.replace("start", "st\x1bart"), pair.style)

    after, plan = mended(evil, Side.HERE)

    assert ["1.3", "1.2"] == [one.version for one in after.ours.releases] == list(plan.versions)
    assert [
        "mend that heading in the project's file first",
        "mend it by hand in one of the two files",
    ] == [one.hint for one in plan.refused]


def test_our_markup_stays_where_the_words_do() -> None:
    """Links and code of bullets that did not change are kept when others of the version are taken."""
    text = "- add `turn()`, see [notes](https://widget.example/n)\n- old\n  - `kept`\n"
    theirs = "1.1 - May 2025\n  - add turn(), see notes (https://widget.example/n)\n  - old\n   . kept\n   . new *x*\n"
    pair = read(
        f"{FRONT}## 1.1 - May 2025\n\n> Bad release: wrong\n\n{text}", theirs, named("pykcs11")
    )

    after, _ = mended(pair, Side.HERE)

    assert pair.ours_text + "  - new *x*\n" == after.ours_text


@pytest.mark.parametrize("tail", ["\n\n\n", "\n\n vim:ts=20\n", "\n\nLicense\n=======\n\nFree.\n"])
def test_what_surrounds_the_history_stays(tail: str) -> None:
    """A README keeps its head, and what stands below the section that grows at the end of its history."""
    name = next(name for name in STYLES if named(name).in_readme)
    grown = [*HISTORY[:3], release("1.0", "begin", "more", "and more", month=6)]
    longer = [*HISTORY, release("0.9", "older", month=2)]
    head = "Widget\n======\n\nHistory\n=======\n\n"
    readme = head + pair_of(HISTORY, HISTORY, name).theirs_text + tail
    for history in (grown, longer):
        wanted = pair_of(history, history, name)
        pair = read(wanted.ours_text, readme, wanted.style)

        after, _ = mended(pair, Side.CHECKOUT)

        assert head + wanted.theirs_text + tail == after.theirs_text


ends = st.sampled_from(("\n", "\r\n"))


@pytest.mark.parametrize("side", Side)
@settings(max_examples=40)
@given(
    end=ends,
    bom=st.booleans(),
    cut=st.booleans(),
    name=st.sampled_from(STYLES),
    number=st.integers(0, 3),
)
def test_line_ends_and_marks_stay(  # noqa: PLR0917 - what is drawn
    side: Side, end: str, bom: bool, cut: bool, name: str, number: int
) -> None:
    """Whatever ends lines and starts the file, and a last line without an end: all are as they were."""
    edited = [
        dataclasses.replace(one, blocks=(Entry(text="new"),), date=PartialDate(2024, 1))
        if n == number
        else one
        for n, one in enumerate(HISTORY)
    ]
    pair = pair_of(HISTORY, edited, name)

    def like(text: str) -> str:
        return "\ufeff" * bom + (text.removesuffix("\n") if cut else text).replace("\n", end)

    as_is = mended(pair, side)[0]
    after, plan = mended(read(like(pair.ours_text), like(pair.theirs_text), pair.style), side)

    assert () == plan.refused
    assert (like(as_is.ours_text), like(as_is.theirs_text)) == (after.ours_text, after.theirs_text)


bullets = st.lists(
    st.builds(Entry, text=st.one_of(hostile_text, st.sampled_from(("# x", "1. x", "- x", "```", "> x", "a\nb"))).map(
        lambda text: "\n".join(line for part in text.splitlines() if (line := part.strip())) or "x"
    )),
    min_size=1, max_size=3,
)  # fmt: skip


@settings(max_examples=60)
@given(theirs=bullets, ours=bullets, name=st.sampled_from(STYLES), side=st.sampled_from(Side))
def test_any_text_is_mended_or_named(
    theirs: list[Entry], ours: list[Entry], name: str, side: Side
) -> None:
    """After a mending nothing differs but what a finding names; the other versions are as they were."""
    here = named(name)
    mine, other = (dataclasses.replace(HISTORY[1], blocks=tuple(some)) for some in (ours, theirs))
    theirs_text = "".join(map(here.section, (HISTORY[0], other, HISTORY[2])))
    ours_text = FRONT + "\n\n".join(map(format_release, (HISTORY[0], mine, HISTORY[2]))) + "\n"
    changelog, findings = parse_changelog(ours_text, where="widget.md")
    releases, more = here.read(theirs_text, where="Changes")
    if errors_of(findings + more) or len(releases) != 3 or len(changelog.releases) != 3:
        return  # such files cannot be compared
    pair = read(ours_text, theirs_text, here)

    after, plan = mended(pair, side)

    named_ones = {one.message.split(" ")[0] for one in plan.refused}
    assert {version for version, _ in drift_of(after)} <= named_ones
    for one, two in ((pair.ours.releases, after.ours.releases), (pair.theirs, after.theirs)):
        assert (one[0], one[2]) == (two[0], two[2])


def test_a_long_history_is_fast() -> None:
    """150 versions, each of which differs, are compared, mended and proved in seconds."""
    history = [
        release(f"1.{number}", *(f"change {n} of {number}" for n in range(12)), month=5)
        for number in range(150, 0, -1)
    ]
    other = [
        dataclasses.replace(one, date=PartialDate(2024), blocks=one.blocks[1:]) for one in history
    ]
    pair = pair_of(history, other, "pykcs11")

    for side in Side:
        start = time.process_time()
        after, plan = mended(pair, side)
        assert 8 > time.process_time() - start
        assert 150 == len(plan.versions)
        assert [] == drift_of(after)
