"""Rehearsals of a C release, `examples/meson`, in worlds of their own: run, killed, and judged afterwards."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from release_examples import EXAMPLES, WHEELHOUSE, example
from release_world import Stage, make_stage, write

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLER = Path(__file__).parent / "release_killer.py"
CHANGELOG = EXAMPLES / "meson.md"
NEVER = str(10**6)  # no boundary has that number
NAME = "apdu-tlv-1.1.0"
TARBALL, SUMS = f"{NAME}.tar.xz", f"{NAME}.SHA256SUMS"
RECORD = f"{NAME}.provenance.json"
SERVED = sorted([RECORD, SUMS, f"{SUMS}.sig", TARBALL, f"{TARBALL}.sig"])
# What is printed before the first thing that others see.
SIGNED = "did  Sign each archive"
DOUBT = "nobody knows whether this mail is out"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One way to die: at a part of the whole time, or of the time after the files were signed."""

    part: float
    is_late: bool
    is_group: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A rehearsal that nobody killed: where, what it printed, how long it took, in all and after it signed."""

    world: Path
    shown: str
    whole: float
    late: float


def example_stage(root: Path) -> Stage:
    """The example under git with a remote, and a press that knows it and can build it."""
    stage = make_stage(root)
    project = stage.root / "apdu-tlv"
    for name, data in example("meson").items():
        write(project, {name: data.decode()})
    stage.git(stage.root, "init", "-q", "--bare", "remotes/apdu-tlv.git")
    stage.git(project, "init", "-q")
    stage.git(project, "remote", "add", "origin", str(stage.root / "remotes" / "apdu-tlv.git"))
    stage.commit(project, {}, "what there is")
    stage.git(project, "branch", "--set-upstream-to=origin/main")
    stage.commit(stage.press, {"releases/apdu-tlv.md": CHANGELOG.read_text(encoding="utf-8")})
    (stage.press / ".wheelhouse").rmdir()
    (stage.press / ".wheelhouse").symlink_to(WHEELHOUSE)
    return stage


def start(stage: Stage, world: Path) -> subprocess.Popen[str]:
    """A rehearsal in a world, in a process group of its own."""
    command = ["release", "apdu-tlv", "1.1.0", "--rehearse", "--world", str(world)]
    return subprocess.Popen(
        [sys.executable, str(KILLER), NEVER, *command],
        cwd=stage.press,
        env={**stage.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def lines_of(process: subprocess.Popen[str], *, until: str = "") -> str:
    """What it prints, up to the line that has the text in it, or all."""
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if until and until in line:
            break
    return shown


def die(stage: Stage, world: Path, kill: Kill, course: Course) -> bool:
    """Start a rehearsal and kill it so; whether it was still alive then."""

    def end() -> None:
        if kill.is_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()

    with start(stage, world) as process:
        if kill.is_late:
            lines_of(process, until=SIGNED)
        timer = threading.Timer(kill.part * (course.late if kill.is_late else course.whole), end)
        timer.start()
        lines_of(process)
        timer.cancel()
        timer.join()
    return process.returncode == -signal.SIGKILL


def finish(stage: Stage, world: Path) -> tuple[bool, str]:
    """Start it again: whether its mail is in doubt, and all that is wrong, as text."""
    with start(stage, world) as process:
        shown = lines_of(process)
    in_doubt = process.returncode == 1 and DOUBT in shown
    if process.returncode != 0 and not in_doubt:
        return False, f"the second run ended with {process.returncode}:\n{shown}"
    return in_doubt, "; ".join(violations(stage, world, in_doubt=in_doubt))


def mails(world: Path) -> list[Path]:
    """What the sink took; a hidden file is a mail that never got there."""
    folder = world / "mail"
    return sorted(folder.glob("[!.]*")) if folder.exists() else []


def served(world: Path) -> dict[str, str]:
    """The hash of each file that everybody sees on the files server; hidden names nobody sees."""
    files = (world / "files").glob("[!.]*")
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)}


def violations(stage: Stage, world: Path, *, in_doubt: bool = False) -> Iterator[str]:
    """What is not exactly one: tag, commit, announcement, mail; files that are wrong."""
    remote, site = world / "remote.git", world / "site.git"
    if (tags := stage.git(remote, "tag", "--list").split()) != ["1.1.0"]:
        yield f"tags {tags}"
    if stage.git(remote, "rev-list", "--count", "main") != "2":
        yield "not one release commit"
    if stage.git(remote, "rev-parse", "1.1.0^{commit}") != stage.git(remote, "rev-parse", "main"):
        yield "the tag is of another commit than the branch"
    yield from _wrong_files(stage, world)
    ids = stage.git(site, "log", "--format=%(trailers:key=Release-Id,valueonly)", "main").split()
    if ids != [NAME]:
        yield f"announcements {ids}"
    if (count := len(mails(world))) not in ({0, 1} if in_doubt else {1}):
        yield f"{count} mails"
    for tree in (world / "checkout", world / "site"):
        if stage.git(tree, "status", "--porcelain"):
            yield f"{tree.name} is not clean"


def _wrong_files(stage: Stage, world: Path) -> Iterator[str]:
    """Files that are too many or too few, or of other bytes than were frozen, summed and announced."""
    public = served(world)
    if sorted(public) != SERVED:
        yield f"served are {sorted(public)}"
    elif (world / "files" / SUMS).read_text() != "".join(
        f"{public[name]}  {name}\n" for name in (RECORD, TARBALL)
    ):
        yield "the sums are of other bytes than the tarball"
    manifest = json.loads((world / "state/releases/apdu-tlv/1.1.0/manifest.json").read_text())
    record = json.loads(
        stage.git(world / "site.git", "show", f"main:releases/published/{NAME}.json")
    )
    frozen = [*manifest["files"], *manifest["beside"]]
    if {file["name"]: file["sha256"] for file in frozen} != public:
        yield "other bytes are served than were frozen"
    if {file["name"]: file["sha256"] for file in record["files"]} != public:
        yield "other bytes are announced than are served"
