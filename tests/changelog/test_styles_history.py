"""A history in a README, and headings as they were written over twenty years: read whole, added to in place."""

from __future__ import annotations

import time

import pytest

from pressroom.changelog.model import Entry, Prose, Release
from pressroom.changelog.styles import style
from pressroom.changelog.styles.months import month_meant
from pressroom.changelog.styles.style import Style
from pressroom.dates import PartialDate
from pressroom.errors import PressroomError
from pressroom.findings import errors_of
from pressroom.texts import decode

README = """\
Widget
======

1.0 - is the number of wheels

# 2 turns

Turn it.


History:
========

1.10.0 - 3 May 2026, Ann Author
   - Add support of
    - Wheel Pro
    - Wheel Mini
   - udev: update the rules file
           (and the rights)
   - Ünïcode

1.9.0 - 26 Novembre 2016,  Ann Auhtor
   - names:
       . one
\t   . two
       - three

   - more


0.3.0 - 10 September 2003, Ann Author
   - wrapped twice
      here and
     there


 vim:ts=20
"""
TOOLS = """\
Some tools
==========

## History

1.7.5 - 3 June 2026, Ann AUTHOR
    - 12 new wheels
    - turn:
     . at night,
       slowly
     . at noon

1.3.1 - 29 Octobre 2003, Ann AUTHOR
    - first

## Licence

1.1 of it, or later
"""
LITE = """\
2.5.1: Ann Author
10 June 2026
- fix a race
  in the queue
- build:
  . static too
   - and shared
  * stray mark
- last


9 June 2023
2.0.0: Ann Author
9 June 2023
- second

widget-1.8.13: Ann Author
7 November 2014
- third

widget-1.2.0-rc3: Ann Author, Bo Builder, and Cy
27 october, 2003
- fourth
(from Dee's patch)

widget-1.1.2beta1: (Ann Author <ann@widget.example>)
6 Sep, 2002
- fifth

widget-1.0.0b:
fixed many things
and some more
\ttabs too

widget-0.6.8
older
"""


def named(name: str) -> Style:
    """The style of that name."""
    found = style(name)
    assert found is not None
    return found


def release(version: str = "3.0.0") -> Release:
    """A release of a day in September 2026."""
    return Release(
        version=version,
        date=PartialDate(2026, 9, 7),
        authors=("Ann Author",),
        blocks=(Entry(text="fix it"),),
    )


def test_a_readme_is_read_from_its_history_on() -> None:
    """Text above is no version, days are known, misspelt names stay, bullets nest, the editor's line is none."""
    releases, findings = named("libccid").read(README, where="README.md")

    assert ["1.10.0", "1.9.0", "0.3.0"] == [one.version for one in releases]
    assert ["2026-05-03", "2016-11-26", "2003-09-10"] == [
        one.date.iso for one in releases if one.date
    ]
    assert [("Ann Author",), ("Ann Auhtor",), ("Ann Author",)] == [one.authors for one in releases]
    assert [14, 22, 31] == [one.line for one in releases]
    support = (Entry(text="Wheel Pro"), Entry(text="Wheel Mini"))
    assert releases[0].blocks == (
        Entry(text="Add support of", children=support),
        Entry(text="udev: update the rules file\n(and the rights)"),
        Entry(text="Ünïcode"),
    )
    names = tuple(Entry(text=text) for text in ("one", "two", "three"))
    assert (Entry(text="names:", children=names), Entry(text="more")) == releases[1].blocks
    assert (Entry(text="wrapped twice\nhere and\nthere"),) == releases[2].blocks
    assert [
        ("README.md:22", 'write "26 November 2016"'),
        ("README.md:37", "leave it there; move it above the history if it is part of it"),
    ] == [(found.place, found.hint) for found in findings]
    assert [] == errors_of(findings)


def test_what_follows_a_history_is_not_part_of_it() -> None:
    """The next heading of the README ends it, and a finding says so."""
    releases, findings = named("pcsc-tools").read(TOOLS, where="README")

    assert ["1.7.5", "1.3.1"] == [one.version for one in releases]
    nested = (Entry(text="at night,\nslowly"), Entry(text="at noon"))
    assert (Entry(text="12 new wheels"), Entry(text="turn:", children=nested)) == releases[0].blocks
    assert (Entry(text="first"),) == releases[1].blocks
    assert ["README:13", "README:16"] == [found.place for found in findings]
    assert "the history ends above '## Licence'; what follows is not read" == findings[1].message
    assert "leave it there; move it above the history if it is part of it" == findings[1].hint


def test_twenty_years_of_headings_are_read() -> None:
    """Two lines or one, with a name in front, without colon, date, or author, with addresses and words."""
    releases, findings = named("pcsc-lite").read(LITE, where="ChangeLog")

    assert [
        ("2.5.1", "10 June 2026", ("Ann Author",), 1),
        ("2.0.0", "9 June 2023", ("Ann Author",), 13),
        ("1.8.13", "7 November 2014", ("Ann Author",), 17),
        ("1.2.0-rc3", "27 October 2003", ("Ann Author", "Bo Builder", "Cy"), 21),
        ("1.1.2beta1", "6 September 2002", ("Ann Author",), 26),
        ("1.0.0b", "", (), 30),
        ("0.6.8", "", (), 35),
    ] == [
        (one.version, one.date.words if one.date else "", one.authors, one.line) for one in releases
    ]
    shared = Entry(text="static too", children=(Entry(text="and shared"),))
    assert releases[0].blocks == (
        Entry(text="fix a race\nin the queue"),
        Entry(text="build:", children=(shared, Entry(text="stray mark"))),
        Entry(text="last"),
    )
    assert (Entry(text="second"),) == releases[1].blocks
    assert (Entry(text="fourth"), Prose(text="(from Dee's patch)")) == releases[3].blocks
    assert (Prose(text="fixed many things\nand some more\n    tabs too"),) == releases[5].blocks
    assert (Prose(text="older"),) == releases[6].blocks
    assert [
        ("ChangeLog:13", "write the date once, below the heading"),
        ("ChangeLog:21", 'write "27 October 2003"'),
        ("ChangeLog:24", "indent it below the bullet that it belongs to"),
        ("ChangeLog:26", 'write "Ann Author", without address'),
        ("ChangeLog:26", 'write "6 September 2002"'),
    ] == [(found.place, found.hint) for found in findings]
    assert "ann@widget.example" in findings[3].message


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("3 May 2020\n1.1: Ann\n- x\n", "2020-05-03"),
        ("3 May 2020\n1.1: Ann\n4 May 2020\n", "2020-05-04"),
    ],
)
def test_a_date_above_its_heading_is_the_date(text: str, iso: str) -> None:
    """It counts where none stands below, and a new version goes above it."""
    here = named("pcsc-lite")
    (one,), findings = here.read(text, where="C")

    assert one.date is not None
    assert iso == one.date.iso
    assert ["C:2"] == [found.place for found in findings]
    assert "write the date once, below the heading" == findings[0].hint
    assert here.section(release()) + text == here.insert(text, release(), where="C")


def test_a_date_line_that_is_none_is_kept() -> None:
    """A month that nobody knows stays as text, with what to write."""
    (one,), findings = named("pcsc-lite").read("1.1: Ann\n3 Devember 2019\n- x\n", where="C")

    assert one.date is None
    assert (Prose(text="3 Devember 2019"), Entry(text="x")) == one.blocks
    assert ['write "2.5.1: Name, with 10 June 2026 in the line below"'] == [
        found.hint for found in findings
    ]


def test_a_number_in_a_sentence_is_no_heading() -> None:
    """A line that starts like a heading, in the midst of others, belongs to them."""
    text = "1.1: Ann\n3 May 2020\n- needs\nlibwidget-1.0: new\n\n16 - or more\n"

    assert ["1.1"] == [one.version for one in named("pcsc-lite").read(text, where="C")[0]]
    text = "1.1 - May 2020\n   - needs\n16 - or more\n2004\n"
    assert ["1.1"] == [one.version for one in named("libccid").read(text, where="C")[0]]


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("Novembre", "November"),
        ("AOÛT", "August"),
        ("fevrier", "February"),
        ("Sept.", "September"),
        ("Febuary", "February"),
        ("Ocotber", "October"),
        ("Janurary", "January"),
        ("Devember", None),
        ("Jaguary", None),
        ("ju", None),
        ("jui", None),
        ("May" * 9, None),
    ],
)
def test_a_month_is_known_with_one_slip(word: str, month: str | None) -> None:
    """French, short, without accents, one letter more or less or two swapped; another letter is a guess."""
    assert month == month_meant(word)


CANONICAL = {
    "libccid": "2.0 - 3 May 2026, Ann Author\n   - a\n    - b\n    - c\n   - d\n      wrapped\n\n",
    "pcsc-lite": "2.0: Ann Author, Bo\n3 May 2026\n- a\n  . b\n    wrapped\n   - c\n- d\n  wrapped\n\n",
    "pcsc-tools": "2.0 - 3 May 2026, Ann AUTHOR\n    - a\n     . b\n       wrapped\n    - d\n      wrapped\n\n",
    "pykcs11": "2.0 - May 2026, Ann Author\n  - a\n   . b\n  - d\n    wrapped\n\n",
    "pyscard": "2.0 (May 2026)\n==============\n   * a\n    - b\n   * d\n     wrapped\n\n",
}


@pytest.mark.parametrize("name", CANONICAL)
@pytest.mark.parametrize("more", ["", "1.9", "1.9-undated"])
def test_a_canonical_section_is_written_as_it_was_read(name: str, more: str) -> None:
    """Not one byte differs, whatever stands below it."""
    here = named(name)
    older = here.section(Release(version="1.9", undated=more.endswith("undated"))) if more else ""

    releases, findings = here.read(CANONICAL[name] + older, where="C")

    assert [] == findings
    assert CANONICAL[name] + older == "".join(here.section(one) for one in releases)


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize(
    ("name", "text", "newest"),
    [
        ("libccid", README, "1.10.0 -"),
        ("pcsc-tools", TOOLS, "1.7.5"),
        ("pcsc-lite", LITE, "2.5.1:"),
    ],
)
def test_a_new_version_goes_above_the_newest(
    name: str, text: str, newest: str, mark: str, ends: str
) -> None:
    """Below the heading of the history, and every other byte of the README stays where it is."""
    before = mark + text.replace("\n", ends)

    after = named(name).insert(before, release(), where="README")

    head, section, tail = after.partition(named(name).section(release()).replace("\n", ends))
    assert section
    assert before == head + tail
    assert tail.startswith(newest)


@pytest.mark.parametrize(
    ("before", "head"),
    [
        ("Widget\n\nHistory\n=======\n", "Widget\n\nHistory\n=======\n\n"),
        ("## History\n\n## Licence\n\nmine\n", "## History\n\n"),
        ("## History\n## Licence\n", "## History\n\n"),
        ("Widget\n\nHistory\n=======\n\n vim:ts=20\n", "Widget\n\nHistory\n=======\n\n"),
    ],
)
def test_the_first_version_goes_below_the_heading_of_the_history(before: str, head: str) -> None:
    """Not behind what follows it in the README."""
    here = named("libccid")

    after = here.insert(before, release(), where="README")

    assert after.startswith(head + here.section(release()).rstrip("\n"))
    assert after.endswith(before[len(head.rstrip("\n")) :].lstrip("\n"))
    assert ["3.0.0"] == [one.version for one in here.read(after, where="README")[0]]


def test_a_history_without_heading_starts_at_the_first_version() -> None:
    """What stands below its last version under a heading is no part of it."""
    text = "Widget\n\n1.1 - May 2020\n   - x\n\nLicence\n-------\n\nfree\n"
    (one,), findings = named("libccid").read(text, where="C")

    assert (Entry(text="x"),) == one.blocks
    assert ["C:6"] == [found.place for found in findings]
    assert "leave it there; move it above the history if it is part of it" == findings[0].hint


def test_a_heading_between_versions_ends_nothing() -> None:
    """As long as versions follow, the history goes on, and the heading is kept as text."""
    text = "History\n=======\n\n1.1 - May 2020\n   - x\n\nOld times\n=========\n\n1.0 - May 2010\n   - y\n"
    releases, findings = named("libccid").read(text, where="C")

    assert ["1.1", "1.0"] == [one.version for one in releases]
    assert (Entry(text="x"), Prose(text="Old times\n=========")) == releases[0].blocks
    assert ["indent it below the bullet that it belongs to"] == [found.hint for found in findings]


def test_a_line_below_text_makes_no_heading() -> None:
    """Only what stands alone above its underline ends a history."""
    text = "1.1 - May 2020\n   - x\nsome words\n----------\n   - y\n"
    (one,), findings = named("libccid").read(text, where="C")

    assert ["x", "y"] == [entry.text for entry in one.entries]
    assert ["indent it below the bullet that it belongs to"] == [found.hint for found in findings]


def test_a_heading_in_the_midst_of_text_is_not_missed() -> None:
    """A misspelt one right below a line at the margin is an error, not a line more."""
    text = "1.1 - May 2020\n   - x\nsome words\n1.0: May 2019\n   - y\n"
    _, findings = named("libccid").read(text, where="C")

    assert ["C:4"] == [found.place for found in errors_of(findings)]
    assert 'write "1.8.4 - 20 September 2026, Name"' == errors_of(findings)[0].hint


def test_blanks_in_a_heading_do_not_count() -> None:
    """Several in a row and tabs are as good as one."""
    (one,), findings = named("libccid").read("1.1  -\t3  May\t2020 ,  Ann  Author\n", where="C")

    assert ("3 May 2020", ("Ann Author",)) == (one.date and one.date.words, one.authors)
    assert [] == findings


def test_the_title_of_a_link_is_written_out() -> None:
    """No word of an entry is lost, not even one that only a pointer sees."""
    one = Release(version="1.1", blocks=(Entry(text='see [n](https://e.example/a "the notes")'),))

    assert 'see n (https://e.example/a) "the notes"' in named("libccid").section(one)


def test_a_misspelt_newest_heading_in_a_readme_stops_the_work() -> None:
    """What looks like a version below the heading of the history is named with its line."""
    text = README.replace("1.10.0 - ", "1.10.0: ")

    with pytest.raises(PressroomError, match="looks like a version") as caught:
        named("libccid").insert(text, release(), where="README.md")

    assert "README.md:14" == caught.value.where
    assert 'write "1.8.4 - 20 September 2026, Name"' == caught.value.hint


def test_a_file_of_another_encoding_is_read() -> None:
    """Windows-1252, line ends of two characters: the same versions and words."""
    text, findings = decode(README.replace("\n", "\r\n").encode("cp1252"), where="README.md")

    assert named("libccid").read(README, where="C") == named("libccid").read(text, where="C")
    assert ["convert the file: iconv -f windows-1252 -t utf-8 README.md"] == [
        found.hint for found in findings
    ]


@pytest.mark.parametrize("name", CANONICAL)
@pytest.mark.parametrize(
    ("before", "again", "after"),
    [
        ("", "1.1 - May 2020\n", ""),
        ("", "1.1: Ann\n3 May 2020\n", ""),
        ("", "1.1\n===\n", ""),
        ("", "History\n=======\n\n", ""),
        ("1.1 - May 2020,", " ", "Ann\n"),
        ("1.1: ", "<@", "\n"),
        ("1.1: <", "@", "\n"),
        ("1.1 - ", "a ", "\n"),
        ("", "a-", "1.1\n"),
        ("1.1: Ann\n", "a", " 2020\n"),
        ("- x\n", "\t", "- y\n"),
        ("", " vim:ts=20\n\n", ""),
    ],
)
def test_time_grows_with_the_file_alone(name: str, before: str, again: str, after: str) -> None:
    """Eight times as much takes less than twenty-four times as long: quadratic would be sixty-four."""

    def seconds(size: int) -> float:
        text = f"1.0 - May 2020\n\n{before}{again * (size // len(again))}{after}"
        started = time.process_time()
        named(name).read(text, where="C")
        return time.process_time() - started

    small = max(min(seconds(4_000), seconds(4_000)), 0.01)
    assert small * 24 > min(seconds(32_000), seconds(32_000))
