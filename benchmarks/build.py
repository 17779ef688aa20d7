"""What posts and pages of card readers cost, as ratios within one run, each with its limit.

    python benchmarks/build.py [--only posts|readers] [--rounds 3] [--posts 500]

Everything is built several times, one after the other in each round, and the best time counts. Each build
starts with an empty output folder and without any cache but Python's own of modules. Exit code: 0 all
limits hold, 1 one is broken, 2 something is missing that is measured against.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

# Beside this file nothing is meant to be found by its bare name: a `build` is on PyPI too.
sys.path[0] = str(Path(__file__).parent.parent)

from benchmarks.figures import Figure  # noqa: E402 - see above
from benchmarks.hugo import MISSING, find_hugo  # noqa: E402 - likewise
from benchmarks.measured import BuildError  # noqa: E402 - likewise
from benchmarks.posts import measure_posts  # noqa: E402 - likewise
from benchmarks.readers import measure_readers  # noqa: E402 - likewise

MEMORY_DISK = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
ROOM = 3 << 30  # bytes


def work_folder() -> Path | None:
    """Where to build: in memory if there is room, else wherever temporary files go.

    Some disks take a hundred times as long to make a file when many were removed just before, which
    is what a benchmark does, and no figure would be about the builds.
    """
    usable = MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > ROOM
    return MEMORY_DISK if usable else None


def main() -> int:
    """Measure, print, and fail when a limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("posts", "readers"), help="measure only these")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is built")
    parser.add_argument("--posts", type=int, default=500, help="the smaller number of posts")
    options = parser.parse_args()
    hugo = find_hugo()
    if hugo is None and options.only != "posts":
        print(MISSING, file=sys.stderr)
        return 2
    broken = 0
    with tempfile.TemporaryDirectory(dir=work_folder()) as temporary:
        place = Path(temporary)
        print(f"in {place}, {options.rounds} rounds")
        parts = []
        if options.only != "readers":
            parts.append(measure_posts(place, few=options.posts, rounds=options.rounds))
        if hugo is not None and options.only != "posts":
            parts.append(measure_readers(place, hugo=hugo, rounds=options.rounds))
        for part in parts:
            for line in part:
                print(line, flush=True)
                broken += isinstance(line, Figure) and not line.holds
    return 1 if broken else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BuildError as error:
        sys.exit(str(error))
