"""A file of a release in an empty environment: it works there, or the message says why not."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_examples import NO_INDEX, facts, serving, tar_of, widget

from pressroom.release.building.build import build_twice
from pressroom.release.building.environment import Lock
from pressroom.release.building.install import InstallError, install_clean
from pressroom.world.process import ProgramTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

SDIST, WHEEL = "widget-1.2.3.tar.gz", "widget-1.2.3-py3-none-any.whl"
# Metadata that ask for a package no index here has.
NEEDY = "METADATA += 'Requires-Dist: gadget>=2\\n'"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def built(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The folder of files of a project, built once for each set of changes."""
    known: dict[str, Path] = {}

    def build(**changes: str) -> Path:
        if repr(changes) not in known:
            place = tmp_path_factory.mktemp("built files")
            known[repr(changes)] = place / "dist"
            build_twice(
                tar_of(widget(**changes)),
                place / "dist",
                dataclasses.replace(facts(cache), lock=Lock(text="")),
                work=place / "work",
                log=place / "build.log",
            )
        return known[repr(changes)]

    return build


def install(
    target: Path | str,
    place: Path,
    cache: Path,
    *,
    smoke: str = "import widget; assert widget.SHAPE == 'round'",
    version: str = "1.2.3",
    name: str = "Widget",
    index: str = NO_INDEX,
    timeout: float = 60,
) -> None:
    """Install a file or a version as a release does, and look that no folder is left."""
    try:
        install_clean(
            str(target),
            index_url=index,
            python=facts(cache).python,
            path=os.environ["PATH"],
            work=place / "work",
            cache=cache,
            expect_name=name,
            expect_version=version,
            smoke=smoke,
            timeout=timeout,
        )
    finally:
        assert not (place / "work").exists()


@pytest.mark.parametrize("name", [WHEEL, SDIST])
def test_a_good_file_installs_and_runs(
    name: str, built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """Wheel and sdist work in an environment of their own, from a folder with a blank in its name."""
    install(built() / name, tmp_path, cache)


@pytest.mark.parametrize(
    ("expected", "says"),
    [
        ({"version": "1.2.4"}, "installed as Widget 1.2.3, and not as 1.2.4"),
        ({"name": "gadget"}, "installed, but not as gadget"),
    ],
)
def test_another_name_or_version_is_refused(
    expected: dict[str, str], says: str, built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """What is installed must call itself what was released."""
    with pytest.raises(InstallError, match=says) as caught:
        install(built() / WHEEL, tmp_path, cache, **expected)  # type: ignore[arg-type]  # names of text

    assert "version_files" in caught.value.hint or "pypi:" in caught.value.hint


def test_a_module_that_does_not_import_is_refused(
    built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """Without any smoke statement each installed module is imported; the traceback is shown."""
    files = built(widget_py="import part_that_was_forgotten\n")
    with pytest.raises(InstallError, match="No module named 'part_that_was_forgotten'") as caught:
        install(files / WHEEL, tmp_path, cache, smoke="")

    assert "import widget" in caught.value.message
    assert str(files / WHEEL) == caught.value.where
    assert "missing" in caught.value.hint


def test_a_source_beside_it_does_not_help(
    built: Callable[..., Path], cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the folder that we are in nor PYTHONPATH lends a module to an installation that lacks it."""
    (tmp_path / "part_that_was_forgotten.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    files = built(widget_py="import part_that_was_forgotten\n")

    with pytest.raises(InstallError, match="part_that_was_forgotten") as caught:
        install(files / WHEEL, tmp_path, cache)
    assert "beside its own source" in caught.value.hint


def test_a_smoke_statement_that_fails_is_quoted(
    built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """The statement and what it printed are in the message, secrets masked."""
    smoke = "import widget; print('token: abc123'); assert widget.SHAPE == 'square', widget.SHAPE"
    with pytest.raises(InstallError, match="AssertionError: round") as caught:
        install(built() / WHEEL, tmp_path, cache, smoke=smoke)

    assert "widget.SHAPE == 'square'" in caught.value.message
    assert "token: ***" in caught.value.message
    assert "missing" in caught.value.hint


def test_a_smoke_statement_that_hangs_is_stopped(
    built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """It ends when its time is over."""
    with pytest.raises(ProgramTimeoutError) as caught:
        install(built() / WHEEL, tmp_path, cache, smoke="import time; time.sleep(60)", timeout=1)

    assert "waits" in caught.value.hint


def test_what_the_index_lacks_is_named(
    built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """A requirement that nobody can install stops it."""
    files = built(backend_py=NEEDY)
    with serving(tmp_path) as index, pytest.raises(InstallError, match="gadget") as caught:
        install(files / WHEEL, tmp_path, cache, index=index)

    assert "requires" in caught.value.hint


def test_an_sdist_that_cannot_be_built_is_refused(
    built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """The wheel of it may be fine: the sdist is built again, and what its backend says is shown."""
    # It builds where a release is built, which has this folder, and nowhere else.
    backend = """
good = build_wheel
def build_wheel(into, settings=None, metadata=None):
    if not os.path.isdir(os.path.expanduser("~/unpacked")):
        raise SystemExit("only at home")
    return good(into)
"""
    files = built(backend_py=backend)
    install(files / WHEEL, tmp_path, cache)
    with pytest.raises(InstallError, match="only at home") as caught:
        install(files / SDIST, tmp_path, cache)

    assert "sdist" in caught.value.hint


def test_an_sdist_is_built_each_time(
    built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """The wheel that a cache keeps of the same sdist proves nothing about it."""
    count = tmp_path / "count"
    backend = f"""
good = build_wheel
def build_wheel(into, settings=None, metadata=None):
    with open({str(count)!r}, "a") as file:
        file.write("x")
    return good(into)
"""
    files = built(backend_py=backend)
    count.write_text("")
    install(files / SDIST, tmp_path, cache)
    install(files / SDIST, tmp_path, cache)

    assert "xx" == count.read_text()


def test_a_version_installs_from_the_index(
    built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """What an installer gets by name and version works."""
    with serving(built()) as index:
        install("widget==1.2.3", tmp_path, cache, index=index)


def test_what_was_published_a_moment_ago_is_seen(
    built: Callable[..., Path], cache: Path, tmp_path: Path
) -> None:
    """An index that had no such version when it was asked before is asked again."""
    house = tmp_path / "house"
    house.mkdir()
    (house / "widget-1.0-py3-none-any.whl").write_bytes((built() / WHEEL).read_bytes())
    with serving(house) as index:
        with pytest.raises(InstallError) as caught:
            install("widget==1.2.3", tmp_path, cache, index=index)
        shutil.copy(built() / WHEEL, house)
        install("widget==1.2.3", tmp_path, cache, index=index)

    assert "build it again" in caught.value.hint
