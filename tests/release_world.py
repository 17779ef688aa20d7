"""A small world for tests of releases: a project that builds without an index, a press that releases it, remotes."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BACKEND = '''\
"""Builds an sdist and a wheel with the standard library alone."""

import base64
import hashlib
import io
import os
import pathlib
import tarfile
import zipfile

VERSION = "0.9"
META = f"""Metadata-Version: 2.4
Name: widget
Version: {VERSION}
Summary: A widget
License-Expression: MIT
License-File: LICENSE
"""


def _files():
    for path in sorted(pathlib.Path().rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.name != "PKG-INFO":
            yield path


def build_sdist(sdist_directory, config_settings=None):
    name = f"widget-{VERSION}"
    with tarfile.open(pathlib.Path(sdist_directory) / f"{name}.tar.gz", "w:gz") as archive:
        for path in _files():
            archive.add(path, f"{name}/{path}")
        info = tarfile.TarInfo(f"{name}/PKG-INFO")
        info.size = len(META.encode())
        archive.addfile(info, io.BytesIO(META.encode()))
    return f"{name}.tar.gz"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    info = f"widget-{VERSION}.dist-info"
    files = {
        "widget.py": pathlib.Path("widget.py").read_text(),
        f"{info}/METADATA": META,
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: own\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{info}/licenses/LICENSE": pathlib.Path("LICENSE").read_text(),
    }
    record = ""
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(text.encode())}\\n"
    files[f"{info}/RECORD"] = record + f"{info}/RECORD,,\\n"
    name = f"widget-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return name
'''

PROJECT = {
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "backend.py": BACKEND,
    "widget.py": '"""A widget."""\n\nVERSION = "0.9"\n',
    "README.md": "# Widget\n",
    "LICENSE": "You may do with this what you like.\n",
    "Changes.txt": "0.9 - October 2026, The maintainer\n  - the first one\n",
    ".gitignore": "__pycache__/\n",
}

CHANGELOG = """\
---
name: Widget
title: Widget
kind: python
description: A widget that tests release.
branch: main
pypi: widget
changelog:
  file: Changes.txt
  style: pykcs11
version_files:
  - file: backend.py
    what: 'VERSION = "{version}"'
  - file: widget.py
    what: 'VERSION = "{version}"'
packaging:
  smoke: "import widget; assert widget.VERSION"
announcements: []
---

## 1.0 - 20 November 2026, The maintainer

- turns more quietly
- ids:
  - a `#` is no comment

## 0.9 - October 2026, The maintainer

- the first one
"""

PRESS = {
    "pyproject.toml": """\
[tool.pressroom]
domain = "press.example"
author = "The maintainer"
feed_namespace = "5f0c2c5e-8f0b-4a53-9d0e-6a3b1f2e9c71"
report = "https://press.example/"

[tool.pressroom.security]
contact = "https://press.example/"
expires = 2027-11-01

[tool.pressroom.sites]
hub = { config = "mkdocs.yml" }
""",
    "releases/widget.md": CHANGELOG,
    "scripts/.keep": "",
    ".gitignore": ".wheelhouse/\n",
}

GIT_CONFIG = """\
[user]
    name = The maintainer
    email = maintainer@press.example
    signingkey = {key}
[gpg]
    format = ssh
[init]
    defaultBranch = main
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where everything is, and the environment of commands."""

    root: Path
    environment: Mapping[str, str]

    @property
    def project(self) -> Path:
        """The checkout of the project."""
        return self.root / "widget"

    @property
    def press(self) -> Path:
        """The checkout that publishes."""
        return self.root / "press"

    @property
    def remote(self) -> Path:
        """The project's remote."""
        return self.root / "remotes" / "widget.git"

    @property
    def press_remote(self) -> Path:
        """The remote of what publishes."""
        return self.root / "remotes" / "press.git"

    def git(self, folder: Path, *arguments: str) -> str:
        """What git prints."""
        return subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=dict(self.environment),
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def commit(self, folder: Path, files: Mapping[str, str], message: str = "more") -> str:
        """Write files, commit and push them."""
        write(folder, files)
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-qm", message)
        self.git(folder, "push", "-q", "origin", "HEAD")
        return self.git(folder, "rev-parse", "HEAD")


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write text files below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def make_stage(root: Path) -> Stage:
    """A project and a press under git with remotes, a signing key, a home of their own."""
    home = root / "home"
    home.mkdir(parents=True)
    key = home / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (home / ".gitconfig").write_text(GIT_CONFIG.format(key=key), encoding="utf-8")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
    }
    stage = Stage(root=root, environment=environment)
    for folder, remote, files in (
        (stage.project, stage.remote, PROJECT),
        (stage.press, stage.press_remote, PRESS),
    ):
        write(folder, files)
        stage.git(root, "init", "-q", "--bare", str(remote))
        stage.git(folder, "init", "-q")
        stage.git(folder, "add", "-A")
        stage.git(folder, "commit", "-qm", "what there is")
        stage.git(folder, "remote", "add", "origin", str(remote))
        stage.git(folder, "push", "-qu", "origin", "main")
    (stage.press / ".wheelhouse").mkdir()
    return stage
