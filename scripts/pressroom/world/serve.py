"""A server program that runs as long as a block of ours does."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.world.process import ProgramError, die_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE = 15.0
# How long a server may take to end before it is killed.
_FAREWELL = 5.0
_SHOWN = 3_000


@contextlib.contextmanager
def serving(  # noqa: PLR0913 - what a server has
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    address: str,
    ports: Sequence[int],
    log: Path,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in the foreground; the block starts when it listens at all ports.

    It is told to end after the block (SIGTERM, and SIGKILL to its group if it does not), and dies when we
    do. What it prints goes to `log`. Raises ProgramError with the end of that when it is not there,
    ends by itself, or does not listen in 15 s.
    """
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(  # noqa: S603 - a list, no shell
                list(command),
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                # Not SIGKILL: its workers would outlive it.
                preexec_fn=die_with_parent(os.getpid(), signal.SIGTERM),  # noqa: PLW1509 - calls prctl alone
            )
        except OSError as error:
            raise ProgramError(
                f"cannot be started: {error.strerror}",
                where=command[0],
                hint="install it: sudo make system",
            ) from error
    try:
        _wait(process, address, ports, log)
        yield process
    finally:
        _end(process)


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """An empty folder for a server's files, removed after the block.

    Everybody may look into it and write there: a server that root starts gives up being root.
    """
    with tempfile.TemporaryDirectory(prefix="pressroom-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def reachable(path: Path, folder: Path) -> Path:
    """A folder as a server can read it: itself, or a copy in the workshop `folder`.

    A server that root starts gives up being root, and then cannot enter what is for its owner alone.
    """
    above = [path, *path.resolve().parents]
    if os.geteuid() != 0 or all(one.stat().st_mode & 0o001 for one in above):
        return path
    copy = folder / "sites" / path.name
    shutil.copytree(path, copy, symlinks=True, copy_function=shutil.copyfile)
    for one in (folder / "sites", copy, *copy.rglob("*")):
        if not one.is_symlink():
            one.chmod(0o755 if one.is_dir() else 0o644)
    return copy


def free_ports(address: str, count: int) -> tuple[int, ...]:
    """Ports at which nobody listens at this moment."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((address, 0))
        return tuple(one.getsockname()[1] for one in sockets)


def is_free(address: str, port: int) -> bool:
    """Whether this user may listen there and nobody else does."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def _wait(process: subprocess.Popen[bytes], address: str, ports: Sequence[int], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    waiting = list(ports)
    while waiting:
        if process.poll() is not None or time.monotonic() > deadline:
            ended = "ended at once" if process.poll() is not None else "does not listen"
            tail = log.read_text(encoding="utf-8", errors="replace").strip()[-_SHOWN:]
            raise ProgramError(
                f"{ended}:\n{tail}" if tail else ended,
                where=str(process.args[0] if isinstance(process.args, list) else process.args),
                hint=f"all it printed is in {log}",
            )
        with contextlib.suppress(OSError), socket.create_connection((address, waiting[0]), 1):
            waiting.pop(0)
            continue
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_FAREWELL)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)  # workers that outlived it
    process.wait()
