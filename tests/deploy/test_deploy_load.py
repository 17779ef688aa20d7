"""Readers at full speed while versions are switched: no page is missing, mixed, or of another version; and full disks."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from deploy_clients import Known, assets_of, clients, wrong
from deploy_world import deploy_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deploy_builds import Builds
    from deploy_commands import Commands
    from deploy_world import World

pytestmark = pytest.mark.needs("nginx", "rsync", "sshd")

# One round: three versions, deployed and taken back. `third` has another configuration of the server.
ROUND = ("second", "third", "", "first", "", "first")
SECONDS = 12.0


def go(world: World, kind: str) -> dict[str, Any]:
    """That version is deployed, or with "" the live one taken back; what it said."""
    if not kind:
        return world.told("rollback", "production", "--yes")
    world.use(kind)
    return world.told("deploy", "production", "--yes", "--despite", "vanished")


def asset_answers(world: World, tabs: list[tuple[str, bytes]], known: Known) -> list[str]:
    """What is wrong with the assets of pages that were fetched before."""
    found = []
    named = {asset for path, page in tabs for asset in assets_of(path, page)}
    for asset in sorted(named, key=lambda one: one.path):
        status, _, data = world.get(asset.path)
        found += [f"{asset.path}: {status}"] if status != 200 else wrong(asset, data, known)
    return found


def test_nobody_sees_a_switch(
    builds: Builds,
    commands: Commands,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Throughout deploys and rollbacks each page and each of its assets comes whole, from one version, and none fails."""
    is_soak = request.config.getoption("--soak")
    known = Known()
    # Two are kept: a version that is deployed again has to be copied again.
    with deploy_world(ssh=True, builds=builds, commands=commands, keep=2) as world:
        # Each is deployed once before, since only then its id is known.
        for kind in ("third", "second", "first"):
            known.learn(go(world, kind)["id"], world.checkout.site)
        known.settled = (0, world.live)
        switches = 0
        end = time.monotonic() + (600 if is_soak else SECONDS)
        with clients(world, known) as asking:
            while switches < (24 if is_soak else 6) and time.monotonic() < end:
                tabs = [(path, world.get(path)[2]) for path in ("/", "/posts/", "/support/")]
                known.settled = None
                said = go(world, ROUND[switches % len(ROUND)])
                switches += 1
                assert "live" == said["outcome"], said
                assert [] == said["problems"]
                known.settled = (switches, said["id"])
                assert world.shown == said["id"]
                assert [] == asset_answers(world, tabs, known)
        failures = [one for client in asking for one in client.failures]
        requests = sum(client.requests for client in asking)
        with capsys.disabled():
            print(  # noqa: T201 - the figures are what it is for
                f"\n  {requests:,} requests over {sum(c.connections for c in asking):,} connections, "
                f"{sum(c.unchanged for c in asking):,} of them 304, {sum(c.retries for c in asking)} "
                f"asked again, {len(failures)} failed, {switches} switches"
            )
    assert [] == failures
    assert set(known.trees) == {version for client in asking for version in client.seen}
    assert 4 <= switches
    assert 100 * switches < requests
    assert all(client.requests for client in asking)


@pytest.fixture
def world(builds: Builds, commands: Commands) -> Iterator[World]:
    """A server on this machine, with nothing deployed."""
    with deploy_world(builds=builds, commands=commands) as made:
        yield made


def test_an_open_page_finds_its_assets(world: World) -> None:
    """What a page names is there after the next deploy, after one more, and after a rollback, with the right bytes."""
    known, tabs = Known(), []
    for kind in ("first", "second", "third", ""):
        said = go(world, kind)
        if kind:
            known.learn(said["id"], world.checkout.site)
        tabs += [(path, world.get(path)[2]) for path in ("/", "/support/")]
        assert [] == asset_answers(world, tabs, known)
    own = {one.path for path, page in tabs for one in assets_of(path, page) if "/own." in one.path}
    assert 2 == len(own)


def test_a_changed_page_is_never_called_unchanged(world: World) -> None:
    """A page of the same size and the same time in both builds is sent anew after a deploy, and after a rollback."""
    page = world.checkout.site / "support" / "index.html"
    bodies: list[bytes] = []
    for text in ("Some text.", "Same text.", ""):
        if text:
            page.write_text(page.read_text().replace("Some text.", text))
            page.with_name("index.html.gz").unlink(missing_ok=True)
            os.utime(page, (1_700_000_000, 1_700_000_000))
        etag = world.get("/support/")[1].get("ETag", "") if bodies else '""'
        world.told("deploy" if text else "rollback", "production", "--yes")
        status, headers, body = world.get("/support/", **{"If-None-Match": etag})
        assert 200 == status
        assert etag != headers["ETag"]
        bodies.append(body)
    assert bodies[0] == bodies[2] != bodies[1]
    assert len(bodies[0]) == len(bodies[1])


def test_one_changed_post_copies_what_changed(world: World) -> None:
    """The bytes that are said are those of the files that differ and of the lists; the others are the same files."""
    first = go(world, "first")["id"]
    second = go(world, "second")
    new, old = (world.folder / "versions" / one for one in (second["id"], first))
    files = {path.relative_to(new): path for path in new.rglob("*") if path.is_file()}
    own = {name for name, path in files.items() if path.stat().st_nlink == 1}
    differing = {
        name
        for name, path in files.items()
        if not (old / name).exists() or digest(path) != digest(old / name)
    }
    # Every link leads to the live version, and every other one was copied. `carried` is written after the copy.
    linked = {name for name, path in files.items() if same_file(path, old / name)}
    assert set(files) - differing - {files_name(new, "carried")} <= linked
    assert own <= differing
    copied = sum(files[name].stat().st_size for name in own if name.name != "carried")
    assert second["copied"]["new"] == copied
    beside = sum((new / name).stat().st_size for name in ("manifest", "version.json"))
    assert copied - beside - 17 == second["changes"]["bytes_new"]
    assert second["copied"]["sent"] < second["changes"]["bytes_all"] * 0.6


def digest(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def same_file(one: Path, other: Path) -> bool:
    """Whether both names are of one file."""
    return other.exists() and one.samefile(other)


def files_name(folder: Path, name: str) -> Path:
    """The name as it stands in a list of that folder."""
    return (folder / name).relative_to(folder)


def free(folder: Path) -> int:
    """The bytes that are free there."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def test_a_full_disk_leaves_the_old_version_live(builds: Builds, commands: Commands) -> None:
    """It says so, takes no room for good, and the same command works when there is room."""
    with deploy_world(ssh=True, builds=builds, commands=commands) as world:
        world.folder.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0755", "none", str(world.folder)],
            capture_output=True,
            check=False,
        )
        if mounted.returncode != 0:
            pytest.skip("a file system may be mounted by root alone")
        try:
            first = go(world, "first")["id"]
            world.use("second")
            ballast = world.folder / "ballast"
            ballast.write_bytes(b"\0" * (free(world.folder) - 100_000))
            before, room = world.below(), free(world.folder)
            done = world.press("deploy", "production", "--yes")
            assert 1 == done.returncode, done.stdout + done.stderr
            assert "No space left" in done.stderr
            assert (
                "hint: free some space there (df, or keep fewer versions) and start again; what was live is untouched"
                in done.stderr
            )
            assert first == world.live == world.shown
            assert before == world.below()
            assert room - 20_000 < free(world.folder)
            ballast.unlink()
            assert "live" == world.told("deploy", "production", "--yes")["outcome"]
            assert world.live == world.shown != first
        finally:
            world.stop_server()
            subprocess.run(["umount", "-l", str(world.folder)], check=True)


def test_a_file_that_does_not_fit_leaves_the_old_version_live(
    builds: Builds, commands: Commands, tmp_path: Path
) -> None:
    """A quota on the far side is told as what it is, and the same command works when it is lifted."""
    quota = tmp_path / "quota"
    force = f'if [ -e {quota} ]; then ulimit -f 20; fi; exec sh -c "$SSH_ORIGINAL_COMMAND"'
    with deploy_world(ssh=True, builds=builds, commands=commands, force_command=force) as world:
        first = go(world, "first")["id"]
        world.use("second")
        quota.touch()
        done = world.press("deploy", "production", "--yes")
        assert 1 == done.returncode, done.stdout + done.stderr
        assert "hint: " in done.stderr
        assert first == world.live == world.shown
        quota.unlink()
        assert "live" == world.told("deploy", "production", "--yes")["outcome"]
