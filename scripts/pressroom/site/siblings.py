"""The other sites' builds: started side by side with the hub's, waited for, and named when they fail."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sibling:
    """A build that is under way in another process."""

    name: str
    config: Path
    process: subprocess.Popen[str]


def start_sibling(name: str, *, core: str, config: Path, output: Path, strict: bool) -> Sibling:
    """Build the site of `config` into `output`; `core` is the module that is running, mkdocs or properdocs."""
    command = [sys.executable, "-m", core, "build", "-f", str(config), "-d", str(output)]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
        [*command, *(["--strict"] if strict else [])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    return Sibling(name=name, config=config, process=process)


def wait_for(siblings: Sequence[Sibling], *, report: Callable[[str], None]) -> None:
    """Wait for all, telling `report` of each that has ended; if any failed, raise with their outputs."""
    outputs: dict[str, str] = {}
    for number, sibling in enumerate(siblings, 1):
        outputs[sibling.name] = sibling.process.communicate()[0]
        how = "failed" if sibling.process.returncode else "built"
        report(f"{sibling.name} {how} ({number} of {len(siblings)} sites beside this one)")
    failed = [sibling for sibling in siblings if sibling.process.returncode != 0]
    if failed:
        raise PressroomError(
            "\n".join(f"site {one.name!r} failed:\n{outputs[one.name].strip()}" for one in failed),
            where=", ".join(str(one.config) for one in failed),
            hint="build it alone to see more: mkdocs build --strict -f " + str(failed[0].config),
        )


def stop(siblings: Sequence[Sibling]) -> None:
    """End what still runs; used when the hub's own build has failed."""
    for sibling in siblings:
        if sibling.process.poll() is None:
            sibling.process.terminate()
            sibling.process.wait()
