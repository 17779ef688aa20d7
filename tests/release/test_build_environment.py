"""The environment of a build: locked by hash, whole or not there, and nothing from elsewhere."""

from __future__ import annotations

import concurrent.futures
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_examples import NO_INDEX, WHEELHOUSE, serving

from pressroom.errors import ExitCode
from pressroom.release.building.environment import (
    EnvironmentUnmadeError,
    IndexUnreachableError,
    Lock,
    lock_environment,
    make_environment,
)
from pressroom.release.building.surroundings import child_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

PYTHON = Path(sys.executable)


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


@pytest.fixture(scope="module")
def lock(index: str, cache: Path) -> Lock:
    """Of a package with a requirement and a program."""
    return locked(["wheel"], index, cache)


def locked(
    requires: list[str], index: str, cache: Path, *, constraints: tuple[str, ...] = ()
) -> Lock:
    """What requirements become."""
    return lock_environment(
        requires,
        constraints=constraints,
        index_url=index,
        python=PYTHON,
        cache=cache,
        work=cache / "work",
    )


def test_a_lock_names_every_package_by_hash(lock: Lock) -> None:
    """What a requirement requires is in it too, and each hash is that of the file in the wheelhouse."""
    wheels = {path.name.split("-")[0]: path for path in WHEELHOUSE.glob("*.whl")}
    hashes = dict(
        re.findall(r"^([a-z-]+)==.*\n {4}--hash=sha256:(\w{64})$", lock.text, re.MULTILINE)
    )

    assert {"packaging", "wheel"} == set(lock.packages) == set(hashes)
    for name, digest in hashes.items():
        assert digest == hashlib.sha256(wheels[name].read_bytes()).hexdigest()
    assert hashlib.sha256(lock.text.encode()).hexdigest() == lock.digest


def test_the_same_requirements_give_the_same_lock(lock: Lock, index: str, tmp_path: Path) -> None:
    """Neither cache nor folder nor order shows in it, and a constraint that holds changes nothing."""
    again = locked(["wheel", "packaging>=1"], index, tmp_path, constraints=("wheel<9",))

    assert lock.text == again.text


def test_a_constraint_that_cannot_hold_is_told(index: str, cache: Path) -> None:
    """The message is the resolver's, the hint names where constraints stand."""
    with pytest.raises(EnvironmentUnmadeError, match=r"wheel<0\.1") as caught:
        locked(["wheel"], index, cache, constraints=("wheel<0.1",))

    assert "packaging.constraints" in caught.value.hint
    assert ExitCode.FINDINGS == caught.value.exit_code


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("evil @ https://example.invalid/evil.whl", "an address of its own"),
        ("--index-url https://example.invalid/", "no requirement"),
        ("wheel\n--extra-index-url https://example.invalid/", "no requirement"),
        ("-r /etc/passwd", "no requirement"),
        ("./here", "no requirement"),
    ],
)
def test_only_the_index_is_asked(text: str, says: str, cache: Path) -> None:
    """A requirement that comes from elsewhere, or is an option of the installer, is refused before it runs."""
    for requires, constraints in (([text], ()), (["wheel"], (text,))):
        with pytest.raises(EnvironmentUnmadeError, match=says) as caught:
            locked(requires, NO_INDEX, cache, constraints=constraints)

        assert "version" in caught.value.hint


def test_an_index_that_is_away_is_another_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3: the outside did not answer; nothing is wrong with the project. A password is not shown."""
    monkeypatch.setattr(
        "pressroom.release.building.environment.child_environment",
        lambda *names, **facts: {**child_environment(*names, **facts), "UV_HTTP_RETRIES": "0"},
    )
    with pytest.raises(IndexUnreachableError, match="did not answer") as caught:
        locked(["wheel"], "http://me:geheim@127.0.0.1:9/simple/", tmp_path)

    assert ExitCode.OUTSIDE == caught.value.exit_code
    assert "start again" in caught.value.hint
    assert "geheim" not in str(caught.value)


def test_an_environment_is_made_once(lock: Lock, index: str, tmp_path: Path) -> None:
    """The second time it is there, without an index; it holds the locked versions, and its programs run."""
    folder = make_environment(lock, index_url=index, python=PYTHON, cache=tmp_path)
    again = make_environment(lock, index_url=NO_INDEX, python=PYTHON, cache=tmp_path)
    said = subprocess.run(
        [folder / "bin" / "wheel", "version"], capture_output=True, text=True, check=True
    ).stdout

    assert folder == again
    assert lock.packages["wheel"] in said
    assert lock.text == (folder / "pressroom.lock").read_text()


def test_two_makers_at_once_make_one(lock: Lock, index: str, tmp_path: Path) -> None:
    """Both get the same folder, and it is whole."""
    with concurrent.futures.ThreadPoolExecutor(2) as makers:
        made = [
            makers.submit(make_environment, lock, index_url=index, python=PYTHON, cache=tmp_path)
            for _ in range(2)
        ]
        folders = {one.result() for one in made}

    assert 1 == len(folders)
    subprocess.run([*(path / "bin" / "wheel" for path in folders), "version"], check=True)


@pytest.mark.parametrize("python", ["/nowhere/python", "/bin/false"])
def test_half_an_environment_is_none(python: str, lock: Lock, index: str, tmp_path: Path) -> None:
    """What a killed maker left, and an environment whose Python went away or fails, are made anew."""
    folder = make_environment(lock, index_url=index, python=PYTHON, cache=tmp_path)
    (folder / "bin" / "python").unlink()
    (folder / "bin" / "python").symlink_to(python)
    left = folder.with_name(f".new-{folder.name}")
    (left / "bin").mkdir(parents=True)
    again = make_environment(lock, index_url=index, python=PYTHON, cache=tmp_path)

    assert folder == again
    assert not left.exists()
    subprocess.run([folder / "bin" / "wheel", "version"], check=True)


def test_a_lock_without_a_hash_is_none(index: str, tmp_path: Path) -> None:
    """Versions alone do not say which bytes were meant."""
    lock = Lock(text="packaging==26.3\n")
    with pytest.raises(EnvironmentUnmadeError, match="hash") as caught:
        make_environment(lock, index_url=index, python=PYTHON, cache=tmp_path)

    assert "mend" in caught.value.hint


def test_other_bytes_than_the_lock_says_are_refused(lock: Lock, index: str, tmp_path: Path) -> None:
    """A package that was exchanged in the index makes no environment, and leaves none."""
    forged = Lock(text=re.sub(r"sha256:\w{8}", "sha256:00000000", lock.text))
    with pytest.raises(EnvironmentUnmadeError, match="Hash mismatch") as caught:
        make_environment(forged, index_url=index, python=PYTHON, cache=tmp_path)

    assert "mend" in caught.value.hint
    assert [] == [path for path in (tmp_path / "environments").glob("?" * 32) if path.is_dir()]
