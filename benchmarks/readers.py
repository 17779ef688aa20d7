"""What a card reader's page costs: beside stock Material, beside Hugo, and as there are more of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from benchmarks.checkouts import copy_checkout, copy_with_readers, our_readers
from benchmarks.figures import Figure
from benchmarks.hugo import hugo_command, write_hugo
from benchmarks.markdown_pages import write_markdown
from benchmarks.measured import MKDOCS, best, measure
from benchmarks.stock import write_stock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from benchmarks.measured import Measured

OUTPUT = "public"
SITE = (*MKDOCS, "-f", "site/ccid.yml")
FEW, SOME, MANY = 700, 3_000, 10_000
# A build of stock Material takes longer than all others together, so it has fewer rounds.
STOCK_ROUNDS = 2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A build that is measured; at the end it must have made that many pages at least."""

    command: tuple[str, ...]
    folder: Path
    pages: int
    rounds: int


class Place:
    """A folder with all that is built: our checkouts, and the same pages for the others."""

    def __init__(self, root: Path, *, hugo: str, rounds: int) -> None:
        self._root, self._hugo, self._rounds = root, hugo, rounds
        self.real = len(our_readers())

    def prepare(self) -> Iterator[str]:
        """Write the sources; our own sites are built once, for the rows of their pages."""
        for count in (0, FEW, SOME, MANY):
            copy_with_readers(self._ours(count), count)
        copy_checkout(self._root / "ours")
        write_stock(self._root / "stock-0", None)
        for name, to in ((str(SOME), "stock"), (str(MANY), "hugo"), ("", "stock")):
            ours = self._root / f"ours-{name}".rstrip("-")
            measure(SITE, ours, output=OUTPUT)
            pages = self._root / f"markdown-{name}"
            count, rows = write_markdown(ours / OUTPUT / "ccid" / "readers", pages)
            yield f"{count:,} pages for {to}, with {rows / count:.1f} rows each"
            if to == "hugo":
                write_hugo(self._root / f"hugo-{count}", pages)
            else:
                write_stock(self._root / f"stock-{count}", pages)

    def subjects(self) -> dict[str, Subject]:
        """What is measured, by a name to find it by."""
        root, all_rounds, few_rounds = self._root, self._rounds, min(self._rounds, STOCK_ROUNDS)

        def subject(command: tuple[str, ...], name: str, pages: int, rounds: int) -> Subject:
            return Subject(command=command, folder=root / name, pages=pages, rounds=rounds)

        ours = {
            f"ours {count}": subject(SITE, f"ours-{count}", count, all_rounds)
            for count in (0, FEW, SOME, MANY)
        }
        stock = {
            f"stock {count}": subject(MKDOCS, f"stock-{count}", count, few_rounds)
            for count in (0, SOME, self.real)
        }
        return {
            **ours,
            "four sites": subject(MKDOCS, f"ours-{SOME}", SOME, all_rounds),
            "four sites as they are": subject(MKDOCS, "ours", self.real, all_rounds),
            "hugo": subject(hugo_command(self._hugo), f"hugo-{MANY}", MANY, all_rounds),
            **stock,
        }

    def _ours(self, count: int) -> Path:
        return self._root / f"ours-{count}"


def measure_readers(root: Path, *, hugo: str, rounds: int) -> Iterator[Figure | str]:
    """All figures about the pages of readers."""
    place = Place(root, hugo=hugo, rounds=rounds)
    yield from place.prepare()
    builds = measure_all(place.subjects(), rounds=rounds)
    walls = {name: best(found) for name, found in builds.items()}
    for name, found in builds.items():
        cpu = min(one.cpu for one in found)
        memory = max(one.memory for one in found)
        yield f"{name:24} {walls[name]:6.2f} s  {cpu:6.2f} s of processors  {memory:5} MiB"
    memory = max(one.memory for one in builds[f"ours {MANY}"])
    yield from judge(walls, memory=memory, real=place.real)


def measure_all(subjects: Mapping[str, Subject], *, rounds: int) -> dict[str, list[Measured]]:
    """Every round builds everything, so that a machine that slows down slows all of them."""
    builds: dict[str, list[Measured]] = {name: [] for name in subjects}
    for number in range(rounds):
        for name, subject in subjects.items():
            if number < subject.rounds:
                builds[name].append(measure(subject.command, subject.folder, output=OUTPUT))
                made = sum(1 for _ in (subject.folder / OUTPUT).rglob("index.html"))
                assert made > subject.pages, f"{name} made {made} pages"
    return builds


def judge(walls: Mapping[str, float], *, memory: int, real: int) -> Iterator[Figure | str]:
    """The ratios that are promised; all times are of one run."""
    ours, stock = ((walls[f"{who} {SOME}"] - walls[f"{who} 0"]) / SOME for who in ("ours", "stock"))
    few = (walls[f"ours {SOME}"] - walls[f"ours {FEW}"]) / (SOME - FEW)
    many = (walls[f"ours {MANY}"] - walls[f"ours {SOME}"]) / (MANY - SOME)
    yield f"a page: ours {ours * 1000:.2f} ms, stock {stock * 1000:.2f} ms"
    yield f"a page of ours, {FEW:,} to {SOME:,}: {few * 1000:.2f} ms; to {MANY:,}: {many * 1000:.2f} ms"
    yield Figure(what="a page of ours to one of stock Material", value=ours / stock, at_most=0.1)
    yield Figure(
        what=f"four sites with {SOME:,} readers are faster than stock with as many pages",
        value=walls[f"stock {SOME}"] / walls["four sites"],
        at_least=6,
    )
    yield Figure(
        what=f"four sites with our {real} readers are faster than stock with as many pages",
        value=walls[f"stock {real}"] / walls["four sites as they are"],
    )
    yield Figure(
        what=f"the readers' site with {MANY:,} to Hugo with as many pages (the aim is 1x)",
        value=walls[f"ours {MANY}"] / walls["hugo"],
        at_most=2,
    )
    yield Figure(what="growth of a page's cost", value=many / few, at_most=1.3)
    yield Figure(what=f"memory with {MANY:,}", value=memory, unit=" MiB", at_most=600)
