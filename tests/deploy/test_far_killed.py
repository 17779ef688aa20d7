"""Deploys that die: whenever it is, `current` leads to one whole version, and the same again ends right."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from far_setup import AT, LOCAL, ONE, TWO, Side, side_here

from pressroom.deploy.far import orders
from pressroom.errors import PressroomError
from pressroom.world.shell import ShellError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.deploy.far.side import Far

FILES = {"hub/big.bin": b"x" * 200_000}


def deploy(side: Side, files: Mapping[str, bytes]) -> str:
    """The id of the version that is live now, as a deploy gets there."""
    with side.open() as far:
        wait_until_free(far)
        state = far.state()
        manifest, _ = side.build(files)
        if not far.has(manifest.id) or far.differences(manifest.id):
            manifest, _ = side.copy(far, files, base=state.live)
            far.place(manifest)
        others = [one for one in state.versions if one != manifest.id]
        assets = [
            (path, one)
            for one in others
            for path in far.manifest(one).files
            if path.startswith("hub/assets/") and path not in manifest.files
        ]
        far.link_assets(manifest.id, assets)
        far.renew(manifest.id, list(manifest.files))
        far.switch(manifest.id, at=AT)
        far.confirm(manifest.id)
        far.prune([manifest.id, *([state.live] if state.live else [])])
        return manifest.id


def wait_until_free(far: Far) -> None:
    """The lock is ours: what a dead deploy started over there ends by itself, soon."""
    end = time.monotonic() + 10
    while True:
        try:
            return far.lock()
        except PressroomError:
            assert time.monotonic() < end


def assert_whole(side: Side) -> None:
    """What is live is one version, and all of it is there, once the script that a dead deploy was at has ended."""
    with side.open() as far:
        wait_until_free(far)
        target = str((side.folder / "current").readlink())
        version = target.removeprefix("versions/")
        assert version == far.state().live
        assert () == far.differences(version)
    assert f"{version}\n" == (side.folder / "current/hub/version.txt").read_text()


def cut_points(script: str) -> list[int]:
    """The lines of a script after which `sh` can be told something else."""
    lines = script.splitlines()
    return [
        number
        for number in range(1, len(lines) + 1)
        if lines[number - 1].strip()
        and not subprocess.run(
            ["sh", "-n", "-c", "\n".join([*lines[:number], "kill -KILL 0", *lines[number:]])],
            check=False,
            capture_output=True,
        ).returncode
    ]


ORDERS = ["SWITCH", "PLACE", "FINISH_CARRIED", "PRUNE"]
MORE = [
    "OPEN_INCOMING",
    "CLOSE_INCOMING",
    "APPEND_CARRIED",
    "LINK_ASSETS",
    "NEW_TIME",
    "RENEW",
    "CONFIRM",
]


@pytest.mark.parametrize("name", [*ORDERS, *MORE])
def test_killed_after_any_line(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """The machine's `sh` and all that it started are killed after a line of a script; `current` is whole, and the same again is live."""
    side = side_here(tmp_path)
    deploy(side, ONE)
    script = getattr(orders, name)
    points = cut_points(script)
    if not request.config.getoption("--soak"):
        points = points[1 : None if name in ORDERS[:2] else 3]
    died = 0
    for number, point in enumerate(points):
        lines = script.splitlines()
        files = (TWO if number % 2 else ONE) | {"hub/number": b"%d" % number}
        with monkeypatch.context() as patch:
            patch.setattr(orders, name, "\n".join([*lines[:point], "kill -KILL 0", *lines[point:]]))
            try:
                deploy(side, files)
            except ShellError as error:
                died += 1
                assert error.hint  # noqa: PT017 - whether it dies depends on where the line is
        assert_whole(side)
        version = deploy(side, files)
        assert f"versions/{version}" == str((side.folder / "current").readlink())
        assert_whole(side)

    assert died


CHILD = """
import sys
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from far_setup import side_again
from test_far_killed import deploy
side = side_again(Path(sys.argv[1]))
for number in range(1000):
    deploy(side, {"hub/index.html": b"%d" % number, "hub/big.bin": b"x" * 100_000, f"hub/assets/{number}.css": b"%d" % number})
"""


def test_killed_at_random_moments(tmp_path: Path, kills: list[float]) -> None:
    """SIGKILL to our own process, whatever it is at: what it started over there does no harm."""
    side = side_here(tmp_path)
    deploy(side, ONE)
    chance = random.Random(14)  # noqa: S311 - any moments do
    for number, _ in enumerate(kills[: max(3, len(kills) // 2)]):
        with subprocess.Popen(
            [sys.executable, "-c", CHILD, str(tmp_path), str(Path(__file__).parent), *sys.path],
            env=LOCAL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as child:
            before = len(list(side.work.iterdir()))
            while len(list(side.work.iterdir())) == before and child.poll() is None:
                time.sleep(0.005)
            time.sleep(chance.uniform(0.0, 0.8))
            assert child.poll() is None
            os.killpg(child.pid, signal.SIGKILL)
        assert_whole(side)
        version = deploy(side, ONE | {"hub/again": b"%d" % number})
        assert f"versions/{version}" == str((side.folder / "current").readlink())
        assert_whole(side)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk(tmp_path: Path) -> None:
    """A copy that does not fit leaves what is live as it was; with space again the same is live."""
    side = side_here(tmp_path)
    side.folder.mkdir(parents=True)
    size = ["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(side.folder)]
    if subprocess.run(size, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        old = deploy(side, ONE)
        ballast = side.folder / "ballast"
        ballast.write_bytes(b"x" * 250_000)
        with pytest.raises(PressroomError) as error:
            deploy(side, ONE | FILES)
        assert f"versions/{old}" == str((side.folder / "current").readlink())
        assert_whole(side)
        ballast.unlink()
        new = deploy(side, ONE | FILES)
        assert f"versions/{new}" == str((side.folder / "current").readlink())
        assert_whole(side)
    finally:
        subprocess.run(["umount", str(side.folder)], check=True)

    assert "space" in error.value.hint


def test_a_disk_that_fills_at_the_switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history that cannot be written keeps `current` where it was, and says what to do."""
    side = side_here(tmp_path)
    old = deploy(side, ONE)
    monkeypatch.setattr(orders, "SWITCH", orders.SWITCH.replace(">> history", "> /dev/full"))
    with pytest.raises(PressroomError) as error:
        deploy(side, TWO)

    assert f"versions/{old}" == str((side.folder / "current").readlink())
    assert "No space left" in error.value.message
    assert "free some space there" in error.value.hint
