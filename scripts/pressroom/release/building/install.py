"""A file of a release, or the release in an index, installed into an empty environment and tried."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from pressroom.errors import PressroomError
from pressroom.release.building.environment import (
    EnvironmentUnmadeError,
    IndexUnreachableError,
    check_requirement,
    make_venv,
    run_uv,
)
from pressroom.release.building.output import read_output, tail
from pressroom.release.building.surroundings import child_environment
from pressroom.world.disk import explained, remove
from pressroom.world.process import run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.world.process import Result

_FILES = (".whl", ".tar.gz")

# What the installed metadata say, and which modules the files are; nothing is imported yet.
_LOOK = """
import importlib.metadata, importlib.machinery, json, sys
found = importlib.metadata.distribution(sys.argv[1])
endings = importlib.machinery.all_suffixes()
modules = set()
for file in found.files or ():
    ending = next((ending for ending in endings if file.name.endswith(ending)), None)
    if ending:
        modules.add(file.parts[0] if len(file.parts) > 1 else file.name[:-len(ending)])
print(json.dumps([found.version, sorted(filter(str.isidentifier, modules))]))
"""


class InstallError(PressroomError):
    """What was released cannot be installed, or does not work when it is."""


def install_clean(  # noqa: PLR0913 - what an installation depends on
    target: str,
    *,
    index_url: str,
    python: Path,
    path: str,
    work: Path,
    cache: Path,
    expect_name: str,
    expect_version: str,
    smoke: str = "",
    constraints: Sequence[str] = (),
    timeout: float = 600,
) -> None:
    """Install `target` alone: a file's path, or `name==version` from the index.

    Then it must be the name and version that are expected, each of its modules must import, and the
    statement `smoke` must run, away from every source. `work` is a folder for it, removed at the end. Raises
    InstallError, IndexUnreachableError, and EnvironmentUnmadeError where not even an empty environment can be made.
    """
    remove(work)
    try:
        source = _prepare(target, work, constraints)
        venv = work / "venv"
        make_venv(venv, python=python, index_url=index_url, cache=cache, work=work)
        with _explained_for(target):
            run_uv(
                *("pip", "install", "--python", str(venv / "bin" / "python"), "--no-sources"),
                *("--build-constraints", "constraints.txt"),
                # What the cache knows of it is older than what was just made or published.
                *("--refresh-package", expect_name, source),
                index_url=index_url,
                cache=cache,
                work=work,
                path=path,
                timeout=timeout,
            )
        fresh = _Fresh(target=target, venv=venv, index_url=index_url, path=path, timeout=timeout)
        modules = fresh.modules(expect_name, expect_version)
        fresh.run("\n".join([*(f"import {module}" for module in modules), smoke]))
    finally:
        remove(work)


def _prepare(target: str, work: Path, constraints: Sequence[str]) -> str:
    """What to install, once the folder for it is ready."""
    bounds = [check_requirement(text, where="the project's constraints") for text in constraints]
    with explained(work):
        (work / "elsewhere").mkdir(parents=True)
        (work / "constraints.txt").write_text("".join(f"{line}\n" for line in bounds))
        if not target.endswith(_FILES):
            return target
        # A copy is new to uv's cache, which else gives the wheel that it made of that sdist before.
        copy = work / Path(target).name
        copy.write_bytes(Path(target).read_bytes())
        return str(copy)


@contextlib.contextmanager
def _explained_for(target: str) -> Iterator[None]:
    """What uv refuses inside, as InstallError; an index that is away stays what it is."""
    try:
        yield
    except IndexUnreachableError:
        raise
    except EnvironmentUnmadeError as error:
        raise InstallError(
            f"cannot be installed into an empty environment:\n{error.message}",
            where=target,
            hint="mend what it requires, or what its sdist lacks, and build it again",
        ) from error


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Fresh:
    """The environment that holds nothing but what was installed."""

    target: str
    venv: Path
    index_url: str
    path: str
    timeout: float

    def modules(self, name: str, version: str) -> list[str]:
        """The modules at the top of what is installed, once it is what was expected."""
        result = self._python(_LOOK, name)
        if result.code != 0:
            raise self._error(
                f"is installed, but not as {name}",
                hint="compare the name in the project's metadata with `pypi:` in its file",
            )
        found, modules = json.loads(result.out)
        if not _same(found, version):
            raise self._error(
                f"is installed as {name} {found}, and not as {version}",
                hint="mend the file that states the version, or list it in `version_files`",
            )
        return list(modules)

    def run(self, statements: str) -> None:
        """The statements run to their end, away from every source."""
        result = self._python(statements)
        if result.code != 0:
            said = tail(read_output(result.out + result.err))
            shown = "; ".join(line for line in statements.splitlines() if line)
            raise self._error(
                f"does not work in an empty environment: {shown}\n{said}",
                hint="look which file or requirement is missing from what was built; "
                "installed beside its own source it may well work",
            )

    def _python(self, statements: str, *arguments: str) -> Result:
        home = self.venv.parent
        return run(
            # Isolated: neither the folder it runs in nor a variable adds a place to import from.
            [str(self.venv / "bin" / "python"), "-I", "-c", statements, *arguments],
            cwd=home / "elsewhere",
            environment=child_environment(
                home, index_url=self.index_url, path=f"{self.venv / 'bin'}:{self.path}"
            ),
            timeout=self.timeout,
        )

    def _error(self, message: str, *, hint: str) -> InstallError:
        return InstallError(message, where=self.target, hint=hint)


def _same(found: str, expected: str) -> bool:
    try:
        return Version(found) == Version(expected)
    except InvalidVersion:
        return found == expected
