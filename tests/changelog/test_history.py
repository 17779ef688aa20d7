"""history.csv: what its lines may say, and everything that they may not."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.changelog.history import HEADER, MAX_CHARACTERS, check_history, parse_history
from pressroom.changelog.history_cells import COLUMNS, Known, Tag
from pressroom.changelog.parse import parse_changelog
from pressroom.dates import PartialDate

WHERE = "releases/history.csv"
FRONT = "---\nname: w\ntitle: W\nkind: python\ndescription: A widget.\n---\n"


def parse(
    *lines: str, header: str = HEADER
) -> tuple[tuple[Known, ...], list[tuple[int, str, str]]]:
    """The rows, and the findings as line, message and hint."""
    rows, findings = parse_history("\n".join([header, *lines]) + "\n", where=WHERE)
    assert {WHERE} >= {finding.where for finding in findings}
    return rows, [(one.line, one.message, one.hint) for one in findings]


def test_a_full_line_says_all_that_is_known() -> None:
    """Each cell comes back as its own kind of value; two tags keep their own answers."""
    rows, findings = parse(
        "widget,1.0-rc1,1.0-rc1 w-1.0-rc1,2020-02-29,yes no,no -,2020-03-01 -,2020-03-02,1,0,2,2020-03"
    )

    assert [] == findings
    known = Known(
        project="widget",
        version="1.0-rc1",
        tags=(
            Tag(name="1.0-rc1", annotated=True, signed=False, made=dt.date(2020, 3, 1)),
            Tag(name="w-1.0-rc1", annotated=False),
        ),
        tag_date=dt.date(2020, 2, 29),
        debian=dt.date(2020, 3, 2),
        sdists=1,
        wheels=0,
        others=2,
        own_date=PartialDate(2020, 3),
    )
    assert (known,) == rows
    assert (3, 2) == (known.files, rows[0].line)


def test_not_known_is_not_none() -> None:
    """An empty cell is None, a hyphen is no tag, a zero is no file."""
    rows, findings = parse("widget,1,,,,,,,,3,,", "widget,2,-,,,,,,0,,,")

    assert [] == findings
    assert [None, ()] == [row.tags for row in rows]
    assert [(None, 3), (0, None)] == [(row.sdists, row.wheels) for row in rows]


def test_columns_may_be_fewer_and_in_any_order() -> None:
    """What the first line names is what is read."""
    rows, findings = parse("2020-01-02,1.0,widget", header="debian,version,project")

    assert [] == findings
    assert (Known(project="widget", version="1.0", debian=dt.date(2020, 1, 2)),) == rows


@pytest.mark.parametrize(
    ("header", "message", "hint"),
    [
        ("project,version,tagz", "unknown column 'tagz'", "did you mean 'tags'?"),
        ("project,version,tags,tags", "column 'tags' stands twice", "keep one of them"),
        ("project,tags", "there is no column version", f"the whole first line is {HEADER}"),
        ("", "there is no column project", f"the whole first line is {HEADER}"),
        (
            'project,"',
            "cannot be split into cells: unexpected end of data",
            'quote a cell as in "a, b", double a quote inside it; no cell holds a line end',
        ),
        (",".join(["x"] * 500), "the first line names 500 columns", f"write {HEADER}"),
    ],
)
def test_a_wrong_first_line_reads_nothing(header: str, message: str, hint: str) -> None:
    """Where the columns are not known, no cell is guessed."""
    rows, findings = parse("widget,1.0,1.0", header=header)

    assert () == rows
    assert (1, message, hint) in findings


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        (
            "W!,1.0,1.0",
            "project 'W!' is no project's id",
            "write the stem of its file in releases/",
        ),
        ("widget,one,1.0", "version 'one' is none", "write it as the changelog does"),
        ("widget,Unreleased,x", "version 'Unreleased' is none", "write it as the changelog does"),
        (
            "widget,1.0,1.0,2020-02-30",
            "tag_date '2020-02-30' is no day",
            "write it as 2026-01-31, or leave it empty",
        ),
        (
            "widget,1.0,1.0,2020-02",
            "tag_date '2020-02' is no day",
            "write it as 2026-01-31, or leave it empty",
        ),
        (
            "widget,1.0,,,,,,-",
            "debian '-' is no day",
            "write it as 2026-01-31, or leave it empty",
        ),
        (
            "widget,1.0,1.0,,maybe",
            "annotated 'maybe' is not yes or no",
            "write yes or no for each tag, or leave it empty",
        ),
        (
            "widget,1.0,1.0 v1.0,,yes",
            "annotated has 1 words for 2 tags",
            "write one for each tag, in their order",
        ),
        (
            "widget,1.0,1.0,,,,soon",
            "tagged 'soon' is no day",
            "write it as 2026-01-31, or leave it empty",
        ),
        ("widget,1.0,-,,,yes", "signed is given without a tag", "name the tag in tags"),
        ("widget,1.0,,2020-01-01", "tag_date is given without a tag", "name the tag in tags"),
        (
            "widget,1.0,- 1.0",
            "tag '-' is no plain name of a tag",
            "write it as git shows it, or - alone where there is no tag",
        ),
        (
            "widget,1.0,<b>",
            "tag '<b>' is no plain name of a tag",
            "write it as git shows it, or - alone where there is no tag",
        ),
        ("widget,1.0,1.0 1.0", "tag '1.0' stands twice", "keep one"),
        (
            "widget,1.0,,,,,,,-1",
            "sdists '-1' is no number of files",
            "write digits, or leave it empty; 0 is for none",
        ),
        (
            "widget,1.0,,,,,,,,,,2020-13",
            "own_date '2020-13' is no date",
            "write it as 2026-01-31, 2026-01 or 2026, or leave it empty",
        ),
        ("widget,1.0", "nothing is said of 1.0", "delete the line"),
        ("widget,1.0,a" + "a" * 500, "tags has 501 characters, more than 500", "shorten it"),
    ],
)
def test_a_wrong_cell_is_found_on_its_line(line: str, message: str, hint: str) -> None:
    """Line, message and hint of each; the line is not read, the next one is."""
    filled = line + "," * (len(COLUMNS) - 1 - line.count(","))
    rows, findings = parse("widget,0.9,0.9" + "," * 9, filled, "widget,0.8,0.8" + "," * 9)

    assert (3, message, hint) in findings
    assert ["0.9", "0.8"] == [row.version for row in rows]


def test_all_that_is_wrong_is_found_at_once() -> None:
    """Several findings on one line, a line too short, and one that stands twice."""
    _, findings = parse(
        "widget,1.0,1.0,never,perhaps,,,,many,,,",
        "widget,1.1",
        "widget,2.0,2.0" + "," * 9,
        "widget,2.0,-" + "," * 9,
    )

    assert [2, 2, 2, 3, 5] == [line for line, _, _ in findings]
    assert (
        3,
        "has 2 cells, not 12",
        "leave a cell empty where nothing is known, and keep its comma",
    ) in findings
    assert (
        5,
        "widget 2.0 stands in line 4 too",
        "put what is known of a release into one line",
    ) in findings


def test_a_cell_that_nobody_can_see_is_found() -> None:
    """A control character is named, and shown as an escape elsewhere."""
    _, findings = parse("widget,1.0,1\u202e0" + "," * 9)

    assert (
        2,
        "tag '1\\u202e0' is no plain name of a tag",
        "write it as git shows it, or - alone where there is no tag",
    ) in findings
    assert any("U+202E" in message and "delete it" == hint for _, message, hint in findings)


@pytest.mark.parametrize("end", ["\n", ""])
def test_the_last_line_needs_no_end(end: str) -> None:
    """A file without a line feed at its end says the same."""
    rows, findings = parse_history(f"{HEADER}\nwidget,1,1,,,,,,,,,{end}", where=WHERE)

    assert ([], 1) == (findings, len(rows))


def changelogs() -> dict[str, object]:
    """One project with one release."""
    changelog, findings = parse_changelog(f"{FRONT}\n## 1.0 - 5 May 2020\n", where="releases/w.md")
    assert [] == findings
    return {"w": changelog}


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        (
            "x,1.0,1.0,,,,,,,,,",
            "no project 'x': releases/ has no such file",
            "write the stem of the project's file",
        ),
        (
            "w,2.0,-,,,,,,,,,",
            "releases/w.md has no release 2.0",
            "add its heading there, or delete this line",
        ),
        (
            "w,1.0,,,,,,,,,,2020-05-05",
            "own_date of 1.0 is the date that our changelog has, too",
            "leave it empty: it is for a date that we state otherwise",
        ),
    ],
)
def test_a_line_that_contradicts_our_files_is_an_error(line: str, message: str, hint: str) -> None:
    """Unknown projects, versions of which nothing exists, and a difference that is none."""
    rows, _ = parse(line)

    findings = check_history(rows, changelogs(), where=WHERE)  # type: ignore[arg-type]

    assert [(2, message, hint, "error")] == [
        (one.line, one.message, one.hint, one.severity) for one in findings
    ]


def test_a_tag_without_an_entry_is_a_fact() -> None:
    """It may stand in the table: what it means is another question."""
    rows, _ = parse("w,2.0,2.0,,,,,,,,,", "w,3.0,,,,,,,1,,,")

    assert [] == check_history(rows, changelogs(), where=WHERE)  # type: ignore[arg-type]


@given(st.text(alphabet=st.sampled_from('widget,1.0-\n" yes\tно<&>\u202e'), max_size=300))
def test_any_text_is_read_or_found(text: str) -> None:
    """No line is lost without a word: each is a row or has a finding."""
    rows, findings = parse_history(f"{HEADER}\n{text}", where=WHERE)

    lines = f"{HEADER}\n{text}".removesuffix("\n").split("\n")
    told = {row.line for row in rows} | {finding.line for finding in findings}
    assert set(range(2, len(lines) + 1)) <= told


@pytest.mark.parametrize("piece", [",", '"', "a ", "- ", "w,1,1,,,,,,,,,\n"])
def test_a_hostile_megabyte_takes_no_time(piece: str) -> None:
    """Linear in what it is given, wherever it stands."""
    many = piece * (1_000_000 // len(piece))
    begin = time.process_time()

    parse_history(many, where=WHERE)
    parse_history(f"{HEADER}\nw,1,{many}", where=WHERE)

    assert time.process_time() - begin < 5


def test_more_than_a_table_is_refused() -> None:
    """Before anything is split."""
    rows, findings = parse_history("x" * (MAX_CHARACTERS + 1), where=WHERE)

    assert () == rows
    assert ["this is no table of releases"] == [finding.hint for finding in findings]
