"""Commands that are killed: a server to deploy to, ways to die, how a command ended.

yard = Yard(world)
ran = yard.strike(Attempt(...), Kill(...))     # start a command, and kill it
ran = yard.finish(Attempt(...))                # the same, to its own end
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from deploy_processes import below, kill_sessions, processes, running
from deploy_world import NGINX

from pressroom import cli

if TYPE_CHECKING:
    from build_types import Checkout
    from deploy_world import World

KILLER = Path(__file__).parent / "deploy_killer.py"
SOURCE = str(Path(cli.__file__).parent.parent)
NO_BOUNDARY = 10**6
_MARK = re.compile(r"^boundary (\w+) ([0-9.]+)$", re.MULTILINE)

# Our process group; that and everything it started here and over there; the connections of ssh.
How = Literal["alone", "all", "line"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """One way to die: so long after a boundary (its number, or its name), or at a part of the whole time."""

    how: How
    boundary: int | str = NO_BOUNDARY
    delay: float = 0.0
    moment: float | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A command, the press it is typed in, and the id that is live when it has ended."""

    arguments: tuple[str, ...]
    press: Checkout
    version: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended, what it wrote, and the last boundary that it came to."""

    code: int
    said: str
    seconds: float

    @property
    def marks(self) -> list[tuple[str, float]]:
        """The boundaries that it came to, and when."""
        return [(name, float(at)) for name, at in _MARK.findall(self.said)]

    @property
    def step(self) -> str:
        """Where it was when it was killed, or when its connection was."""
        names = [name for name, _ in self.marks]
        if self.code > 0 and names[-1:] == ["end"]:
            names.pop()  # it came to its end, since it was not killed itself
        return names[-1] if names else "python"

    @property
    def died(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL

    @property
    def lock_wait(self) -> float:
        """How long it waited for its locks."""
        marks = dict(reversed(self.marks))
        return marks["STATE"] - marks["hold"]


class Yard:
    """A target and the presses that are deployed to it in turn."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tmp = world.server.parent / "tmp"
        self.tmp.mkdir(mode=0o777)
        self.tmp.chmod(0o777)  # nginx, which gives up being root, looks into it

    def start(self, attempt: Attempt, kill: Kill | None = None) -> subprocess.Popen[str]:
        """A command at work, in a process group of its own."""
        boundary, delay = (kill.boundary, kill.delay) if kill else (NO_BOUNDARY, 0.0)
        return subprocess.Popen(
            [sys.executable, str(KILLER), str(boundary), str(delay), *attempt.arguments],
            cwd=attempt.press.root,
            # The modules that we have too: a copy of them, where somebody tries what the tests see.
            env={**self.world.environment, "TMPDIR": str(self.tmp), "PYTHONPATH": SOURCE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def finish(self, attempt: Attempt) -> Ran:
        """A command, to its own end."""
        begin = time.monotonic()
        process = self.start(attempt)
        said, _ = process.communicate(timeout=120)
        return Ran(code=process.returncode, said=said, seconds=time.monotonic() - begin)

    def strike(self, attempt: Attempt, kill: Kill, *, whole: float = 0.0) -> Ran:
        """A command that is killed so, if it is not at its end before; `whole` is how long it takes otherwise."""
        begin = time.monotonic()
        process = self.start(attempt, kill)
        if kill.moment is None:
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        else:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(kill.moment * whole)
        if kill.how == "line":
            assert self.world.ssh is not None
            self.world.ssh.drop()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGCONT)
        else:
            sessions = self._sessions(process.pid) if kill.how == "all" else set()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            kill_sessions(sessions)
        said, _ = process.communicate(timeout=120)
        return Ran(code=process.returncode, said=said, seconds=time.monotonic() - begin)

    def lock_falls(self) -> float:
        """So many seconds pass from now until nobody holds the lock."""
        begin = time.monotonic()
        path = self.world.folder / ".lock"
        if not path.exists():
            return 0.0
        with path.open("ab") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    assert time.monotonic() < begin + 30, "the lock is held for ever"
                    time.sleep(0.001)
                else:
                    return time.monotonic() - begin

    def reset(self) -> None:
        """Nothing was ever deployed to the target."""
        self.lock_falls()
        shutil.rmtree(self.world.folder, ignore_errors=True)
        (self.world.server / "local.conf").unlink(missing_ok=True)
        main = str(self.world.server / "main")
        subprocess.run([NGINX, "-s", "reload", "-e", "stderr", "-c", main], check=True)
        end = time.monotonic() + 10
        while self.world.get("/version.txt")[0] == 200 and time.monotonic() < end:
            time.sleep(0.02)

    def strays(self) -> list[str]:
        """Command lines of programs that killed commands left running."""
        end = time.monotonic() + 10
        while (found := running(str(self.tmp), str(self.world.folder))) and time.monotonic() < end:
            time.sleep(0.05)
        return found

    def _sessions(self, pid: int) -> set[int]:
        """The sessions of a process, of what it started, and of what ssh started over there."""
        roots = [pid, self.world.ssh.pid] if self.world.ssh else [pid]
        table = processes()
        not_ours = {table[one].session for one in roots[1:] if one in table}
        return {table[one].session for root in roots for one in below(root, table)} - not_ours
