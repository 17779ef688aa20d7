"""Work shared among processes: all of it is done, errors arrive, and no child is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from pressroom.errors import PressroomError
from pressroom.world.workers import processors, share

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@pytest.mark.parametrize("processes", [1, 2, 5])
@pytest.mark.parametrize("count", [0, 1, 7, 100])
def test_every_item_is_worked_on_once(count: int, processes: int) -> None:
    """However many items and processes there are, no item is lost or done twice."""
    results = share(range(count), lambda part: [one * 2 for one in part], processes=processes)

    assert [one * 2 for one in range(count)] == sorted(one for part in results for one in part)


def test_the_work_is_done_in_several_processes() -> None:
    """Each part but one has a process of its own; the work may be any function of this one."""
    pids = share(range(4), lambda _: os.getpid(), processes=3)

    assert 3 == len(set(pids))
    assert os.getpid() == pids[0]
    assert 1 <= processors()


def test_what_a_child_raises_is_raised_here() -> None:
    """An error of the disk arrives with its number and its file, so that it can be explained."""

    def work(part: Sequence[int]) -> None:
        if 1 in part:
            raise OSError(28, "No space left on device", "page.html")

    with pytest.raises(OSError, match="No space left") as caught:
        share(range(4), work, processes=2)

    assert (28, "page.html") == (caught.value.errno, caught.value.filename)


def test_a_child_that_is_killed_is_an_error() -> None:
    """Memory that runs out kills a child without a word: that is no result, and no hang."""
    here = os.getpid()

    def work(_: Sequence[int]) -> None:
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(PressroomError) as caught:
        share(range(4), work, processes=2)

    assert "was ended" in caught.value.message
    assert "start again" in caught.value.hint


def test_an_error_here_ends_the_children(tmp_path: Path) -> None:
    """A part that fails in this process leaves no child at work."""
    here, file = os.getpid(), tmp_path / "pid"

    def work(_: Sequence[int]) -> None:
        if os.getpid() != here:
            file.write_text(str(os.getpid()))
            time.sleep(60)
        while not (file.exists() and file.read_text()):
            time.sleep(0.01)
        raise ValueError("mine")

    start = time.monotonic()
    with pytest.raises(ValueError, match="mine"):
        share(range(4), work, processes=2)

    assert 30 > time.monotonic() - start
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text()), 0)


def test_a_killed_parent_takes_its_children_along(tmp_path: Path) -> None:
    """After SIGKILL nobody goes on writing into the folder of a build that is dead."""
    file = tmp_path / "beats"
    code = f"""
import os, time
from pressroom.world.workers import share
here = os.getpid()
def work(part):
    while True:
        if os.getpid() != here:
            open({str(file)!r}, "a").write("x")
        time.sleep(0.01)
share(range(2), work, processes=2)
"""
    process = subprocess.Popen([sys.executable, "-c", code])
    for _ in range(500):
        if file.exists() and file.stat().st_size:
            break
        time.sleep(0.01)
    process.kill()
    process.wait()
    time.sleep(0.2)
    size = file.stat().st_size
    time.sleep(0.3)

    assert 0 < size == file.stat().st_size
