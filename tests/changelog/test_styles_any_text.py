"""Styles with whatever Hypothesis makes: what is written reads back, what is read is not lost."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.model import Block, Entry, Prose, Release
from pressroom.changelog.styles import PLAIN, STYLES, style
from pressroom.changelog.styles.bullets import BULLET, plain_inline
from pressroom.changelog.styles.headline import month_of
from pressroom.changelog.styles.style import Style
from pressroom.dates import PartialDate
from pressroom.errors import PressroomError

BLANK = " \t"
MONTHS_ONLY = ("pykcs11", "pyscard")
line = st.text(st.characters(blacklist_characters="\r\n", codec="utf-8"), min_size=1, max_size=12)
words = line.map(lambda text: text.strip(BLANK)).filter(bool)
more = words.filter(lambda text: not BULLET.match(text))
text = st.tuples(st.one_of(st.just(""), words), st.lists(more, max_size=2)).map(
    lambda parts: "\n".join([parts[0], *parts[1]]) if parts[0] else ""
)
entry_text = text.filter(lambda one: plain_inline(one) == one)
prose = st.lists(more, min_size=1, max_size=3).map(lambda lines: Prose(text="\n".join(lines)))


def blocks(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Prose, or a bullet with such blocks below it."""
    below = st.lists(inner, max_size=3).map(tuple)
    return st.one_of(prose, st.builds(Entry, text=entry_text, children=below))


block = st.recursive(st.one_of(prose, st.builds(Entry, text=entry_text)), blocks, max_leaves=8)
months = st.builds(PartialDate, st.integers(1990, 2040), st.one_of(st.none(), st.integers(1, 12)))
days = st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31)).map(PartialDate.from_date)
names = st.sampled_from(("Ann Author", "Bo (Moon)", "Çelik", "O'Neil-Smith Jr."))
versions = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){1,3}(rc[0-9])?", fullmatch=True)
releases = st.builds(
    Release,
    version=versions,
    date=st.one_of(st.none(), months, days),
    authors=st.lists(names, max_size=2, unique=True).map(tuple),
    undated=st.booleans(),
    blocks=st.lists(st.one_of(block, st.just(Entry(text="patches from Ann"))), max_size=4).map(
        tuple
    ),
)
file_text = st.lists(
    st.tuples(
        st.sampled_from(
            ("", "  - ", "   . ", "\t- ", "   * ", "- ", "* ", "    ", "\ufeff", "====", " ", "## ")
        ),
        st.one_of(
            st.sampled_from(
                (
                    "1.2 - May 2020, Ann",
                    "1.1 (June 2019)",
                    "1.0",
                    "2.0 - Mai",
                    "2.1: (Ann <ann@widget.example>)",
                    "widget-0.9:",
                    "27 october, 2003",
                    "3 Devember 2003",
                    "undated",
                    "History",
                    "vim:ts=20",
                    "x" * 3,
                )
            ),
            st.text(max_size=10),
        ),
    ).map("".join),
    max_size=16,
).flatmap(lambda lines: st.sampled_from(("\n", "\r\n", "\r")).map(lambda end: end.join(lines)))


def named(name: str) -> Style:
    """The style of that name."""
    found = style(name)
    assert found is not None
    return found


def as_said(name: str, release: Release) -> Release:
    """What the style can say of a release."""
    if name == "pyscard":
        release = dataclasses.replace(release, authors=(), undated=False)
    if release.date:
        release = dataclasses.replace(release, undated=False)
    return dataclasses.replace(
        release, date=month_of(release.date) if name in MONTHS_ONLY else release.date
    )


@pytest.mark.parametrize("name", PLAIN)
@given(release=releases)
def test_what_is_written_reads_back(name: str, release: Release) -> None:
    """Version, date, authors where the heading has them, and all blocks at their depth."""
    section = named(name).section(release)

    wanted = as_said(name, release)
    assert ((wanted,), []) == named(name).read(section, where="C")
    assert section.endswith("\n\n")
    assert not section.endswith("\n\n\n")
    assert not [one for one in section.split("\n") if one != one.rstrip(BLANK)]


@pytest.mark.parametrize("name", STYLES)
@given(release=releases, before=file_text)
def test_an_insertion_adds_a_section_and_nothing_else(
    name: str, release: Release, before: str
) -> None:
    """Every old byte stays, the new version is the first one, and a second time changes nothing."""
    here = named(name)
    old, _ = here.read(before, where="C")
    try:
        after = here.insert(before, release, where="C")
    except PressroomError:
        return  # the version is there already, or nobody can say where the newest one starts
    if after == before:
        assert release.version in [one.version for one in old]
        return
    found, _ = here.read(after, where="C")
    assert (release.version, *(one.version for one in old)) == tuple(one.version for one in found)
    assert after == here.insert(after, release, where="C")
    pairs = enumerate(zip(before, after, strict=False))
    same = next((n for n, (old_one, new_one) in pairs if old_one != new_one), len(before))
    assert after.endswith(before[same:])


@pytest.mark.parametrize("name", STYLES)
@given(before=file_text)
def test_reading_loses_no_word_and_never_raises(name: str, before: str) -> None:
    """Each word below the first heading is in a release or in a line that a finding names, up to the end."""
    found, findings = named(name).read(before, where="C")
    lines = before.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    ends = [one.line for one in findings if "the history ends" in one.message]
    if not found:
        return
    kept = collections.Counter(word for one in found for word in words_of(one))
    heads = {release.line for release in found} | {one.line for one in findings}
    heads |= {number + 1 for number in heads}  # a date, or what underlines a heading
    stop = min([*ends, len(lines) + 1])
    needed = collections.Counter(
        word
        for number, content in enumerate(lines[: stop - 1], 1)
        if number >= found[0].line and number not in heads
        for word in in_words(content)
    )
    assert not needed - kept


@pytest.mark.parametrize("name", STYLES)
@given(text=st.text(), where=st.sampled_from(("1.1 - May 2020", "1.1: Ann", "1.1 (May 2020)\n===")))
def test_no_text_raises(name: str, text: str, where: str) -> None:
    """Whatever stands above and below a heading is read, and written again without losing a word."""
    here = named(name)
    found, _ = here.read(f"{text}\n\n{where}\n{text}", where="C")
    for one in found:
        again, _ = here.read(here.section(one), where="C")
        if [release.version for release in again] == [one.version]:
            assert not bare_words(one) - bare_words(again[0])


def in_words(line: str) -> list[str]:
    """The words of a line: letters and digits alone, since marks of bullets are none."""
    return re.findall(r"\w+", line)


def words_of(release: Release) -> list[str]:
    """The words of a release's blocks."""
    return [word for one in texts(release.blocks) for word in in_words(one)]


def bare_words(release: Release) -> collections.Counter[str]:
    """How often each word stands in a release's blocks."""
    return collections.Counter(words_of(release))


def texts(found: tuple[Block, ...]) -> list[str]:
    """The text of every block."""
    return [
        text
        for one in found
        for text in (one.text, *texts(one.children if isinstance(one, Entry) else ()))
    ]


def test_nesting_without_end_is_cut() -> None:
    """A thousand levels are read without Python's stack ending, and no bullet is lost."""
    deep = "1.1 - May 2020\n" + "".join(f"{' ' * n}- level {n}.\n" for n in range(1, 1000))

    (one,), _ = named("pykcs11").read(deep, where="C")

    kept = texts(one.blocks)
    assert 999 == len(kept)
    assert "level 999." == kept[-1]
