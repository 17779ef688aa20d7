"""Deploys that are killed: whenever it is, one whole version is live, and the same command again ends right.

`pytest --soak -s tests/deploy/test_deploy_kills.py` kills at 100 random moments over ssh, at 50 on this machine, and at
every boundary; otherwise as often as some seconds allow. The counts are printed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest
from deploy_course import HERE, SSH, Course, make_press, version_of
from deploy_kills import Attempt, Kill, Ran, Yard
from deploy_processes import named
from deploy_settled import settled, state_of, visible
from deploy_world import deploy_world, kill, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from build_types import Checkout
    from deploy_builds import Builds
    from deploy_commands import Commands

pytestmark = pytest.mark.needs("nginx", "rsync", "sshd")

SEED = 20261124
PRESSES = 4
# Moments in a soak; seconds otherwise.
MOMENTS = {SSH: 100, HERE: 50}
SECONDS = {SSH: 5.0, HERE: 3.0}


@pytest.fixture(scope="module")
def yard(builds: Builds, commands: Commands) -> Iterator[Yard]:
    """A server that is reached over ssh as `production`, and as a folder of this machine as `folder`."""
    with deploy_world(ssh=True, builds=builds, commands=commands) as world:
        file = world.checkout.root / "pyproject.toml"
        text = file.read_text()
        table = text.partition(f"[tool.pressroom.deploy.{SSH}]")[2].replace("widget-server", "")
        file.write_text(f"{text}\n[tool.pressroom.deploy.{HERE}]{table}")
        yield Yard(world)


@pytest.fixture(scope="module")
def presses(yard: Yard) -> tuple[tuple[Checkout, str], ...]:
    """Built presses and the ids of what they deploy: the same addresses with other texts, other assets, two configurations."""
    return tuple(make_press(yard.world.checkout, number) for number in range(PRESSES))


@pytest.mark.parametrize("target", [SSH, HERE])
def test_killed_anywhere_it_ends_right(
    target: str,
    yard: Yard,
    presses: tuple[tuple[Checkout, str], ...],
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """SIGKILL at random moments and at boundaries: one whole version is live, and the same again leaves nothing else behind."""
    is_soak = request.config.getoption("--soak")
    course = Course(yard=yard, presses=presses, target=target, chance=random.Random(SEED))  # noqa: S311 - the same each time
    yard.reset()
    course.measure()
    count, end = course.count, time.monotonic() + SECONDS[target]
    boundaries = list(range(len(course.boundaries)))
    course.chance.shuffle(boundaries)
    if is_soak:
        while count.died < MOMENTS[target]:
            course.round(course.moment())
        for boundary in boundaries:
            for delay in (0.0, course.chance.uniform(0.001, 0.03)):
                course.round(Kill(how=course.how(), boundary=boundary, delay=delay))
    while not is_soak and (len(count.ran) < 2 or time.monotonic() < end):
        course.round(course.moment())
        course.round(Kill(how=course.how(), boundary=boundaries.pop()))
    count.wrong += [f"still running: {one}" for one in yard.strays()]
    with capsys.disabled():
        whole = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in course.whole.items())
        print(f"\n{target}, seed {SEED}, undisturbed {whole}: {count}")  # noqa: T201 - the count that was promised

    assert [] == count.wrong
    assert count.died >= MOMENTS[target] if is_soak else count.ran


@pytest.mark.parametrize("target", [SSH, HERE])
def test_the_lock_falls_with_the_killed(
    target: str,
    yard: Yard,
    presses: tuple[tuple[Checkout, str], ...],
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever a deploy was at, the next one does not wait for the dead: half a second at most until nobody holds the lock."""
    if target == HERE and not request.config.getoption("--soak"):
        pytest.skip("as over ssh: --soak")
    course = Course(yard=yard, presses=presses, target=target, chance=random.Random(SEED))  # noqa: S311 - likewise
    yard.reset()
    course.finish(course.deploy(0), previous=None)
    falls = {}
    for step, name in enumerate(("copy_files", "INSPECT", "COMMAND")):
        attempt = course.deploy(step + 1)
        ran = yard.strike(attempt, Kill(how="alone", boundary=name, delay=0.01))
        assert (True, name) == (ran.died, ran.step)
        falls[name] = yard.lock_falls()
    ran = course.finish(course.deploy(3), previous=presses[0][1])
    with capsys.disabled():
        told = ", ".join(f"{name} {seconds:.3f} s" for name, seconds in falls.items())
        waited = f"the next deploy waited {ran.lock_wait:.3f} s"
        print(f"\n{target}: the lock fell after {told}; {waited}")  # noqa: T201 - likewise

    assert [] == course.count.wrong
    assert max(falls.values()) < 0.5
    assert ran.lock_wait < 0.5


def test_killed_before_it_removes(yard: Yard, presses: tuple[tuple[Checkout, str], ...]) -> None:
    """Killed once it is confirmed, with as many versions as are kept: the same again leaves no version more."""
    course = Course(yard=yard, presses=presses, target=HERE, chance=random.Random(SEED))  # noqa: S311 - likewise
    for number in range(3):
        if presses[number][1] not in state_of(yard.world).versions:
            course.finish(course.deploy(number), previous=None)
    state = state_of(yard.world)
    there = [version in state.versions for _, version in presses]
    attempt = course.deploy(there.index(False))
    ran = yard.strike(attempt, Kill(how="alone", boundary="PRUNE"))

    assert (True, "PRUNE") == (ran.died, ran.step)
    assert [] == visible(yard.world, was_live=state.live)
    course.finish(attempt, previous=state.live)
    assert [] == course.count.wrong


@pytest.fixture
def in_a_soak(request: pytest.FixtureRequest) -> None:
    """Only in a soak."""
    if not request.config.getoption("--soak"):
        pytest.skip("waits for ten seconds: --soak")


@pytest.fixture
def stopped(
    yard: Yard, presses: tuple[tuple[Checkout, str], ...], target: str
) -> Iterator[tuple[Course, Attempt, list[int]]]:
    """A deploy that was killed while its rsync stood still over there: the command, and the ids of those processes."""
    course = Course(yard=yard, presses=presses, target=target, chance=random.Random(SEED))  # noqa: S311 - likewise
    yard.reset()
    course.finish(course.deploy(0), previous=None)
    press = presses[1][0]
    big = press.site / "assets" / "images" / "big.0000abcd.png"
    big.write_bytes(random.Random(SEED).randbytes(30_000_000))  # noqa: S311 - bytes that are not compressed away
    attempt = dataclasses.replace(course.deploy(1), version=version_of(press))
    process = yard.start(attempt)
    root = yard.world.ssh.pid if yard.world.ssh and target == SSH else process.pid
    incoming = yard.world.folder / "versions" / f".incoming-{attempt.version}"
    wait_for(lambda: any(incoming.rglob(".big*")), 30)
    pids = named(root, "rsync")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    kill(process)
    try:
        yield course, attempt, pids
    finally:
        resume(pids)
        big.unlink()


def resume(pids: Sequence[int]) -> None:
    """They go on, those that are there still."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def state_below(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Which file is at each path below a folder, how long it is, and when it was written to."""
    found = {str(path): path.stat() for path in folder.rglob("*")}
    return {path: (one.st_ino, one.st_size, one.st_mtime_ns) for path, one in found.items()}


@pytest.mark.parametrize("target", [SSH, HERE])
def test_a_rsync_that_lingers(
    stopped: tuple[Course, Attempt, list[int]], yard: Yard, target: str
) -> None:
    """A rsync of a dead deploy has ended before the next one looks at what is there."""
    course, attempt, pids = stopped
    incoming = yard.world.folder / "versions" / f".incoming-{attempt.version}"
    before = state_below(incoming)
    process = yard.start(attempt)
    root = yard.world.ssh.pid if yard.world.ssh and target == SSH else process.pid
    wait_for(lambda: bool(named(root, "flock")), 30)
    time.sleep(0.5)
    after = state_below(incoming)
    resume(pids)
    said, _ = process.communicate(timeout=60)
    ran = Ran(code=process.returncode, said=said, seconds=0)

    assert 0 == ran.code, said
    assert before == after
    assert ran.lock_wait >= 0.5
    assert [] == settled(yard.world, attempt.version, previous=course.presses[0][1])


@pytest.mark.parametrize("target", [SSH, HERE])
def test_a_rsync_that_stays(
    in_a_soak: None,  # noqa: ARG001 - before the other one
    stopped: tuple[Course, Attempt, list[int]],
    yard: Yard,
) -> None:
    """While a rsync of a dead deploy may write, the next one refuses, says so, and touches nothing."""
    course, attempt, _ = stopped
    live = course.presses[0][1]
    ran = yard.finish(attempt)

    assert 1 == ran.code
    assert "the rsync of a deploy that is dead still writes there" in ran.said
    assert "hint: wait for it to end, or stop it" in ran.said
    assert [] == visible(yard.world, was_live=live)
    assert live == state_of(yard.world).live
