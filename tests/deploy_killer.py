"""The console command, stopped at a boundary: `python deploy_killer.py N SECONDS COMMAND…` stops so long after its N-th one began.

Started as a program by the kill tests, which then kill what they want to. A boundary is what is asked of a judge, of the
target's `sh`, or of rsync; for N it may be its name, of which the first counts. Each is written to standard error as it begins, with the time since the start.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from pressroom import cli
from pressroom.deploy.far import copying as far_copying
from pressroom.deploy.far import orders as far_orders
from pressroom.deploy.far import questions as far_questions
from pressroom.deploy.judges import OwnJudges
from pressroom.world.shell import Shell

if TYPE_CHECKING:
    from collections.abc import Callable

_SCRIPTS = {
    text: name
    for module in (far_orders, far_questions)
    for name, text in vars(module).items()
    if name.isupper() and isinstance(text, str)
}


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


class _Marks:
    """Counts boundaries, writes each down, and stops us at one of them."""

    def __init__(self, where: str, seconds: float) -> None:
        self._where, self._seconds = where, seconds
        self._count, self._begin = 0, time.monotonic()

    def __call__(self, name: str) -> None:
        """One begins."""
        sys.stderr.write(f"boundary {name} {time.monotonic() - self._begin:.3f}\n")
        sys.stderr.flush()
        is_here = self._where in (name, str(self._count))
        self._count += 1
        if not is_here:
            return
        self._where = ""
        if self._seconds:
            timer = threading.Timer(self._seconds, _stop)
            timer.daemon = True
            timer.start()
        else:
            _stop()

    def around(
        self, function: Callable[..., Any], name: Callable[..., str] | str
    ) -> Callable[..., Any]:
        """The function, with a boundary before each call."""

        @functools.wraps(function)
        def called(*arguments: Any, **options: Any) -> Any:
            self(name if isinstance(name, str) else name(*arguments))
            return function(*arguments, **options)

        return called


def main() -> None:
    """Run the command with every boundary counted."""
    marks = _Marks(sys.argv[1], float(sys.argv[2]))
    del sys.argv[1:3]
    marks("start")
    for method in ("check_built", "grade_built", "look"):
        setattr(OwnJudges, method, marks.around(getattr(OwnJudges, method), method))
    copying = vars(far_copying)
    copying["copy_files"] = marks.around(copying["copy_files"], "copy_files")
    setattr(Shell, "run", marks.around(Shell.run, lambda _, script: _SCRIPTS[script]))  # noqa: B010 - for mypy
    setattr(Shell, "hold", marks.around(Shell.hold, "hold"))  # noqa: B010 - likewise
    try:
        cli.main()
    finally:
        marks("end")


if __name__ == "__main__":
    main()
