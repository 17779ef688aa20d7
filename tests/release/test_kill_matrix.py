"""The kill matrix: a rehearsal dies at every boundary and at any moment, and the next one ends it whole.

`make soak` (--soak) kills at every boundary and at 240 moments and prints the counts; otherwise a sample.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_world import make_stage

from pressroom.release.warehouse.ledger import Kind, count_events
from pressroom.release.warehouse.store import LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from release_world import Stage

KILLER = Path(__file__).parent.parent / "release_killer.py"
NO_BOUNDARY = 10**6
BOTH = {"widget-1.0-py3-none-any.whl": 1, "widget-1.0.tar.gz": 1}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One way to die: at a boundary, or at a part of the whole time; the process alone, or its group."""

    boundary: int = NO_BOUNDARY
    moment: float | None = None
    is_group: bool = False


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """One project and one press; a rehearsal changes neither."""
    return make_stage(tmp_path_factory.mktemp("kills") / "stage")


def start(stage: Stage, world: Path, boundary: int) -> subprocess.Popen[str]:
    """A rehearsal in a world, in a process group of its own."""
    command = ["release", "widget", "1.0", "--rehearse", "--world", str(world)]
    return subprocess.Popen(
        [sys.executable, str(KILLER), str(boundary), *command],
        cwd=stage.press,
        env=dict(stage.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def die(stage: Stage, world: Path, kill: Kill, whole: float) -> bool:
    """Start a rehearsal and kill it so; whether it was still alive then."""
    process = start(stage, world, kill.boundary)
    if kill.moment is not None:
        time.sleep(kill.moment * whole)
        if kill.is_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate()
    return process.returncode == -signal.SIGKILL


def finish(stage: Stage, world: Path) -> str:
    """Start it again; everything that is wrong afterwards, as text."""
    process = start(stage, world, NO_BOUNDARY)
    out, err = process.communicate()
    if process.returncode != 0:
        return f"the second run ended with {process.returncode}:\n{out}{err}"
    return "; ".join(violations(stage, world))


def violations(stage: Stage, world: Path) -> Iterator[str]:
    """What is not exactly one: tag, upload a file, announcement; bytes that are not the frozen ones."""
    remote, site = world / "remote.git", world / "site.git"
    if (tags := stage.git(remote, "tag", "--list").split()) != ["1.0"]:
        yield f"tags {tags}"
    if stage.git(remote, "rev-list", "--count", "main") != "2":
        yield "not one release commit"
    if stage.git(remote, "rev-parse", "1.0^{commit}") != stage.git(remote, "rev-parse", "main"):
        yield "the tag is of another commit than the branch"
    if (uploads := count_events(world / "index" / LEDGER, Kind.UPLOAD)) != BOTH:
        yield f"uploads {uploads}"
    state = world / "state" / "releases" / "widget" / "1.0"
    manifest = json.loads((state / "manifest.json").read_text())
    record = json.loads(stage.git(site, "show", "main:releases/published/widget-1.0.json"))
    frozen = {file["name"]: file["sha256"] for file in manifest["files"]}
    if frozen != {file["name"]: file["sha256"] for file in record["files"]}:
        yield "other bytes are announced than were frozen"
    ids = stage.git(site, "log", "--format=%(trailers:key=Release-Id,valueonly)", "main").split()
    if ids != ["widget-1.0"]:
        yield f"announcements {ids}"
    token = (world / "token").read_text().strip().encode()
    holding = [path for path in world.rglob("*") if path.is_file() and token in path.read_bytes()]
    if holding != [world / "token"]:
        yield f"the token is in {holding}"
    for tree in (world / "checkout", world / "site"):
        if stage.git(tree, "status", "--porcelain"):
            yield f"{tree.name} is not clean"


@pytest.fixture(scope="module")
def course(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], float]:
    """The boundaries of a rehearsal that nobody kills, and how long it takes."""
    world = tmp_path_factory.mktemp("whole")
    begin = time.monotonic()
    process = start(stage, world, -1)
    out, err = process.communicate()
    took = time.monotonic() - begin
    assert 0 == process.returncode, out + err
    assert "" == "; ".join(violations(stage, world))
    return [line for line in err.splitlines() if line.startswith("boundary ")], took


def test_killed_anywhere_it_ends_whole(
    stage: Stage,
    course: tuple[list[str], float],
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """SIGKILL at boundaries and at random moments: one tag, one upload a file, one announcement, the frozen bytes."""
    boundaries, whole = course
    assert len(boundaries) > 60
    is_soak = request.config.getoption("--soak")
    chance = random.Random(20261124)  # noqa: S311 - the same moments each time
    moments = [
        Kill(moment=chance.random(), is_group=chance.random() < 0.5)
        for _ in range(240 if is_soak else 10)
    ]
    at = range(0 if is_soak else 7, len(boundaries), 1 if is_soak else 6)
    kills = [Kill(boundary=number) for number in at] + moments

    def try_one(number: int, kill: Kill) -> tuple[bool, str]:
        world = tmp_path / str(number)
        died = die(stage, world, kill, whole)
        wrong = finish(stage, world)
        shutil.rmtree(world)
        return died, f"{kill}: {wrong}" if wrong else ""

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        ends = list(pool.map(try_one, range(len(kills)), kills))
    wrong = [text for _, text in ends if text]
    died = sum(was_alive for was_alive, _ in ends)
    with capsys.disabled():
        print(  # noqa: T201 - the count that was promised
            f"\nkill matrix: {len(at)} boundaries of {len(boundaries)}, {len(moments)} moments; "
            f"{died} died, {len(wrong)} violations"
        )
    assert [] == wrong
    assert died >= len(at)
    assert died >= 0.6 * len(kills)


def test_killed_again_and_again_it_ends_whole(
    stage: Stage, course: tuple[list[str], float], tmp_path: Path
) -> None:
    """One rehearsal that dies at every sixth boundary that it reaches ends as if it had died never."""
    boundaries, _ = course
    world = tmp_path / "world"
    for number in range(5, len(boundaries), 6):
        die(stage, world, Kill(boundary=number), 0)

    assert "" == finish(stage, world)
