"""Builds of a small checkout and of ours, in folders of their own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from build_types import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable

PRESS = Path(__file__).parent.parent / "fixtures" / "press"


@pytest.fixture
def press(tmp_path: Path) -> Checkout:
    """Another maintainer's small checkout."""
    shutil.copytree(PRESS, tmp_path / "press")
    return Checkout(root=tmp_path / "press")


@pytest.fixture(scope="session")
def built_press(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The small checkout, built once; not to be changed."""
    root = tmp_path_factory.mktemp("built") / "press"
    shutil.copytree(PRESS, root)
    checkout = Checkout(root=root)
    result = checkout.build()
    assert 0 == result.returncode, result.stderr
    return checkout


@pytest.fixture(scope="session")
def ours(copy_of_ours: Callable[[], Checkout]) -> Checkout:
    """Our own sites, built once; not to be changed."""
    checkout = copy_of_ours()
    result = checkout.build()
    assert 0 == result.returncode, result.stdout + result.stderr
    assert "WARNING" not in result.stderr
    return checkout


@pytest.fixture(scope="session")
def checkout_files(checkout: Path) -> dict[str, bytes]:
    """Every file that git knows, by name."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=checkout, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return {name: (checkout / name).read_bytes() for name in names if (checkout / name).is_file()}
