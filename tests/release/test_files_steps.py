"""Releases of a tarball to a files server: signed once, put once, got again, whatever comes in between."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from files_server import TARBALL, configure_files, make_tarball, sha256
from release_runs import quick, run_release

from pressroom.release.files.sums import parse_sums
from pressroom.release.files.verification import Allowed, verify_signature
from pressroom.release.prepare import Request, rehearsed_job
from pressroom.release.report import Lines, Reporter
from pressroom.release.steps import (
    check_files_server,
    freeze_plan,
    make_commit,
    make_tag,
    push_tag,
    sign_files,
    upload_files,
    verify_files,
)
from pressroom.release.steps.files import served_files
from pressroom.release.walk import walk
from pressroom.world.static import serve_folder

if TYPE_CHECKING:
    from release_world import Stage

    from pressroom.release.job import Job

STEPS = (
    check_files_server,
    freeze_plan,
    make_commit,
    make_tag,
    make_tarball,
    sign_files,
    push_tag,
    upload_files,
    verify_files,
)
SUMS = "widget-1.0.SHA256SUMS"
NAMES = {TARBALL, f"{TARBALL}.sig", SUMS, f"{SUMS}.sig"}


@pytest.fixture
def served(stage: Stage) -> Path:
    """The folder of the files server, which has no address."""
    folder = stage.root / "served"
    folder.mkdir()
    configure_files(stage, f'folder = "{folder}"\n')
    return folder


def shown(folder: Path) -> dict[str, bytes]:
    """What everybody sees there."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name[0] != "."}


def dist(stage: Stage) -> Path:
    """Where the frozen files are."""
    return Path(stage.environment["XDG_STATE_HOME"]) / "pressroom/releases/widget/1.0/dist"


def test_a_release_puts_signed_files_there(stage: Stage, served: Path) -> None:
    """Tarball, sums and a signature of each; who is allowed made them; again nothing changes."""
    run = run_release(stage, steps=STEPS)
    assert "" == run.reason.strip()
    first = shown(served)
    public = (stage.root / "home" / "key.pub").read_text()
    allowed = Allowed(signers=f"maintainer@press.example {public}")

    assert set(first) == NAMES
    assert ({TARBALL: sha256(first[TARBALL])}, []) == parse_sums(first[SUMS].decode(), where=SUMS)
    for name in (TARBALL, SUMS):
        signature = served / f"{name}.sig"
        assert verify_signature(
            served / name, signature, allowed=allowed, path=stage.environment["PATH"]
        )
    again = run_release(stage, steps=STEPS)
    assert ((), first) == (again.outcome.did, shown(served))


@pytest.mark.parametrize(
    ("boundary", "step"),
    [
        ("acted", "sign-files"),
        ("act", "upload-files"),
        ("acted", "upload-files"),
        ("acted", "verify-files"),
    ],
)
def test_stopped_at_any_boundary_it_ends_with_the_same_files(
    stage: Stage, served: Path, boundary: str, step: str
) -> None:
    """What was signed before the stop is what is public afterwards: no second signature."""

    class Stop(BaseException):
        pass

    def at(mark: str) -> None:
        if mark == f"{boundary} {step}":
            raise Stop

    with pytest.raises(Stop):
        run_release(stage, steps=STEPS, at=at)
    kept = shown(dist(stage))
    run = run_release(stage, steps=STEPS)

    assert "" == run.reason.strip()
    assert set(shown(served)) == NAMES
    assert all(shown(served)[name] == data for name, data in kept.items())


def test_a_signature_that_was_made_is_used_again(stage: Stage, served: Path) -> None:
    """Killed between the signature and the list of it, the same signature is listed."""
    run_release(stage, steps=STEPS[: STEPS.index(sign_files) + 1])
    folder = dist(stage).parent
    # The file, not its bytes: ed25519 of ssh signs the same way each time.
    signature = (dist(stage) / f"{TARBALL}.sig").stat()
    manifest = folder / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(
        text[: text.index('"beside"')] + '"beside": [],\n' + text[text.index('"collected"') :]
    )
    assert "beside" in text
    run = run_release(stage, steps=STEPS)

    assert "" == run.reason.strip()
    assert set(shown(served)) == NAMES
    assert signature.st_ino == (dist(stage) / f"{TARBALL}.sig").stat().st_ino


def test_a_signature_of_other_bytes_is_made_anew(stage: Stage, served: Path) -> None:
    """What a dropped build left is no signature of this one."""
    run_release(stage, steps=STEPS[: STEPS.index(make_tarball) + 1])
    (dist(stage) / f"{TARBALL}.sig").write_text("-----BEGIN SSH SIGNATURE-----\n")
    run = run_release(stage, steps=STEPS)

    assert "" == run.reason.strip()
    assert b"\n" in shown(served)[f"{TARBALL}.sig"].strip()


def test_frozen_files_that_changed_stop_it(stage: Stage, served: Path) -> None:
    """A tarball, or a signature, with another byte than was frozen goes nowhere."""
    run_release(stage, steps=STEPS[: STEPS.index(sign_files) + 1])
    (dist(stage) / f"{TARBALL}.sig").write_bytes(b"another")
    run = run_release(stage, steps=STEPS)

    assert f"{TARBALL}.sig: not the bytes that were frozen" in run.reason
    assert "find out who changed them" in run.reason
    assert {} == shown(served)


def test_a_version_that_is_there_is_refused_first(stage: Stage, served: Path) -> None:
    """Before anything is made; a file of another version is no reason."""
    (served / "widget-0.9.tar.xz").write_bytes(b"")
    (served / "widget-1.0.tar.bz2").write_bytes(b"")
    run = run_release(stage, steps=STEPS)

    assert "widget-1.0.tar.bz2: a file of 1.0 is there already" in run.reason
    assert "find out who put it there" in run.reason
    assert "widget-0.9" not in run.reason
    assert not (dist(stage).parent / "plan.json").exists()


def test_other_bytes_that_came_meanwhile_stop_it(stage: Stage, served: Path) -> None:
    """Both hashes; the other file stays, none of ours is put."""
    run_release(stage, steps=STEPS[: STEPS.index(push_tag) + 1])
    (served / TARBALL).write_bytes(b"other")
    run = run_release(stage, steps=STEPS)

    assert sha256(b"other") in run.reason
    assert sha256((dist(stage) / TARBALL).read_bytes()) in run.reason
    assert "release the next version" in run.reason
    assert {TARBALL: b"other"} == shown(served)
    assert f"{TARBALL} on the files server" in run.output


def test_without_a_place_it_says_what_to_write(stage: Stage) -> None:
    """The check stops it, with the table that is missing."""
    run = run_release(stage, steps=STEPS)

    assert "no place for the files of widget" in run.reason
    assert "[files.widget]" in run.reason


def test_files_are_got_again_over_their_address(stage: Stage, served: Path) -> None:
    """A server that serves another folder, or other bytes, is found out; when it is mended the release ends."""
    (stage.root / "web").mkdir()
    with serve_folder(stage.root / "web") as url:
        configure_files(stage, f'folder = "{served}"\nurl = "{url}"\n')
        absent = run_release(stage, steps=STEPS)
        for name, data in shown(served).items():
            (stage.root / "web" / name).write_bytes(data[:-1] + b"\0")
        wrong = run_release(stage, steps=STEPS)
        for name, data in shown(served).items():
            (stage.root / "web" / name).write_bytes(data)
        right = run_release(stage, steps=STEPS)

    assert "the server answered 404" in absent.reason
    assert "check that url in the configuration" in absent.reason
    assert "has sha256" in wrong.reason
    assert "nobody should use it" in wrong.reason
    assert ("", ("verify-files",)) == (right.reason.strip(), right.outcome.did)


def test_a_rehearsal_has_a_files_server_of_its_own(stage: Stage, served: Path) -> None:
    """The files lie in its world, at an address of this machine; the real folder stays empty."""
    request = Request(
        project="widget",
        version="1.0",
        root=stage.press,
        environment=dict(stage.environment),
        now=lambda: dt.datetime.now(dt.UTC),
        patience=quick(),
        python=Path(sys.executable),
    )
    listed = []
    for _ in range(2):
        with rehearsed_job(request, stage.root / "world") as (job, world):
            outcome = walk(STEPS, job, Reporter(Lines(_nothing), ask=_yes))
            assert (None, ()) == (outcome.error, outcome.findings)
            listed.append([(file.name, url) for file, url in served_files(job)])
            folder = Path(world.files.folder)

    assert listed[0] == listed[1], "the address is the same each time"
    assert NAMES == set(shown(folder)) == {name for name, _ in listed[0]}
    assert all(
        url.startswith("http://127.0.0.1:") and url.endswith(f"/{name}") for name, url in listed[0]
    )
    assert listed[0][-1][0] == SUMS
    assert {} == shown(served)


def _yes(_job: Job) -> bool:
    return True


def _nothing(_line: str) -> None:
    """Nobody listens."""
