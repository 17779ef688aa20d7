"""Whole releases against real git and an index on this machine: the good day, and the day on which all goes wrong."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from release_runs import (
    CANARY,
    announcements,
    index_for,
    places_of_the_canary,
    quick,
    run_release,
    send,
    tags,
    use_index,
)
from release_world import CHANGELOG, PROJECT

from pressroom.errors import ExitCode, PressroomError
from pressroom.release.walk import DeclinedError
from pressroom.world.git import write_commit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from release_runs import Run
    from release_world import Stage

    from pressroom.release.warehouse.server import Index
    from pressroom.world.git import Git

BOTH = {"widget-1.0-py3-none-any.whl": 1, "widget-1.0.tar.gz": 1}


def expect_released(stage: Stage, index: Index, run: Run) -> None:
    """One tag, one upload a file, the frozen bytes, one announcement, everywhere the same."""
    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert BOTH == index.uploads
    for repository in (stage.project, stage.remote):
        assert ["1.0"] == tags(stage, repository)
        assert "2" == stage.git(repository, "rev-list", "--count", "main")
        assert stage.git(repository, "rev-parse", "main") == stage.git(
            repository, "rev-parse", "1.0^{commit}"
        )
    for repository in (stage.press, stage.press_remote):
        assert ["widget-1.0"] == announcements(stage, repository)
    assert "" == stage.git(stage.project, "status", "--porcelain")
    assert "" == stage.git(stage.press, "status", "--porcelain")
    record = json.loads((stage.press / "releases/published/widget-1.0.json").read_text())
    frozen = {path.name: path.stat().st_size for path in (state(stage) / "dist").iterdir()}
    assert frozen == {file["name"]: file["size"] for file in record["files"]}
    assert [] == index.failures
    assert 1 == len(places_of_the_canary(stage))


def state(stage: Stage) -> Path:
    """Where the release keeps its things."""
    return Path(stage.environment["XDG_STATE_HOME"]) / "pressroom/releases/widget/1.0"


def test_a_release_reaches_everyone(stage: Stage, index: Index) -> None:
    """Tag, files, announcement, local branches: all of one release, from one command."""
    expect_released(stage, index, run_release(stage))
    changes = stage.git(stage.remote, "show", "main:Changes.txt")

    assert changes.startswith(
        "1.0 - November 2026, The maintainer\n  - turns more quietly\n  - ids:\n   . a `#` is no comment\n"
    )
    assert 'VERSION = "1.0"' in stage.git(stage.remote, "show", "main:widget.py")
    message = stage.git(stage.remote, "for-each-ref", "--format=%(contents)", "refs/tags/1.0")
    assert message.startswith("release 1.0\n\n- turns more quietly\n")
    assert "Release 1.0" == stage.git(stage.remote, "log", "-1", "--format=%s", "main")
    front = (stage.press / "releases/widget.md").read_text()
    assert '  - versions: ["1.0"]\n    slug: widget-1-0\n' in front


def test_the_tag_is_annotated_and_its_signature_holds(stage: Stage, index: Index) -> None:
    """Whoever trusts the maintainer's key can check the tag."""
    expect_released(stage, index, run_release(stage))
    signers = stage.root / "signers"
    key = (Path(stage.environment["HOME"]) / "key.pub").read_text()
    signers.write_text(f"maintainer@press.example {key}")

    assert "tag" == stage.git(stage.remote, "cat-file", "-t", "refs/tags/1.0")
    stage.git(stage.remote, "-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-tag", "1.0")


@pytest.fixture
def gnupg(stage: Stage) -> Iterator[Path]:
    """A GnuPG of its own with one key; its agent's socket needs a short path."""
    home = Path(tempfile.mkdtemp(prefix="gpg-", dir="/tmp"))
    environment = {**stage.environment, "GNUPGHOME": str(home)}
    batch = ("--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "")
    name = "The maintainer <maintainer@press.example>"
    subprocess.run(
        ["gpg", *batch, "--quick-generate-key", name, "ed25519", "sign", "1d"],
        env=environment,
        check=True,
        capture_output=True,
    )
    yield home
    subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=True)
    shutil.rmtree(home)


def test_a_tag_may_be_signed_with_gnupg(stage: Stage, index: Index, gnupg: Path) -> None:
    """The project signs with its OpenPGP key: that is used, and the signature holds."""
    stage.git(stage.project, "config", "gpg.format", "openpgp")
    stage.git(stage.project, "config", "user.signingkey", "maintainer@press.example")
    environment = {**stage.environment, "GNUPGHOME": str(gnupg)}
    signing = dataclasses.replace(stage, environment=environment)
    expect_released(signing, index, run_release(signing))

    tag = stage.git(stage.remote, "cat-file", "tag", "1.0")
    assert "-----BEGIN PGP SIGNATURE-----" in tag
    signing.git(stage.remote, "verify-tag", "1.0")


def test_a_finished_release_is_found_finished(stage: Stage, index: Index) -> None:
    """The second run acts on nothing."""
    run_release(stage)
    again = run_release(stage)

    expect_released(stage, index, again)
    assert "  did  " not in again.output
    assert "21 steps before are done: all is public" in again.output


def test_without_remotes_of_its_own_the_press_keeps_the_announcement(
    stage: Stage, index: Index
) -> None:
    """A press that lives on one machine gets its commit there."""
    stage.git(stage.press, "remote", "remove", "origin")
    run = run_release(stage)

    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert ["widget-1.0"] == announcements(stage, stage.press)
    assert BOTH == index.uploads


def test_a_no_at_the_question_leaves_nothing_public(stage: Stage, index: Index) -> None:
    """And a yes on the next run goes on from there, without building again."""
    first = run_release(stage, says=False)
    built = sorted((state(stage) / "dist").iterdir())
    times = [path.stat().st_mtime_ns for path in built]

    assert isinstance(first.outcome.error, DeclinedError)
    assert ({}, []) == (index.uploads, tags(stage, stage.remote))
    expect_released(stage, index, run_release(stage))
    assert times == [path.stat().st_mtime_ns for path in built]


def test_a_mended_project_gets_a_new_plan(stage: Stage, index: Index) -> None:
    """Refused, mended, pushed, started again: the same command takes the new commit."""
    stage.commit(stage.project, {"helper.h": "int helper;\n", "widget.c": '#include "helper.h"\n'})
    spoil = PROJECT["backend.py"].replace('path.name != "PKG-INFO"', 'path.suffix != ".h"')
    stage.commit(stage.project, {"backend.py": spoil})
    refused = run_release(stage)

    assert ExitCode.FINDINGS == refused.outcome.exit_code
    assert "helper.h" in refused.reason
    assert "not public:  tag 1.0 at origin" in refused.output
    stage.commit(stage.project, {"backend.py": PROJECT["backend.py"]})
    run = run_release(stage)
    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert BOTH == index.uploads
    assert ["1.0"] == tags(stage, stage.remote)


def test_a_mended_text_gets_a_new_plan(stage: Stage, index: Index) -> None:
    """A typo that was seen at the question is mended in the changelog, and nothing else is asked for."""
    run_release(stage, says=False)
    stage.commit(stage.press, {"releases/widget.md": CHANGELOG.replace("more quietly", "silently")})
    expect_released(stage, index, run_release(stage))

    assert "turns silently" in stage.git(stage.remote, "show", "main:Changes.txt")


def test_a_text_that_changed_after_the_push_is_not_taken(stage: Stage, index: Index) -> None:
    """What is in the tag stays what is released; the plan holds."""
    stop_before(stage, "upload-dist")
    stage.commit(stage.press, {"releases/widget.md": CHANGELOG.replace("more quietly", "silently")})
    run = run_release(stage)

    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert "more quietly" in stage.git(stage.remote, "show", "main:Changes.txt")
    assert BOTH == index.uploads


class StopError(Exception):
    """The process dies here."""


def stop_before(stage: Stage, step: str, *, hours: int = 0) -> None:
    """Run until a step is looked at, and no further."""

    def at(mark: str) -> None:
        if mark == f"probe {step}":
            raise StopError

    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)

    with pytest.raises(StopError):
        run_release(stage, at=at, now=now)


def test_a_remote_that_rejects_is_gone_on_with(stage: Stage, index: Index) -> None:
    """A hook says no: what it said is shown, nothing is public; when it says yes, the release goes on."""
    hook = stage.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho the branch is frozen >&2\nexit 1\n")
    hook.chmod(0o755)
    refused = run_release(stage)

    assert "the branch is frozen" in refused.reason
    assert "hint: nothing of it was taken" in refused.reason
    assert ({}, []) == (index.uploads, tags(stage, stage.remote))
    assert "go on with: pressroom release widget" in refused.output
    hook.unlink()
    expect_released(stage, index, run_release(stage))


def test_a_remote_that_moved_since_the_plan_is_not_overwritten(stage: Stage, index: Index) -> None:
    """Somebody pushed in between: the release stops, and says how to go on; then it takes their commit."""
    stop_before(stage, "push-tag")
    stage.git(stage.root, "clone", "-q", str(stage.remote), "other")
    theirs = stage.commit(stage.root / "other", {"more.txt": "more\n"})
    stopped = run_release(stage)

    assert "its main moved since the plan was frozen" in stopped.reason
    assert "git pull --ff-only origin main" in stopped.reason
    assert theirs == stage.git(stage.remote, "rev-parse", "main")
    stage.git(stage.project, "pull", "-q", "--ff-only")
    run = run_release(stage)
    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert theirs == stage.git(stage.remote, "rev-parse", "1.0^{commit}^")
    assert BOTH == index.uploads


def test_a_push_that_comes_in_between_wins_and_the_tag_does_not_get_through(
    stage: Stage, index: Index
) -> None:
    """Somebody pushes after the remote was asked: neither our branch nor our tag is taken."""
    theirs: list[str] = []

    def at(mark: str) -> None:
        if mark == "act push-tag":
            stage.git(stage.root, "clone", "-q", str(stage.remote), "other")
            theirs.append(stage.commit(stage.root / "other", {"more.txt": "more\n"}))

    stopped = run_release(stage, at=at)

    assert "the push was refused" in stopped.reason
    assert "hint: nothing of it was taken" in stopped.reason
    assert theirs == [stage.git(stage.remote, "rev-parse", "main")]
    assert ({}, []) == (index.uploads, tags(stage, stage.remote))


def test_an_announcement_that_comes_in_between_is_not_lost(
    stage: Stage, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody pushes to the press while ours is made: it is refused, and comes on top of theirs."""
    stop_before(stage, "announce")

    def slowly(git: Git, **options: Any) -> str:
        stage.git(stage.root, "clone", "-q", str(stage.press_remote), "desk")
        stage.commit(stage.root / "desk", {"posts/news.md": "news\n"})
        return write_commit(git, **options)

    monkeypatch.setattr("pressroom.release.steps.announcement.write_commit", slowly)
    stopped = run_release(stage)
    monkeypatch.undo()

    assert "git push" in stopped.reason
    assert "hint:" in stopped.reason
    run = run_release(stage)
    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert "news" == stage.git(stage.press_remote, "show", "main:posts/news.md")
    assert ["widget-1.0"] == announcements(stage, stage.press_remote)
    assert BOTH == index.uploads


def test_a_signature_that_others_would_not_accept_stops_it(stage: Stage, index: Index) -> None:
    """The list of allowed signers has another key: seen before the tag is pushed."""
    other = stage.root / "other-key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    signers = stage.root / "signers"
    signers.write_text(f"maintainer@press.example {other.with_suffix('.pub').read_text()}")
    stage.git(stage.project, "config", "gpg.ssh.allowedSignersFile", str(signers))
    stopped = run_release(stage)

    assert "the signature does not hold" in stopped.reason
    assert "hint: mend gpg.ssh.allowedSignersFile" in stopped.reason
    assert ({}, []) == (index.uploads, tags(stage, stage.remote))


def test_a_version_that_was_published_once_stays_used(stage: Stage) -> None:
    """State and index have forgotten it, the record in the press has not: its names are burned."""
    with index_for(stage):
        assert ExitCode.FINE == run_release(stage).outcome.exit_code
    shutil.rmtree(stage.root / "index")
    shutil.rmtree(stage.environment["XDG_STATE_HOME"])
    for repository in (stage.project, stage.remote):
        stage.git(repository, "tag", "-d", "1.0")
    with index_for(stage):
        stopped = run_release(stage)

    assert "1.0 was published already" in stopped.reason
    assert "hint: release the next version" in stopped.reason


def test_a_tag_that_somebody_else_pushed_is_never_moved(stage: Stage, index: Index) -> None:
    """Another tag of that name appears between plan and push: a dead end, said as such."""
    stop_before(stage, "push-tag")
    stage.git(stage.root, "clone", "-q", str(stage.remote), "other")
    stage.git(stage.root / "other", "tag", "1.0")
    stage.git(stage.root / "other", "push", "-q", "origin", "1.0")
    theirs = stage.git(stage.remote, "rev-parse", "1.0")
    stopped = run_release(stage)

    assert "it has a tag 1.0" in stopped.reason
    assert "release the next version" in stopped.reason
    assert theirs == stage.git(stage.remote, "rev-parse", "1.0")
    assert {} == index.uploads


def test_a_remote_that_is_gone_stops_and_comes_back(stage: Stage, index: Index) -> None:
    """The remote is unreachable after the index has the files: the announcement waits for it."""
    stop_before(stage, "announce")
    stage.press_remote.rename(stage.root / "away")
    stopped = run_release(stage)

    assert ExitCode.FINE != stopped.outcome.exit_code
    assert "public:      widget-1.0.tar.gz on the index" in stopped.output
    assert "unknown:" in stopped.output
    (stage.root / "away").rename(stage.press_remote)
    expect_released(stage, index, run_release(stage))


def test_other_bytes_under_the_name_are_a_dead_end(stage: Stage, index: Index) -> None:
    """The index has other bytes: both hashes are shown, nothing is overwritten, the next version is advised."""
    stop_before(stage, "upload-dist")
    manifest = json.loads((state(stage) / "manifest.json").read_text())
    ours = {file["name"]: file["sha256"] for file in manifest["files"]}
    send(stage, index, other_wheel(stage))
    stopped = run_release(stage)

    assert ours["widget-1.0-py3-none-any.whl"] in stopped.reason
    assert "release the next version" in stopped.reason
    assert "public:      tag 1.0 at origin" in stopped.output
    assert "not public:  widget-1.0.tar.gz on the index" in stopped.output


def other_wheel(stage: Stage) -> Path:
    """A wheel of the same name and contents that was packed on another day."""
    path = stage.root / "widget-1.0-py3-none-any.whl"
    with (
        zipfile.ZipFile(state(stage) / "dist" / path.name) as ours,
        zipfile.ZipFile(path, "w") as theirs,
    ):
        for name in ours.namelist():
            theirs.writestr(zipfile.ZipInfo(name, (2001, 1, 1, 0, 0, 0)), ours.read(name))
    return path


def test_frozen_files_that_somebody_changed_stop_it(stage: Stage, index: Index) -> None:
    """What was judged is what is uploaded, or nothing is."""
    stop_before(stage, "push-tag")
    path = state(stage) / "dist" / "widget-1.0.tar.gz"
    path.write_bytes(path.read_bytes() + b"\0")
    stopped = run_release(stage)

    assert "widget-1.0.tar.gz: not the bytes that were frozen" in stopped.reason
    assert "hint: find out who changed them" in stopped.reason
    assert ({}, []) == (index.uploads, tags(stage, stage.remote))


def test_a_commit_that_somebody_changed_stops_it(stage: Stage, index: Index) -> None:
    """The commit made aside has to be the plan's."""
    stop_before(stage, "push-tag")
    scratch = state(stage) / "objects.git"
    base = stage.git(stage.project, "rev-parse", "HEAD")
    stage.git(scratch, "update-ref", "refs/heads/main", base)
    stopped = run_release(stage)

    assert "is not the one that the plan makes" in stopped.reason
    assert "hint:" in stopped.reason
    assert {} == index.uploads


def test_two_releases_at_once_are_one(stage: Stage, index: Index) -> None:
    """The second refuses while the first is at work, and says whose lock it is."""
    tries: list[str] = []

    def at(mark: str) -> None:
        if mark == "probe build-dist":
            with pytest.raises(PressroomError, match="a release of widget is running") as raised:
                run_release(stage)
            tries.append(raised.value.hint)

    run = run_release(stage, at=at)

    assert ["wait for it to end"] == [hint[:18] for hint in tries]
    expect_released(stage, index, run)


def test_two_projects_announce_one_after_the_other(stage: Stage, index: Index) -> None:
    """Another announcement came in between: ours stands on it, and both are there."""
    stop_before(stage, "announce")
    stage.commit(stage.press, {"releases/published/gadget-2.0.json": "{}\n"}, "Announce Gadget 2.0")
    run = run_release(stage)

    assert ExitCode.FINE == run.outcome.exit_code, run.output
    assert ["widget-1.0"] == announcements(stage, stage.press_remote)
    stage.git(stage.press_remote, "cat-file", "-e", "main:releases/published/gadget-2.0.json")
    assert BOTH == index.uploads


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Let the disk be full from the n-th file on that has to be safe."""
    real = os.fsync

    def arm(count: int) -> None:
        left = iter(range(count))

        def fsync(descriptor: int) -> None:
            if next(left, None) is None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)

    yield arm
    monkeypatch.undo()


@pytest.mark.parametrize("count", [0, 1, 3, 6, 9, 14, 20])
def test_a_full_disk_stops_it_and_space_lets_it_go_on(
    stage: Stage,
    index: Index,
    full_disk: Callable[[int], None],
    count: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Wherever the disk runs full, a run with space ends as one that never was interrupted."""
    full_disk(count)
    stopped = None
    try:
        stopped = run_release(stage)
    except PressroomError as error:
        assert "free some space" in error.hint  # noqa: PT017 - it may also be an outcome
    monkeypatch.undo()
    if stopped is not None and stopped.outcome.exit_code:
        assert "free some space" in stopped.reason or "No space left" in stopped.reason

    expect_released(stage, index, run_release(stage))


def test_a_clock_that_jumps_back_stops_it(stage: Stage, index: Index) -> None:
    """The plan is of a time to come: the release waits until the clock is right."""
    stop_before(stage, "push-tag", hours=2)
    stopped = run_release(stage)

    assert "the plan of this release is of" in stopped.reason
    assert "hint: set it right" in stopped.reason
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)
    expect_released(stage, index, run_release(stage, now=lambda: later))


def test_a_clock_that_jumps_on_changes_no_byte(stage: Stage, index: Index) -> None:
    """Dates come from the plan, so a release that goes on a week later has the files of the first day."""
    stop_before(stage, "push-tag")
    before = {path.name: path.read_bytes() for path in (state(stage) / "dist").iterdir()}
    late = dt.datetime.now(dt.UTC) + dt.timedelta(days=7)
    run = run_release(stage, now=lambda: late)

    expect_released(stage, index, run)
    assert before == {path.name: path.read_bytes() for path in (state(stage) / "dist").iterdir()}


def test_after_fourteen_days_the_index_takes_no_more(stage: Stage) -> None:
    """The first file is too old: said before anything is sent, and not tried again."""
    then = dt.datetime.now(dt.UTC)
    with index_for(stage, now=lambda: then) as index:
        stop_before(stage, "upload-dist")
        send(stage, index, state(stage) / "dist" / "widget-1.0-py3-none-any.whl")
        stopped = run_release(stage, now=lambda: then + dt.timedelta(days=15))

        assert "after 14 days the index takes no more" in stopped.reason
        assert "hint: release the next version with all files" in stopped.reason
        assert 1 == sum(index.uploads.values())


@pytest.mark.parametrize("name", ["plan.json", "manifest.json", "journal.jsonl"])
def test_a_damaged_file_of_ours_stops_it_with_advice(stage: Stage, index: Index, name: str) -> None:
    """What cannot be read is not guessed; moved away where that is the advice, all ends well."""
    stop_before(stage, "push-tag")
    path = state(stage) / name
    path.write_bytes(b"{ broken\n" + path.read_bytes())
    try:
        reason = run_release(stage).reason
    except PressroomError as error:
        reason = str(error)

    assert name in reason
    assert "move it away" in reason or "remove" in reason
    if name == "plan.json":  # its advice is to begin anew
        for one in state(stage).iterdir():
            if one != path and one.is_file():
                one.unlink()
    path.unlink()
    assert {} == index.uploads


def test_the_canary_is_nowhere(stage: Stage, index: Index) -> None:
    """The token is in its file and in no other: no journal, log, state, environment, output."""
    run = run_release(stage)
    token = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom" / "token"

    expect_released(stage, index, run)
    assert CANARY not in run.output
    assert [token] == places_of_the_canary(stage)


def test_a_wrong_token_stops_after_the_push_and_goes_on(stage: Stage) -> None:
    """403 is explained and not tried again; with the right token the release goes on."""
    with index_for(stage) as index:
        token = Path(stage.environment["XDG_CONFIG_HOME"]) / "pressroom" / "token"
        token.write_text("pypi-WRONG\n")
        stopped = run_release(stage)

        assert "public:      tag 1.0 at origin" in stopped.output
        assert "not public:  widget-1.0.tar.gz on the index" in stopped.output
        assert "hint:" in stopped.reason
        assert "WRONG" not in stopped.output
        token.write_text(f"{CANARY}\n")
        expect_released(stage, index, run_release(stage))


def test_an_index_that_does_not_answer_is_another_number(stage: Stage) -> None:
    """Could not look is 3, not 1; and no other check is hidden by it."""
    use_index(stage, "http://127.0.0.1:9/simple/", "http://127.0.0.1:9/legacy/")
    run = run_release(stage, patience=quick(deadline=5.0))

    assert ExitCode.OUTSIDE == run.outcome.exit_code
    assert "ok  The clock goes right" in run.output
