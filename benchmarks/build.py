"""What a post costs: builds of a small site with no, some and ten times as many synthetic posts.

    python benchmarks/build.py [--posts 500]

The cost of a post is (build with − build without) / posts, all in one run, the best of three each.
It must not grow: from 500 to 5,000 posts it may be at most 1.3 times that of the first 500.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIXTURE = Path(__file__).parent.parent / "tests" / "fixtures" / "press"
LIMIT = 1.3
ROUNDS = 3

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


def build(folder: Path) -> float:
    """The wall time of one strict build, in seconds."""
    shutil.rmtree(folder / "public", ignore_errors=True)
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "-q", "build", "--strict"],
        cwd=folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return time.perf_counter() - start


def main() -> int:
    """Measure, print, and fail when the cost of a post grows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=500, help="the smaller number of posts")
    few = parser.parse_args().posts
    sizes = (0, few, 10 * few)
    with tempfile.TemporaryDirectory() as temporary:
        folders = {size: Path(temporary) / str(size) for size in sizes}
        for size, folder in folders.items():
            shutil.copytree(FIXTURE, folder)
            write_posts(folder / "posts", size)
        # Interleaved: a machine that slows down slows all of them.
        walls = [{size: build(folder) for size, folder in folders.items()} for _ in range(ROUNDS)]
    best = {size: min(wall[size] for wall in walls) for size in sizes}
    first = (best[few] - best[0]) / few
    rest = (best[10 * few] - best[few]) / (9 * few)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    for size in sizes:
        print(f"{size:6} posts: {best[size]:6.2f} s")
    print(f"a post, up to {few}: {first * 1000:.2f} ms")
    print(f"a post, {few} to {10 * few}: {rest * 1000:.2f} ms")
    print(f"ratio {rest / first:.2f}, limit {LIMIT}; at most {memory} MiB")
    return 0 if rest <= LIMIT * first else 1


if __name__ == "__main__":
    sys.exit(main())
