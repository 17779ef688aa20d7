"""Sdists, wheels and git trees for tests, made in memory; nothing here is somebody else's."""

from __future__ import annotations

import base64
import csv
import dataclasses
import gzip
import hashlib
import io
import os
import subprocess
import tarfile
import warnings
import zipfile
from typing import TYPE_CHECKING

from pressroom.release.audit.archive import read_sdist
from pressroom.release.audit.model import Sdist, TreeFiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Content = str | bytes

# What the archives say they are.
SDIST = "widget-1.0.tar.gz"
WHEEL = "widget-1.0-py3-none-any.whl"
TOP = "widget-1.0"
PKG_INFO = "Metadata-Version: 2.1\nName: widget\nVersion: 1.0\nSummary: A widget\n"

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_AUTHOR_NAME": "Ann",
    "GIT_AUTHOR_EMAIL": "ann@example.org",
    "GIT_COMMITTER_NAME": "Ann",
    "GIT_COMMITTER_EMAIL": "ann@example.org",
    "GIT_AUTHOR_DATE": "1750000000 +0000",
    "GIT_COMMITTER_DATE": "1750000000 +0000",
}

# A project with a C extension for which Windows needs more than Linux does.
WIDGET: Mapping[str, Content] = {
    ".github/workflows/ci.yml": "on: push\n",
    "LICENSE": "Do what you like.\n",
    "MANIFEST.in": "include src/*.h\n",
    "README.md": "# widget\n",
    "docs/index.rst": "widget\n======\n",
    "docs/license.rst": "Licence\n=======\n",
    "resource.h": "#define IDI_WIDGET 101\n",
    "setup.py": "from setuptools import Extension, setup\n"
    'sources = ["src/widget.c"]\n'
    'setup(name="widget", version="1.0", ext_modules=[Extension("widget", sources)])\n',
    "src/widget.c": '#include <Python.h>\n#include "widget.h"\n#ifdef _WIN32\n#include "../resource.h"\n#endif\n',
    "src/widget.h": "int widget(void);\n",
    "tests/test_widget.py": "import widget\n",
    "widget.rc": '#include "resource.h"\n',
}
# What a build ships of it when somebody forgot to name the rest.
SHIPPED = ("LICENSE", "MANIFEST.in", "README.md", "setup.py", "src/widget.c", "src/widget.h")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Odd:
    """A member of a tar that is no ordinary file; `name` is the whole path in the archive."""

    name: str
    type: bytes = tarfile.REGTYPE
    target: str = ""
    mode: int = 0o644
    data: bytes = b""
    pax: Mapping[str, str] = dataclasses.field(default_factory=dict)


def as_bytes(content: Content) -> bytes:
    """The content of a file."""
    return content.encode() if isinstance(content, str) else content


def make_tar(members: Sequence[Odd]) -> bytes:
    """A tar with these members, whatever they are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member in members:
            info = tarfile.TarInfo(member.name)
            info.type, info.linkname, info.mode = member.type, member.target, member.mode
            info.size, info.pax_headers = len(member.data), dict(member.pax)
            tar.addfile(info, io.BytesIO(member.data))
    return buffer.getvalue()


def make_sdist(
    files: Mapping[str, Content], *odd: Odd, top: str = TOP, pkg_info: str | None = PKG_INFO
) -> bytes:
    """A .tar.gz of these files below one folder, with PKG-INFO unless it is None."""
    contents = dict(files) | ({} if pkg_info is None else {"PKG-INFO": pkg_info})
    members = [
        Odd(name=f"{top}/{path}", data=as_bytes(content)) for path, content in contents.items()
    ]
    return gzip.compress(make_tar([*members, *odd]), compresslevel=1, mtime=0)


def make_zip(files: Sequence[tuple[str, Content]]) -> bytes:
    """A ZIP file of these members, twice the same name too."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), as_bytes(content))
    return buffer.getvalue()


def make_wheel(
    files: Mapping[str, Content],
    *,
    tag: str = "py3-none-any",
    pure: bool = True,
    metadata: str = PKG_INFO,
    info: str = "widget-1.0.dist-info",
    record: Mapping[str, str] | None = None,
) -> bytes:
    """A wheel of these files with true METADATA, WHEEL and RECORD; `record` replaces lines of the last."""
    wheel = (
        f"Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: {str(pure).lower()}\nTag: {tag}\n"
    )
    contents: dict[str, Content] = {
        **files,
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": wheel,
    }
    lines = {name: record_line(name, as_bytes(content)) for name, content in contents.items()}
    lines |= {f"{info}/RECORD": f"{info}/RECORD,,", **(record or {})}
    listing = "".join(f"{line}\n" for line in lines.values() if line)
    return make_zip([*contents.items(), (f"{info}/RECORD", listing)])


def record_line(name: str, data: bytes) -> str:
    """The line of RECORD for a file."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow([name, f"sha256={digest}", len(data)])
    return buffer.getvalue()


def shipped(files: Mapping[str, Content], *odd: Odd, filename: str = SDIST) -> Sdist:
    """An sdist of these files, made and read."""
    return read_sdist(filename, make_sdist(files, *odd))


def tracked(files: Mapping[str, Content], **others: object) -> TreeFiles:
    """A tree of these files, as git would have them."""
    contents = {path: (as_bytes(content),) for path, content in files.items()}
    return TreeFiles(files=contents, **others)  # type: ignore[arg-type]  # links and submodules


def git(folder: Path, *arguments: str) -> str:
    """What git prints in a folder."""
    result = subprocess.run(
        ["git", *arguments], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    return result.stdout.strip()


def make_tree(
    folder: Path, files: Mapping[str, Content], *, tag: str | None = "1.0", commit: bool = True
) -> Path:
    """A work tree of git with these files, committed and tagged."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(as_bytes(content))
    if commit:
        git(folder, "add", "--all", "--force")
        git(folder, "commit", "--quiet", "--message=Release 1.0")
        if tag:
            git(folder, "tag", tag)
    return folder
