"""Tests that deploy to a real server: `@pytest.mark.needs("nginx", "rsync")`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from deploy_builds import Builds, make_builds
from deploy_commands import Commands, ready_commands
from deploy_world import deploy_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy_world import World

# Where Debian puts each.
PROGRAMS = {
    "nginx": Path("/usr/sbin/nginx"),
    "rsync": Path("/usr/bin/rsync"),
    "sshd": Path("/usr/sbin/sshd"),
}


def pytest_configure(config: pytest.Config) -> None:
    """The marker is known."""
    config.addinivalue_line("markers", "needs(*names): needs those programs of Debian's")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without its programs a test is skipped aloud; in CI that is a failure."""
    for item in items:
        names = {name for marker in item.iter_markers("needs") for name in marker.args}
        missing = sorted(name for name in names if not PROGRAMS[name].exists())
        if missing and os.environ.get("CI") == "true":
            raise pytest.UsageError(f"{', '.join(missing)} missing; run 'make system' as root")
        if missing:
            item.add_marker(pytest.mark.skip(reason=f"no {', '.join(missing)}: sudo make system"))


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    """Commands of ours that begin at once."""
    with ready_commands() as ready:
        yield ready


@pytest.fixture(scope="session")
def builds(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Builds:
    """The small press, built."""
    return make_builds(tmp_path_factory.mktemp("deploy") / "builds", commands)


@pytest.fixture(scope="module")
def server(builds: Builds, commands: Commands) -> Iterator[World]:
    """A server of the tests of one file, to which the first version was deployed; what that left is kept aside."""
    with deploy_world(builds=builds, commands=commands) as world:
        done = world.press("deploy", "production", "--yes")
        assert 0 == done.returncode, done.stdout + done.stderr
        world.keep()
        yield world


@pytest.fixture
def world(server: World) -> World:
    """The first version is live, confirmed, alone and untouched, and it is what is built."""
    server.restore()
    return server
