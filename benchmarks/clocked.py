"""`pressroom` as it is, with a clock on its steps and on its clean installations.

    python -P benchmarks/clocked.py TIMES ARGUMENT...

The times are in the file TIMES when it has ended; -P, since beside this file there is a `build`.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Where the release calls what makes empty environments, installs and tries.
INSTALLING = (
    ("pressroom.release.steps.dist", "install_each"),
    ("pressroom.release.steps.upload_dist", "install_each"),
)
REPORTER = ("pressroom.release.report", "Reporter")


class Clock:
    """Seconds by name; what is timed twice adds up."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._now = now
        self._begun: dict[str, float] = {}

    def begin(self, name: str) -> None:
        """From now on."""
        self._begun[name] = self._now()

    def end(self, name: str) -> None:
        """Until now."""
        took = self._now() - self._begun.pop(name)
        self.seconds[name] = self.seconds.get(name, 0.0) + took

    @contextlib.contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """What happens inside, however it ends."""
        self.begin(name)
        try:
            yield
        finally:
            self.end(name)


def watch(steps: Clock, installs: Clock) -> None:
    """Put the clocks where the release goes by."""
    for module, name in INSTALLING:
        place = importlib.import_module(module)
        setattr(place, name, _timed(getattr(place, name), installs))
    reporter = getattr(importlib.import_module(REPORTER[0]), REPORTER[1])
    begins, ends = reporter.begins, reporter.ends

    def began(self: Any, step: Any, sentence: str) -> None:  # noqa: ANN401 - whatever it is now
        begins(self, step, sentence)
        steps.begin(step.name)

    def ended(self: Any, step: Any, answer: Any, *, acted: bool) -> None:  # noqa: ANN401 - likewise
        steps.end(step.name)
        ends(self, step, answer, acted=acted)

    reporter.begins, reporter.ends = began, ended


def _timed(function: Callable[..., Any], clock: Clock) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*arguments: object, **more: object) -> object:
        with clock.timing("installs"):
            return function(*arguments, **more)

    return timed


def main() -> None:
    """Run the console command; the times are written however it ends."""
    times = Path(sys.argv.pop(1))
    steps, installs = Clock(), Clock()
    watch(steps, installs)
    try:
        importlib.import_module("pressroom.cli").main()
    finally:
        value = {"installs": installs.seconds.get("installs", 0.0), "steps": steps.seconds}
        times.write_text(json.dumps(value), encoding="utf-8")


if __name__ == "__main__":
    main()
