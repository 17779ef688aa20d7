"""`pressroom changelog sync` as its user meets it."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sync_worlds import FRONT, OURS, THEIRS, World, make_world

from pressroom.changelog.syncing import cli
from pressroom.errors import ExitCode, PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EDITED = THEIRS.replace("keep it", "drop it").replace("1.1 - August", "1.1 - July")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two files that say the same."""
    made = make_world(tmp_path)
    monkeypatch.chdir(tmp_path / "site")
    return made


@pytest.fixture
def edited(world: World) -> World:
    """The project's file after somebody edited it by hand."""
    world.theirs.write_text(EDITED)
    return world


def error_of(world: World, *arguments: str, answer: str | None = None) -> PressroomError:
    """The error that stops the command; it wrote nothing."""
    before = [path.read_bytes() if path.exists() else b"" for path in (world.ours, world.theirs)]
    result = world.sync(*arguments, answer=answer)
    after = [path.read_bytes() if path.exists() else b"" for path in (world.ours, world.theirs)]
    assert isinstance(result.exception, PressroomError), result.output
    assert before == after
    return result.exception


# looking


def test_files_that_say_the_same_are_fine(world: World) -> None:
    """Days, markup, wrapping, unreleased sections, a bad mark and versions without entries are no drift."""
    result = world.sync()

    assert 0 == result.exit_code
    assert (
        "releases/widget.md and ../widget/Changes.txt say the same\n"
        "  1 version without entries here, which is no drift; --to here takes them from there\n"
        == result.output
    )


def test_each_difference_is_shown_with_both_places(edited: World) -> None:
    """The line of both files, what each says, how many there are and what can be done."""
    result = edited.sync()

    assert 1 == result.exit_code
    first, second, count, _, hint = result.output.splitlines()
    assert (
        'releases/widget.md:23: 1.2: entries differ: "keep it" here, "drop it" in ../widget/Changes.txt:7'
        == first
    )
    assert (
        "releases/widget.md:26: 1.1: date differs: August 2026 here, July 2026 in ../widget/Changes.txt:11"
        == second
    )
    assert "2 differences in 2 versions" == count
    assert "--to here takes what ../widget/Changes.txt says" in hint
    assert EDITED == edited.theirs.read_text()


def test_a_version_on_one_side_is_shown(world: World) -> None:
    """Which file has it, where, and what its heading says; a tag that never had an entry is left out."""
    world.ours.write_text(
        world.ours.read_text() + "\n## 0.2 - 2 March 2025, Bo\n\n## 0.1 - undated\n"
    )
    world.theirs.write_text(THEIRS + "\n0.3 - April 2025, Ann\n  - x\n")

    lines = world.sync().output.splitlines()

    assert [
        "releases/widget.md:36: 0.2: only here (2 March 2025, Bo)",
        "releases/widget.md:38: 0.1: only here (no date)",
        "../widget/Changes.txt:17: 0.3: only there (April 2025, Ann)",
        "3 differences in 3 versions",
    ] == lines[:4]


def test_machines_get_one_object(edited: World) -> None:
    """The same differences as JSON, and after a mending the diff and whether it was written."""
    looked = json.loads(edited.sync("--json").output)
    mended = json.loads(edited.sync("--json", "--to", "here", "--version", "1.1", "--yes").output)

    assert ["1.2", "1.1"] == [one["version"] for one in looked["drift"]]
    assert {
        "version": "1.1",
        "kind": "date differs",
        "here": {"file": "releases/widget.md", "line": 26, "says": "August 2026"},
        "there": {"file": "../widget/Changes.txt", "line": 11, "says": "July 2026"},
    } == looked["drift"][1]
    assert ["1.0"] == looked["without_entries"]
    assert (True, ["1.1"], []) == (mended["written"], mended["versions"], mended["refused"])
    assert "+## 1.1 - July 2026, Bo Moon" in mended["diff"]


def test_a_checkout_elsewhere_is_named(edited: World, tmp_path: Path) -> None:
    """`--checkout` is read and shown as it was given."""
    (tmp_path / "widget").rename(tmp_path / "else where")

    output = edited.sync("--checkout", str(tmp_path / "else where")).output

    assert f"in {tmp_path}/else where/Changes.txt:11" in output


# mending


def test_our_side_is_mended(edited: World) -> None:
    """The diff is shown first, our file changes where it says so, and a second run is clean."""
    before = edited.ours.read_text()

    result = edited.sync("--to", "here", "--version", "1.1", "--version", "1.2", answer="y\n")

    assert 0 == result.exit_code
    assert result.output.index("+- drop it") < result.output.index(
        "Write releases/widget.md? [y/N]"
    )
    assert "hint: look at it with git diff releases/widget.md" in result.output
    assert (
        before.replace("- keep it", "- drop it").replace("1.1 - August 2026", "1.1 - July 2026")
        == edited.ours.read_text()
    )
    assert EDITED == edited.theirs.read_text()
    assert 0 == edited.sync().exit_code


def test_the_projects_side_is_mended(edited: World) -> None:
    """Its sections say what ours do, everything else in it stays, and a second run is clean."""
    before = edited.ours.read_bytes()

    result = edited.sync("--to", "checkout", "--yes")

    assert 0 == result.exit_code
    assert (
        EDITED.replace("add turn(), see\n    notes", "add `turn()`, see notes")
        .replace("drop it\n     . nested", "keep it\n   . nested")
        .replace("1.1 - July", "1.1 - August")
        == edited.theirs.read_text()
    )
    assert before == edited.ours.read_bytes()
    assert 0 == edited.sync().exit_code


def test_entries_are_taken_where_there_are_none(world: World) -> None:
    """`--to here` fills a row that had facts alone, and keeps the other sections to the byte."""
    before = world.ours.read_text()

    result = world.sync("--to", "here", "--yes")

    assert 0 == result.exit_code
    assert before.replace("Ann Author\n\n## 0.4", "Ann Author\n\n- first one\n\n## 0.4") == (
        world.ours.read_text()
    )
    assert "releases/widget.md and ../widget/Changes.txt say the same\n" == world.sync().output


def test_a_dirty_checkout_is_no_obstacle(edited: World) -> None:
    """What is not committed does not stop a mending, and the hint says how to look at it in git."""
    for words in (["init", "-q"], ["add", "."]):
        subprocess.run(["git", *words], cwd=edited.theirs.parent, check=True)
    (edited.theirs.parent / "more").write_text("x")

    result = edited.sync("--to", "checkout", "--yes")

    shown = re.search(
        r"look at it with (git -C \S+ diff Changes\.txt), then commit it", result.output
    )
    assert shown
    diff = subprocess.run(shown[1].split(), capture_output=True, text=True, check=True).stdout
    assert "+  - keep it" in diff


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_without_a_yes_nothing_is_written(edited: World, answer: str) -> None:
    """Another answer leaves both files alone and says that they still differ."""
    before = edited.ours.read_bytes()

    assert 1 == edited.sync("--to", "here", answer=answer).exit_code
    assert (before, EDITED) == (edited.ours.read_bytes(), edited.theirs.read_text())


def test_a_dry_run_shows_and_stops(edited: World) -> None:
    """The diff is there, no question is asked, and both files stay."""
    before = edited.ours.read_bytes()

    result = edited.sync("--to", "checkout", "--dry-run")

    assert 1 == result.exit_code
    assert "--- ../widget/Changes.txt\n+++ ../widget/Changes.txt\n@@ -" in result.output
    assert "\n+1.1 - August 2026, Bo Moon\n" in result.output
    assert "[y/N]" not in result.output
    assert (before, EDITED) == (edited.ours.read_bytes(), edited.theirs.read_text())


def test_versions_are_as_far_apart_as_in_the_file(world: World) -> None:
    """Where two blank lines are usual, two stand above a version that is put in."""
    theirs = THEIRS.replace("\n\n1.0 -", "\n\n\n1.0 -")
    world.theirs.write_text(theirs)
    world.ours.write_text(world.ours.read_text() + "\n## 0.2 - 2 March 2025, Bo\n")

    assert 0 == world.sync("--to", "checkout", "--yes").exit_code
    assert theirs + "\n\n0.2 - March 2025, Bo\n" == world.theirs.read_text()


def test_what_only_the_other_side_could_mend_is_left(world: World) -> None:
    """A version that only we have is not deleted by `--to here`, and goes on being a difference."""
    world.ours.write_text(world.ours.read_text() + "\n## 0.2 - 2 March 2025, Bo\n")

    result = world.sync("--to", "here", "--version", "0.2", "--yes")

    assert 1 == result.exit_code
    assert "there is nothing to write on that side" in result.output
    assert 0 == world.sync("--to", "checkout", "--yes").exit_code
    assert world.theirs.read_text() == THEIRS + "\n0.2 - March 2025, Bo\n"
    assert 0 == world.sync().exit_code


def test_entries_are_never_given_up_for_none(world: World) -> None:
    """Where the project's section is empty, ours is kept, and the finding says which side to mend."""
    world.theirs.write_text(THEIRS.replace("Bo Moon\n  - fix it\n", "Bo Moon\n"))
    before = world.ours.read_text()

    result = world.sync("--to", "here", "--version", "1.1", "--yes")

    assert 1 == result.exit_code
    assert "widget.md:26: 1.1 is left alone: 1.1 has entries here and none there" in result.output
    assert "hint: write them there with --to checkout" in result.output
    assert before == world.ours.read_text()
    assert 0 == world.sync("--to", "checkout", "--yes").exit_code
    assert THEIRS == world.theirs.read_text()


# hostile files


def test_no_control_character_reaches_the_terminal(world: World) -> None:
    """Escapes, bidi controls and bells of the project's file are not printed, and never taken."""
    evil = "evil \x1b]0;x\x07 \u202e\x9b31m\u2028words"
    world.theirs.write_text(
        THEIRS.replace("keep it", evil) + f"\n0.3 - May 2024, {evil}\n  - {evil}\n"
    )

    dry = ("--to", "checkout", "--dry-run")
    assert "\n-  - evil \ufffd]0;x\ufffd \ufffd\ufffd31m\ufffdwords\n" in world.sync(*dry).output
    for words in ((), ("--to", "here", "--yes"), dry, ("--json",)):
        result = world.sync(*words)
        assert 1 == result.exit_code
        assert not [sign for sign in result.output if not sign.isprintable() and sign != "\n"]
    output = world.sync("--to", "here", "--dry-run").output
    assert "1.2 is left alone: our file would have an error: character U+" in output
    assert "hint: mend it by hand in one of the two files" in output
    assert "evil" not in world.ours.read_text()


def test_entries_that_cannot_be_taken_are_a_finding(world: World) -> None:
    """Where they are no drift, being asked for them and refusing them is still no success."""
    world.theirs.write_text(THEIRS.replace("first one", "first\x1bone"))

    assert 0 == world.sync().exit_code
    result = world.sync("--to", "here", "--yes")
    assert 1 == result.exit_code
    assert "1.0 is left alone: our file would have an error" in result.output


def test_a_read_only_file_is_not_replaced(edited: World) -> None:
    """The error says so and how to change it."""
    edited.theirs.chmod(0o444)

    error = error_of(edited, "--to", "checkout", "--yes")

    assert "the file is read-only" == error.message
    assert error.hint.startswith("chmod u+w ../widget/Changes.txt")


def test_a_file_that_changes_meanwhile_is_not_overwritten(
    edited: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody saved while the question stood there is kept."""

    def agree(*_: object) -> bool:
        edited.theirs.write_text("saved by somebody")
        return True

    monkeypatch.setattr(cli, "_agreed", agree)
    result = edited.sync("--to", "checkout")

    assert isinstance(result.exception, PressroomError)
    assert "start again" == result.exception.hint
    assert "saved by somebody" == edited.theirs.read_text()


def test_nobody_to_ask_is_an_error(edited: World) -> None:
    """At the end of standard input nothing is written, and the hint names --yes."""
    assert "--yes" in error_of(edited, "--to", "here", answer="").hint


def test_a_link_is_followed_and_stays(edited: World) -> None:
    """The file that a link in the checkout leads to is mended, and the link goes on leading there."""
    edited.theirs.rename(edited.theirs.with_name("real.txt"))
    edited.theirs.symlink_to("real.txt")

    assert 0 == edited.sync("--to", "checkout", "--yes").exit_code
    assert edited.theirs.is_symlink()
    assert "keep it" in edited.theirs.with_name("real.txt").read_text()


def test_bytes_of_another_encoding_stay(world: World) -> None:
    """Windows-1252 beside UTF-8 is read as what it is; a mending elsewhere in the file keeps every byte."""
    world.ours.write_text(world.ours.read_text().replace("fix it", "fix «naïve» it"))
    data = THEIRS.replace("fix it", "fix «naïve» it").encode("cp1252") + "é\n".encode()
    world.theirs.write_bytes(data.replace(b"keep it", b"drop it"))

    assert 0 == world.sync("--to", "checkout", "--version", "1.2", "--yes").exit_code
    assert b"see notes" in world.theirs.read_bytes()
    assert b"keep it" in world.theirs.read_bytes()
    assert data.partition(b"1.1 - ")[2] == world.theirs.read_bytes().partition(b"1.1 - ")[2]


def test_two_encodings_are_not_mixed(world: World) -> None:
    """Letters beyond ASCII are not written into a file that is not UTF-8; the hint says how to convert it."""
    world.ours.write_text(world.ours.read_text().replace("keep it", "keep é"))
    world.theirs.write_bytes(THEIRS.replace("first", "première").encode("cp1252"))

    error = error_of(world, "--to", "checkout", "--yes")

    assert "the file is not UTF-8" in error.message
    assert "iconv -f windows-1252 -t utf-8 ../widget/Changes.txt" in error.hint


def test_line_ends_and_marks_of_both_files_stay(world: World) -> None:
    """CRLF and a byte order mark are written again as they were read."""
    for path, text in ((world.ours, world.ours.read_text()), (world.theirs, EDITED)):
        path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())

    assert 0 == world.sync("--to", "checkout", "--version", "1.1", "--yes").exit_code
    assert 0 == world.sync("--to", "here", "--version", "1.2", "--yes").exit_code

    for path in (world.ours, world.theirs):
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\n") == data.count(b"\r\n") > 10
    assert b"1.1 - August" in world.theirs.read_bytes()
    assert b"- drop it" in world.ours.read_bytes()


# what cannot be compared


def no_checkout(world: World) -> None:
    """The folder is elsewhere."""
    world.theirs.parent.rename(world.root / "gone")


def no_file(world: World) -> None:
    """The file is elsewhere."""
    world.theirs.unlink()


def outside(world: World) -> None:
    """The file is a link that leads out."""
    world.theirs.rename(world.root / "secret")
    world.theirs.symlink_to("../secret")


def unknown_style(world: World) -> None:
    """A style that nobody wrote."""
    world.ours.write_text(world.ours.read_text().replace("pykcs11", "baroque"))


def no_changelog(world: World) -> None:
    """A project without a changelog of its own."""
    front = FRONT.format(style="x").partition("changelog:")[0]
    world.ours.write_text(f"{front}---\n{OURS}")


def broken_ours(world: World) -> None:
    """A heading that is not understood."""
    world.ours.write_text(world.ours.read_text() + "\n## what is this\n")


def broken_theirs(world: World) -> None:
    """A line that looks like a version and is none."""
    world.theirs.write_text("1.3: May\n\n" + THEIRS)


@pytest.mark.parametrize(
    ("breaks", "message", "hint"),
    [
        (no_checkout, "no checkout of Widget: looked at", "name it with --checkout DIR"),
        (no_file, "there is no such file", "or name the checkout with --checkout DIR"),
        (outside, "the file lies outside its folder", "or the link"),
        (unknown_style, "changelog style 'baroque' is unknown", "styles are "),
        (no_changelog, "the project keeps no changelog of its own", "write changelog: file:"),
        (broken_ours, "heading 'what is this' is not a release", 'write "## '),
        (broken_theirs, "looks like a version and is none", 'write "1.5.18'),
    ],
)
def test_what_cannot_be_compared_is_wrong_usage(
    world: World, breaks: Callable[[World], None], message: str, hint: str
) -> None:
    """The exit code is 2, the message says what it is and the hint what to do."""
    breaks(world)

    error = error_of(world)

    assert ExitCode.USAGE == error.exit_code
    assert message in error.message
    assert hint in error.hint


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["--yes"], "add --to here or --to checkout"),
        (["--dry-run"], "add --to here or --to checkout"),
        (["--to", "here", "--yes", "--dry-run"], "take one"),
        (["--to", "here", "--json"], "add --yes, or --dry-run to look"),
        (["--version", "9.9"], "write it as its heading does, without a prefix"),
        (["--checkout", "no\x1bwhere"], "name it with --checkout DIR"),
    ],
)
def test_wrong_options_are_wrong_usage(world: World, arguments: list[str], hint: str) -> None:
    """Options that make no sense together, and versions that neither file has."""
    error = error_of(world, *arguments)

    assert (ExitCode.USAGE, hint) == (error.exit_code, error.hint)


def test_another_project_is_wrong_usage(world: World) -> None:
    """The projects that there are are named; a path is no project."""
    world.ours.with_name("other.md").write_text("x")
    for name in ("nobody", "../releases/widget"):
        error = CliRunner().invoke(cli.sync, [name]).exception
        assert isinstance(error, PressroomError)
        assert (ExitCode.USAGE, "the projects are other, widget") == (error.exit_code, error.hint)


def test_help_teaches_with_examples(world: World) -> None:
    """How it is called, where a checkout is looked for, and what the exit codes mean."""
    text = world.sync("--help").output

    assert "pressroom changelog sync widget --to here --version 1.2 --dry-run" in text
    assert "beside this repository" in " ".join(text.split())
    assert "Exit codes: 0 both say the same, 1 they differ, 2 cannot be compared." in text
