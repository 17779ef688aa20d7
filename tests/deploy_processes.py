"""What runs on this machine, read from /proc: what a process started, whole sessions to kill, what names a place."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A line of /proc."""

    parent: int
    session: int
    name: str
    is_dead: bool


def processes() -> dict[int, Process]:
    """Everything that runs at this moment, by its process id."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            before, _, after = stat.read_text(errors="replace").rpartition(")")
            pid, _, name = before.partition(" (")
            state, parent, _, session = after.split()[:4]
            found[int(pid)] = Process(
                parent=int(parent), session=int(session), name=name, is_dead=state in "ZX"
            )
    return found


def below(root: int, table: dict[int, Process] | None = None) -> list[int]:
    """The process ids of a process and of all that it started, and of what those started."""
    table = table or processes()
    children: dict[int, list[int]] = {}
    for pid, process in table.items():
        children.setdefault(process.parent, []).append(pid)
    found = [root] if root in table else []
    for pid in found:
        found += children.get(pid, [])
    return found


def named(root: int, name: str) -> list[int]:
    """Those of that name below a process."""
    table = processes()
    return [pid for pid in below(root, table) if table[pid].name == name]


def kill_sessions(sessions: set[int]) -> None:
    """SIGKILL to every process in these sessions, until there is none."""
    while pids := [
        pid for pid, one in processes().items() if one.session in sessions and not one.is_dead
    ]:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def running(*places: str) -> list[str]:
    """Command lines that name one of these places, whoever started them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            if any(place in words for place in places):
                found.append(words)
    return found
