"""A changelog of any style becomes ours: all versions, and every word."""

from __future__ import annotations

import collections
import dataclasses
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from import_fixtures import FILES, KEEP, LIBCCID, PCSC_LITE, PYKCS11, TOWNCRIER_MD

from pressroom.changelog.importing.reading import Imported, import_changelog
from pressroom.changelog.importing.words import check_words, words_of
from pressroom.changelog.model import Entry, Release
from pressroom.changelog.parse import parse_releases
from pressroom.changelog.styles import PLAIN, STYLES, style
from pressroom.changelog.styles.style import Style
from pressroom.dates import PartialDate
from pressroom.findings import Severity, errors_of

VERSIONS = {
    "libccid": ["1.4.10", "1.4.9", "1.4.8", "1.4.7"],
    "pcsc-lite": ["2.0.0", "1.8.13", "1.8.12beta", "0.0b"],
    "pcsc-tools": ["1.4.10", "1.4.9", "1.4.8", "1.4.7"],
    "pykcs11": ["1.5.2", "1.5.1", "1.5.0", "1.0.1"],
    "pyscard": ["2.3.1", "2.3.0", "1.6.7"],
    "keep-a-changelog": ["Unreleased", "1.2.0", "1.1.0"],
    "towncrier-md": ["1.2.0", "1.1.0"],
    "towncrier-rst": ["1.2.0", "1.1.0"],
}
DATES = {
    "libccid": ["2026-09-20", "2006-11-26", "2003-10-29", "2003-02-02"],
    "pcsc-lite": ["2023-06-09", "2003-10-27", "2003-04-13", None],
    "pcsc-tools": ["2026-09-20", "2006-11-26", "2003-10-29", "2003-02-02"],
    "pykcs11": ["2026-09", None, "2022-09", "2004"],
    "pyscard": ["2025-10", "2024-03", None],
    "keep-a-changelog": [None, "2024-05-06", "2023-05-06"],
    "towncrier-md": ["2024-05-06", "2023-05-06"],
    "towncrier-rst": ["2024-05-06", "2023-05-06"],
}


def named(name: str) -> Style:
    """The style of that name."""
    found = style(name)
    assert found is not None
    return found


def imported(name: str, text: str) -> Imported:
    """The text, brought in."""
    return import_changelog(text, named(name), where="C")


@pytest.mark.parametrize("name", FILES)
def test_each_fixture_comes_in_whole(name: str) -> None:
    """Versions and dates are right, no word is lost, and our parser reads what was made."""
    result = imported(name, FILES[name])

    assert VERSIONS[name] == [one.version for one in result.releases]
    assert DATES[name] == [one.date.iso if one.date else None for one in result.releases]
    assert result.complete
    preamble, releases, findings = parse_releases(result.text, where="x.md")
    assert ((), result.releases) == (preamble, releases)
    assert [] == errors_of(findings)
    assert len(VERSIONS[name]) == result.summary.versions


@pytest.mark.parametrize("name", FILES)
def test_import_export_import_is_unchanged(name: str) -> None:
    """What a style writes of an imported file is imported as the same releases."""
    first = imported(name, FILES[name]).releases

    exported = "".join(named(name).section(release) for release in first)

    # Yanked is all that a file can say of a bad release, so nothing else is there to be lost.
    assert first == imported(name, exported).releases


@pytest.mark.parametrize("name", FILES)
def test_line_ends_and_a_byte_order_mark_change_nothing(name: str) -> None:
    """CRLF, CR and a BOM give the same text."""
    wanted = imported(name, FILES[name]).text

    for end in ("\r\n", "\r"):
        assert wanted == imported(name, "\ufeff" + FILES[name].replace("\n", end)).text


def test_plain_text_stays_plain_text() -> None:
    """Numbers, quotes, addresses and links of a bullet are shown, not made into markup."""
    text = imported("libccid", LIBCCID).text

    assert "- use `` ` ``open()' and `close()' in *.c, not __init__\n  on two lines" in text
    assert "  - Sun Reader `<sun@reader.example>`" in text
    assert "- `#` of slots: 1. first" in text
    assert "- see [docs]`(`https://widget.example/docs) \\o/" in text
    assert "## 1.4.9 - 26 November 2006, Ann AUTHOR, Çelik Ö." in text


def test_head_and_tail_are_named_by_their_lines() -> None:
    """What is not the history is not imported, and nobody has to look for it."""
    plain = imported("libccid", LIBCCID)
    marked = imported("keep-a-changelog", KEEP)
    lines = KEEP.split("\n")

    assert ((1, 7), (27, 27)) == (plain.summary.head, plain.summary.tail)
    assert (1, 3) == marked.summary.head
    assert (lines.index("[unreleased]: https://x.example/compare/1.2.0...HEAD") + 1, 34) == (
        marked.summary.tail
    )
    assert "vim" not in plain.text
    assert None is imported("pcsc-lite", PCSC_LITE).summary.head


def test_reference_links_are_written_out() -> None:
    """Their targets stand in the tail, which is not imported."""
    text = imported("keep-a-changelog", KEEP).text

    assert "- soon, see [the plan](https://x.example/plan)" in text
    assert "- z [#12](https://x.example/12)" in text
    assert "## 1.1.0 - 6 May 2023\n\n> Bad release: yanked\n\n- **bold** stays" in text


def test_code_is_not_searched_for_references() -> None:
    """`[x]` in code or in a fence is text."""
    text = "## 1.0\n\n- `[x]` [x] [y]\n\n```\n[x]\n```\n\n[x]: https://x.example\n"

    result = imported("keep-a-changelog", text)

    assert "- `[x]` [x](https://x.example) [y]\n\n```\n[x]\n```" in result.text
    assert result.complete


def test_what_is_no_date_is_kept_and_named() -> None:
    """The words stand below the heading, with a finding at their line."""
    result = imported("pykcs11", PYKCS11)

    assert "**x** 2022" in result.text
    found = [one for one in result.findings if one.line == 9]
    assert [True] == ["is not a date" in one.message for one in found[:1]]
    assert "write" in found[0].hint


def test_prose_that_would_be_markup_is_fenced_and_named() -> None:
    """A star or a number at the start of a line changes nothing on the page."""
    text = "1.0 - May 2020, Ann\n  1. *one* thing\n\n  - bullet\n"

    result = imported("pykcs11", text)

    assert "```\n1. *one* thing\n```\n\n- bullet" in result.text
    assert 1 == result.summary.verbatim
    (finding,) = [one for one in result.findings if "verbatim" in one.message]
    assert ("C:2", Severity.WARNING) == (finding.place, finding.severity)
    assert "write it as bullets" in finding.hint


def test_a_heading_in_markdown_is_no_version_of_ours() -> None:
    """`## Notes` would be a mistake in our format; it stands in a fence."""
    result = imported("keep-a-changelog", "## [1.0] - 2020-01-01\n\n- a\n\n## 2.0 of what\n\n- b\n")

    assert "```\n## 2.0 of what\n```\n\n- b" in result.text
    assert result.complete
    assert ["C:5"] == [one.place for one in errors_of(result.findings)]


def test_versions_that_stand_twice_and_dates_out_of_order_are_warnings() -> None:
    """The import happens all the same, and says where."""
    text = "1.1 - May 2020, A\n  - a\n\n1.2 - June 2021, A\n  - b\n\n1.1 - May 2020, A\n  - c\n"

    result = imported("pykcs11", text)

    assert ["1.1", "1.2", "1.1"] == [one.version for one in result.releases]
    assert [4, 4, 7] == [one.line for one in result.findings]
    assert {Severity.WARNING} == {one.severity for one in result.findings}
    assert ["put", "put", "del"] == [one.hint[:3] for one in result.findings]


def test_a_file_with_the_oldest_first_is_turned_round() -> None:
    """Our changelogs have the newest first; a warning says that it was not so."""
    result = imported("pykcs11", "1.0 - May 2020, A\n  - a\n\n1.1 - May 2021, A\n  - b\n")

    assert ["1.1", "1.0"] == [one.version for one in result.releases]
    assert ["the oldest version stands first"] == [one.message[:31] for one in result.findings]
    assert "nothing needs to be done" in result.findings[0].hint


def test_a_lost_word_is_an_error_with_its_line() -> None:
    """Whoever changes the import so that it drops something hears of it: the lines are asked, not the parser."""
    lines = ["1.0 - May 2020, Ann", "  - one two", "  - three — four"]
    read = Release(
        version="1.0",
        date=PartialDate(2020, 5),
        authors=("Ann",),
        blocks=(Entry(text="one two", line=2), Entry(text="three — four", line=3)),
        line=1,
    )
    made = dataclasses.replace(read, blocks=(Entry(text="one"), Entry(text="three four")))

    def lost(one: Release) -> list[str]:
        found = check_words(lines, (read,), (one,), where="C", shown=str)
        assert all("report it" in finding.hint for finding in found)
        return [f"{finding.place}: {finding.message}" for finding in errors_of(found)]

    assert [] == lost(read)
    assert ["C:2: words would be lost: 'two'", "C:3: words would be lost: '—'"] == lost(made)
    anonymous = dataclasses.replace(read, authors=())
    assert [] == lost(anonymous), "what the style read of a heading counts, and our heading has it"


def test_a_word_that_stands_twice_is_needed_twice() -> None:
    """Words are counted, not only looked up."""
    lines = ["1.0", "- again again"]
    read = Release(version="1.0", line=1, blocks=(Entry(text="again again", line=2),))
    made = dataclasses.replace(read, blocks=(Entry(text="again"),))

    (finding,) = check_words(lines, (read,), (made,), where="C", shown=str)

    assert "C:2" == finding.place
    assert "report it" in finding.hint


WORD = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")), min_size=1
)
entry_line = st.lists(
    st.one_of(
        WORD, st.sampled_from(("`", "<!--", "# x", "[a](b)", "[#1]", "1.", "-", "```", "==="))
    ),
    min_size=1,
    max_size=4,
).map(" ".join)
START = {
    "libccid": ("1.1 - 3 June 2026, Ann\n", "   - ", "    - "),
    "pcsc-lite": ("1.1: Ann\n3 June 2026\n", "- ", "  . "),
    "pcsc-tools": ("1.1 - 3 June 2026, Ann\n", "    - ", "     . "),
    "pykcs11": ("1.1 - June 2026, Ann\n", "  - ", "   . "),
    "pyscard": ("1.1 (June 2026)\n===============\n", "   * ", "    - "),
    "keep-a-changelog": ("## [1.1] - 2026-06-03\n\n", "- ", "  - "),
    "towncrier-md": ("## 1.1 (2026-06-03)\n\n", "- ", "  - "),
    "towncrier-rst": ("1.1 (2026-06-03)\n================\n\n", "- ", "  - "),
}


@pytest.mark.parametrize("name", STYLES)
@given(
    body=st.lists(
        st.tuples(st.sampled_from((0, 1, 1, 2, 3)), entry_line, st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_no_word_is_lost_in_any_style(name: str, body: list[tuple[int, str, bool]]) -> None:
    """Bullets, nested ones, wrapped lines and lines at the margin: every word is there as often as it was."""
    heading, *marks = START[name]
    starts = ("", *marks, "      ")
    lines = [("\n" if gap else "") + starts[kind] + line for kind, line, gap in body]
    text = heading + "\n".join(lines) + "\n"

    result = imported(name, text)

    assert result.complete, [str(one) for one in errors_of(result.findings)]
    assert ((), result.releases) == parse_releases(result.text, where="x.md")[:2]
    begin, end = result.summary.tail or (0, -1)
    kept = text.split("\n")
    kept[begin - 1 : end] = [] if result.summary.tail else kept[begin - 1 : end]
    missing = collections.Counter(words_of("\n".join(kept)))
    missing.subtract(words_of(result.text))
    left = {word for word, count in missing.items() if count > 0}
    # Headings say a date in other words; a heading in a bullet's place is a version of its own.
    assert left <= {"2026", "06", "03", "6", "3", "June", "_", "1"}, left


def test_every_style_is_tried() -> None:
    """A new style joins the tests of this file."""
    assert set(STYLES) == set(START) == set(VERSIONS)
    assert set(PLAIN) < set(STYLES)


def many(name: str, size: int) -> tuple[str, int]:
    """A file of about that many characters, and its number of versions."""
    heading, first, second = START[name]
    one = "".join(f"{first}entry {n} of a few words & more\n{second}nested\n" for n in range(9))
    count = size // len(heading + one)
    sections = [heading.replace("1.1", f"1.{count - n}", 1) + one for n in range(count)]
    return "\n".join(sections).replace("===\n", "=======\n"), count


@pytest.mark.parametrize(
    ("name", "size", "seconds"),
    [*((name, 40_000, 2) for name in STYLES), ("pcsc-lite", 400_000, 12)],
)
def test_a_long_history_comes_in(name: str, size: int, seconds: int) -> None:
    """Time grows with the file: four hundred thousand characters take seconds."""
    text, count = many(name, size)

    started = time.process_time()
    result = imported(name, text)

    assert (True, count) == (result.complete, result.summary.versions)
    assert time.process_time() - started < seconds


def test_authors_that_our_heading_cannot_have_are_kept() -> None:
    """Parentheses go; a name with a number would be taken for a date and stands below the heading."""
    result = imported("pcsc-lite", "1.1: (Ann), Bo\n3 June 2026\n- a\n\n1.0: Agent 7\n- b\n")

    first = "## 1.1 - 3 June 2026, Ann, Bo\n\n- a\n\n## 1.0"
    assert result.text.startswith(first)
    assert "Agent 7" in result.text
    assert result.complete


def test_towncrier_without_changes() -> None:
    """What says "No significant changes." is prose of the version."""
    assert "No significant changes." in imported("towncrier-md", TOWNCRIER_MD).text
