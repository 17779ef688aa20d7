"""Each question about a release's health, with one release that answers no."""

from __future__ import annotations

import pytest

from pressroom.changelog.health.judge import MAX_NAMED, Health, check_health, health_findings
from pressroom.changelog.history import HEADER, parse_history
from pressroom.changelog.model import Changelog
from pressroom.changelog.parse import parse_changelog

FRONT = """---
name: Widget
title: Widget
kind: python
description: A widget.
tag:
  format: "v{version}"
  exceptions:
    - format: "widget-{version}"
  without_changelog_entry: ["0.1"]
---
"""
LEAVE = "leave old tags as they are"


def changelog(*headings: str) -> Changelog:
    """A changelog without findings; its first heading is on line 12."""
    body = "\n".join(f"## {heading}\n" for heading in headings)
    parsed, findings = parse_changelog(FRONT + body, where="releases/widget.md")
    assert [] == findings
    return parsed


def health(headings: list[str], *lines: str) -> Health | None:
    """The health of these releases with these lines, each filled up with empty cells."""
    filled = [line + "," * (HEADER.count(",") - line.count(",")) for line in lines]
    history, findings = parse_history("\n".join([HEADER, *filled]), where="h")
    assert [] == findings
    return check_health(changelog(*headings), history)


def told(found: Health | None) -> list[tuple[str, str, str]]:
    """The findings as place, message and hint; all are warnings."""
    assert found is not None
    findings = health_findings(found, where="w.md", history_where="h.csv")
    assert {"warning"} >= {finding.severity for finding in findings}
    return [(finding.place, finding.message, finding.hint) for finding in findings]


def row(found: Health | None, title: str) -> tuple[int, list[tuple[str, str]]]:
    """How often a question was answered with yes, and of which the answer is no and why."""
    assert found is not None
    one = next(one for one in found.rows if one.title == title)
    return one.fine, [(case.version, case.why) for case in one.cases]


GOOD = "widget,1.0,v1.0,2020-05-05,yes,yes,2020-05-06,2020-05-05,1,2,0"


def test_a_release_without_a_defect_answers_yes_everywhere() -> None:
    """No case, and every question that can be asked is."""
    found = health(["1.0 - 5 May 2020"], GOOD)

    assert found is not None
    assert ([], 0) == (told(found), found.cases)
    assert 12 == len(found.rows)  # own_date alone is asked only where there is one
    assert {1} == {one.fine for one in found.rows}


def test_without_a_history_there_is_no_health() -> None:
    """What is not known is not judged; another project's lines say nothing."""
    assert health(["1.0 - 5 May 2020"]) is None
    assert health(["1.0 - 5 May 2020"], "gadget,1.0,-") is None


def test_what_is_not_known_is_not_asked() -> None:
    """A release with an upload alone has no row for tags."""
    found = health(["1.0 - 5 May 2020"], "widget,1.0,,,,,,2020-05-05")

    assert found is not None
    assert ["Dated after the release below it", "In Debian on the day of its release"] == [
        one.title for one in found.rows
    ]
    assert (1, 1) == (found.releases, found.recorded)


@pytest.mark.parametrize(
    ("day", "tag", "wrong"),
    [
        ("5 May 2020", "2020-05-05", False),
        ("5 May 2020", "2020-05-06", True),
        ("May 2020", "2020-05-31", False),
        ("May 2020", "2020-06-01", True),
        ("2020", "2020-12-31", False),
        ("2020", "2019-12-31", True),
    ],
)
def test_the_date_is_compared_as_precisely_as_it_is_known(day: str, tag: str, wrong: bool) -> None:
    """Day to day, month to month, year to year."""
    found = health([f"1.0 - {day}"], f"widget,1.0,v1.0,{tag}")

    assert wrong == bool(row(found, "Dated as the commit of its tag")[1])


def test_a_date_that_is_not_the_tags_is_told_with_both() -> None:
    """At the heading, with a hint which of the two can be mended."""
    found = health(["1.0 - 5 May 2020"], "widget,1.0,v1.0,2021-01-02")

    assert [
        (
            "w.md:12",
            "1.0 is dated 5 May 2020; the commit of its tag is of 2 January 2021",
            "mend the entry if it is the wrong one; a tag that is public stays as it is",
        )
    ] == told(found)


def test_the_order_is_looked_at_across_undated_releases() -> None:
    """1.0 is dated after 1.2, with an undated one between the two."""
    found = health(["1.2 - 1 May 2020", "1.1 - undated", "1.0 - 2 May 2020"], "widget,1.2,v1.2")

    assert [
        (
            "w.md:16",
            "1.0 is dated 2 May 2020, after 1.2 of 1 May 2020, which stands above it",
            "mend the wrong date, here and in the project's own changelog",
        )
    ] == told(found)


def test_the_same_month_is_in_order() -> None:
    """A date of less precision is not after one that it can mean."""
    found = health(["1.1 - 3 May 2020", "1.0 - May 2020"], "widget,1.1,v1.1")

    assert [] == told(found)


def test_a_date_that_we_mended_is_held_against_the_projects_own() -> None:
    """Order and tag are compared with what the project says, and the release above is the wrong one."""
    found = health(
        ["1.1 - 5 May 2020", "1.0 - 1 January 2020"],
        "widget,1.1,v1.1,2020-05-05,,,,,,,,2019-05-05",
    )

    assert [
        (
            "w.md:12",
            "1.0 is dated 1 January 2020, after 1.1 of 5 May 2019, which stands above it",
            "mend the wrong date, here and in the project's own changelog",
        ),
        (
            "w.md:12",
            "1.1 is dated 5 May 2019; the commit of its tag is of 5 May 2020",
            "mend the entry if it is the wrong one; a tag that is public stays as it is",
        ),
        (
            "w.md:12",
            "1.1 is dated 5 May 2020; the project's own changelog says 5 May 2019",
            "mend it in the project, too, and empty own_date in releases/history.csv",
        ),
    ] == told(found)


def test_a_tag_that_is_missing_is_told_once_for_all() -> None:
    """One finding, at the first; a version of which nobody knows is not counted."""
    found = health(
        ["1.2 - May 2020", "1.1 - May 2020", "1.0 - May 2020"], "widget,1.1,-", "widget,1.0,-"
    )

    assert [
        ("w.md:14", "no tag: 2 of 2 releases (1.1, 1.0)", "tag the commit, if anybody knows it")
    ] == told(found)


def test_a_long_list_is_cut_in_the_finding_and_whole_in_the_row() -> None:
    """Nobody reads forty versions in a terminal; the page has them."""
    count = MAX_NAMED + 3
    found = health(
        [f"1.{n} - May 2020" for n in reversed(range(count))],
        *(f"widget,1.{n},-" for n in range(count)),
    )

    (_, message, _), *rest = told(found)
    assert [] == rest
    assert message.startswith(f"no tag: {count} of {count} releases (1.{count - 1}, ")
    assert message.endswith(" and 3 more)")
    assert count == len(row(found, "Has a tag")[1])


def test_a_tag_is_named_by_a_format_of_the_project() -> None:
    """The format or one of its exceptions; each other name is told."""
    found = health(
        ["1.2 - May 2020", "1.1 - May 2020", "1.0 - May 2020"],
        "widget,1.2,v1.2 widget-1.2",
        "widget,1.1,1.1 v1.1",
        "widget,1.0,v1.1",
    )

    assert (1, [("1.1", "1.1"), ("1.0", "v1.1")]) == row(found, "Tag named by the project's rule")
    assert (
        "w.md:14",
        "tag 1.1 of 1.1 has none of the formats in tag",
        "add the format to tag.exceptions if it was one; a tag that is public stays as it is",
    ) in told(found)


def test_one_good_tag_is_enough() -> None:
    """A release is signed when one of its tags is; where one is not known, nobody says no."""
    found = health(
        ["1.3 - May 2020", "1.2 - May 2020", "1.1 - May 2020", "1.0 - May 2020"],
        "widget,1.3,v1.3 widget-1.3,,yes no,yes no",
        "widget,1.2,v1.2,,no,no",
        "widget,1.1,v1.1 widget-1.1,,no -,- no",
        "widget,1.0,v1.0",
    )

    assert (1, [("1.2", "")]) == row(found, "Annotated tag")
    assert (1, [("1.2", "")]) == row(found, "Signed tag")
    assert [
        ("w.md:14", "no annotated tag: 1 of 2 releases (1.2)"),
        ("w.md:14", "no signed tag: 1 of 2 releases (1.2)"),
    ] == [(place, message) for place, message, hint in told(found) if LEAVE in hint]


def test_a_tag_that_came_later_is_told() -> None:
    """More than a week after its commit; of two tags the first one counts."""
    found = health(
        ["1.2 - May 2020", "1.1 - May 2020", "1.0 - 1 May 2020"],
        "widget,1.2,v1.2,2020-05-01,,,2020-05-08",
        "widget,1.1,v1.1 widget-1.1,2020-05-01,,,2024-01-01 2020-05-02",
        "widget,1.0,v1.0,2020-05-01,,,2020-05-09",
    )

    assert (2, [("1.0", "made 9 May 2020")]) == row(found, "Tagged within a week of its commit")
    assert [("w.md:16", "tagged more than a week after the commit: 1 of 3 releases (1.0)")] == [
        (place, message) for place, message, hint in told(found) if LEAVE in hint
    ]


def test_half_a_publication_is_told() -> None:
    """Wheels without a source archive, and the other way round; a release without files is not asked."""
    found = health(
        ["1.2 - May 2020", "1.1 - May 2020", "1.0 - May 2020"],
        "widget,1.2,,,,,,,0,5,0",
        "widget,1.1,,,,,,,1,0,0",
        "widget,1.0,,,,,,,0,0,0",
    )

    hint = "leave it; the next release can have both"
    assert [
        (
            "w.md:12",
            "no sdist on the package index, though other files: 1 of 2 releases (1.2)",
            hint,
        ),
        (
            "w.md:14",
            "no wheel on the package index, though other files: 1 of 2 releases (1.1)",
            hint,
        ),
    ] == told(found)


def test_what_is_public_without_an_entry_is_told_at_its_line() -> None:
    """A tag and files of versions that the changelog lacks; a tag that the front matter names is known."""
    found = health(
        ["1.0 - May 2020"],
        "widget,1.0,v1.0",
        "widget,0.3,v0.3",
        "widget,0.2,,,,,,,1,2",
        "widget,0.1,v0.1",
    )

    assert [
        (
            "h.csv:3",
            "0.3 has a tag, and no entry in releases/widget.md",
            "add the entry, or name the version in tag.without_changelog_entry",
        ),
        (
            "h.csv:4",
            "0.2 has 3 files, and no entry in releases/widget.md",
            "add its heading to the changelog",
        ),
    ] == told(found)


@pytest.mark.parametrize(
    ("date", "debian", "why"),
    [
        ("5 May 2020", "2020-05-05", []),
        ("5 May 2020", "2020-05-06", ["1 day later"]),
        ("5 May 2020", "2020-05-03", ["2 days before"]),
        ("May 2020", "2020-05-31", []),
        ("May 2020", "2020-06-02", ["2 days later"]),
    ],
)
def test_the_upload_is_compared_with_what_the_date_can_mean(
    date: str, debian: str, why: list[str]
) -> None:
    """Days between the upload and the nearest day of the date."""
    found = health([f"1.0 - {date}"], f"widget,1.0,,,,,,{debian}")

    assert why == [one for _, one in row(found, "In Debian on the day of its release")[1]]
    assert len(why) == len(told(found))
