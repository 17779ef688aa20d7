"""A lock that outlives its process for as long as a program that it started is still at work."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

import filelock

from pressroom.errors import PressroomError
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL = 0.02


@contextlib.contextmanager
def work_lock(path: Path, *, what: str, wait: float = 5.0) -> Iterator[int]:
    """Only one process is inside for `path`, and none while programs of a dead one go on.

    Gives a file descriptor for programs that may outlive us (`keeps` of `world.process.run`). Raises
    PressroomError, saying that `what` is running, after `wait` seconds.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = filelock.FileLock(path, timeout=wait)
        try:
            lock.acquire()
        except (filelock.Timeout, RuntimeError) as error:
            raise _busy(path, what) from error
    try:
        # The lock above falls with its process. This one is shared with the programs it started.
        handle = os.open(path.with_name(f"{path.name}.programs"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _wait_for_programs(handle, path, what, wait=wait)
            yield handle
        finally:
            os.close(handle)
    finally:
        lock.release()


def _wait_for_programs(handle: int, path: Path, what: str, *, wait: float) -> None:
    end = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > end:
                raise _busy(path, f"a program of {what}") from error
            time.sleep(_POLL)
        else:
            return


def _busy(path: Path, what: str) -> PressroomError:
    return PressroomError(
        f"{what} is running",
        where=str(path),
        hint="wait for it to end, or stop it, then start again; the lock goes with its process",
    )
