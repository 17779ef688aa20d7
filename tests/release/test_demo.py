"""The demo: our C extension released in a rehearsal, and the page that comes of it."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html

from pressroom.release.example import Stage, example_files, prepare
from rehearse_example import read_page

PAGE = b"""<html><body><nav><p>menu</p></nav><article><h1>Widget
  1.0</h1><p>20 November 2026</p><h2>Files</h2>
<table><tr><th>File and its SHA-256</th><th>Kind</th></tr>
<tr><td><a href="x">widget-<wbr>1.0.tar.gz</a><br><code>0123<wbr>4567</code></td><td>sdist</td></tr></table>
<ul><li>turns <code>more</code> quietly</li></ul><pre><code>sha256sum
  --check</code></pre><dl><div><dt>Tag</dt><dd>1.0</dd></div></dl></article></body></html>"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo that was killed once and then went on: what it printed the first and the last time."""

    killed: str
    shown: str
    stage: Path
    page: Path


def start(checkout: Path, into: Path) -> subprocess.Popen[str]:
    """The demo, started as `make demo` does."""
    return subprocess.Popen(
        [sys.executable, str(checkout / "scripts" / "rehearse_example.py"), "--into", str(into)],
        cwd=into.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # No home, no identity, no key of whoever runs the tests.
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PYTHONUNBUFFERED": "1"},
    )


@pytest.fixture(scope="module")
def demo(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One demo, killed between the tag and the upload, and started again."""
    into = tmp_path_factory.mktemp("demo") / "into"
    killed = ""
    with start(checkout, into) as first:
        assert first.stdout is not None
        for line in first.stdout:
            killed += line
            if "did  Sign the tag" in line:
                first.kill()
    with start(checkout, into) as second:
        shown, _ = second.communicate(timeout=120)
    assert 0 == second.returncode, shown
    found = re.search(r"^the page: +(.*)$", shown, re.MULTILINE)
    assert found is not None
    (stage,) = into.glob("stage-*")
    return Demo(killed=killed, shown=shown, stage=stage, page=Path(found[1]))


def test_the_page_shows_the_hashes_of_what_is_on_the_index(demo: Demo) -> None:
    """Every file that the index holds stands in the table of the built page, with the hash of its bytes."""
    stored = [
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (demo.stage / "world" / "index" / "objects").iterdir()
    ]
    (table,) = html.fromstring(demo.page.read_bytes()).xpath("//article//table[.//code]")
    shown = {
        row.xpath("string(.//a)"): row.xpath("string(.//code)") for row in table.xpath("./tbody/tr")
    }

    # Wheels of an extension for this machine alone are tried, and no index takes them.
    assert ["atr_checksum-1.1.0.tar.gz"] == list(shown)
    assert stored == list(shown.values())


def test_the_demo_shows_steps_times_and_page(demo: Demo) -> None:
    """Each step with its time, then the page as a person reads it, and where all of it is."""
    assert re.search(r"^ +\d+\.\d\d s   did  Build sdist and wheel", demo.shown, re.MULTILINE)
    for heading in ("atr-checksum 1.1.0", "Files", "How to verify"):
        assert re.search(rf"^{heading}\n[=-]+$", demo.shown, re.MULTILINE), heading
    (line,) = re.findall(
        r"^atr_checksum-1\.1\.0\.tar\.gz [0-9a-f]{64} \| sdist .*$", demo.shown, re.MULTILINE
    )
    assert line.split()[1] in demo.shown.partition("How to verify")[2]
    assert str(demo.stage / "world") in demo.shown


def test_a_killed_demo_goes_on(demo: Demo) -> None:
    """The tag that was signed before the kill is the one that is pushed; nothing is begun again."""
    (tag,) = re.findall(r"did  Sign the tag 1\.1\.0 aside: (\w+)", demo.killed)

    assert "Build sdist" not in demo.killed
    assert f"done  Sign the tag 1.1.0 aside: {tag}" in demo.shown
    assert "did  Sign" not in demo.shown


def test_a_stage_of_other_files_is_made_anew(checkout: Path, tmp_path: Path) -> None:
    """The same example and commit are the same stage; another example takes its place."""

    def stage(example: str) -> Stage:
        return prepare(checkout, example, tmp_path, path=os.environ["PATH"])

    first = stage("pure")
    (first.folder / "kept").touch()

    assert first == stage("pure")
    assert (first.folder / "kept").exists()
    assert (first.checkout / "pyproject.toml").is_file()
    assert (first.press / "releases" / "apdu-hex.md").is_file()
    other = stage("extension")
    assert [other.folder.name] == [path.name for path in tmp_path.glob("stage-*")]


def test_what_a_build_left_is_no_part_of_an_example(tmp_path: Path) -> None:
    """Built files and folders are left out; what only looks like them is not."""
    kept = {".gitignore", "src/builder/x.c", "setup.py", "src/dist.py"}
    for name in kept | {"build/x.o", "src/w.egg-info/PKG-INFO", "src/w.so", "dist/w.whl"}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert kept == set(example_files(tmp_path))


def test_a_page_is_read_as_people_read_it() -> None:
    """Title, text, tables, lists, commands and facts, in their order, and nothing of the navigation."""
    assert [
        "",
        "Widget 1.0",
        "==========",
        "20 November 2026",
        "",
        "Files",
        "-----",
        "File and its SHA-256 | Kind",
        "widget-1.0.tar.gz 01234567 | sdist",
        "- turns more quietly",
        "    sha256sum",
        "      --check",
        "Tag: 1.0",
    ] == list(read_page(PAGE))
