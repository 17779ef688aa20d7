"""Our two small projects: built like a release, with their own build requirements, from the wheelhouse."""

from __future__ import annotations

import base64
import csv
import dataclasses
import hashlib
import io
import shutil
import sysconfig
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_examples import EXAMPLES, WHEELHOUSE, example, facts, serving, tar_of, widget

from pressroom.changelog.parse import parse_changelog
from pressroom.release.building.build import build_twice
from pressroom.release.building.install import install_clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.release.building.built import Built
    from pressroom.release.building.environment import Lock

HAS_COMPILER = bool(shutil.which("cc")) and Path(sysconfig.get_path("include"), "Python.h").exists()
NAMES = [
    "pure",
    pytest.param(
        "extension",
        marks=pytest.mark.skipif(
            not HAS_COMPILER,
            reason="needs a C compiler and Python.h: apt-get install gcc python3-dev",
        ),
    ),
]


@pytest.fixture(scope="module")
def index() -> Iterator[str]:
    """The wheelhouse behind an index."""
    assert WHEELHOUSE.is_dir(), "no wheelhouse; fill it: sh scripts/fill_wheelhouse.sh"
    with serving(WHEELHOUSE) as url:
        yield url


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache for all."""
    return tmp_path_factory.mktemp("cache")


def build(
    files: Mapping[str, str | bytes],
    place: Path,
    cache: Path,
    index: str,
    *,
    lock: Lock | None = None,
) -> Built:
    """Two builds of these files."""
    place.mkdir(exist_ok=True)
    return build_twice(
        tar_of(files),
        place / "dist",
        dataclasses.replace(facts(cache, index), lock=lock),
        work=place / "work",
        log=place / "build.log",
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_reproducible_whole_and_works(
    name: str, index: str, cache: Path, tmp_path: Path
) -> None:
    """Two clones give the same sha256; the sdist ships every tracked file as it is; RECORD is true; it installs."""
    files = example(name)
    first = build(files, tmp_path / "one", cache, index)
    second = build(files, tmp_path / "another", cache, index, lock=first.lock)
    changelog, _ = parse_changelog((EXAMPLES / f"{name}.md").read_text(), where=f"{name}.md")
    project = changelog.project
    assert project is not None
    assert project.pypi is not None
    before = changelog.releases[1].version
    wheel, sdist = first.paths

    assert first.files == second.files
    assert [] == missing(sdist, files)
    assert [] == wrong_records(wheel)
    assert {"build", "uv", "python", "zlib", *first.lock.packages} == set(first.tools)
    for path in first.paths:
        install_clean(
            str(path),
            index_url=index,
            python=facts(cache).python,
            path=facts(cache).path,
            work=tmp_path / "install",
            cache=cache,
            expect_name=project.pypi,
            expect_version=before,
            smoke=project.packaging.smoke,
        )


def missing(sdist: Path, files: Mapping[str, bytes]) -> list[str]:
    """The files that an sdist does not hold as they are; what git alone reads may stay away."""
    with tarfile.open(sdist) as tar:
        shipped = {
            info.name.partition("/")[2]: file.read()
            for info in tar
            if (file := tar.extractfile(info)) is not None
        }
    return [
        path for path, data in files.items() if path != ".gitignore" and shipped.get(path) != data
    ]


def wrong_records(wheel: Path) -> list[str]:
    """The lines of RECORD that are not true, and the files that are not in it."""
    with zipfile.ZipFile(wheel) as archive:
        read = {name: archive.read(name) for name in archive.namelist()}
    record = next(name for name in read if name.endswith(".dist-info/RECORD"))
    rows = list(csv.reader(io.StringIO(read[record].decode())))
    said = {name: digest for name, digest, _ in rows}
    return [
        name
        for name, data in read.items()
        if name != record
        and said.get(name)
        != "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
    ]


@pytest.mark.parametrize("name", ["pure", "extension"])
def test_an_example_states_its_version_where_its_file_says(name: str) -> None:
    """The project stands at the older of the two versions, in every carrier; the newer one is to be released."""
    changelog, findings = parse_changelog(
        (EXAMPLES / f"{name}.md").read_text(), where=f"examples/{name}.md"
    )
    new, old = changelog.releases
    project = changelog.project
    major, minor, micro = old.version.split(".")

    assert [] == findings
    assert project is not None
    assert project.changelog is not None
    assert 2 == len(project.version_files)
    for carrier in project.version_files:
        text = (EXAMPLES / name / carrier.file).read_text()
        assert (
            carrier.what.format(version=old.version, major=major, minor=minor, micro=micro) in text
        )
        assert new.version not in text
    own = (EXAMPLES / name / project.changelog.file).read_text()
    assert old.version in own
    assert new.version not in own


def test_what_the_backend_adds_is_locked_too(index: str, cache: Path, tmp_path: Path) -> None:
    """A requirement that the backend names when it is asked is in the lock, and there when it builds."""
    backend = """
def get_requires_for_build_wheel(settings=None): return ["flit-core"]
good = build_wheel
def build_wheel(into, settings=None, metadata=None):
    import flit_core
    return good(into)
"""
    built = build(widget(backend_py=backend), tmp_path, cache, index)

    assert {"flit-core"} == set(built.lock.packages)
    assert built.lock.packages["flit-core"] == built.tools["flit-core"]
