"""What a post costs: builds of a small site with no, some and ten times as many synthetic posts."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.measured import MKDOCS, best, measure

if TYPE_CHECKING:
    from collections.abc import Iterator

FIXTURE = Path(__file__).parent.parent / "tests" / "fixtures" / "press"
LIMIT = 1.3

PARAGRAPH = (
    "Synthetic text with `code`, *emphasis* and a [link](../index.md), long enough to be a paragraph "
    "of an ordinary post. "
)


def write_posts(folder: Path, count: int) -> None:
    """Posts of three sections each, one a day, with ten tags among them."""
    start = dt.date(2000, 1, 1)
    for number in range(count):
        day = start + dt.timedelta(days=number)
        front = (
            f"---\ntitle: Post {number}\nslug: post-{number}\ndate: {day}\n"
            f"summary: Synthetic post number {number}.\ntags: [tag-{number % 10}]\n---\n"
        )
        sections = "".join(f"\n## Section {n}\n\n{PARAGRAPH * 4}\n" for n in range(3))
        (folder / f"post-{number}.md").write_text(front + sections, encoding="utf-8")


def measure_posts(place: Path, *, few: int, rounds: int) -> Iterator[Figure | str]:
    """The cost of a post at `few` and at ten times as many; it must not grow."""
    sizes = (0, few, 10 * few)
    folders = {size: place / f"posts-{size}" for size in sizes}
    for size, folder in folders.items():
        shutil.copytree(FIXTURE, folder)
        write_posts(folder / "posts", size)
    # Interleaved: a machine that slows down slows all of them.
    builds = [
        {size: measure(MKDOCS, folder, output="public") for size, folder in folders.items()}
        for _ in range(rounds)
    ]
    walls = {size: best(build[size] for build in builds) for size in sizes}
    memory = max(build[size].memory for build in builds for size in sizes)
    for size in sizes:
        yield f"{size:6,} posts: {walls[size]:.2f} s"
    first = (walls[few] - walls[0]) / few
    rest = (walls[10 * few] - walls[few]) / (9 * few)
    yield f"a post, up to {few:,}: {first * 1000:.2f} ms; from there to {10 * few:,}: {rest * 1000:.2f} ms"
    yield f"memory: at most {memory} MiB"
    yield Figure(what="growth of a post's cost", value=rest / first, at_most=LIMIT)
