"""Two builds of a commit: equal files, or none."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_examples import EPOCH, NO_REQUIREMENT, facts, once, tar_of, twice, widget

from pressroom.errors import PressroomError
from pressroom.release.building.backend import BuildError
from pressroom.release.building.build import build_twice
from pressroom.release.building.built import NotReproducibleError
from pressroom.release.building.members import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping

SDIST, WHEEL = "widget-1.2.3.tar.gz", "widget-1.2.3-py3-none-any.whl"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: the environment of these projects is empty."""
    return tmp_path_factory.mktemp("cache")


def refused(
    kind: type[PressroomError],
    says: str,
    files: Mapping[str, str | bytes],
    place: Path,
    cache: Path,
) -> PressroomError:
    """The error of two builds that must fail and keep nothing."""
    with pytest.raises(kind, match=says) as caught:
        twice(files, place, cache)

    assert not {"dist", "dist.tmp", "work"} & {path.name for path in place.iterdir()}
    return caught.value


def test_a_build_makes_an_sdist_and_a_wheel(tmp_path: Path, cache: Path) -> None:
    """Both are there under their names, of the date of the plan, and nothing else is left."""
    built = twice(widget(), tmp_path, cache, lock=None)
    with tarfile.open(tmp_path / "dist" / SDIST) as tar:
        members = {info.name.partition("/")[2]: info for info in tar}

    assert [WHEEL, SDIST] == [file.name for file in built.files]
    assert {"build.log", "build-second.log", "dist"} == {path.name for path in tmp_path.iterdir()}
    assert {WHEEL, SDIST} == {path.name for path in (tmp_path / "dist").iterdir()}
    assert {EPOCH} == {info.mtime for info in members.values()}
    assert {"backend.py", "widget.py", "run.sh", "pyproject.toml", "PKG-INFO"} == set(members)
    assert (0o755, 0o644) == (members["run.sh"].mode, members["widget.py"].mode)
    assert {"build", "uv", "python", "zlib"} == set(built.tools)
    assert [file.size for file in built.files] == [path.stat().st_size for path in built.paths]


def test_two_clones_give_the_same_bytes(tmp_path: Path, cache: Path) -> None:
    """Built in another folder with another cache, both files have the same sha256."""
    places = [tmp_path / "one", tmp_path / "another place"]
    for place in places:
        place.mkdir()
    first = twice(widget(), places[0], cache)
    second = twice(dict(reversed(widget().items())), places[1], tmp_path / "cache")

    assert first.files == second.files


def test_a_build_that_depends_on_its_folder_is_refused(tmp_path: Path, cache: Path) -> None:
    """The member that differs is named with its lines, and no file is kept."""
    backend = "METADATA += f'Summary: made in {os.getcwd()}\\n'"
    error = refused(NotReproducibleError, "differ", widget(backend_py=backend), tmp_path, cache)

    assert SDIST in error.where
    assert f"{SDIST}:\n  widget-1.2.3/PKG-INFO differs" in error.message
    assert "-Summary: made in " in error.message
    assert "+Summary: made in " in error.message
    assert "widget.py differs" not in error.message
    assert "SOURCE_DATE_EPOCH" in error.hint


def test_chance_the_umask_and_the_time_are_seen(tmp_path: Path, cache: Path) -> None:
    """Whatever makes two builds differ is found before anything is public, and each member is named."""
    backend = """
import time
good = build_sdist
def build_sdist(into, settings=None):
    made = {"chance": os.urandom(8).hex(), "name": os.path.basename(os.getcwd()), "time": time.time_ns()}
    old = os.umask(0)
    os.umask(old)
    for name, value in {**made, "umask": old}.items():
        with open(f"{name}.txt", "w") as file:
            file.write(f"{value}\\n")
    return good(into)
"""
    error = refused(NotReproducibleError, "differ", widget(backend_py=backend), tmp_path, cache)

    for name in ("chance", "name", "time", "umask"):
        assert f"widget-1.2.3/{name}.txt differs" in error.message
    assert "-18\n" in error.message
    assert "+63" in error.message
    assert "nothing was kept" in error.hint


def test_a_failing_build_keeps_nothing(tmp_path: Path, cache: Path) -> None:
    """Where both builds fail the first one tells it, and no folder is left."""
    backend = "def build_wheel(*_): raise SystemExit('no')"
    error = refused(BuildError, "build_wheel failed", widget(backend_py=backend), tmp_path, cache)

    assert str(tmp_path / "build.log") == error.where
    assert "log" in error.hint


def test_two_names_are_no_agreement(tmp_path: Path, cache: Path) -> None:
    """A version that is made of the time gives files of two names: refused, too."""
    backend = "VERSION = f'1.{os.urandom(4).hex()}'; BASE = f'{NAME}-{VERSION}'"
    error = refused(
        NotReproducibleError, "different files", widget(backend_py=backend), tmp_path, cache
    )

    assert "nothing was kept" in error.hint


def test_a_generated_file_is_no_change(tmp_path: Path, cache: Path) -> None:
    """What a build adds to its tree (SWIG, egg-info) goes into the sdist."""
    backend = """
good = build_sdist
def build_sdist(into, settings=None):
    with open("generated.c", "w") as file:
        file.write("int x;")
    return good(into)
"""
    twice(widget(backend_py=backend), tmp_path, cache)

    with tarfile.open(tmp_path / "dist" / SDIST) as tar:
        assert "widget-1.2.3/generated.c" in tar.getnames()


def test_a_build_sees_nothing_of_ours(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment is the list here: no credential, no proxy, no path of another Python; its HOME is its own."""
    for name in ("TWINE_PASSWORD", "HTTPS_PROXY", "PYTHONPATH", "GIT_DIR", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.setenv(name, "canary")
    backend = """
good = build_sdist
def build_sdist(into, settings=None):
    print("\\n".join(sorted(f"=={name} {value}" for name, value in os.environ.items())))
    return good(into)
"""
    twice(widget(backend_py=backend), tmp_path, cache)
    log = (tmp_path / "build.log").read_text()
    seen = dict(line[2:].partition(" ")[::2] for line in log.splitlines() if line.startswith("=="))

    assert "canary" not in log
    assert {
        *("PATH", "HOME", "TMPDIR", "LC_ALL", "TZ", "SOURCE_DATE_EPOCH", "CFLAGS", "CXXFLAGS"),
        *("PYTHONHASHSEED", "PYTHONNOUSERSITE", "GIT_CEILING_DIRECTORIES", "GIT_CONFIG_NOSYSTEM"),
        *("PIP_CONFIG_FILE", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_INDEX_URL", "PIP_NO_INPUT"),
        *("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_KEYRING_PROVIDER", "UV_NO_CONFIG"),
        *("UV_PYTHON_DOWNLOADS", "UV_SYSTEM_CERTS"),
    } == {
        name for name in seen if name not in {"PWD", "_", "SHLVL"} and "PYPROJECT_HOOKS" not in name
    }
    assert (str(EPOCH), "UTC") == (seen["SOURCE_DATE_EPOCH"], seen["TZ"])
    assert seen["HOME"].startswith(str(tmp_path / "work"))
    assert "-g0" in seen["CFLAGS"]


def test_a_given_lock_is_used_as_it_is(tmp_path: Path, cache: Path) -> None:
    """Repeating a build asks neither the index nor the backend what is needed."""
    needs = '[build-system]\nrequires = ["nothing-has-this-name"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    built = twice(widget(pyproject_toml=needs), tmp_path, cache, lock=NO_REQUIREMENT)

    assert 2 == len(built.files)
    assert "get_requires" not in (tmp_path / "build.log").read_text()


def test_one_build_alone(tmp_path: Path, cache: Path) -> None:
    """A single build makes the same files as two that agree."""
    (tmp_path / "alone").mkdir()
    both = twice(widget(), tmp_path, cache)
    one = once(widget(), tmp_path / "alone", cache)

    assert both.files == one.files


def test_files_that_are_there_are_not_replaced(tmp_path: Path, cache: Path) -> None:
    """A folder of built files is a fact: a second build does not touch it."""
    (tmp_path / "dist").mkdir()
    with pytest.raises(PressroomError, match="there already") as caught:
        twice(widget(), tmp_path, cache)

    assert "another release" in caught.value.hint
    assert [] == list((tmp_path / "dist").iterdir())


def test_what_a_killed_build_left_is_no_hindrance(tmp_path: Path, cache: Path) -> None:
    """Half a folder of files and an old work folder are thrown away."""
    for name in ("dist.tmp", "work/first/source"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "half.whl").write_text("x")
    twice(widget(), tmp_path, cache)

    assert {WHEEL, SDIST} == {path.name for path in (tmp_path / "dist").iterdir()}
    assert not (tmp_path / "work").exists()


def test_a_commit_that_leads_out_of_its_folder_is_refused(tmp_path: Path, cache: Path) -> None:
    """A tree with such a name is not even unpacked."""
    error = refused(
        ArchiveError, "leads elsewhere", {**widget(), "../../evil.py": "x"}, tmp_path, cache
    )

    assert "mend" in error.hint
    assert not (tmp_path.parent / "evil.py").exists()


def test_a_link_of_the_commit_stays_one(tmp_path: Path, cache: Path) -> None:
    """Symbolic links of a tree are there for the backend, as git has them."""
    file = io.BytesIO(tar_of(widget()))
    with tarfile.open(fileobj=file, mode="a") as tar:
        info = tarfile.TarInfo("docs/shape.py")
        info.type, info.linkname = tarfile.SYMTYPE, "../widget.py"
        tar.addfile(info)
    build_twice(
        file.getvalue(),
        tmp_path / "dist",
        facts(cache),
        work=tmp_path / "work",
        log=tmp_path / "build.log",
    )

    with tarfile.open(tmp_path / "dist" / SDIST) as tar:
        assert "../widget.py" == tar.getmember("widget-1.2.3/docs/shape.py").linkname


def test_the_umask_of_a_build_shows_nowhere(tmp_path: Path, cache: Path) -> None:
    """Whatever the umask is, files are 0644 and programs 0755, in the archives and in the folder of files."""
    twice(widget(), tmp_path, cache)

    assert 0o644 == stat.S_IMODE((tmp_path / "dist" / WHEEL).stat().st_mode)
    with zipfile.ZipFile(tmp_path / "dist" / WHEEL) as archive:
        assert {0o100644} == {info.external_attr >> 16 for info in archive.infolist()}
