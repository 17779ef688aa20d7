"""What all tests share: goldens, no network but loopback, and the manners of a test."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from build_types import Checkout

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent

hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=5_000)
hypothesis.settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to rewrite the goldens; the diff is the review."""
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden")
    parser.addoption("--network", action="store_true", help="run what needs the internet")
    parser.addoption("--soak", action="store_true", help="run what takes long in full")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse a test without a claim, and a file that is not run; leave out what needs the internet, unless asked for."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        _refuse_left_out({item.path for item in items})
    if not config.getoption("--network"):
        away = [item for item in items if item.get_closest_marker("network")]
        items[:] = [item for item in items if item not in away]
        config.hook.pytest_deselected(items=away)
    silent = [
        item.nodeid
        for item in items
        if isinstance(item, pytest.Function) and not (item.function.__doc__ or "").strip()
    ]
    if silent:
        raise pytest.UsageError(
            "tests without a docstring that could be false: " + ", ".join(silent)
        )


def _refuse_left_out(collected: set[Path]) -> None:
    """Pytest leaves folders out for their names, and says nothing of it: a whole one was not run for weeks."""
    missing = set((ROOT / "tests").rglob("test_*.py")) - collected
    if missing:
        names = ", ".join(sorted(str(path.relative_to(ROOT)) for path in missing))
        raise pytest.UsageError(f"nothing is run of {names}")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a golden file, or rewrite that file with `--update-golden`."""

    def compare(path: Path, actual: str) -> None:
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == actual, (
            f"{path} differs (pytest --update-golden)"
        )

    return compare


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> list[float]:
    """At which parts of a build to kill it: a few, or with `--soak` all the way through."""
    count = 100 if request.config.getoption("--soak") else 5
    return [(number + 0.5) / count for number in range(count)]


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The checkout that is tested."""
    return ROOT


@pytest.fixture(scope="session")
def copy_of_ours(
    checkout: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Checkout]:
    """Makes a copy of what our own sites are built from."""

    def copy() -> Checkout:
        root = tmp_path_factory.mktemp("ours") / "checkout"
        root.mkdir()
        for name in ("mkdocs.yml", "pyproject.toml"):
            shutil.copy(checkout / name, root)
        for name in ("site", "posts", "releases"):
            shutil.copytree(checkout / name, root / name)
        (root / "scripts" / "pressroom").mkdir(parents=True)  # mkdocs.yml watches it
        return Checkout(root=root)

    return copy
