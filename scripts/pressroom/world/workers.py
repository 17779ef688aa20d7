"""Work that is shared among forked processes, for what takes seconds and needs no more than memory and disk."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import signal
from typing import TYPE_CHECKING, TypeVar

from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
R = TypeVar("R")

_PR_SET_PDEATHSIG = 1  # prctl(2)


def share(items: Sequence[T], work: Callable[[Sequence[T]], R], *, processes: int) -> list[R]:
    """What `work` makes of each part of the items, in no order that means anything.

    One part is done by this process, the others by children that start with a copy of its memory, so
    `work` may be anything, and what it returns or raises must be picklable. A child does not
    outlive its parent. Where the system cannot fork, this process does all.
    """
    count = processes if hasattr(os, "fork") else 1
    parts = [items[number::count] for number in range(count)]
    children = [_Child(work, part) for part in parts[1:] if part]
    try:
        results = [work(parts[0])]
        return results + [child.result() for child in children]
    finally:
        for child in children:
            child.end()


def processors() -> int:
    """How many processes can run here at the same time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Child:
    """A process at work on its part."""

    def __init__(self, work: Callable[[Sequence[T]], R], part: Sequence[T]) -> None:
        parent = os.getpid()
        self._reading, writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._reading)
            _work_and_exit(work, part, writing, parent=parent)
        os.close(writing)

    def result(self) -> R:  # type: ignore[type-var]  # what the work returned; only share() knows its type
        """What the work returned; what it raised is raised here."""
        with open(self._reading, "rb", closefd=False) as pipe:
            data = pipe.read()
        if not data:
            raise PressroomError(
                "a process that shared the work was ended",
                where=f"process {self._pid}",
                hint="start again; if it happens again, look whether memory ran out (dmesg)",
            )
        error, result = pickle.loads(data)  # noqa: S301 - written by our own child
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]  # likewise

    def end(self) -> None:
        """Stop it, if it still runs, and give back what it held."""
        os.close(self._reading)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)


def _work_and_exit(
    work: Callable[[Sequence[T]], R], part: Sequence[T], writing: int, *, parent: int
) -> None:
    """Do the part and say how it went; never returns: nothing of the parent's may run twice."""
    status = 1
    try:
        _die_with(parent)
        answer: tuple[BaseException | None, R | None]
        try:
            answer = (None, work(part))
        except BaseException as error:  # noqa: BLE001 - whatever it was, the parent raises it
            answer = (error, None)
        with open(writing, "wb") as pipe:
            pickle.dump(answer, pipe)
        status = 0
    finally:
        os._exit(status)


def _die_with(parent: int) -> None:
    """End with the parent, even when that is killed: an orphan would go on writing into its folder."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    except (AttributeError, OSError):
        return  # no Linux
    if os.getppid() != parent:
        os._exit(1)
