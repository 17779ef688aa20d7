"""A project's own changelog: read with all its oddities, written in its style, added to without a change elsewhere."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.changelog.model import BadRelease, Entry, Prose, Release
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.render.tag import render_tag_message
from pressroom.changelog.styles import PLAIN, STYLES, style
from pressroom.changelog.styles.style import Style
from pressroom.dates import PartialDate
from pressroom.errors import PressroomError
from pressroom.findings import Severity, errors_of

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent.parent / "golden" / "styles"
PYKCS11 = """\
History
=======

1.5.1 - March 2018, Ann Author and Bo (Moon)
  - fix the build
\ton two lines
  - sample:
     . list slots
\t . list events
  - more

1.5.0 - Septembre 2017, Ann Author
   - first item
    - nested

1.0 - 2004 Ann Author (Moon)
  - first
"""
PYSCARD = """\
2.3.1 (October 2025)
====================
- patches from Ann Author
   * Request:
    - one
\t- two
- patches from Bo
   * three

2.3.0 (march 2024)
==================

   * Fix it
     at last

1.6.7
=====
        * old
"""


def named(name: str) -> Style:
    """The style of that name."""
    found = style(name)
    assert found is not None
    return found


def release(version: str = "1.6", *entries: str) -> Release:
    """A release of September 2026 with one entry a text."""
    blocks = tuple(Entry(text=text) for text in entries or ("fix it",))
    return Release(
        version=version, date=PartialDate(2026, 9, 7), authors=("Ann Author",), blocks=blocks
    )


def test_styles_are_known_by_name() -> None:
    """Every name has its style, and another name has none."""
    assert list(STYLES) == [named(name).name for name in STYLES]
    assert style("nobody's") is None


def test_a_file_with_authors_is_read() -> None:
    """Versions, dates, authors, nesting by column with tabs of four, wrapped lines and line numbers."""
    releases, findings = named("pykcs11").read(PYKCS11, where="Changes.txt")

    assert ["1.5.1", "1.5.0", "1.0"] == [one.version for one in releases]
    assert ["2018-03", "2017-09", "2004"] == [one.date.iso for one in releases if one.date]
    assert [("Ann Author", "Bo (Moon)"), ("Ann Author",), ("Ann Author (Moon)",)] == [
        one.authors for one in releases
    ]
    assert releases[0].blocks == (
        Entry(text="fix the build\non two lines"),
        Entry(text="sample:", children=(Entry(text="list slots"), Entry(text="list events"))),
        Entry(text="more"),
    )
    assert (Entry(text="first item", children=(Entry(text="nested"),)),) == releases[1].blocks
    assert [4, 12, 16] == [one.line for one in releases]
    assert 9 == releases[0].entries[1].entries[1].line
    assert ["Changes.txt:12"] == [one.place for one in findings]
    assert 'write "September 2017"' == findings[0].hint
    assert Severity.WARNING is findings[0].severity


def test_a_file_with_underlined_headings_is_read() -> None:
    """Groups at the margin hold the bullets below them, and a version may have no date."""
    releases, findings = named("pyscard").read(PYSCARD, where="ChangeLog")

    assert ["2.3.1", "2.3.0", "1.6.7"] == [one.version for one in releases]
    assert ["October 2025", "March 2024", None] == [
        one.date.words if one.date else None for one in releases
    ]
    request = Entry(text="Request:", children=(Entry(text="one"), Entry(text="two")))
    assert releases[0].blocks == (
        Entry(text="patches from Ann Author", children=(request,)),
        Entry(text="patches from Bo", children=(Entry(text="three"),)),
    )
    assert (Entry(text="Fix it\nat last"),) == releases[1].blocks
    assert ["ChangeLog:10: warning: the date 'march 2024' is read as March 2024"] == [
        str(one).partition("\n")[0] for one in findings
    ]


def test_no_odd_line_is_lost() -> None:
    """A date that is none, and text at the margin, are kept as text with a warning that says what to write."""
    text = "1.1 - Devember 2019, Ann\n  - one\nsome words\nand more\n\n  below a gap\n"
    (one,), findings = named("pykcs11").read(text, where="C")

    assert one.date is None
    assert ("Ann",) == one.authors
    assert one.blocks == (
        Prose(text="Devember 2019"),
        Entry(text="one"),
        Prose(text="some words\nand more"),
        Prose(text="below a gap"),
    )
    assert [
        ("C:1", 'write "1.5.18 - August 2025, Name"'),
        ("C:3", "indent it below the bullet that it belongs to"),
    ] == [(found.place, found.hint) for found in findings]
    assert [] == errors_of(findings)


def test_a_version_that_stands_twice_is_noted() -> None:
    """The second one is named with the line of the first."""
    _, findings = named("pykcs11").read("1.1\n  - a\n\n1.1\n  - b\n", where="C")

    assert ["C:4: warning: version 1.1 stands twice, first in line 1"] == [
        str(one).partition("\n")[0] for one in findings
    ]
    assert "delete one of the two" == findings[0].hint


def test_a_heading_without_its_underline_is_one_with_a_warning() -> None:
    """`1.1 (May 2020)` alone is a version; `1.1` alone is none, and an error."""
    pyscard = named("pyscard")

    (one,), findings = pyscard.read("1.1 (May 2020)\n   * a\n", where="C")
    assert "1.1" == one.version
    assert ['write "==============" below it'] == [found.hint for found in findings]

    none, findings = pyscard.read("1.1\n   * a\n", where="C")
    assert () == none
    assert ['write "2.3.1 (October 2025)"'] == [found.hint for found in errors_of(findings)]


@pytest.mark.parametrize("name", PLAIN)
def test_golden(name: str, golden: Callable[[Path, str], None]) -> None:
    """A release from our changelog goes into the project's file and the tag's message as the goldens say."""
    folder = GOLDEN / name
    text = (folder / "widget.md").read_text(encoding="utf-8")
    changelog, findings = parse_changelog(text, where="releases/widget.md")
    assert [] == findings
    assert changelog.project is not None
    before = (folder / "before.txt").read_text(encoding="utf-8")

    after = named(name).insert(before, changelog.releases[0], where="before.txt")

    golden(folder / "after.txt", after)
    golden(folder / "tag.txt", render_tag_message(changelog.project, changelog.releases[0]))


@pytest.mark.parametrize("name", PLAIN)
def test_a_link_is_written_out(name: str) -> None:
    """A link becomes its words and its address; code, stars and backslashes stay as the page shows them."""
    text = r"see [the *.c notes](https://e.example/a) and <https://e.example/b>, `x\*y` and \*"

    section = named(name).section(release("1.6", text))

    wanted = r"see the *.c notes (https://e.example/a) and https://e.example/b, `x\*y` and \*"
    assert wanted in section


@pytest.mark.parametrize("name", PLAIN)
def test_a_wrapped_line_never_becomes_a_bullet(name: str) -> None:
    """A line of a bullet that starts like a bullet joins the line above."""
    one = release("1.6", "use of\n- a minus sign\nand so on")

    (again,), _ = named(name).read(named(name).section(one), where="C")

    assert (Entry(text="use of - a minus sign\nand so on"),) == again.blocks


@pytest.mark.parametrize("name", PLAIN)
def test_a_bad_mark_is_ours_alone(name: str) -> None:
    """The mark of a bad release is made after its file went out, and is not written into it."""
    bad = dataclasses.replace(release(), bad=BadRelease(reason="broken", replaced_by="1.7"))

    assert named(name).section(release()) == named(name).section(bad)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(("name", "text"), [("pykcs11", PYKCS11), ("pyscard", PYSCARD)])
def test_nothing_but_the_section_is_new(name: str, text: str, mark: str, ends: str) -> None:
    """Line ends, byte order mark, a missing last line end and every other byte stay."""
    before = mark + text.rstrip("\n").replace("\n", ends)

    after = named(name).insert(before, release(), where="C")

    section = named(name).section(release()).replace("\n", ends)
    assert 1 == after.count(section)
    assert before == after.replace(section, "")
    assert after.startswith(mark)
    assert "1.6" == named(name).read(after, where="C")[0][0].version


@pytest.mark.parametrize("name", STYLES)
def test_a_section_that_is_there_is_left_alone(name: str) -> None:
    """Wrapped otherwise it still says the same; the file is not written again."""
    here = named(name)
    once = here.insert("", release("1.6", "a long\nline"), where="C")

    assert once == here.insert(once, release("1.6", "a long line"), where="C")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("   . other", '"other", not "fix it"'),
        ("   - fix it\n   - and more", '"and more", not nothing more'),
        ("", "says nothing"),
    ],
)
def test_a_section_that_says_something_else_is_never_replaced(changed: str, said: str) -> None:
    """The error names file and line, what differs, and both ways out."""
    there = f"1.6 - September 2026, Ann Author\n{changed}\n"

    with pytest.raises(PressroomError) as caught:
        named("pykcs11").insert(there, release(), where="Changes.txt")

    assert caught.value.where.startswith("Changes.txt:")
    assert said in caught.value.message
    assert "mend it there or in the changelog here" in caught.value.hint


def test_another_date_is_another_content() -> None:
    """Same bullets in another month are a conflict, not the same section."""
    there = "1.6 - August 2026, Ann Author\n  - fix it\n"

    with pytest.raises(PressroomError, match="August 2026, not September 2026") as caught:
        named("pykcs11").insert(there, release(), where="C")

    assert "C:1" == caught.value.where
    assert "until both say the same" in caught.value.hint


@pytest.mark.parametrize("line", ["1.5.2: 3 May 2020, Ann", "v1.5.2 - May 2020", "[Unreleased]"])
def test_nothing_goes_below_a_heading_that_is_not_understood(line: str) -> None:
    """A misspelt newest heading stops the work: the section would stand below it."""
    with pytest.raises(PressroomError, match="looks like a version") as caught:
        named("pykcs11").insert(f"{line}\n  - x\n\n{PYKCS11}", release(), where="C")

    assert "C:1" == caught.value.where
    assert 'write "1.5.18 - August 2025, Name"' == caught.value.hint


def test_an_odd_heading_of_old_is_no_obstacle() -> None:
    """Only what stands above the newest version could be newer than it."""
    text = f"{PYKCS11}\n0.9: May 2003, Ann\n  - x\n"

    assert errors_of(named("pykcs11").read(text, where="C")[1])
    assert "1.6 - September" in named("pykcs11").insert(text, release(), where="C")


def test_a_vaguer_date_is_no_other_content() -> None:
    """A year alone in the file is not contradicted by a day of that year."""
    there = "1.6 - 2026, Ann Author\n  - fix it\n"

    assert there == named("pykcs11").insert(there, release(), where="C")


@pytest.mark.parametrize(
    ("head", "after"),
    [("", ""), ("History", "History\n\n"), ("History\n\n", "History\n\n"), ("a\r\n", "a\r\n\r\n")],
)
def test_the_first_version_goes_below_the_head(head: str, after: str) -> None:
    """A file without a version gets its first one behind one blank line."""
    here = named("pykcs11")
    end = "\r\n" if "\r\n" in head else "\n"
    section = here.section(release()).removesuffix("\n").replace("\n", end)

    assert after + section == here.insert(head, release(), where="C")


def test_a_version_that_the_style_cannot_say_is_refused() -> None:
    """What would not read back as a version is not written."""
    with pytest.raises(PressroomError, match="Unreleased cannot be written") as caught:
        named("pyscard").insert(PYSCARD, release("Unreleased"), where="ChangeLog")

    assert 'a heading of it is "2.3.1 (October 2025)"; mend the version' == caught.value.hint


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text_has_no_fences(name: str) -> None:
    """A fence that keeps text apart from Markdown here is not written, and what is there without it is the same."""
    fence = Prose(text="```\na line\n  and more\n```")
    fenced = dataclasses.replace(release(), blocks=(Entry(text="one"), fence))

    after = named(name).insert("", fenced, where="C")

    assert "a line\n" in after
    assert "```" not in after
    assert after == named(name).insert(after, fenced, where="C")


def test_an_address_in_brackets_is_written_as_it_is() -> None:
    """`<https://…>` is a link without words of its own."""
    one = release("1.6", "see <https://widget.example/n>")

    assert "  - see https://widget.example/n\n" in named("pykcs11").section(one)
