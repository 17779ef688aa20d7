"""Other programs: started without a shell, with a deadline, ended as a group, and never outliving us by accident."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import signal
import subprocess
from typing import TYPE_CHECKING

from pressroom.errors import ExitCode, PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_PR_SET_PDEATHSIG = 1  # prctl(2)
# How much of a long output is worth showing: the end, where the error is.
_SHOWN = 3_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a program left: its exit code (negative: the signal that ended it) and what it printed."""

    command: tuple[str, ...]
    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """What it printed on its standard output, without the last line feed."""
        return self.out.decode("utf-8", "replace").rstrip("\n")

    @property
    def tail(self) -> str:
        """The end of all that it printed, for a person."""
        both = (self.out + self.err).decode("utf-8", "replace").strip()
        return both if len(both) <= _SHOWN else f"… {both[-_SHOWN:]}"


class ProgramError(PressroomError):
    """A program failed, is not there, or took too long."""


class ProgramTimeoutError(ProgramError):
    """A program did not end in time."""

    exit_code = ExitCode.OUTSIDE


def run(  # noqa: PLR0913 - what a process has
    command: Sequence[str],
    *,
    cwd: Path,
    environment: Mapping[str, str],
    timeout: float,
    stdin: bytes = b"",
    keeps: Sequence[int] = (),
    survives: bool = False,
) -> Result:
    """Run a program to its end.

    `environment` is all it gets. After `timeout` seconds its process group is killed and
    ProgramTimeoutError raised. It dies when we do, unless `survives`: then it runs in a session of its
    own, a signal to our group does not reach it, and the file descriptors `keeps` stay open in it, so
    that a lock we hold is held until it is done too. Raises ProgramError when it cannot be started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - a list, no shell
            list(command),
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            pass_fds=tuple(keeps) if survives else (),
            preexec_fn=None if survives else die_with_parent(os.getpid()),  # noqa: PLW1509 - calls prctl alone
        )
    except OSError as error:
        raise ProgramError(
            f"cannot be started: {error.strerror}",
            where=command[0],
            hint="install it, or put it on PATH",
        ) from error
    try:
        out, err = process.communicate(stdin, timeout=timeout)
    except subprocess.TimeoutExpired as error:
        raise ProgramTimeoutError(
            f"did not end within {timeout:g} s and was stopped",
            where=" ".join(command[:3]),
            hint="find out what it waits for, then start again",
        ) from error
    finally:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    return Result(command=tuple(command), code=process.returncode, out=out, err=err)


def die_with_parent(
    parent: int, number: signal.Signals = signal.SIGKILL
) -> Callable[[], None] | None:
    """What a child calls first, so that it gets a signal when its parent ends however it ends (Linux)."""
    prctl = _prctl()
    if prctl is None:
        return None

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it ended before we could ask
            os._exit(1)

    return ask


@functools.cache
def _prctl() -> Callable[..., int] | None:
    import ctypes  # noqa: PLC0415 - seldom needed, and every command starts with this module

    try:
        function = ctypes.CDLL(None, use_errno=True).prctl
    except (AttributeError, OSError):
        return None
    function.argtypes = [ctypes.c_int, ctypes.c_ulong]
    function.restype = ctypes.c_int
    return function
