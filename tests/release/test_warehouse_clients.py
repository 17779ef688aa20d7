"""The programs that people use take the index for PyPI: twine, uv and pip; pypiserver says the same of it."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from release_dists import NOON, SDIST, TOKEN, WHEEL, make_sdist, make_wheel, upload

from pressroom.release.warehouse.server import Index, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

UV = str(Path(sys.executable).with_name("uv"))


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A folder with a wheel and an sdist."""
    folder = tmp_path / "dist"
    folder.mkdir()
    line = "Requires-Python: >=3.9"
    (folder / WHEEL).write_bytes(make_wheel("widget", "1.0", line, body="Widgets.\n"))
    (folder / SDIST).write_bytes(make_sdist("widget", "1.0", line, body="Widgets.\n"))
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    """An index; no test may make it fail."""
    with serve(tmp_path / "index", wheelhouse=None, token=TOKEN, now=lambda: NOON) as running:
        yield running
        assert [] == running.failures


def run(tmp_path: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A program that finds no configuration of whoever runs the tests."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "HOME": str(tmp_path / "home"),
        "PIP_CONFIG_FILE": os.devnull,
        "UV_NO_CONFIG": "1",
        "NO_COLOR": "1",
        "COLUMNS": "400",
        **more,
    }
    return subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        check=False,
        text=True,
        timeout=60,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def twine(
    tmp_path: Path, url: str, *files: Path, token: str = TOKEN
) -> subprocess.CompletedProcess[str]:
    """A real upload; what it printed is on one line."""
    command = ["upload", "--non-interactive", "--disable-progress-bar", "--repository-url", url]
    done = run(
        tmp_path,
        sys.executable,
        "-m",
        "twine",
        *command,
        *map(str, files),
        TWINE_USERNAME="__token__",
        TWINE_PASSWORD=token,
    )
    plain = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    done.stdout = " ".join(plain.split())
    return done


def names(url: str) -> dict[str, str]:
    """The files of widget on a simple index in HTML, and their sha256."""
    page = requests.get(url, headers={"Accept": "text/html"}, timeout=10).text
    return dict(re.findall(r'href="[^"]*/([^"/#]+)#sha256=([0-9a-f]{64})"', page))


def test_twine_uploads(tmp_path: Path, index: Index, dist: Path) -> None:
    """All files arrive, a second time too; other bytes are refused with the reason on the screen."""
    for count in (0, 2):
        done = twine(tmp_path, index.upload_url, *sorted(dist.iterdir()))
        assert 0 == done.returncode, done.stdout
        assert {WHEEL: 1, SDIST: 1} == index.uploads
        assert count == sum(index.repeats.values())
    (dist / WHEEL).write_bytes(make_wheel("widget", "1.0", "Summary: other"))
    done = twine(tmp_path, index.upload_url, dist / WHEEL)
    assert 1 == done.returncode
    assert "400 Bad Request" in done.stdout
    assert "File already exists" in done.stdout
    done = twine(tmp_path, index.upload_url, dist / WHEEL, token="x")  # noqa: S106 - no password
    assert "403 Forbidden" in done.stdout
    assert "Invalid or non-existent authentication information" in done.stdout


def test_uv_publishes(tmp_path: Path, index: Index, dist: Path) -> None:
    """The reason reaches uv too, which reads it out of the body."""
    command = (UV, "publish", "--no-cache", "--publish-url", index.upload_url)
    done = run(tmp_path, *command, *map(str, dist.iterdir()), UV_PUBLISH_TOKEN=TOKEN)
    assert 0 == done.returncode, done.stdout
    assert {WHEEL: 1, SDIST: 1} == index.uploads
    (dist / WHEEL).write_bytes(make_wheel("widget", "1.0", "Summary: other"))
    done = run(tmp_path, *command, str(dist / WHEEL), UV_PUBLISH_TOKEN=TOKEN)
    assert 0 != done.returncode
    assert "File already exists" in done.stdout


def test_pip_and_uv_install(tmp_path: Path, index: Index, dist: Path) -> None:
    """Installers find the release, take the wheel, and get the bytes that were uploaded."""
    assert 0 == twine(tmp_path, index.upload_url, *dist.iterdir()).returncode
    done = run(
        tmp_path,
        *(sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-cache-dir"),
        *("--no-deps", "-d", "got", "--index-url", index.simple_url, "widget==1.0"),
    )
    assert 0 == done.returncode, done.stdout
    assert (dist / WHEEL).read_bytes() == (tmp_path / "got" / WHEEL).read_bytes()
    done = run(
        tmp_path,
        *(UV, "pip", "install", "--no-cache", "--python", sys.executable, "--target", "in"),
        *("--index-url", index.simple_url, "widget"),
    )
    assert 0 == done.returncode, done.stdout
    assert "__version__ = '1.0'\n" == (tmp_path / "in" / "widget" / "__init__.py").read_text()


def test_installers_pass_over_yanked_releases(tmp_path: Path, index: Index, dist: Path) -> None:
    """A yanked release is installed only by its version (PEP 592)."""
    assert 0 == twine(tmp_path, index.upload_url, dist / WHEEL).returncode
    index.store.yank(WHEEL, "broken")
    command = (UV, "pip", "install", "--no-cache", "--python", sys.executable, "--target", "in")
    options = ("--index-url", index.simple_url)
    assert 0 != run(tmp_path, *command, *options, "widget").returncode
    done = run(tmp_path, *command, *options, "widget==1.0")
    assert 0 == done.returncode, done.stdout
    assert "broken" in done.stdout


# a second opinion


@pytest.fixture
def pypiserver(tmp_path: Path) -> Iterator[str]:
    """Another index that takes uploads, by other people."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "packages").mkdir()
    command = ["run", "-i", "127.0.0.1", "-p", str(port), "--hash-algo", "sha256"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pypiserver", *command, "-P", ".", "-a", ".", "packages"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with process:
        url = f"http://127.0.0.1:{port}"
        for _ in range(300):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(url, timeout=5)
                break
            assert process.poll() is None, "pypiserver did not start: is it installed?"
            time.sleep(0.05)
        yield url
        process.terminate()


def test_pypiserver_agrees(tmp_path: Path, index: Index, pypiserver: str, dist: Path) -> None:
    """Both accept the same uploads, list the same files and hashes, and refuse other bytes."""
    ours, theirs = index.upload_url, pypiserver
    for url in (ours, theirs):
        done = twine(tmp_path, url, *sorted(dist.iterdir()))
        assert 0 == done.returncode, done.stdout
    found = names(f"{index.simple_url}widget/")
    assert {WHEEL, SDIST} == set(found)
    assert found == names(f"{theirs}/simple/widget/")

    (dist / WHEEL).write_bytes(make_wheel("widget", "1.0", "Summary: other"))
    for url, status in ((ours, 400), (f"{theirs}/", 409)):
        assert 1 == twine(tmp_path, url, dist / WHEEL).returncode
        # To twine pypiserver says 400 as PyPI does, and to anybody else what it means.
        assert status == upload(url, WHEEL, (dist / WHEEL).read_bytes()).status_code
    assert found == names(f"{index.simple_url}widget/") == names(f"{theirs}/simple/widget/")
