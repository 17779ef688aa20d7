"""The benchmark: its limits, its synthetic readers, and what it says when it cannot measure."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.readers.descriptors import parse_descriptors, render_descriptors
from pressroom.readers.table import parse_readers, render_readers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = b"""<!doctype html><html><body><nav><table><tr><td>menu</td></tr></table></nav>
<article><h1>Reader <em>one</em></h1>
<table><thead><tr><th>Fact</th><th>Value</th></tr></thead>
<tbody><tr><th>Slots</th><td><code>bMaxSlotIndex</code>\n0 | 1</td></tr></tbody></table>
<dl><div><dt>Made by</dt><dd>Nobody</dd></div></dl></article></body></html>"""


@pytest.fixture
def benchmark(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """Imports a module of the benchmark."""
    monkeypatch.syspath_prepend(checkout)
    return lambda name: importlib.import_module(f"benchmarks.{name}")


def test_a_benchmark_without_hugo_says_how_to_get_it(checkout: Path, tmp_path: Path) -> None:
    """Without Hugo nothing is measured, the exit code is 2, and the command to install it is named."""
    run = subprocess.run(
        [sys.executable, str(checkout / "benchmarks" / "build.py")],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert 2 == run.returncode
    assert "apt-get install hugo" in run.stderr
    assert "" == run.stdout


def test_limits_are_kept_or_broken(benchmark: Callable[[str], Any]) -> None:
    """Every promised ratio holds with fast builds, and each is broken by the build that makes it slow."""
    fast = {"ours 0": 0.5, "ours 700": 0.7, "ours 3000": 1.3, "ours 10000": 3.2}
    others = {"four sites": 2.0, "four sites as they are": 1.2, "hugo": 3.0}
    stock = {"stock 0": 0.4, "stock 3000": 20.0, "stock 702": 5.0}
    walls = fast | others | stock

    def broken(changed: dict[str, float], memory: int = 200) -> list[str]:
        lines = benchmark("readers").judge(walls | changed, memory=memory, real=702)
        figures = [line for line in lines if not isinstance(line, str)]
        assert len(figures) == 6
        return [figure.what for figure in figures if not figure.holds]

    assert [] == broken({})
    assert ["a page of ours to one of stock Material"] == broken({"ours 0": -5.0})
    assert 1 == len(broken({"four sites": 4.0}))
    assert 1 == len(broken({"hugo": 1.5}))
    assert ["growth of a page's cost"] == broken({"ours 10000": 4.0})
    assert ["memory with 10,000"] == broken({}, memory=601)
    assert [] == broken({"four sites as they are": 99.0}), (
        "the ratio at the real size is only printed"
    )


def test_synthetic_readers_are_a_table_without_findings(benchmark: Callable[[str], Any]) -> None:
    """The table and the descriptors can be read, some readers share an id, and twice are the same."""
    make = benchmark("synthetic").synthetic_readers
    readers, descriptors = make(400, releases=["1.0.0", "1.4.31"])
    table, found = parse_readers(render_readers(readers), where="readers.csv")
    lines, odd = parse_descriptors(render_descriptors(descriptors), where="descriptors.jsonl")

    assert [] == found + odd
    assert 400 == len(table) == len(lines)
    assert 350 < len({reader.usb_id for reader in table}) < 400
    assert (readers, descriptors) == make(400, releases=["1.0.0", "1.4.31"])


def test_other_generators_get_the_rows_of_a_page(benchmark: Callable[[str], Any]) -> None:
    """Tables and lists of facts in the article are taken, those of the navigation are not."""
    title, tables = benchmark("markdown_pages").read_page(PAGE)

    assert "Reader one" == title
    assert [
        [["Fact", "Value"], ["Slots", "bMaxSlotIndex 0 | 1"]],
        [["Fact", "Value"], ["Made by", "Nobody"]],
    ] == tables
    assert "| Slots | bMaxSlotIndex 0 \\| 1 |\n" in benchmark("markdown_pages")._render(tables[0])
