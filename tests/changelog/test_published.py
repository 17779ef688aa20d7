"""Records of what is public: written, read back, and refused."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_record import public_file, record
from strategies import hostile_text

from pressroom.changelog.published import published_path, render_published
from pressroom.changelog.published_check import check_published
from pressroom.changelog.published_parse import parse_published
from pressroom.errors import PressroomError
from pressroom.frontmatter import MAX_CHARACTERS

WHERE = "releases/published/widget-1.1.json"
TEXT = render_published(record())


def changed(path: tuple[str | int, ...], value: object) -> str:
    """The record's text with one value replaced."""
    data: Any = json.loads(TEXT)
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return json.dumps(data, indent=2, sort_keys=True)


def line_with(text: str, part: str) -> int:
    """The first line that holds the part, from 1."""
    return next(n for n, line in enumerate(text.split("\n"), 1) if part in line)


def test_a_record_reads_back() -> None:
    """What is written is read as the same value, without a finding."""
    assert (record(), []) == parse_published(TEXT, where=WHERE)


def test_a_record_is_canonical_json() -> None:
    """Keys are sorted, two spaces indent, a line feed ends it, nothing but ASCII."""
    assert TEXT == json.dumps(json.loads(TEXT), indent=2, sort_keys=True) + "\n"
    assert TEXT.isascii()
    assert sorted(json.loads(TEXT)["files"][0]) == ["kind", "name", "sha256", "size", "url"]


def test_the_order_in_which_files_came_does_not_show() -> None:
    """The same files in another order make the same bytes."""
    other = dataclasses.replace(record(files=4), files=record(files=4).files[::-1])

    assert render_published(record(files=4)) == render_published(other)


def test_an_index_may_be_unknown() -> None:
    """`null` is an index that nobody knows, and so is a record without the key."""
    nowhere = dataclasses.replace(record(), index=None)
    text = render_published(nowhere)

    assert (nowhere, []) == parse_published(text, where=WHERE)
    assert (nowhere, []) == parse_published(text.replace('  "index": null,\n', ""), where=WHERE)


def test_the_path_is_made_of_project_and_version() -> None:
    """A record lies in `releases/published/`, named after what it is about."""
    assert WHERE == published_path("widget", "1.1")


@pytest.mark.parametrize(
    ("project", "version"),
    [
        ("../x", "1"),
        ("widget", "../../x"),
        ("widget", "1/2"),
        ("Widget", "1"),
        ("w", "Unreleased"),
        ("", "1"),
    ],
)
def test_no_path_leads_elsewhere(project: str, version: str) -> None:
    """What is no plain id or version makes no path; the hint says what a version is."""
    with pytest.raises(PressroomError) as caught:
        published_path(project, version)
    assert "starts with a digit" in caught.value.hint


@pytest.mark.parametrize(
    ("path", "value", "message", "hint"),
    [
        (("bogus",), 1, "unknown key 'bogus'", "known: "),
        (("files", 1, "sha265"), "0", "unknown key 'files.1.sha265'", "'sha256'"),
        (("date",), 20260110, "date: expected `str`", "quote"),
        (("date",), "2026-01", "date '2026-01' is no day", "2026-01-31"),
        (("date",), "2026-02-30", "is no day", "2026-01-31"),
        (("id",), "widget-1.2", "is not project and version", "widget-1.1"),
        (("project",), "../widget", "is no project's id", "stem"),
        (("version",), "Unreleased", "is no version", "changelog"),
        (("version",), "1.1 ", "is no version", "changelog"),
        (("tag",), "1.1; rm -rf ~", "no plain name of a tag", "git shows it"),
        (("tag",), "--help", "no plain name of a tag", "git shows it"),
        (("tag",), "a..b", "no plain name of a tag", "git shows it"),
        (("tag_object",), "a1b2", "tag_object 'a1b2' is no hash", "digits"),
        (("commit",), "A" * 40, "is no hash of git", "small"),
        (("index",), "https://pypi.org/simple/widget", "no page of a simple index", "/ at the end"),
        (("index",), "ftp://pypi.org/simple/widget/", "no page of a simple index", "https://"),
        (("files",), [], "without a file", "list what is public"),
        (("files", 1, "name"), "../widget-1.1.tar.gz", "is no name of a file", "plain name"),
        (("files", 1, "name"), "widget-1.1.exe", "is no name of a file", ".tar.gz or .zip"),
        (("files", 1, "name"), "$(id).tar.gz", "is no name of a file", "plain name"),
        (("files", 1, "kind"), "egg", "kind 'egg' is not known", "sdist or wheel"),
        (("files", 1, "size"), 0, "size '0' cannot be", "bytes of the file"),
        (("files", 1, "size"), -1, "size '-1' cannot be", "bytes of the file"),
        (("files", 1, "size"), True, "expected `int`", "see CONTRIBUTING.md"),
        (("files", 1, "size"), "12", "expected `int`", "see CONTRIBUTING.md"),
        (("files", 1, "sha256"), "0" * 63, "is no SHA-256", "file that is public"),
        (("files", 1, "sha256"), "A" * 64, "is no SHA-256", "file that is public"),
        (
            ("files", 1, "url"),
            "http://files.example/widget-1.1.tar.gz",
            "is no https address",
            "https://",
        ),
        (
            ("files", 1, "url"),
            "javascript:alert(1)//widget-1.1.tar.gz",
            "is no https address",
            "https://",
        ),
        (("files", 1, "url"), "https://u:p@files.example/widget-1.1.tar.gz", "is no https", "user"),
        (
            ("files", 1, "url"),
            "https://x.example/widget-1.1.tar.gz#sha256=0",
            "is no https",
            "fragment",
        ),
        (
            ("files", 1, "url"),
            "http://127.0.0.1.x.example/widget-1.1.tar.gz",
            "is no https",
            "https://",
        ),
        (
            ("files", 1, "url"),
            "https://files.example/evil.exe",
            "does not end in",
            "/widget-1.1.tar.gz",
        ),
        (("files", 1, "name"), "\u202egz.tar.gz", "'\\u202egz.tar.gz' is no name", "plain name"),
    ],
)
def test_a_bad_value_is_named_with_its_line(
    path: tuple[str | int, ...], value: object, message: str, hint: str
) -> None:
    """The finding stands at the line of the value, says what it is, and how to mend it."""
    text = changed(path, value)
    read, findings = parse_published(text, where=WHERE)
    found = [one for one in findings if message in one.message]

    assert read is None
    assert 1 == len(found), findings
    assert hint in found[0].hint
    key = next(step for step in reversed(path) if isinstance(step, str))
    lines = [n for n, line in enumerate(text.split("\n"), 1) if f'"{key}":' in line]
    assert lines[-1] == found[0].line
    assert WHERE == found[0].where


def test_all_findings_come_at_once() -> None:
    """A record with three mistakes has three findings, by line."""
    text = TEXT.replace('"commit": "0', '"commit": "x').replace('"tag": "1.1"', '"tag": ""')
    text = text.replace("https://files.example/packages/widget-1.1.tar.gz", "")
    findings = parse_published(text, where=WHERE)[1]

    assert ["commit", "tag", "url"] == sorted(
        key
        for one in findings
        for key in ("commit", "tag", "url")
        if f'"{key}"' in text.split("\n")[one.line - 1]
    )


def test_a_record_in_another_file_is_refused() -> None:
    """The id is the name of the file."""
    findings = parse_published(TEXT, where="releases/published/gadget-1.1.json")[1]

    assert ["id 'widget-1.1' is not the file's name"] == [one.message for one in findings]
    assert line_with(TEXT, '"id"') == findings[0].line
    assert "rename the file" in findings[0].hint


@pytest.mark.parametrize("step", [1, -1])
def test_a_file_stands_once(step: int) -> None:
    """The same name in other letters is the same file on some disks, in whatever order they stand."""
    files = (public_file("Widget-1.1.zip"), public_file("widget-1.1.zip"))
    data = json.loads(render_published(dataclasses.replace(record(), files=files)))
    data["files"] = data["files"][::step]
    (finding,) = parse_published(json.dumps(data, indent=2), where=WHERE)[1]

    assert f"file '{data['files'][1]['name']}' stands twice" == finding.message
    assert "keep one" == finding.hint


def test_a_rehearsal_may_lead_to_this_machine() -> None:
    """Plain http is for 127.0.0.1, with a port or without."""
    for host in ("http://127.0.0.1:8080", "http://127.0.0.1"):
        files = (public_file("widget-1.1.zip", host=host),)
        here = dataclasses.replace(record(), files=files, index=f"{host}/simple/widget/")

        assert (here, []) == parse_published(render_published(here), where=WHERE)


def test_a_key_that_stands_twice_is_refused() -> None:
    """The last of two equal keys does not win."""
    text = TEXT.replace('  "tag": "1.1",', '  "tag": "1.1",\n  "tag": "1.1",')
    read, findings = parse_published(text, where=WHERE)

    assert read is None
    assert [line_with(text, '"tag": ') + 1] == [one.line for one in findings]
    assert "keep one" == findings[0].hint


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "not JSON", 1),
        ("[]", "not a JSON object", 1),
        ("null", "not a JSON object", 1),
        ('{\n"id": }', "not JSON", 2),
        ('{"id": ' + "9" * 5000 + "}", "beyond all measure", 1),
        ("[" * 50_000, "beyond all measure", 1),
        ("# yaml\nid: x\n", "not JSON", 1),
        (" " * (MAX_CHARACTERS + 1), "characters", 1),
    ],
)
def test_what_is_no_json_object_is_refused(text: str, message: str, line: int) -> None:
    """The finding leads back to the commit of the release."""
    read, (finding,) = parse_published(text, where=WHERE)

    assert read is None
    assert message in finding.message
    assert line == finding.line
    assert "commit of the release" in finding.hint


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | hostile_text,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from([*json.loads(TEXT), "name", "url", "size"]), inner, max_size=9
            )
        ),
        max_leaves=12,
    )
)
def test_nothing_makes_the_parser_raise(value: object) -> None:
    """Any JSON is a record or has findings, each with a hint and without a hidden character."""
    read, findings = parse_published(json.dumps(value), where=WHERE)

    assert (read is None) == bool(findings)
    assert all(one.hint and one.line for one in findings)


@given(st.sampled_from(sorted({*json.loads(TEXT)} - {"tag"})), hostile_text)
def test_hostile_text_is_in_no_record(key: str, text: str) -> None:
    """Whatever else a value holds is refused, and shown so that it can be seen."""
    read, findings = parse_published(changed((key,), text), where=WHERE)

    assert read is None
    assert all(one.message.isprintable() for one in findings)


def test_the_kind_has_to_fit_the_name() -> None:
    """An archive that calls itself a wheel is refused at its name."""
    text = changed(("files", 1, "kind"), "wheel")
    (finding,) = parse_published(text, where=WHERE)[1]

    assert line_with(text, '"widget-1.1.tar.gz"') == finding.line
    assert ".whl" in finding.hint


@pytest.mark.parametrize(
    ("versions", "message", "key"),
    [
        ({}, "no project 'widget'", '"project"'),
        ({"widget": {"1.0"}}, "releases/widget.md has no release 1.1", '"version"'),
    ],
)
def test_a_record_of_what_was_never_released_is_refused(
    versions: dict[str, set[str]], message: str, key: str
) -> None:
    """Project and version have to be in a changelog."""
    (finding,) = check_published(record(), text=TEXT, where=WHERE, versions=versions)

    assert message in finding.message
    assert line_with(TEXT, key) == finding.line
    assert "never released" in finding.hint


def test_a_record_of_a_release_is_fine() -> None:
    """A version that the changelog has needs no word."""
    assert [] == check_published(record(), text=TEXT, where=WHERE, versions={"widget": {"1.1"}})
