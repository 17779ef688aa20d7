"""What a rehearsed release costs, beside zest.releaser's fullrelease of a like project, with limits.

    python benchmarks/release.py [--rounds 5] [--json]

Each round makes both, one after the other, each in a new world with the same index and wheels; before
the first one both go once without being counted. Medians count. Exit code: 0 all limits hold, 1 one is
broken, 2 there is no zest.releaser to compare with.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Beside this file nothing is meant to be found by its bare name: a `build` is on PyPI too.
sys.path[0] = str(Path(__file__).parent.parent)

from benchmarks.figures import Figure  # noqa: E402 - see above
from benchmarks.measured import BuildError  # noqa: E402 - likewise
from benchmarks.zest import MISSING, TO, Zest, find_fullrelease  # noqa: E402 - likewise

from pressroom.release.example import Stage, prepare  # noqa: E402 - likewise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).parent.parent
CLOCKED = Path(__file__).with_name("clocked.py")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One rehearsal: all of it, what of it were clean installations, and each step, in seconds."""

    wall: float
    installs: float = 0.0
    steps: Mapping[str, float] = dataclasses.field(default_factory=dict)

    @property
    def own(self) -> float:
        """What is left without the clean installations, which the other one does not make."""
        return self.wall - self.installs


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What every round took: ours, ours once more when it had ended, ours without a cache, theirs."""

    first: Sequence[Run]
    again: Sequence[Run]
    cold: Sequence[Run]
    zest: Sequence[float]


def rehearse(stage: Stage, world: Path, *, cache: Path) -> Run:
    """`pressroom release … --rehearse` in a process of its own, with a clock on each step."""
    times = world.with_suffix(".json")
    wall = _time([sys.executable, "-P", str(CLOCKED), str(times)], stage, world, cache=cache)
    return Run(wall=wall, **json.loads(times.read_bytes()))


def rehearse_again(stage: Stage, world: Path, *, cache: Path) -> Run:
    """The same as a person starts it, with a clock around it: it has no step to do."""
    command = [str(Path(sys.executable).with_name("pressroom"))]
    return Run(wall=_time(command, stage, world, cache=cache), installs=0.0, steps={})


def _time(command: Sequence[str], stage: Stage, world: Path, *, cache: Path) -> float:
    """The seconds that a command with the arguments of a rehearsal takes."""
    start = time.perf_counter()
    run = subprocess.run(
        [
            *command,
            *("release", stage.project.id, stage.version, "--rehearse", "--world", str(world)),
        ],
        cwd=stage.press,
        env={**stage.environment, "XDG_CACHE_HOME": str(cache)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - start
    if run.returncode:
        raise BuildError(f"pressroom release: {run.returncode}\n{run.stdout}{run.stderr}")
    return wall


def measure(place: Path, *, fullrelease: Path, rounds: int) -> Times:
    """Every round makes all of it, so that a machine that slows down slows all of them."""
    stage = prepare(ROOT, "pure", place / "ours", path=os.environ["PATH"])
    assert stage.version == TO
    times: dict[str, list[Any]] = {"first": [], "again": [], "cold": [], "zest": []}
    for number in range(rounds + 1):
        world, cache = place / f"world-{number}", place / "cache"
        times["first"].append(rehearse(stage, world, cache=cache))
        times["zest"].append(Zest(place / f"zest-{number}", fullrelease=fullrelease).run())
        times["again"].append(rehearse_again(stage, world, cache=cache))
        cold = place / f"cold-{number}"
        times["cold"].append(rehearse(stage, cold, cache=place / f"cache-{number}"))
    return Times(**{name: found[1:] for name, found in times.items()})


def judge(times: Times) -> Iterator[Figure]:
    """The ratios, two of them promised."""
    zest = statistics.median(times.zest)
    first = statistics.median(run.wall for run in times.first)
    ours = statistics.median(run.own for run in times.first)
    cold = statistics.median(run.own for run in times.cold)
    again = statistics.median(run.wall for run in times.again)
    yield Figure(
        what="a rehearsal without its clean installs, to a fullrelease",
        value=ours / zest,
        at_most=1,
    )
    yield Figure(what="the same, with nothing in its cache", value=cold / zest)
    yield Figure(what="a rehearsal with its clean installs, to a fullrelease", value=first / zest)
    yield Figure(
        what="a finished rehearsal once more, to the first time", value=again / first, at_most=0.1
    )


def rows(times: Times) -> dict[str, Sequence[float]]:
    """All that was measured, by what it is called in the table."""
    names = {name: None for run in times.first for name in run.steps}
    return {
        "zest.releaser, fullrelease": times.zest,
        "ours, without clean installs": [run.own for run in times.first],
        "ours, its clean installs": [run.installs for run in times.first],
        "ours, all of it": [run.wall for run in times.first],
        "ours, all of it, cold cache": [run.wall for run in times.cold],
        "ours, without clean installs, cold cache": [run.own for run in times.cold],
        "ours, once more when it had ended": [run.wall for run in times.again],
        **{f"  {name}": [run.steps.get(name, 0.0) for run in times.first] for name in names},
    }


def render(times: Times) -> Iterator[str]:
    """The table: median, least and most of each, then the figures with their limits."""
    yield f"{'seconds':44} median   least    most"
    for name, found in rows(times).items():
        yield f"{name:44} {statistics.median(found):6.3f}  {min(found):6.3f}  {max(found):6.3f}"
    yield "ours builds twice, audits and verifies; zest.releaser builds once, in pip's environments, made anew"
    yield "for sdist and wheel. Cached: for ours the locked environment of the builds and what uv keeps"
    yield "(the cold lines: nothing); for both Python's bytecode of the programs themselves."
    yield from map(str, judge(times))


def render_json(times: Times) -> str:
    """The same for machines."""
    seconds = {name.strip(): list(found) for name, found in rows(times).items()}
    figures = [{**dataclasses.asdict(one), "holds": one.holds} for one in judge(times)]
    return json.dumps({"seconds": seconds, "figures": figures}, indent=2)


def main() -> int:
    """Measure, print, and fail when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each is made")
    parser.add_argument("--json", action="store_true", help="print one object, for machines")
    options = parser.parse_args()
    fullrelease = find_fullrelease()
    if fullrelease is None:
        print(MISSING, file=sys.stderr)
        return 2
    # On a disk, not in memory: a release that survives a power cut waits for one.
    with tempfile.TemporaryDirectory() as temporary:
        times = measure(Path(temporary), fullrelease=fullrelease, rounds=options.rounds)
    print(render_json(times) if options.json else "\n".join(render(times)))
    return 0 if all(figure.holds for figure in judge(times)) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BuildError as error:
        sys.exit(str(error))
