"""zest.releaser at the same work: a like project, a remote and an index on this machine, and its fullrelease."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measured import BuildError

from pressroom.release.example import example_files
from pressroom.release.warehouse.server import serve

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parent.parent
FROM, TO = "0.1.0", "0.2.0"
MISSING = (
    "fullrelease is not beside this Python: there is nothing to compare with\n"
    "  hint: make (it is in the lock), or .venv/bin/uv pip install zest.releaser"
)
_TOKEN = "pypi-benchmark"  # noqa: S105 - of an index that lives for a moment
# It writes the version and a date into these two, as ours does into its own.
_CHANGES = f"""\
Changelog
=========

{TO} (unreleased)
------------------

- GET CHALLENGE by name
- an APDU whose Lc does not fit is an error


{FROM} (2026-09-01)
------------------

- first version: SELECT, READ BINARY, VERIFY and GET RESPONSE by name
"""
_SETTINGS = "\n[tool.zest-releaser]\ntag-signing = true\n"
_PYPIRC = """\
[distutils]
index-servers = here
[here]
repository = {url}
username = __token__
password = {token}
"""
_GIT_CONFIG = """\
[user]
    name = The maintainer
    email = maintainer@example.invalid
    signingkey = {key}
[gpg]
    format = ssh
"""


def find_fullrelease() -> Path | None:
    """Its command, beside the Python that runs this."""
    path = Path(sys.executable).with_name("fullrelease")
    return path if path.is_file() else None


def like_project(example: Path) -> dict[str, bytes]:
    """The files of our example, with changelog and version as zest.releaser wants them."""
    files = example_files(example)
    del files["Changes.txt"]
    text = files["pyproject.toml"].decode()
    assert f'version = "{FROM}"' in text
    text = text.replace(f'version = "{FROM}"', f'version = "{TO}.dev0"')
    return {
        **files,
        "CHANGES.txt": _CHANGES.encode(),
        "pyproject.toml": (text + _SETTINGS).encode(),
    }


class Zest:
    """Everything that one fullrelease needs, in a folder of its own."""

    def __init__(self, folder: Path, *, fullrelease: Path) -> None:
        self.folder, self._fullrelease = folder, fullrelease
        self.project, self.remote = folder / "project", folder / "remote.git"
        for name in ("home", "tmp", "project"):
            (folder / name).mkdir(parents=True)
        self._environment = {
            "PATH": f"{fullrelease.parent}:{os.environ['PATH']}",
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        }

    def run(self) -> float:
        """The seconds that fullrelease took; tag, commits and both files must be where they belong."""
        self._make()
        with serve(
            self.folder / "index",
            wheelhouse=ROOT / ".wheelhouse",
            token=_TOKEN,
            now=lambda: dt.datetime.now(dt.UTC),
        ) as index:
            self._home(".pypirc", _PYPIRC.format(url=index.upload_url, token=_TOKEN))
            own = {**self._environment, "PIP_INDEX_URL": index.simple_url}
            start = time.perf_counter()
            self._call([str(self._fullrelease), "--no-input"], environment=own)
            took = time.perf_counter() - start
            uploaded = len(index.uploads)
        shown = self._git("ls-remote", "--tags", str(self.remote))
        if uploaded != 2 or f"refs/tags/{TO}^{{}}" not in shown:
            raise BuildError(f"zest.releaser uploaded {uploaded} files; its remote has: {shown}")
        return took

    def _make(self) -> None:
        key = self.folder / "home" / "key"
        self._call(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)])
        self._home(".gitconfig", _GIT_CONFIG.format(key=key))
        for name, data in like_project(ROOT / "examples" / "pure").items():
            (self.project / name).parent.mkdir(parents=True, exist_ok=True)
            (self.project / name).write_bytes(data)
        self._git("init", "--quiet", "--bare", str(self.remote))
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", "before")
        self._git("remote", "add", "origin", str(self.remote))
        self._git("push", "--quiet", "--set-upstream", "origin", "main")

    def _home(self, name: str, text: str) -> None:
        (self.folder / "home" / name).write_text(text, encoding="utf-8")

    def _git(self, *arguments: str) -> str:
        return self._call(["git", *arguments])

    def _call(self, command: list[str], environment: Mapping[str, str] | None = None) -> str:
        run = subprocess.run(
            command,
            cwd=self.project,
            env=environment or self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            raise BuildError(f"{' '.join(command)}\n{run.stdout}{run.stderr}")
        return run.stdout
