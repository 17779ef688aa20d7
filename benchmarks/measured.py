"""One build in a process of its own: how long it took, and how much memory its largest process had."""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

MKDOCS = (sys.executable, "-m", "mkdocs", "build", "--strict")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Wall time and processor time of all its processes, in seconds; the memory of the largest, in MiB."""

    wall: float
    cpu: float
    memory: int


class BuildError(Exception):
    """A build that is measured did not succeed; holds what it said."""


def measure(command: Sequence[str], folder: Path, *, output: str) -> Measured:
    """Run it in a folder without the `output` of earlier runs, and without a cache of its own."""
    shutil.rmtree(folder / output, ignore_errors=True)
    helper = subprocess.run(
        [sys.executable, __file__, *command],
        cwd=folder,
        env=_environment(),
        check=False,
        capture_output=True,
        text=True,
    )
    if helper.returncode:
        raise BuildError(f"in {folder}: {' '.join(command)}\n{helper.stderr}{helper.stdout}")
    return Measured(**json.loads(helper.stdout))


def best(builds: Iterable[Measured]) -> float:
    """The shortest wall time: what the machine did beside only makes it longer."""
    return min(one.wall for one in builds)


def _environment() -> dict[str, str]:
    """Ours, but Python may keep the bytecode of modules, as it does wherever people build."""
    kept = {key: one for key, one in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def main() -> int:
    """The helper: run the command in `sys.argv` and print what it took.

    A process per build, because the system keeps one maximum for all children of a process.
    """
    start = time.perf_counter()
    build = subprocess.run(sys.argv[1:], check=False, stdout=sys.stderr)
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss // 1024}
    sys.stdout.write(json.dumps(figures))
    return build.returncode


if __name__ == "__main__":
    sys.exit(main())
