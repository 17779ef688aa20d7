"""The wheelhouse: filled by hash, quick when it is full, and never half."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from release_examples import ROOT, WHEELHOUSE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the script needs of a checkout, and the wheels beside it as the only place that pip may ask."""
    assert WHEELHOUSE.is_dir(), "no wheelhouse; fill it: sh scripts/fill_wheelhouse.sh"
    root = tmp_path / "checkout"
    (root / "scripts").mkdir(parents=True)
    (root / "examples").mkdir()
    shutil.copy(ROOT / "scripts" / "fill_wheelhouse.sh", root / "scripts")
    shutil.copy(ROOT / "examples" / "wheelhouse.lock", root / "examples")
    (root / ".venv").symlink_to(ROOT / ".venv")
    shutil.copytree(WHEELHOUSE, tmp_path / "source")
    return root


def fill(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Run the script where no network is."""
    return subprocess.run(
        ["/bin/sh", "scripts/fill_wheelhouse.sh"],
        cwd=checkout,
        env={
            "PATH": os.environ["PATH"],
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(checkout.parent / "source"),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheelhouse_is_filled_once(checkout: Path) -> None:
    """It holds each package of the lock; the second time nothing is done, and a broken file is mended."""
    first = fill(checkout)
    names = {path.name for path in (checkout / ".wheelhouse").iterdir()}
    shutil.move(checkout.parent / "source", checkout.parent / "away")
    second = fill(checkout)
    shutil.move(checkout.parent / "away", checkout.parent / "source")
    wheel = next((checkout / ".wheelhouse").glob("wheel-*"))
    wheel.write_bytes(b"broken")
    third = fill(checkout)

    assert (0, "") == (first.returncode, first.stderr)
    assert {path.name for path in WHEELHOUSE.iterdir()} == names
    assert (0, "", "") == (second.returncode, second.stdout, second.stderr)
    assert (0, "") == (third.returncode, third.stderr)
    assert b"broken" != wheel.read_bytes()


def test_a_wheel_with_other_bytes_is_not_taken(checkout: Path) -> None:
    """What the lock does not know is refused with a hint, and what was there stays."""
    fill(checkout)
    before = {path.name for path in (checkout / ".wheelhouse").iterdir()}
    for place in (checkout.parent / "source", checkout / ".wheelhouse"):
        with next(place.glob("wheel-*")).open("ab") as file:
            file.write(b"more")
    result = fill(checkout)

    assert 1 == result.returncode
    assert "HASHES" in result.stderr
    assert "hint: it needs PyPI" in result.stderr
    assert before == {path.name for path in (checkout / ".wheelhouse").iterdir()}
    assert [] == list(checkout.glob(".wheelhouse.new*"))
