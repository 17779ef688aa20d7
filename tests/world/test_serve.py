"""A server program runs as long as a block does."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pressroom.world import serve
from pressroom.world.process import ProgramError
from pressroom.world.serve import free_ports, is_free, reachable, serving, workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"
# Listens, and starts a child that would outlive it.
SERVER = """
import socket, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open("child", "w").write(str(child.pid))
one = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
time.sleep(60)
"""


@contextlib.contextmanager
def running(folder: Path, source: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Python program as the server."""
    with serving(
        [sys.executable, "-c", source, str(port)],
        cwd=folder,
        environment={},
        address=HOST,
        ports=(port,),
        log=folder / "log",
    ) as process:
        yield process


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_it_listens_in_the_block_and_is_gone_after_it(tmp_path: Path) -> None:
    """The port answers at once; afterwards neither the server nor its child lives."""
    (port,) = free_ports(HOST, 1)
    with running(tmp_path, SERVER, port) as process:
        socket.create_connection((HOST, port), 1).close()
        child = int((tmp_path / "child").read_text())
        assert is_alive(process.pid)
        assert not is_free(HOST, port)

    assert process.returncode is not None
    for _ in range(100):
        if not is_alive(child):
            break
        time.sleep(0.02)
    assert not is_alive(child)
    assert is_free(HOST, port)


def test_a_server_that_does_not_listen_to_sigterm_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some seconds the block ends all the same."""
    monkeypatch.setattr(serve, "_FAREWELL", 0.2)
    (port,) = free_ports(HOST, 1)
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVER
    with running(tmp_path, deaf, port) as process:
        pass

    assert -signal.SIGKILL == process.returncode


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("print('no such directive'); raise SystemExit(3)", "ended at once:\nno such directive"),
        ("import time; time.sleep(60)", "does not listen"),
    ],
)
def test_what_does_not_come_up_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, message: str
) -> None:
    """A server that ends, or never listens, is an error with its own words."""
    monkeypatch.setattr(serve, "_PATIENCE", 0.5)
    with pytest.raises(ProgramError) as caught, running(tmp_path, source, *free_ports(HOST, 1)):
        pass

    assert message in caught.value.message
    assert str(tmp_path / "log") in caught.value.hint


def test_a_program_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    """The hint is the command that installs it."""
    with (
        pytest.raises(ProgramError) as caught,
        serving(
            ["/no/such/server"],
            cwd=tmp_path,
            environment={},
            address=HOST,
            ports=(),
            log=tmp_path / "log",
        ),
    ):
        pass

    assert "make system" in caught.value.hint


def test_free_ports_differ() -> None:
    """Ports asked for together are different ones."""
    assert 3 == len(set(free_ports(HOST, 3)))


def test_the_workshop_is_for_everybody_and_goes() -> None:
    """Any user may look and write there, until the block ends."""
    with workshop() as folder:
        assert 0o777 == folder.stat().st_mode & 0o777
        (folder / "x").write_text("x")

    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers change their user")
def test_what_others_may_not_enter_is_copied(tmp_path: Path) -> None:
    """A closed folder, or one below a closed one, is copied so that anybody can read it; another is not."""
    with workshop() as folder:
        open_one = folder / "open"
        open_one.mkdir()
        assert open_one == reachable(open_one, folder)

        closed = tmp_path / "site"  # pytest's own folder is for its user alone
        (closed / "below").mkdir(parents=True, mode=0o700)
        (closed / "below" / "page").write_text("text")
        (closed / "below" / "page").chmod(0o600)
        (closed / "link").symlink_to("/etc/passwd")
        copy = reachable(closed, folder)

        assert folder / "sites" / "site" == copy
        assert "text" == (copy / "below" / "page").read_text()
        assert 0o644 == (copy / "below" / "page").stat().st_mode & 0o777
        assert 0o755 == (copy / "below").stat().st_mode & 0o777
        assert (copy / "link").is_symlink()
