"""A release's files from its commit: an sdist, the wheel from that sdist, twice, and the same bytes both times."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import importlib.metadata
import os
import re
import zlib
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.release.building.archives import normalise_sdist, normalise_wheel
from pressroom.release.building.backend import Backend, BuildError
from pressroom.release.building.built import Built, BuiltFile, compare
from pressroom.release.building.environment import Lock, lock_environment, make_environment
from pressroom.release.building.members import gunzip, read_tar
from pressroom.release.building.surroundings import child_environment
from pressroom.release.building.trees import changed_files, hash_tree, keep, unpack
from pressroom.world.disk import explained, remove

if TYPE_CHECKING:
    from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BuildFacts:
    """What a build depends on besides the commit. `path` is PATH, `epoch` the date of every member."""

    epoch: int
    index_url: str
    python: Path
    path: str
    cache: Path
    timeout: float
    constraints: tuple[str, ...] = ()
    lock: Lock | None = None  # of a build before, which this one has to repeat


def build_twice(
    source_tar: bytes, into: Path, facts: BuildFacts, *, work: Path, log: Path
) -> Built:
    """The files of the tree in `source_tar`, in the new folder `into`, once two builds agree on them.

    The builds run at the same time, in folders of other names and with another umask. `into` is
    whole or not there; `work` is emptied. Raises NotReproducibleError, BuildError, ArchiveError,
    EnvironmentUnmadeError, IndexUnreachableError.
    """
    _refuse_existing(into)
    remove(work)
    try:
        members = read_tar(source_tar, where="the release commit")
        asked = work / "asked"
        unpack(members, asked / "source")
        lock = facts.lock or lock_build(asked / "source", facts, work=asked, log=log)
        facts = dataclasses.replace(facts, lock=lock)

        def build(place: Path, name: str, log: Path, umask: str) -> Built:
            unpack(members, place / name)
            return build_dist(place / name, place / "dist", facts, work=place, log=log, umask=umask)

        # Two threads that wait for processes. Where both fail, the first one tells it.
        with concurrent.futures.ThreadPoolExecutor(1) as builder:
            other_log = log.with_stem(f"{log.stem}-second")
            second = builder.submit(build, work / "second-place", "tree", other_log, "077")
            first = build(work / "first", "source", log, "022")
            compare(first, second.result())
        keep(first.paths, into)
        return dataclasses.replace(first, folder=into)
    finally:
        remove(work)


def build_dist(  # noqa: PLR0913 - what a build has
    source: Path, into: Path, facts: BuildFacts, *, work: Path, log: Path, umask: str = "022"
) -> Built:
    """The sdist of the tree in `source` and the wheel of that sdist, normalised, in the new folder `into`.

    `source` is used up, and `work` is written into. What the programs print goes to `log`. Raises BuildError,
    ArchiveError, EnvironmentUnmadeError, IndexUnreachableError.
    """
    lock = facts.lock or lock_build(source, facts, work=work, log=log)
    environment = _environment(lock, facts)
    backend = dataclasses.replace(
        _backend(source, environment, facts=facts, home=work, log=log), umask=umask
    )
    before = hash_tree(source)
    sdist = backend.make("sdist", work / "sdist")
    if changed := changed_files(before, source):
        raise BuildError(
            f"making the sdist changed files of the commit: {', '.join(changed[:5])}"
            f"{f' and {len(changed) - 5} more' if len(changed) > 5 else ''}",
            where=str(log),
            hint="generated files do not belong in git: remove them there (git rm --cached), "
            "or commit them as the build makes them",
        )
    with explained(into):
        into.mkdir(parents=True)
        data = normalise_sdist(sdist.read_bytes(), epoch=facts.epoch, where=sdist.name)
        (into / sdist.name).write_bytes(data)
        members = read_tar(gunzip(data, where=sdist.name), where=sdist.name)
        unpack(members, work / "unpacked")
        top = work / "unpacked" / members[0].name.partition("/")[0]
        wheel = dataclasses.replace(backend, source=top).make("wheel", work / "wheel")
        data = normalise_wheel(wheel.read_bytes(), epoch=facts.epoch, where=wheel.name)
        (into / wheel.name).write_bytes(data)
    return _built(into, lock=lock, environment=environment)


def lock_build(source: Path, facts: BuildFacts, *, work: Path, log: Path) -> Lock:
    """What a build of the tree in `source` needs, by hash; the backend is asked too, and may write there.

    Raises BuildError, EnvironmentUnmadeError, IndexUnreachableError.
    """

    def locked(requires: set[str]) -> Lock:
        return lock_environment(
            sorted(requires),
            constraints=facts.constraints,
            index_url=facts.index_url,
            python=facts.python,
            cache=facts.cache,
            work=work / "lock",
        )

    backend = Backend(
        source=source,
        python=facts.python,
        home=work,
        environment={},
        timeout=facts.timeout,
        log=log,
    )
    static = set(backend.static_requires())
    lock = locked(static)
    backend = _backend(source, _environment(lock, facts), facts=facts, home=work, log=log)
    dynamic = {*backend.dynamic_requires("sdist"), *backend.dynamic_requires("wheel")}
    return lock if dynamic <= static else locked(static | dynamic)


def _environment(lock: Lock, facts: BuildFacts) -> Path:
    return make_environment(lock, index_url=facts.index_url, python=facts.python, cache=facts.cache)


def _backend(
    source: Path, environment: Path, *, facts: BuildFacts, home: Path, log: Path
) -> Backend:
    with explained(home):
        (home / "tmp").mkdir(parents=True, exist_ok=True)
    return Backend(
        source=source,
        python=environment / "bin" / "python",
        home=home,
        environment=child_environment(
            home,
            index_url=facts.index_url,
            path=f"{environment / 'bin'}:{facts.path}",
            epoch=facts.epoch,
        ),
        timeout=facts.timeout,
        log=log,
    )


def _built(folder: Path, *, lock: Lock, environment: Path) -> Built:
    files = []
    with explained(folder):
        for path in sorted(folder.iterdir()):
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            files.append(BuiltFile(name=path.name, size=len(data), sha256=digest))
        facts = (environment / "pyvenv.cfg").read_text()
    python = re.search(r"^version_info = (\S+)", facts, re.MULTILINE)
    tools = {
        **lock.packages,
        "python": python[1] if python else "unknown",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **{name: importlib.metadata.version(name) for name in ("build", "uv")},
    }
    return Built(folder=folder, files=tuple(files), lock=lock, tools=tools)


def _refuse_existing(into: Path) -> None:
    if os.path.lexists(into):
        raise PressroomError(
            "the files of a build are there already",
            where=str(into),
            hint="use them; a second build would be another release",
        )
