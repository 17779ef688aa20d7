"""The door: options, the question, what machines read, what a script of a project is."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_runs import CANARY, announcements, tags

from pressroom.changelog.model import Kind, Project
from pressroom.errors import ConfigError
from pressroom.release import steps
from pressroom.release.recipe import Step
from pressroom.release.recipes import PYTHON, script_of, steps_of

if TYPE_CHECKING:
    from release_world import Stage

    from pressroom.release.warehouse.server import Index

PRESSROOM = [sys.executable, "-c", "from pressroom.cli import main; main()"]
BOTH = {"widget-1.0-py3-none-any.whl": 1, "widget-1.0.tar.gz": 1}


def pressroom(
    stage: Stage, *arguments: str, stdin: str = "", keep: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """The console command in the press, without a terminal."""
    return subprocess.run(
        [*PRESSROOM, *arguments],
        cwd=stage.press,
        env=dict(stage.environment),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        pass_fds=keep,
    )


def test_without_a_terminal_it_does_not_ask(stage: Stage, index: Index) -> None:
    """Nobody can answer: it stops before anything is public, and names the option."""
    result = pressroom(stage, "release", "widget", "1.0", stdin="y\n")

    assert 1 == result.returncode
    assert "hint: start it in a terminal, or with --yes" in result.stdout
    assert ({}, []) == (index.uploads, tags(stage, stage.remote))


def test_a_machine_gets_one_object(stage: Stage, index: Index) -> None:
    """`--yes --json` releases and prints what happened, and nothing else."""
    result = pressroom(stage, "release", "widget", "1.0", "--yes", "--json")
    value = json.loads(result.stdout)

    assert (0, "") == (result.returncode, result.stderr)
    assert ("released", "1.0", "1.0") == (value["outcome"], value["version"], value["tag"])
    assert {"done"} == {step["state"] for step in value["steps"]}
    assert [step.name for step in PYTHON] == [step["name"] for step in value["steps"]]
    assert BOTH == index.uploads


def test_a_machine_reads_why_it_stopped(stage: Stage) -> None:
    """Findings with file, message and hint; what is public; the command to go on with."""
    (stage.project / "new.py").write_text("")
    result = pressroom(stage, "release", "widget", "1.0", "--dry-run", "--json")
    value = json.loads(result.stdout)

    assert 1 == result.returncode
    found = [finding for step in value["steps"] for finding in step["findings"]]
    assert "is not tracked" in {finding["message"] for finding in found}
    assert all(finding["hint"] for finding in found)
    assert "tag 1.0 at origin" in value["not_public"]
    assert "pressroom release widget 1.0" == value["go_on_with"]


def test_the_token_may_come_through_a_descriptor(stage: Stage, index: Index) -> None:
    """Read once, used for every file, and in no file on the disk."""
    config = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom"
    (config / "token").unlink()
    reading, writing = os.pipe()
    os.write(writing, f"{CANARY}\n".encode())
    os.close(writing)
    options = ("--yes", "--token", f"fd:{reading}")
    result = pressroom(stage, "release", "widget", "1.0", *options, keep=(reading,))
    os.close(reading)

    assert 0 == result.returncode, result.stdout
    assert BOTH == index.uploads
    assert CANARY not in result.stdout + result.stderr


def test_the_token_may_lie_in_the_home(stage: Stage, index: Index) -> None:
    """`file:~/…`, as the documentation writes it."""
    config = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom"
    (config / "token").rename(Path(stage.environment["HOME"]) / "token")
    text = (config / "config.toml").read_text()
    path = config / "token"
    (config / "config.toml").write_text(text.replace(f"file:{path}", "file:~/token"))
    result = pressroom(stage, "release", "widget", "1.0", "--yes")

    assert 0 == result.returncode, result.stdout + result.stderr
    assert BOTH == index.uploads


def on_a_terminal(stage: Stage, answer: str, *arguments: str) -> str:
    """What a person sees who answers the question so."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [*PRESSROOM, *arguments],
        cwd=stage.press,
        env={**stage.environment, "TERM": "xterm", "COLUMNS": "200"},
        stdin=child,
        stdout=child,
        stderr=child,
    )
    os.close(child)
    seen = b""
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        seen += piece
        if b"[y/N]" in seen and answer:
            time.sleep(0.05)
            os.write(parent, f"{answer}\n".encode())
            answer = ""
    process.wait()
    os.close(parent)
    return seen.decode()


def test_a_person_is_asked_once_and_sees_what_is_at_work(stage: Stage, index: Index) -> None:
    """The question lists what cannot be undone; the step at work is shown while it is."""
    seen = on_a_terminal(stage, "y", "release", "widget", "1.0")

    assert 1 == seen.count("[y/N]")
    assert "From here on it cannot be undone:" in seen
    assert "  - Upload the files to the index: wheels first, the sdist last" in seen
    assert "Build sdist and wheel from the commit, twice, and compare …" in seen
    assert "did  Announce Widget 1.0" in seen
    assert BOTH == index.uploads


def test_a_person_who_says_no_has_released_nothing(stage: Stage, index: Index) -> None:
    """And is told how to go on."""
    seen = on_a_terminal(stage, "n", "release", "widget", "1.0")

    assert "stopped before anything was made public" in seen
    assert "go on with: pressroom release widget 1.0" in seen
    assert ({}, []) == (index.uploads, tags(stage, stage.remote))


@pytest.mark.usefixtures("index")
def test_an_abandoned_release_says_what_to_do_and_stays_closed(stage: Stage) -> None:
    """What is public is named with how to yank it; the version is not begun again."""
    pressroom(stage, "release", "widget", "1.0", "--yes")
    result = pressroom(stage, "release", "widget", "1.0", "--abandon")
    again = pressroom(stage, "release", "widget", "1.0", "--yes")

    assert 0 == result.returncode
    assert "public:      widget-1.0.tar.gz on the index" in result.stdout
    assert "Yank the version there" in result.stdout
    assert 1 == again.returncode
    assert "1.0 was abandoned" in again.stderr
    assert "hint: release the next version" in again.stderr


@pytest.mark.usefixtures("index")
def test_an_abandoned_plan_of_which_nothing_is_public_is_dropped(stage: Stage) -> None:
    """It can be begun again."""
    pressroom(stage, "release", "widget", "1.0")
    result = pressroom(stage, "release", "widget", "1.0", "--abandon")

    assert "nothing is public: the plan is dropped" in result.stdout
    assert 0 == pressroom(stage, "release", "widget", "1.0", "--yes").returncode


def test_a_rehearsal_touches_nothing_of_the_real_world(stage: Stage) -> None:
    """No tag, no commit, no file outside its world; it shows the difference it would make."""
    before = [
        stage.git(folder, "for-each-ref") for folder in (stage.project, stage.press, stage.remote)
    ]
    result = pressroom(stage, "release", "widget", "1.0", "--rehearse")

    assert 0 == result.returncode, result.stdout + result.stderr
    assert "+1.0 - November 2026, The maintainer" in result.stdout
    assert '+  - versions: ["1.0"]' in result.stdout
    assert before == [
        stage.git(folder, "for-each-ref") for folder in (stage.project, stage.press, stage.remote)
    ]
    assert [] == announcements(stage, stage.press)
    rehearsals = Path(stage.environment["XDG_STATE_HOME"]) / "pressroom" / "rehearsals"
    assert [] == list(rehearsals.iterdir())


def test_a_rehearsal_sees_what_a_copy_would_hide(stage: Stage) -> None:
    """A dirty checkout and a changelog that is not committed are refused as in the real run."""
    (stage.project / "new.py").write_text("")
    with (stage.press / "releases" / "widget.md").open("a") as file:
        file.write("- more\n")
    result = pressroom(stage, "release", "widget", "1.0", "--rehearse")

    assert 1 == result.returncode
    assert "new.py: is not tracked" in result.stderr
    assert "releases/widget.md: differs from the last commit" in result.stderr


def test_a_world_of_something_else_is_refused(stage: Stage, tmp_path: Path) -> None:
    """A folder with other things in it is not written into."""
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "letter.txt").write_text("dear")
    result = pressroom(
        stage, "release", "widget", "1.0", "--rehearse", "--world", str(tmp_path / "world")
    )

    assert 2 == result.returncode
    assert "this folder holds other things" in result.stderr
    assert "hint: remove it, or name another --world" in result.stderr
    assert ["letter.txt", "lock", "lock.programs"] == sorted(
        path.name for path in (tmp_path / "world").iterdir()
    )


def test_a_rehearsal_without_a_wheelhouse_says_how_to_get_one(stage: Stage) -> None:
    """Builds take nothing from the network, so they need it."""
    (stage.press / ".wheelhouse").rmdir()
    result = pressroom(stage, "release", "widget", "1.0", "--rehearse")

    assert 2 == result.returncode
    assert "hint: make system fills it" in result.stderr


def test_options_that_exclude_each_other_are_refused(stage: Stage) -> None:
    """Wrong usage is 2."""
    result = pressroom(stage, "release", "widget", "1.0", "--dry-run", "--yes")

    assert 2 == result.returncode
    assert "these exclude each other" in result.stderr


def test_help_teaches() -> None:
    """The list of ways to use it, what happens after a kill, and the audit are all named."""
    text = subprocess.run(
        [*PRESSROOM, "release", "--help"], capture_output=True, text=True, check=True
    ).stdout

    for words in (
        "--dry-run",
        "--rehearse",
        "--abandon",
        "killed",
        "release audit",
        "scripts/release_",
    ):
        assert words in text


def project(name: str = "widget", *, kind: Kind = Kind.PYTHON) -> Project:
    """A project of that id and kind."""
    return Project(id=name, name=name, title=name, kind=kind, description=name)


SCRIPT = """\
from pressroom.release import steps

STEPS = [steps.check_tree_clean, steps.freeze_plan]
"""


def test_a_script_is_the_recipe(stage: Stage) -> None:
    """The project's own list is walked; without a script, that of its kind."""
    assert PYTHON == steps_of(stage.press, project())
    path = script_of(stage.press, "widget")
    path.write_text(SCRIPT)

    assert (steps.check_tree_clean, steps.freeze_plan) == steps_of(stage.press, project())


@pytest.mark.parametrize("text", ["", "STEPS = []\n", "STEPS = [1]\n"])
def test_a_script_without_steps_is_refused(stage: Stage, text: str) -> None:
    """What it should hold is said."""
    script_of(stage.press, "widget").write_text(text)

    with pytest.raises(ConfigError, match="no list STEPS") as raised:
        steps_of(stage.press, project())

    assert "STEPS = [check_tree_clean" in raised.value.hint


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_recipe(stage: Stage, kind: Kind) -> None:
    """A project without a script of its own is released as its kind is; a tarball goes to no index."""
    found = steps_of(stage.press, project(kind=kind))

    assert (steps.upload_dist in found) == kind.startswith("python")
    assert (steps.upload_files in found) != kind.startswith("python")


def test_our_scripts_are_recipes_with_all_checks_first(checkout: Path) -> None:
    """Each script of ours lists steps: checks, then what is made aside, then what is public."""
    scripts = sorted((checkout / "scripts").glob("release_*.py"))

    assert len(scripts) >= 2
    for path in scripts:
        found = steps_of(checkout, project(path.stem.removeprefix("release_").replace("_", "-")))
        ranks = [_rank(step) for step in found]
        first_public = ranks.index(2)
        assert ranks[:first_public] == sorted(ranks[:first_public]), path
        assert len(set(found)) == len(found)
        assert [steps.announce, steps.fill_outbox, steps.send_mail] == list(found[-3:])


def _rank(step: Step) -> int:
    if step.act is None:
        return 0
    return 1 if step.things is None else 2


def test_a_script_of_ours_is_a_door(checkout: Path) -> None:
    """`python scripts/release_x.py --help` teaches the same options."""
    for path in sorted((checkout / "scripts").glob("release_*.py")):
        text = subprocess.run(
            [sys.executable, str(path), "--help"], capture_output=True, text=True, check=True
        ).stdout
        assert f"Usage: {path.name} [OPTIONS] VERSION" in text
        assert "--rehearse" in text
