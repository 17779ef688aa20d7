"""Each way in which a project's backend can misbehave: the build stops, and says what to mend."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from release_examples import once, widget

from pressroom.errors import PressroomError
from pressroom.release.building.backend import BuildError
from pressroom.release.building.members import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all: the environment of these projects is empty."""
    return tmp_path_factory.mktemp("cache")


def refused(
    kind: type[PressroomError],
    says: str,
    files: Mapping[str, str],
    place: Path,
    cache: Path,
    *,
    timeout: float = 60,
) -> PressroomError:
    """The error of a build that must fail."""
    with pytest.raises(kind, match=says) as caught:
        once(files, place, cache, timeout=timeout)
    return caught.value


def test_the_wheel_is_made_of_the_sdist(tmp_path: Path, cache: Path) -> None:
    """A file that the sdist lacks cannot come into the wheel from the work tree."""
    backend = "every = files\ndef files(): return [name for name in every() if name != 'widget.py']"
    error = refused(BuildError, "build_wheel failed", widget(backend_py=backend), tmp_path, cache)

    assert "No such file or directory: 'widget.py'" in error.message
    assert "the whole output is in the log" in error.hint
    assert str(tmp_path / "build.log") == error.where


SECRETS = "pypi-AgEIcHlwaS5vcmcCJDEyMzQ1Njc4 password=hunter2 https://me:geheim@host/"


def test_a_failing_backend_is_quoted_without_secrets(tmp_path: Path, cache: Path) -> None:
    """Message and log show the end of the output, and neither what looks like a token nor control characters."""
    backend = f"""
def build_sdist(into, settings=None):
    print({SECRETS!r}, "\\x1b[31mred\\x1b[0m", "\\x07")
    raise SystemExit("the last words")
"""
    error = refused(BuildError, "build_sdist failed", widget(backend_py=backend), tmp_path, cache)

    for text in (error.message, (tmp_path / "build.log").read_text()):
        assert "the last words" in text
        assert "https://***@host/" in text
        assert "password=***" in text
        assert "red" in text
        assert not any(
            secret in text for secret in ("pypi-AgE", "hunter2", "geheim", "\x1b", "\x07")
        )
    assert "log" in error.hint


def test_a_backend_that_hangs_is_stopped(tmp_path: Path, cache: Path) -> None:
    """It ends with its children when its time is over, and what it had printed is shown."""
    backend = f"""
import subprocess, time
def build_sdist(into, settings=None):
    print("waiting for an answer", flush=True)
    subprocess.Popen(["sh", "-c", "sleep 1.5; echo alive > {tmp_path}/alive"])
    time.sleep(60)
"""
    start = time.monotonic()
    error = refused(
        BuildError, "did not end within", widget(backend_py=backend), tmp_path, cache, timeout=0.7
    )

    assert time.monotonic() - start < 10
    assert "waiting for an answer" in error.message
    assert "no input and no network" in error.hint
    time.sleep(1)
    assert not (tmp_path / "alive").exists()


def test_a_backend_that_asks_gets_no_answer(tmp_path: Path, cache: Path) -> None:
    """Its input is at its end: a question fails at once."""
    backend = "def build_sdist(into, settings=None): input('which version? ')"
    error = refused(BuildError, "EOFError", widget(backend_py=backend), tmp_path, cache)

    assert "log" in error.hint


def test_a_build_that_needs_the_network_is_told_so(tmp_path: Path, cache: Path) -> None:
    """A download that fails is advice to name a requirement."""
    backend = """
import urllib.request
def build_sdist(into, settings=None):
    urllib.request.urlopen("http://127.0.0.1:9/template.c", timeout=5)
"""
    error = refused(BuildError, "Connection refused", widget(backend_py=backend), tmp_path, cache)

    assert "[build-system] requires" in error.hint


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return f'{BASE}.tar.gz'", "made 0 files where one sdist belongs"),
        ("return None", "does not answer as one"),
        ("os._exit(0)", "does not answer as one"),
        ("return good(into) and good(into + '/..') and '../widget-1.2.3.tar.gz'", "made 1 files"),
        ("open(into + '/second.tar.gz', 'w'); return good(into)", "made 2 files"),
        ("os.symlink('/etc/passwd', into + '/w.tar.gz'); return 'w.tar.gz'", "made 1 files"),
        ("open(into + '/w.zip', 'w'); return 'w.zip'", "w.zip, which is no sdist"),
        ("raise NameError('here')", "NameError: here"),
    ],
)
def test_what_is_not_one_sdist_is_refused(
    body: str, says: str, tmp_path: Path, cache: Path
) -> None:
    """None, two, a link, another place, another ending or an exception: each stops the build with advice."""
    backend = f"good = build_sdist\ndef build_sdist(into, settings=None): {body}"
    error = refused(BuildError, says, widget(backend_py=backend), tmp_path, cache)

    assert "backend" in error.hint or "log" in error.hint


def test_a_build_that_changes_a_file_of_the_commit_is_refused(tmp_path: Path, cache: Path) -> None:
    """The changed file is named; a new one beside it is what builds do."""
    backend = """
good = build_sdist
def build_sdist(into, settings=None):
    with open("generated.c", "w") as file:
        file.write("int x;")
    with open("widget.py", "a") as file:
        file.write("SHAPE = 'square'\\n")
    return good(into)
"""
    error = refused(
        BuildError,
        r"changed files of the commit: widget\.py\n",
        widget(backend_py=backend),
        tmp_path,
        cache,
    )

    assert "git rm --cached" in error.hint


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"pyproject_toml": None}, "pyproject.toml"),
        ({"pyproject_toml": "[build-system"}, "pyproject.toml"),
        ({"pyproject_toml": "[build-system]\nrequires = 1\n"}, "array of strings"),
        (
            {"pyproject_toml": '[build-system]\nrequires = []\nbuild-backend = "nowhere"\n'},
            "'nowhere' is not available",
        ),
    ],
)
def test_a_project_that_is_none_is_refused(
    changes: dict[str, str | None], says: str, tmp_path: Path, cache: Path
) -> None:
    """Without a build system that can be started there is no build, and the file to mend is named."""
    error = refused(BuildError, says, widget(**changes), tmp_path, cache)

    assert "pyproject.toml" in error.hint


def test_a_wheel_that_is_none_is_refused(tmp_path: Path, cache: Path) -> None:
    """A wheel without RECORD stops the build."""
    backend = """
def build_wheel(into, settings=None, metadata=None):
    with zipfile.ZipFile(os.path.join(into, f"{BASE}-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("widget.py", "x")
    return f"{BASE}-py3-none-any.whl"
"""
    error = refused(ArchiveError, "no RECORD", widget(backend_py=backend), tmp_path, cache)

    assert "widget-1.2.3-py3-none-any.whl" == error.where
    assert "backend" in error.hint
