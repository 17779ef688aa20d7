"""What a release refuses before anything is made: every finding, each with its mend."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_runs import CANARY, run_release, tags
from release_world import CHANGELOG, PROJECT, make_stage

from pressroom.errors import ConfigError, ExitCode, FindingsError, PressroomError
from pressroom.release.warehouse.model import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from release_world import Stage

    from pressroom.release.warehouse.server import Index

pytestmark = pytest.mark.usefixtures("index")


def refuse(stage: Stage, *wanted: str, version: str = "1.0") -> None:
    """The release is refused with these words, dry or not, and the world is as it was."""
    before = snapshot(stage)
    for is_dry in (True, False):
        run = run_release(stage, is_dry=is_dry, version=version)
        for words in wanted:
            assert words in run.output, run.output
        assert ExitCode.FINDINGS == run.outcome.exit_code
    assert before == snapshot(stage)


def snapshot(stage: Stage) -> list[str]:
    """All references of all repositories, and whether a plan was frozen."""
    refs = [
        stage.git(folder, "for-each-ref", "--format=%(refname) %(objectname)")
        for folder in (stage.project, stage.press, stage.remote, stage.press_remote)
    ]
    plans = Path(stage.environment["XDG_STATE_HOME"]).rglob("plan.json")
    return [*refs, *(str(plan) for plan in plans)]


def edit(stage: Stage, old: str, new: str) -> None:
    """Change the changelog here, committed."""
    assert old in CHANGELOG
    stage.commit(stage.press, {"releases/widget.md": CHANGELOG.replace(old, new)})


def test_a_dirty_tree_is_refused(stage: Stage) -> None:
    """Each file that differs or is not tracked is named, with what to do."""
    (stage.project / "widget.py").write_text("VERSION = '0.9'\n")
    (stage.project / "new file.py").write_text("")

    refuse(
        stage,
        "widget/widget.py: differs from the last commit\n         hint: commit it, or take it back",
        "widget/new file.py: is not tracked\n         hint: add it, ignore it or move it away",
    )


def test_a_detached_head_is_refused(stage: Stage) -> None:
    """Releases are made from the branch."""
    stage.git(stage.project, "checkout", "-q", "--detach")

    refuse(stage, "stands on no branch (detached HEAD)", "hint: git switch main")


def test_an_operation_under_way_is_refused(stage: Stage) -> None:
    """A merge that nobody finished is no state to release from."""
    head = stage.git(stage.project, "rev-parse", "HEAD")
    (stage.project / ".git" / "MERGE_HEAD").write_text(f"{head}\n")

    refuse(stage, "a git operation is under way (MERGE_HEAD)", "hint: finish it, or abort it")


def test_a_shallow_clone_is_refused(stage: Stage) -> None:
    """Nobody can tell from it what was released before."""
    stage.commit(stage.project, {"more.txt": "more\n"})
    stage.git(stage.root, "clone", "-q", "--depth=1", f"file://{stage.remote}", "shallow")
    stage.git(stage.root, "-C", "widget", "status")
    (stage.project).rename(stage.root / "deep")
    (stage.root / "shallow").rename(stage.project)

    refuse(stage, "it is a shallow clone", "hint: git fetch --unshallow")


def test_a_dirty_submodule_is_refused(stage: Stage) -> None:
    """A change in a submodule is a change."""
    stage.git(
        stage.project,
        *(
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "add",
            "-q",
            str(stage.press_remote),
            "press",
        ),
    )
    stage.commit(stage.project, {})
    (stage.project / "press" / "pyproject.toml").write_text("")

    refuse(stage, "widget/press: differs from the last commit")


@pytest.mark.parametrize("side", ["ahead", "behind"])
def test_a_branch_that_others_do_not_have_is_refused(stage: Stage, side: str) -> None:
    """Ahead and behind are told apart, each with its command."""
    stage.commit(stage.project, {"more.txt": "more\n"})
    if side == "ahead":
        stage.git(stage.project, "push", "-qf", "origin", "HEAD~1:main")
        refuse(stage, "main is ahead of origin", "hint: git push origin main")
    else:
        stage.git(stage.project, "reset", "-q", "--hard", "HEAD~1")
        refuse(stage, "commits on main that are not here", "hint: git pull --ff-only origin main")


def test_a_remote_without_the_branch_is_refused(stage: Stage) -> None:
    """The first push is for people."""
    stage.git(stage.remote, "update-ref", "-d", "refs/heads/main")

    refuse(stage, "origin has no branch main", "hint: git push origin main")


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_tag_that_exists_is_refused(stage: Stage, where: str) -> None:
    """A tag of ours or of others is never moved."""
    stage.git(stage.project, "tag", "1.0")
    if where == "there":
        stage.git(stage.project, "push", "-q", "origin", "1.0")
        stage.git(stage.project, "tag", "-d", "1.0")
        refuse(stage, "it has a tag 1.0 already", "hint: release the next version")
    else:
        refuse(stage, "it has a tag 1.0", "that origin has not", "hint: git tag -d 1.0")


@pytest.mark.parametrize(
    ("version", "message", "hint"),
    [
        ("1.0+debian", "1.0+debian is a local version", "leave out what follows the +"),
        ("0.8", "0.8 is older than 0.9", "release a greater one"),
        ("1.0.rc.1", "is not how 1.0rc1 is written", "write 1.0rc1"),
        ("20226.1", "20226.1 after 0.9 looks like a slip of the finger", "look at the digits"),
    ],
)
def test_a_version_that_cannot_be_is_refused(
    stage: Stage, version: str, message: str, hint: str
) -> None:
    """Local, backwards, not canonical, a slip: each is said before anything is tagged."""
    edit(stage, "## 1.0 -", f"## {version} -")

    refuse(stage, message, hint, version=version)


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        (
            " - 20 November 2026, The maintainer\n\n- turns",
            "\n\n- turns",
            "1.0 has no date",
            "write",
        ),
        ("20 November 2026", "20 November 2030", "2030", "hint:"),
        (
            "## 1.0 -",
            "## Unreleased\n\n- forgotten\n\n## 1.0 -",
            "entries under Unreleased",
            "move them under 1.0",
        ),
        (
            "- turns more quietly\n- ids:\n  - a `#` is no comment\n",
            "",
            "1.0 has no entry",
            "say what changed, one bullet each",
        ),
        (
            "\n\n- turns",
            "\n\n> Bad release: it does not turn.\n\n- turns",
            "marked as bad",
            "release another version",
        ),
    ],
)
def test_a_section_that_is_not_ready_is_refused(
    stage: Stage, old: str, new: str, message: str, hint: str
) -> None:
    """No date, a date to come, leftovers, nothing said, bad: the line is named."""
    edit(stage, old, new)

    refuse(stage, "releases/widget.md:", message, hint)


def test_a_carrier_that_lost_its_line_is_refused(stage: Stage) -> None:
    """A stale version is found because every file that states it is declared."""
    stage.commit(stage.project, {"widget.py": '"""A widget."""\n\n__version__ = "0.9"\n'})

    refuse(stage, "widget.py", "hint:")


def test_carriers_that_disagree_are_refused(stage: Stage) -> None:
    """One file that was forgotten at the last release is seen at this one."""
    stage.commit(stage.project, {"widget.py": PROJECT["widget.py"].replace("0.9", "0.7")})

    refuse(stage, "0.7", "0.9", "hint:")


def test_a_version_that_the_project_is_past_is_refused(stage: Stage) -> None:
    """Module and build file say 1.1, the changelog's newest section is 1.0: one of them is wrong."""
    ahead = {name: PROJECT[name].replace("0.9", "1.1") for name in ("widget.py", "backend.py")}
    stage.commit(stage.project, ahead)

    refuse(stage, "widget.py:3", "backend.py:", "1.1", "hint:")


def test_drift_with_entries_on_both_sides_is_refused(stage: Stage) -> None:
    """The project's file says something else of a version than ours."""
    stage.commit(
        stage.project, {"Changes.txt": PROJECT["Changes.txt"].replace("the first", "the 1st")}
    )

    refuse(stage, "Changes.txt:", "hint:")


def test_a_style_that_nobody_can_write_is_refused(stage: Stage) -> None:
    """Before anything is written, the styles there are are named."""
    edit(stage, "style: pykcs11", "style: baroque")

    refuse(stage, "changelog style 'baroque' is unknown", "hint: styles that a release can write: ")


def test_an_index_that_has_the_version_is_refused(stage: Stage, index: Index) -> None:
    """Files that this release did not upload mean that somebody else did."""
    first = run_release(stage)
    assert ExitCode.FINE == first.outcome.exit_code
    other = make_stage(stage.root / "other")
    other_config = Path(other.environment["XDG_CONFIG_HOME"])
    other_config.parent.mkdir(exist_ok=True)
    other_config.symlink_to(stage.environment["XDG_CONFIG_HOME"])

    refuse(other, "widget 1.0 is there already", "a version is never uploaded twice")
    assert {"widget-1.0-py3-none-any.whl": 1, "widget-1.0.tar.gz": 1} == index.uploads


@pytest.mark.parametrize("status", ["quarantined", "archived"])
def test_a_project_that_takes_no_uploads_is_refused(
    stage: Stage, index: Index, status: str
) -> None:
    """What PEP 792 calls quarantined or archived is said before the tag is pushed."""
    assert ExitCode.FINE == run_release(stage).outcome.exit_code
    path = stage.press / "releases" / "widget.md"
    text = path.read_text().replace("## 1.0 -", "## 1.1 - 21 November 2026\n\n- more\n\n## 1.0 -")
    stage.commit(stage.press, {"releases/widget.md": text})
    index.store.set_status("widget", Status(status))

    refuse(
        stage,
        f"widget is {status} there",
        "hint: clear that with the index first",
        version="1.1",
    )


def test_a_token_that_others_can_read_is_refused(stage: Stage) -> None:
    """Mode 0644 is refused with the command that mends it, and the token is not shown."""
    token = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom" / "token"
    token.chmod(0o644)
    run = run_release(stage)

    assert "chmod 600" in run.output
    assert CANARY not in run.output
    assert ExitCode.FINDINGS == run.outcome.exit_code


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("user.signingkey", "/nowhere/key", "the signing key /nowhere/key is not there"),
        ("gpg.format", "openpgp", "no secret key for"),
    ],
)
def test_without_a_key_nothing_begins(stage: Stage, name: str, value: str, message: str) -> None:
    """A tag that cannot be signed is no tag; seen before the plan."""
    stage.git(stage.project, "config", name, value)

    refuse(stage, message, "hint:")


def test_an_expired_key_is_refused(stage: Stage) -> None:
    """GnuPG says that the key is expired: the release says how to prolong it."""
    fake = stage.root / "gpg"
    fake.write_text(
        "#!/bin/sh\necho 'sec:e:255:22:1234567890ABCDEF:1500000000:1600000000::u:::sc:'\n"
    )
    fake.chmod(0o755)
    stage.git(stage.project, "config", "gpg.format", "openpgp")
    stage.git(stage.project, "config", "gpg.program", str(fake))

    refuse(stage, "is expired or revoked", "hint: prolong it")


def test_a_press_with_changes_is_refused(stage: Stage) -> None:
    """The announcement stands on the last commit, so what is not in it would be lost."""
    path = stage.press / "releases" / "widget.md"
    path.write_text(CHANGELOG.replace("more quietly", "quietly"))

    refuse(stage, "releases/widget.md differs from the last commit", "hint: commit it")


def test_a_press_that_is_behind_its_remote_is_refused(stage: Stage) -> None:
    """The announcement would stand on what others have left behind."""
    stage.commit(stage.press, {"posts/news.md": "news\n"})
    stage.git(stage.press, "reset", "-q", "--hard", "HEAD~1")

    refuse(stage, "it is not where origin has it", "hint: git pull --ff-only, git push")


def test_a_clock_that_goes_wrong_is_refused(stage: Stage) -> None:
    """A date before the last commit would be printed into every file."""
    run = run_release(stage, now=lambda: dt.datetime(2020, 1, 1, tzinfo=dt.UTC))

    assert "it shows 2020-01-01" in run.output
    assert "hint: set it right" in run.output


def test_all_is_said_at_once(stage: Stage) -> None:
    """Five things are wrong, and one run names the five."""
    (stage.project / "new.py").write_text("")
    stage.git(stage.project, "tag", "1.0")
    stage.git(stage.project, "config", "user.signingkey", "/nowhere")
    edit(stage, "## 1.0 -", "## Unreleased\n\n- x\n\n## 1.0 -")
    Path(stage.environment["XDG_CONFIG_HOME"], "pressroom", "token").chmod(0o644)

    refuse(stage, "not tracked", "git tag -d 1.0", "/nowhere", "Unreleased", "chmod 600")


def _no_section(stage: Stage) -> None:
    stage.commit(stage.press, {"releases/widget.md": CHANGELOG.replace("## 1.0 -", "## 1.1 -")})


def _no_project(stage: Stage) -> None:
    stage.git(stage.press, "mv", "releases/widget.md", "releases/gadget.md")


def _no_checkout(stage: Stage) -> None:
    stage.project.rename(stage.root / "elsewhere")


def _broken_changelog(stage: Stage) -> None:
    (stage.press / "releases" / "widget.md").write_text("---\nname: Widget\nnmae: x\n---\n")


def _broken_settings(stage: Stage) -> None:
    Path(stage.environment["XDG_CONFIG_HOME"], "pressroom", "config.toml").write_text(
        "[checkout]\n"
    )


@pytest.mark.parametrize(
    ("spoil", "error", "words"),
    [
        (
            _no_section,
            ConfigError,
            ["there is no section for 1.0; the newest is 1.1", 'write "## 1.0'],
        ),
        (_no_project, ConfigError, ["there is no project 'widget'", "the projects are gadget"]),
        (_no_checkout, ConfigError, ["no checkout of Widget: looked at", "--checkout DIR"]),
        (_broken_changelog, FindingsError, ["nmae", "did you mean 'name'?"]),
        (_broken_settings, FindingsError, ["checkout", "did you mean 'checkouts'?"]),
    ],
)
def test_what_cannot_begin_says_why(
    stage: Stage,
    spoil: Callable[[Stage], None],
    error: type[PressroomError],
    words: list[str],
) -> None:
    """No section, no project, no checkout, broken files: the place and the mend are named."""
    spoil(stage)

    with pytest.raises(error) as raised:
        run_release(stage)

    for word in words:
        assert word in str(raised.value)


def test_the_checkout_is_found_as_configured(stage: Stage) -> None:
    """`[checkouts]` comes before a folder beside the press."""
    stage.project.rename(stage.root / "elsewhere")
    path = Path(stage.environment["XDG_CONFIG_HOME"], "pressroom", "config.toml")
    path.write_text(path.read_text() + f'[checkouts]\nwidget = "{stage.root}/elsewhere"\n')
    run = run_release(stage, is_dry=True)

    assert ExitCode.FINE == run.outcome.exit_code, run.output


def test_a_dry_run_writes_nothing(stage: Stage) -> None:
    """It says what would be done, and leaves every file of the home and of both checkouts as it was."""
    before = files(stage)
    run = run_release(stage, is_dry=True)

    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert "to do  Push main and the signed tag 1.0 to origin, both or neither" in run.output
    assert "nothing was changed (dry run)" in run.output
    assert before == files(stage)
    assert [] == tags(stage, stage.remote)


def files(stage: Stage) -> Mapping[str, bytes]:
    """All files of the stage but the index's; git may refresh its index file."""
    return {
        str(path): path.read_bytes()
        for path in sorted(stage.root.rglob("*"))
        if path.is_file() and stage.root / "index" not in path.parents and path.name != "index"
    }
