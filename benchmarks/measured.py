"""One command in a process of its own: how long it took, and how much memory its largest process had."""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MKDOCS = (sys.executable, "-m", "mkdocs", "build", "--strict")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Wall time and processor time of all its processes, in seconds; the memory of the largest, in MiB."""

    wall: float
    cpu: float
    memory: int


class BuildError(Exception):
    """What is measured did not succeed; holds what it said."""


def measure(command: Sequence[str], folder: Path, *, output: str) -> Measured:
    """Run a build in a folder without the `output` of earlier runs, and without a cache of its own."""
    shutil.rmtree(folder / output, ignore_errors=True)
    measured, _ = run(command, folder)
    return measured


def run(
    command: Sequence[str],
    folder: Path,
    *,
    stdin: IO[bytes] | int = subprocess.DEVNULL,
    stdout: IO[bytes] | int = subprocess.PIPE,
    environment: Mapping[str, str] | None = None,
) -> tuple[Measured, str]:
    """Run it in a folder, with our environment or that one, and what it printed, if that goes nowhere else.

    Raises BuildError where it fails.
    """
    with tempfile.NamedTemporaryFile() as figures:
        helper = subprocess.run(
            [sys.executable, __file__, figures.name, *command],
            cwd=folder,
            env=_environment() if environment is None else environment,
            check=False,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )
        if helper.returncode:
            said = f"{helper.stderr}{helper.stdout or ''}"
            raise BuildError(f"in {folder}: {' '.join(command)}\n{said}")
        return Measured(**json.loads(figures.read())), helper.stdout or ""


def best(builds: Iterable[Measured]) -> float:
    """The shortest wall time: what the machine did beside only makes it longer."""
    return min(one.wall for one in builds)


def _environment() -> dict[str, str]:
    """Ours, but Python may keep the bytecode of modules, as it does wherever people build."""
    kept = {key: one for key, one in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}


def main() -> int:
    """The helper: run the command in `sys.argv` and write what it took to the file before it.

    A process per command, because the system keeps one maximum for all children of a process.
    """
    figures, *command = sys.argv[1:]
    start = time.perf_counter()
    build = subprocess.run(command, check=False)
    wall = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss // 1024}
    Path(figures).write_text(json.dumps(took), encoding="utf-8")
    return build.returncode


if __name__ == "__main__":
    sys.exit(main())
