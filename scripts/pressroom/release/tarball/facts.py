"""What making a tarball depends on besides the commit, and what its file is called."""

from __future__ import annotations

import dataclasses
import shlex
from typing import TYPE_CHECKING

from pressroom.changelog.model import Kind
from pressroom.errors import ConfigError
from pressroom.release.building.compression import PACKERS
from pressroom.release.building.environment import Lock, lock_environment, make_environment
from pressroom.release.building.members import is_plain_path

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.changelog.model import Project

KINDS = (Kind.C_MESON, Kind.C_AUTOTOOLS, Kind.PERL)
# Debian 12 has meson 1.0.1, whose `dist` takes a touched file for a changed one (it does not refresh the index
# of git first) and says "uncommitted changes". So it comes from the index, by hash, as build backends do.
_REQUIRES = {Kind.C_MESON: ("meson",)}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TarballFacts:
    """`artefact` is the file's name, `epoch` the date of every member, `path` is PATH.

    `bootstrap` is a command that makes `configure` (empty: found by its name); `options` go to what configures.
    """

    kind: Kind
    artefact: str
    epoch: int
    index_url: str
    python: Path
    path: str
    cache: Path
    timeout: float
    constraints: tuple[str, ...] = ()
    bootstrap: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    lock: Lock | None = None  # of a build before, which this one has to repeat


def artefact_name(project: Project, version: str) -> str:
    """The name of the tarball that a project promises: `ccid-1.8.4.tar.xz`. Raises ConfigError."""
    where = project.id
    example = 'artefacts: - name: "widget-{version}.tar.xz"'
    if not project.artefacts:
        raise ConfigError(
            "the front matter promises no file", where=where, hint=f"write it: {example}"
        )
    pattern = project.artefacts[0].name
    name = pattern.replace("{version}", version)
    if "{version}" not in pattern or "/" in name or name.startswith(("-", ".")):
        raise ConfigError(
            f"artefact {pattern!r} is no name of a file with its version",
            where=where,
            hint=f"the first of the artefacts is the tarball: {example}",
        )
    if not is_plain_path(name) or not stem_of(name):
        raise ConfigError(
            f"artefact {pattern!r} is no tarball by its name",
            where=where,
            hint=f"it ends in {', '.join(PACKERS)}, as in {example}",
        )
    return name


def stem_of(artefact: str) -> str:
    """The name without its ending, which is the name of the folder inside; empty where it is no tarball's."""
    ending = next((end for end in PACKERS if artefact.endswith(end)), None)
    return artefact[: -len(ending)] if ending else ""


def bootstrap_of(project: Project) -> tuple[str, ...]:
    """The command of `packaging.bootstrap`, in words. Raises ConfigError."""
    text = project.packaging.bootstrap
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise ConfigError(
            f"packaging.bootstrap {text!r} is no command: {error}",
            where=project.id,
            hint='write it as for a shell, with its quotes closed: "./bootstrap"',
        ) from error


def lock_tools(facts: TarballFacts, *, work: Path) -> Lock:
    """What of the tools comes from the index, by hash: meson for those who use it, else nothing.

    Raises EnvironmentUnmadeError, IndexUnreachableError.
    """
    return lock_environment(
        _REQUIRES.get(facts.kind, ()),
        constraints=facts.constraints,
        index_url=facts.index_url,
        python=facts.python,
        cache=facts.cache,
        work=work,
    )


def tools_path(lock: Lock, facts: TarballFacts) -> str:
    """PATH with the locked tools first. Raises EnvironmentUnmadeError, IndexUnreachableError."""
    if not lock.text:
        return facts.path
    environment = make_environment(
        lock, index_url=facts.index_url, python=facts.python, cache=facts.cache
    )
    return f"{environment / 'bin'}:{facts.path}"
