"""The environment that a release is built in: locked by hash, recorded, and made once."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from typing import TYPE_CHECKING

import uv
from packaging.requirements import InvalidRequirement, Requirement

from pressroom.errors import ExitCode, PressroomError
from pressroom.release.building.output import read_output, tail, wanted_network
from pressroom.release.building.surroundings import child_environment
from pressroom.world.disk import build_lock, explained, remove
from pressroom.world.process import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# Found now: sysconfig, which it asks, is not safe in two threads that both ask first (Python 3.11).
_UV = uv.find_uv_bin()

_TIMEOUT = 600.0
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


class EnvironmentUnmadeError(PressroomError):
    """No environment can be made of what was asked for."""


class IndexUnreachableError(EnvironmentUnmadeError):
    """The index did not answer."""

    exit_code = ExitCode.OUTSIDE


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Every package of an environment by version and hash, as a requirements file."""

    text: str

    @property
    def digest(self) -> str:
        """The sha256 of it: what a record of a build names it by."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def packages(self) -> Mapping[str, str]:
        """The version of each package, by name."""
        return dict(sorted(_PINNED.findall(self.text)))


def lock_environment(  # noqa: PLR0913 - what decides which packages it becomes
    requires: Sequence[str],
    *,
    constraints: Sequence[str],
    index_url: str,
    python: Path,
    cache: Path,
    work: Path,
) -> Lock:
    """The packages that requirements become with this index and this Python, today.

    Wheels alone: what an sdist needs for its own build would be in no lock. Raises
    EnvironmentUnmadeError, IndexUnreachableError.
    """
    wanted = [check_requirement(text, where="the build's requirements") for text in requires]
    bounds = [check_requirement(text, where="the project's constraints") for text in constraints]
    if not wanted:
        return Lock(text="")
    with explained(work):
        work.mkdir(parents=True, exist_ok=True)
        (work / "constraints.txt").write_text("".join(f"{line}\n" for line in bounds))
    text = run_uv(
        *("pip", "compile", "-", "--constraints", "constraints.txt", "--generate-hashes"),
        *("--only-binary", ":all:", "--no-header", "--no-annotate", "--python", str(python)),
        index_url=index_url,
        cache=cache,
        work=work,
        stdin="".join(f"{line}\n" for line in sorted(wanted)),
    )
    return Lock(text=text)


def check_requirement(text: str, *, where: str) -> str:
    """A requirement that the index answers for, in one line. Raises EnvironmentUnmadeError for another."""
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        raise EnvironmentUnmadeError(
            f"{text!r} is no requirement: {str(error).splitlines()[0]}",
            where=where,
            hint='write a name and a version range, such as "setuptools>=77" or "swig<4.5"',
        ) from error
    if requirement.url:
        raise EnvironmentUnmadeError(
            f"{text!r} comes from an address of its own",
            where=where,
            hint="a release is built with what the index has, which can be built again: name a version",
        )
    return str(requirement)


def make_environment(lock: Lock, *, index_url: str, python: Path, cache: Path) -> Path:
    """The folder of a virtual environment with exactly these packages; made once for all builds.

    It is whole or not there, whoever makes it at the same time or is killed. Raises
    EnvironmentUnmadeError, IndexUnreachableError.
    """
    with explained(python):
        key = hashlib.sha256(f"{python.absolute()}\n{lock.text}".encode()).hexdigest()[:32]
        home = cache / "environments"
        folder, new = home / key, home / f".new-{key}"
    if _works(folder):
        return folder
    with build_lock(home, key, wait=_TIMEOUT), explained(home):
        if _works(folder):  # somebody else has made it while we waited
            return folder
        remove(folder)  # its Python went away
        remove(new)
        make_venv(new, python=python, index_url=index_url, cache=cache, work=home)
        (new / "pressroom.lock").write_text(lock.text)
        if lock.text:
            run_uv(
                *("pip", "sync", "--require-hashes", "--python", str(new / "bin" / "python")),
                *("--only-binary", ":all:", str(new / "pressroom.lock")),
                index_url=index_url,
                cache=cache,
                work=home,
            )
        new.rename(folder)
    return folder


def make_venv(folder: Path, *, python: Path, index_url: str, cache: Path, work: Path) -> None:
    """An empty virtual environment, the scripts of which still run when it has been moved."""
    run_uv(
        *("venv", "--relocatable", "--no-project", "--python", str(python), str(folder)),
        index_url=index_url,
        cache=cache,
        work=work,
    )


def run_uv(  # noqa: PLR0913 - what a run of uv has
    *arguments: str,
    index_url: str,
    cache: Path,
    work: Path,
    path: str = "",
    stdin: str = "",
    timeout: float = _TIMEOUT,
) -> str:
    """What uv prints, with one index and no configuration. Raises IndexUnreachableError or EnvironmentUnmadeError."""
    with explained(work):
        (work / "tmp").mkdir(parents=True, exist_ok=True)
    result = run(
        [_UV, *arguments, "--quiet", "--cache-dir", str(cache / "uv")],
        cwd=work,
        environment=child_environment(work, index_url=index_url, path=path),
        timeout=timeout,
        stdin=stdin.encode(),
    )
    if result.code == 0:
        return result.out.decode()
    said = tail(read_output(result.err + result.out))
    where = f"uv {' '.join(arguments[:2])}"
    if wanted_network(said):
        raise IndexUnreachableError(
            f"the index {read_output(index_url.encode())} did not answer:\n{said}",
            where=where,
            hint="look whether it is up, then start again",
        )
    raise EnvironmentUnmadeError(
        said,
        where=where,
        hint="mend what the project requires or its `packaging.constraints`, or give the index a wheel of it",
    )


def _works(folder: Path) -> bool:
    """Whether it is there and its Python starts."""
    python = folder / "bin" / "python"
    if not python.exists():
        return False
    result = run(
        [str(python), "-I", "-S", "-c", "import encodings"],
        cwd=folder,
        environment={},
        timeout=60,
    )
    return result.code == 0
