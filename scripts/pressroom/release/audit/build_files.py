"""Which files a project's build files name: setup.py, setup.cfg, pyproject.toml, MANIFEST.in, meson.build."""

from __future__ import annotations

import configparser
import re
import tomllib
from typing import TYPE_CHECKING, Any

from pressroom.release.audit.manifest import read_manifest
from pressroom.release.audit.mention import Mention, Mode, named
from pressroom.release.audit.setup_script import read_setup_script

if TYPE_CHECKING:
    from collections.abc import Iterator

# The tables that a build reads; what a linter is told to look at, or to skip, says nothing.
_TABLES = (
    *(("project",), ("build-system",), ("tool", "setuptools"), ("tool", "flit")),
    *(("tool", "hatch", "build"), ("tool", "hatch", "version"), ("tool", "hatch", "metadata")),
    *(("tool", "poetry"), ("tool", "pdm"), ("tool", "maturin"), ("tool", "meson-python")),
    *(("tool", "scikit-build"), ("tool", "sdist"), ("tool", "uv", "build-backend")),
)
# Exclusions, and patterns below a package's folder.
_SKIPPED = re.compile(r".*(?:exclu|ignore|omit).*|package-data")
_FILES = re.compile(
    r".*(?:exclu|ignore|omit).*|package-data|packages|py-modules|name|version|description|keywords"
    r"|classifiers|urls|scripts|gui-scripts|entry-points|dependencies|optional-dependencies|requires"
    r"|authors|maintainers|dependency-groups|group|extras|plugins"
)
_FILES = re.compile(
    r"readme|file|files|path|from|license-files|license_files|include|sources|depends"
)
_MESON = re.compile(r"'''.*?(?:'''|\Z)|(?P<f>f?)'(?P<text>(?:[^'\\\n]|\\.)*)'|\#[^\n]*", re.DOTALL)
_SUBDIR = re.compile(r"\bsubdir\s*\(\s*\Z")


def read_build_file(path: str, text: str) -> Iterator[Mention]:
    """The names in a build file; none of another file. Only the root's own are this sdist's."""
    if path == "setup.py":
        yield from read_setup_script(text)
    elif path == "pyproject.toml":
        yield from _pyproject(text)
    elif path == "MANIFEST.in":
        yield from read_manifest(text)
    elif path == "setup.cfg":
        yield from _setup_cfg(text)
    elif path.rpartition("/")[2] == "meson.build":
        yield from _meson(text)


def _pyproject(text: str) -> Iterator[Mention]:
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    for keys in _TABLES:
        table: Any = document
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None
        for name, bare in _strings(table, bare=False):
            at = max(text.find(f'"{name}"'), text.find(f"'{name}'"), 0)
            yield named(name, text.count("\n", 0, at) + 1, bare=bare)


def _strings(value: Any, *, bare: bool) -> Iterator[tuple[str, bool]]:  # noqa: ANN401 - TOML
    if isinstance(value, str):
        yield value, bare
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item, bare=bare)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not _SKIPPED.fullmatch(key):
                yield from _strings(item, bare=_FILES.fullmatch(key) is not None)
            if key == "force-include" and isinstance(item, dict):
                yield from ((name, True) for name in item)


def _setup_cfg(text: str) -> Iterator[Mention]:
    """What `file:` and license_files name; nothing else there is a path for sure."""
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    for section in ("metadata", "options", "options.data_files"):
        for key, value in parser.items(section) if parser.has_section(section) else ():
            if (value or "").startswith("file:"):
                names = re.split(r"[,\n]", value.removeprefix("file:"))
            elif key in {"license_file", "license_files"} or section == "options.data_files":
                names = re.split(r"[,\n]", value or "")
            else:
                continue
            for name in map(str.strip, names):
                line = text.count("\n", 0, max(text.find(name), 0)) + 1
                yield Mention(name=name, line=line, mode=Mode.FILE, says=f"names it ({name})")


def _meson(text: str) -> Iterator[Mention]:
    for match in _MESON.finditer(text):
        name = match["text"]
        if not name or match["f"]:
            continue
        line = text.count("\n", 0, match.start()) + 1
        if _SUBDIR.search(text, max(0, match.start() - 40), match.start()):
            name = f"{name}/meson.build"
        yield named(name, line)
