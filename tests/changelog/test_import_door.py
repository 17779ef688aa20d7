"""`pressroom changelog import` as its user meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from import_fixtures import FILES, KEEP, LIBCCID, PYKCS11
from markdown_it import MarkdownIt

from pressroom.changelog.check import check_changelog
from pressroom.changelog.importing.cli import import_
from pressroom.changelog.importing.merge import merge_changelog
from pressroom.changelog.importing.reading import import_changelog
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.styles import style
from pressroom.doors import run_door
from pressroom.errors import ConfigError, ExitCode
from pressroom.findings import errors_of

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from markdown_it.token import Token

OURS = """\
---
name: Widget   # by hand
title: Widget
kind: python
description: d
---

Words above.

## Unreleased

- soon

## 1.5.3 - 2026

- ours alone

## 1.5.1 - undated

## 1.0.1 - 2005, Author

- written anew
*  as it stands
"""


def run(*arguments: object) -> Result:
    """The command with those arguments."""
    return CliRunner().invoke(import_, [str(one) for one in arguments])


def made(tmp_path: Path, text: str = PYKCS11, name: str = "Changes.txt") -> Path:
    """A project's own changelog."""
    path = tmp_path / name
    path.write_bytes(text.encode())
    return path


def test_a_new_file_has_what_is_known_and_check_asks_for_the_rest(tmp_path: Path) -> None:
    """Name, title, and the project's own file; kind and description are findings that say what to write."""
    output = tmp_path / "widget.md"

    result = run(made(tmp_path), "-o", output)

    assert 0 == result.exit_code, result.output
    text = output.read_text()
    front = 'changelog:\n  file: "Changes.txt"\n  style: pykcs11\n---\n\n## 1.5.2 - September 2026, Ann Author'
    assert f'---\nname: "widget"\ntitle: "widget"\n{front}\n' in text
    _, findings = parse_changelog(text, where="releases/widget.md")
    assert ["key 'description' is missing", "key 'kind' is missing"] == [
        one.message for one in errors_of(findings)
    ]
    assert "style: pykcs11: 4 versions, " in result.output
    assert "4 versions, 3 with a date, 6 entries" in result.output
    assert "not imported: lines 1-2, above the history" in result.output
    assert f"`pressroom changelog check {output}`" in result.output


def test_with_name_kind_and_description_the_file_is_fine(tmp_path: Path) -> None:
    """The import of a clean file needs nothing but those two keys."""
    output = tmp_path / "widget.md"
    run(made(tmp_path, FILES["keep-a-changelog"]), "-o", output, "--name", 'W "1"')

    text = output.read_text().replace("changelog:\n", "kind: python\ndescription: d\nchangelog:\n")
    parsed, findings = parse_changelog(text, where="releases/widget.md")

    assert [] == findings
    assert parsed.project is not None
    assert 'W "1"' == parsed.project.name
    assert [] == check_changelog(parsed, where="x", today=parsed.releases[1].date.last)  # type: ignore[union-attr] # it has one


def test_a_changelog_that_is_there_is_added_to(tmp_path: Path) -> None:
    """Front matter and versions with entries stay byte for byte; a bare one gets its entries."""
    output = tmp_path / "widget.md"
    output.write_text(OURS)

    result = run(made(tmp_path), "-o", output)

    assert 0 == result.exit_code, result.output
    text = output.read_text()
    head, tail = OURS.split("## 1.5.1 - undated\n\n")
    assert text.startswith(head)
    assert text.endswith(
        "## 1.5.0 - September 2022, Ann Author, Bo\n\n- wrapped\n  line\n\n" + tail
    )
    between = text.removeprefix(head).removesuffix(tail)
    assert ["1.5.2", "1.5.1", "1.5.0"] == [
        line.split()[1] for line in between.split("\n") if line.startswith("## ")
    ]
    assert "## 1.5.1 - undated" in between
    assert "- odd date" in between
    assert "2 new: 1.5.2, 1.5.0" in result.output
    assert "1 given their entries: 1.5.1" in result.output
    assert "1 there already, not touched: 1.0.1" in result.output
    assert "1.0.1 is dated 2005 here and 2004 there" in result.output
    assert "mend the one that is wrong" in result.output


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    """All versions are there."""
    output = tmp_path / "widget.md"
    output.write_text(OURS)
    run(made(tmp_path), "-o", output)
    before = output.stat()

    result = run(made(tmp_path), "-o", output)

    assert "nothing to change" in result.output
    assert before.st_ino == output.stat().st_ino


def test_a_dry_run_shows_what_would_change(tmp_path: Path) -> None:
    """A unified diff that says the truth, and nothing is written."""
    output = tmp_path / "widget.md"
    output.write_text(OURS)

    result = run(made(tmp_path), "-o", output, "--dry-run")

    assert OURS == output.read_text()
    assert "\n@@ -" in result.output
    assert "\n+## 1.5.2 - September 2026, Ann Author\n" in result.output
    assert f"{output}: would be changed" in result.output
    assert (
        "\n--- /dev/null\n"
        in f"\n{run(made(tmp_path), '-o', tmp_path / 'n.md', '--dry-run').stdout}"
    )
    assert not (tmp_path / "n.md").exists()


def test_without_an_output_the_text_is_printed_alone(tmp_path: Path) -> None:
    """All else goes to stderr, so that the output can be piped."""
    result = run(made(tmp_path))

    _, findings = parse_changelog(result.stdout, where="x.md")
    assert all("is missing" in one.message for one in errors_of(findings))
    assert result.stdout.startswith('---\nname: "Changes"\n')
    assert "style: pykcs11" in result.stderr


def test_json_says_it_all(tmp_path: Path) -> None:
    """One object: style, counts, what became of each version, findings, the text."""
    output = tmp_path / "widget.md"
    output.write_text(OURS)

    result = json.loads(run(made(tmp_path), "-o", output, "--json").stdout)

    assert ("pykcs11", 4, 3, 6, 1) == tuple(
        result[key] for key in ("style", "versions", "dates", "entries", "verbatim")
    )
    assert (["1.5.2", "1.5.0"], ["1.5.1"], ["1.0.1"]) == tuple(
        result[key] for key in ("added", "filled", "left")
    )
    assert (True, True, [1, 2], None) == tuple(
        result[key] for key in ("complete", "changed", "head", "tail")
    )
    assert {"file", "line", "severity", "message", "hint"} == set(result["findings"][0])
    printed = json.loads(run(made(tmp_path), "--json", "--dry-run").stdout)
    assert printed["text"].startswith("---\n")
    assert printed["diff"].startswith("--- ")


def test_errors_in_the_file_exit_with_1_and_the_import_happens(tmp_path: Path) -> None:
    """What looks like a version and is none has to be mended by a person."""
    output = tmp_path / "widget.md"
    text = "1.1 - May 2020, A\n  - a\n\n1.0 (by hand\n  - b\n"

    result = run(made(tmp_path, text), "-o", output, "--style", "pykcs11")

    assert 1 == result.exit_code
    assert "looks like a version and is none" in result.output
    assert "1.0 (by hand" in output.read_text()
    assert "as you said" in result.output


def test_a_lost_word_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the import itself is wrong, the file stays as it was."""
    monkeypatch.setattr(
        "pressroom.changelog.importing.blocks.bullet_markdown",
        lambda text: text.replace("first", ""),
    )
    output = tmp_path / "widget.md"

    result = run(made(tmp_path), "-o", output)

    assert 1 == result.exit_code
    assert "words would be lost: 'first'" in result.output
    assert "change that line a little, or report it" in result.output
    assert "not written" in result.output
    assert not output.exists()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("1.0 - May 2020, Zoë\n  - größer\n".encode("cp1252"), "read as Windows-1252"),
        (b"\xef\xbb\xbf" + "1.0 - May 2020, Zoë\n  - größer\n".encode(), "byte order mark"),
        ("1.0 - May 2020, Zoë\r\n  - größer\r\n".encode(), "1 versions"),
    ],
)
def test_encodings_of_old_files_are_read(tmp_path: Path, data: bytes, expected: str) -> None:
    """Windows-1252 and a byte order mark are warnings, CRLF is nothing, and the text is right."""
    (tmp_path / "Changes").write_bytes(data)
    output = tmp_path / "widget.md"

    result = run(tmp_path / "Changes", "-o", output)

    assert 0 == result.exit_code
    assert expected in result.output
    assert output.read_text().endswith("## 1.0 - May 2020, Zoë\n\n- größer\n")


def wrong(*arguments: object) -> ConfigError:
    """The refusal of wrong usage."""
    error = run(*arguments).exception
    assert isinstance(error, ConfigError)
    return error


def test_wrong_usage_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with what to do: no such file, no version, the wrong style, a file that is no UTF-8, one for both."""
    file = made(tmp_path)
    bad = tmp_path / "bad.md"
    bad.write_bytes(b"\xff")

    assert "name a changelog file" == wrong(tmp_path / "no").hint
    assert "--style" in wrong(made(tmp_path, "text\n", "t")).hint
    assert "leave --style out" in wrong(file, "--style", "pyscard").hint
    assert "iconv" in wrong(file, "-o", bad).hint
    assert "write to another" == wrong(file, "-o", file).hint
    assert 2 == run(file, "--style", "none").exit_code
    no = tmp_path / "no"
    assert ExitCode.USAGE == run_door(lambda: import_.main([str(no)], standalone_mode=False))
    assert "hint: name a changelog file" in capsys.readouterr().err


def test_an_output_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    """The folder has to be there."""
    error = run(made(tmp_path), "-o", tmp_path / "no" / "x.md").exception

    assert "create the folder it lies in, or mend the path" == getattr(error, "hint", "")


def merged(ours: str, theirs: str, name: str = "pykcs11") -> list[str]:
    """The versions of ours after theirs was put in, in order."""
    here = style(name)
    assert here is not None
    result = merge_changelog(ours, import_changelog(theirs, here, where="C").releases, where="x")
    return [line[3:].split(" - ")[0] for line in result.text.split("\n") if line.startswith("## ")]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ("3.0 1.0", "3.0 2.0 1.0", "3.0 2.0 1.0"),
        ("3.0 2.0", "1.0", "3.0 2.0 1.0"),
        ("2.0 1.0", "3.0", "3.0 2.0 1.0"),
        ("3.0 2.5 1.0", "3.0 2.0", "3.0 2.5 2.0 1.0"),
        ("Unreleased 1.0", "2.0", "Unreleased 2.0 1.0"),
        ("", "2.0 1.0", "2.0 1.0"),
        ("2.0", "1.0 1.0", "2.0 1.0 1.0"),
    ],
)
def test_new_versions_go_where_they_belong(ours: str, theirs: str, expected: str) -> None:
    """Between the neighbours that they have in their file, and by version among ours."""
    there = "\n".join(f"{one} - May 2020, A\n  - x {n}\n" for n, one in enumerate(theirs.split()))
    here = "---\nname: x\n---\n" + "".join(f"\n## {one}\n\n- y\n" for one in ours.split())

    assert expected.split() == merged(here, there)


def test_a_version_that_stands_twice_loses_nothing_when_it_fills_ours() -> None:
    """Both sections' entries are there."""
    here = style("pykcs11")
    assert here is not None
    twice = "1.0 - May 2020, A\n  - x\n\n1.0 - May 2020, A\n  - z\n"

    releases = import_changelog(twice, here, where="C").releases
    result = merge_changelog("---\nname: x\n---\n\n## 1.0\n", releases, where="x")

    assert "---\nname: x\n---\n\n## 1.0 - May 2020, A\n\n- x\n- z\n" == result.text


def test_real_shapes_meet_in_one_file(tmp_path: Path) -> None:
    """Two histories of one project, in two styles, end in one changelog."""
    output = tmp_path / "widget.md"

    first = run(made(tmp_path, LIBCCID, "README"), "-o", output)
    second = run(made(tmp_path, KEEP, "CHANGELOG.md"), "-o", output)

    assert (0, 0) == (first.exit_code, second.exit_code)
    found = [line.split()[1] for line in output.read_text().split("\n") if line.startswith("## ")]
    versions = ["1.4.10", "1.4.9", "1.4.8", "1.4.7", "1.2.0", "1.1.0"]
    assert ["Unreleased", *versions] == [one for one in found if one != "[9.9.9]"]


@pytest.mark.parametrize(
    ("name", "most"), [("keep-a-changelog", 2), ("towncrier-rst", 1), ("pykcs11", 1)]
)
def test_a_long_file_is_parsed_as_seldom_as_can_be(
    name: str, most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once to read it, if it is Markdown, and once to prove that the import reads back; its style is found by then."""
    file = made(tmp_path, FILES[name])
    calls: list[str] = []
    parse = MarkdownIt.parse

    def counted(parser: MarkdownIt, src: str, env: Any = None) -> list[Token]:
        calls.append(src)
        return parse(parser, src, env)

    monkeypatch.setattr(MarkdownIt, "parse", counted)
    assert 0 == run(file).exit_code

    assert most == sum(len(one) * 2 > len(FILES[name]) for one in calls)
