"""Compressed copies beside files: which files get one, and what is found where a copy is not what it should be."""

from __future__ import annotations

import gzip
import os
import random
import tracemalloc
import zlib
from pathlib import Path

import pytest

from pressroom.errors import PressroomError
from pressroom.headers.media import COMPRESSED
from pressroom.site.compressed import MIN_SIZE, WORTH_SHARING, check_compressed, compress
from pressroom.world.disk import Tree

TEXT = b"word after word\n" * 200
NOISE = random.Random(0).randbytes(4_000)  # noqa: S311 - no secret
HINT = "build again: `make site` makes it anew; if it is among your sources, delete it there"


def write(root: Path, files: dict[str, bytes]) -> None:
    """Files below a folder."""
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)


def problems(tree: dict[str, bytes]) -> list[str]:
    """`path: message` of each finding, whose hint is the one there is."""
    findings = check_compressed(tree, where=lambda path: f"public/hub/{path}")
    assert all(HINT == finding.hint for finding in findings)
    return [str(finding).partition("\n")[0] for finding in findings]


def test_text_that_is_worth_it_gets_a_copy(tmp_path: Path) -> None:
    """Every kind of text gets a copy that unpacks to it; what is small, dense or no text gets none."""
    worth = {f"dir/x.{extension}": TEXT for extension in COMPRESSED}
    others = {
        "small.html": TEXT[: MIN_SIZE - 1],
        "dense.json": NOISE,
        "x.png": TEXT,
        "x.woff2": TEXT,
        "x.tar.gz": TEXT,
        "LICENSE": TEXT,
        ".json": TEXT,
        "x.HTML": TEXT,
    }
    write(tmp_path, worth | others)

    copies = compress(tmp_path)

    assert tuple(sorted(f"{name}.gz" for name in worth)) == copies
    assert {*worth, *others, *copies} == {*Tree(tmp_path)}
    assert all(gzip.decompress((tmp_path / copy).read_bytes()) == TEXT for copy in copies)
    assert [] == check_compressed(Tree(tmp_path), where=str)


def test_the_limits(tmp_path: Path) -> None:
    """A file of 1,024 bytes is worth a copy, one byte less is not."""
    write(tmp_path, {"a.txt": b"a" * MIN_SIZE, "b.txt": b"b" * (MIN_SIZE - 1)})

    assert ("a.txt.gz",) == compress(tmp_path)


def test_a_copy_that_is_there_stays(tmp_path: Path) -> None:
    """The build's own sitemap.xml.gz is left as it is, and a second run writes nothing."""
    own = gzip.compress(TEXT, 1, mtime=7)
    write(tmp_path, {"sitemap.xml": TEXT, "sitemap.xml.gz": own, "x.html": TEXT})

    assert ("x.html.gz",) == compress(tmp_path)
    assert own == (tmp_path / "sitemap.xml.gz").read_bytes()
    assert () == compress(tmp_path)


def test_the_same_bytes_whenever_and_wherever(tmp_path: Path) -> None:
    """A copy depends on the bytes alone: not on name, time, and how many processes there are."""
    few = {f"{number}.html": TEXT for number in range(3)}
    many = {f"many/{number}.html": TEXT for number in range(WORTH_SHARING)}
    write(tmp_path / "few", few)
    write(tmp_path / "all", few | many)
    for file in (tmp_path / "few").iterdir():
        os.utime(file, (0, 0))

    compress(tmp_path / "few")
    assert len(few) + len(many) == len(compress(tmp_path / "all"))

    assert 1 == len({file.read_bytes() for file in tmp_path.rglob("*.gz")})


def test_nothing_outside_is_touched(tmp_path: Path) -> None:
    """A symbolic link is not followed."""
    write(tmp_path, {"outside/x.html": TEXT, "site/y.html": TEXT})
    (tmp_path / "site" / "link.html").symlink_to(tmp_path / "outside" / "x.html")
    (tmp_path / "site" / "folder").symlink_to(tmp_path / "outside")

    assert ("y.html.gz",) == compress(tmp_path / "site")
    assert {"x.html"} == {file.name for file in (tmp_path / "outside").iterdir()}


def test_a_disk_that_refuses_is_explained(tmp_path: Path) -> None:
    """What the system refuses comes with path and mend."""
    write(tmp_path, {"x.html": TEXT})
    # A name of 255 bytes has no room for .gz.
    write(tmp_path, {"n" * 250 + ".html": TEXT})

    with pytest.raises(PressroomError) as caught:
        compress(tmp_path)
    assert "choose a shorter name" == caught.value.hint


def test_what_stands_beside_its_file_and_is_not_it() -> None:
    """A stale, broken, cut, trailing or padded copy is found, with its path."""
    good = gzip.compress(TEXT)
    tree = {
        "good.html": TEXT,
        "good.html.gz": good,
        "stale.html": TEXT + b"new",
        "stale.html.gz": good,
        "shorter.html": TEXT[:-1],
        "shorter.html.gz": good,
        "broken.html": TEXT,
        "broken.html.gz": b"\x1f\x8b" + good[2:20] + b"\xff" * 20,
        "none.html": TEXT,
        "none.html.gz": TEXT,
        "cut.html": TEXT,
        "cut.html.gz": good[:-1],
        "sum.html": TEXT,
        "sum.html.gz": good[:-8] + bytes(8),
        "more.html": TEXT,
        "more.html.gz": good + b"<script>",
        "twice.html": TEXT,
        "twice.html.gz": good + gzip.compress(b""),
        "empty.html": b"",
        "empty.html.gz": gzip.compress(b""),
        "nothing.html": b"",
        "nothing.html.gz": b"",
    }

    assert [
        "public/hub/broken.html.gz: is no gzip, or is broken",
        "public/hub/cut.html.gz: is cut off, or something follows its end",
        "public/hub/more.html.gz: is cut off, or something follows its end",
        "public/hub/none.html.gz: is no gzip, or is broken",
        "public/hub/nothing.html.gz: is cut off, or something follows its end",
        "public/hub/shorter.html.gz: does not hold what stands beside it",
        "public/hub/stale.html.gz: does not hold what stands beside it",
        "public/hub/sum.html.gz: is no gzip, or is broken",
        "public/hub/twice.html.gz: is cut off, or something follows its end",
    ] == problems(tree)


def test_a_copy_without_its_file() -> None:
    """A copy whose file is gone is found; an archive is a file of its own."""
    packed = gzip.compress(TEXT)

    assert [
        "public/hub/old/x.html.gz: is a compressed copy of 'x.html', which is not there"
    ] == problems({"old/x.html.gz": packed, "x-1.0.tar.gz": NOISE, "x.gz": NOISE, ".gz": NOISE})


def test_a_bomb_is_not_unpacked() -> None:
    """A copy that unpacks to fifty megabytes takes no more memory than the file beside it, and a little."""
    bomb = zlib.compress(bytes(50_000_000), 1, wbits=31)
    tree = {"x.json": b"{}", "x.json.gz": bomb}
    tracemalloc.start()
    try:
        assert ["public/hub/x.json.gz: does not hold what stands beside it"] == problems(tree)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(bomb) + 1_000_000
