"""What the pages of the built sites cost, behind nginx."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.measured import BuildError, best, run

from pressroom.config import OUTPUT
from pressroom.headers.model import ERROR_PAGES
from pressroom.observatory.pages import paths_of_files
from pressroom.world.disk import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.measured import Measured

    from pressroom.config import Config

ROOT = Path(__file__).parent.parent
COMMAND = (str(Path(sys.executable).with_name("pressroom")), "observatory")
CHECK = (*COMMAND, "check")


def built_pages(config: Config) -> dict[str, tuple[str, ...]]:
    """The addresses of all built pages, by host."""
    return {
        config.host(site): paths_of_files(Tree(ROOT / OUTPUT / site), errors=ERROR_PAGES)
        for site in config.settings.sites
    }


def measure_sites(sites: Mapping[str, Sequence[str]], rounds: int) -> Iterator[Figure | str]:
    """What a page of the built sites costs behind nginx: of all, of half of the largest site's, of one a site."""
    largest = max(map(len, sites.values()))
    pages = {
        count: sum(min(len(paths), count) for paths in sites.values())
        for count in (largest, largest // 2, 1)
    }
    runs: dict[int, list[Measured]] = {count: [] for count in pages}
    for _ in range(rounds):
        for count, found in runs.items():
            measured, said = run((*CHECK, "--built", "--json", f"--pages={count}"), ROOT)
            judged = sum(pages_by_host(said).values())
            if judged != pages[count]:
                raise BuildError(f"{judged} of {pages[count]} pages were judged")
            found.append(measured)
    walls = {pages[count]: best(found) for count, found in runs.items()}
    yield from judge(walls, memory=max(one.memory for one in runs[largest]))


def judge(walls: Mapping[int, float], *, memory: int) -> Iterator[Figure | str]:
    """The figures for all pages, fewer and very few of them: seconds by number of pages, in this order."""
    (every, wall), (some, wall_of_some), (few, start) = walls.items()
    growth = (wall - start) / (every - few) * (some - few) / (wall_of_some - start)
    yield "; ".join(f"{pages:,} pages: {seconds:.2f} s" for pages, seconds in walls.items())
    yield Figure(what=f"all {every:,} pages of the built sites", value=wall, unit=" s", at_most=20)
    yield Figure(what="pages of them", value=every / wall, unit="/s")
    yield Figure(what=f"growth of a page's cost, {some:,} to {every:,}", value=growth, at_most=1.3)
    yield Figure(what="memory with all of them", value=memory, unit=" MiB", at_most=300)


def pages_by_host(said: str) -> dict[str, int]:
    """How many pages of each host were judged, by what `check --json` prints."""
    return {name: len(host["pages"]) for name, host in json.loads(said)["hosts"].items()}
