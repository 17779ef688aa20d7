"""Styles with whatever Hypothesis makes: what is written reads back, what is read is not lost."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.model import Block, Entry, Prose, Release
from pressroom.changelog.styles import STYLES, style
from pressroom.changelog.styles.bullets import BULLET, plain_inline
from pressroom.changelog.styles.style import Style
from pressroom.dates import PartialDate
from pressroom.errors import PressroomError

BLANK = " \t"
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
dates = st.builds(PartialDate, st.integers(1990, 2040), st.one_of(st.none(), st.integers(1, 12)))
names = st.sampled_from(("Ann Author", "Bo (Moon)", "Çelik", "O'Neil-Smith Jr."))
versions = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){1,3}(rc[0-9])?", fullmatch=True)
releases = st.builds(
    Release,
    version=versions,
    date=dates,
    authors=st.lists(names, max_size=2, unique=True).map(tuple),
    blocks=st.lists(st.one_of(block, st.just(Entry(text="patches from Ann"))), max_size=4).map(
        tuple
    ),
)
file_text = st.lists(
    st.tuples(
        st.sampled_from(
            ("", "  - ", "   . ", "\t- ", "   * ", "- ", "* ", "    ", "\ufeff", "====")
        ),
        st.one_of(
            st.sampled_from(
                ("1.2 - May 2020, Ann", "1.1 (June 2019)", "1.0", "2.0 - Mai", "x" * 3)
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


@pytest.mark.parametrize("name", STYLES)
@given(release=releases)
def test_what_is_written_reads_back(name: str, release: Release) -> None:
    """Version, month, authors where the heading has them, and all blocks at their depth."""
    section = named(name).section(release)

    wanted = release if name == "pykcs11" else dataclasses.replace(release, authors=())
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
def test_reading_loses_no_line_and_never_raises(name: str, before: str) -> None:
    """Each line below the first heading is a heading, part of a block, or named by a finding."""
    found, findings = named(name).read(before, where="C")
    lines = before.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    if not found:
        return
    kept = "\n".join(one for release in found for one in texts(release.blocks))
    heads = {release.line for release in found} | {one.line for one in findings}
    heads |= {number + 1 for number in heads}  # what underlines a heading
    for number, content in enumerate(lines[found[0].line - 1 :], found[0].line):
        stripped = content.strip(BLANK)
        mark = BULLET.match(stripped)
        assert number in heads or stripped[mark.end() if mark else 0 :] in kept


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
