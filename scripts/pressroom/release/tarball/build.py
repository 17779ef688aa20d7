"""A release's tarball from its commit: made twice, at the same time, and the same bytes both times."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import importlib.metadata
import os
import platform
import zlib
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.release.building.built import Built, BuiltFile, compare
from pressroom.release.building.environment import Lock
from pressroom.release.building.trees import changed_files, hash_tree, keep
from pressroom.release.tarball.distribution import PROGRAMS, make_archive
from pressroom.release.tarball.facts import lock_tools, tools_path
from pressroom.release.tarball.repack import normalise_tarball
from pressroom.release.tarball.workplace import Workplace
from pressroom.world.disk import explained, remove

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.release.tarball.facts import TarballFacts


def build_tarball_twice(  # noqa: PLR0913 - what a build has
    repository: Path, commit: str, into: Path, facts: TarballFacts, *, work: Path, log: Path
) -> Built:
    """The tarball of a commit, in the new folder `into`, once two builds agree on it.

    Each is made in a clone of `repository` of its own, in folders of other names and with another umask. `into`
    is whole or not there; `work` is emptied. Raises NotReproducibleError, BuildError, ArchiveError,
    EnvironmentUnmadeError, IndexUnreachableError.
    """
    if os.path.lexists(into):
        raise PressroomError(
            "the files of a build are there already",
            where=str(into),
            hint="use them; a second build would be another release",
        )
    remove(work)
    try:
        lock = facts.lock or lock_tools(facts, work=work / "lock")
        path = tools_path(lock, facts)

        def build(home: Path, name: str, log: Path, umask: str) -> Built:
            place = Workplace(
                home=home,
                path=path,
                index_url=facts.index_url,
                epoch=facts.epoch,
                timeout=facts.timeout,
                log=log,
                umask=umask,
            )
            return _build(place, repository, commit, facts, name=name, lock=lock)

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


def _build(  # noqa: PLR0913 - as above
    place: Workplace, repository: Path, commit: str, facts: TarballFacts, *, name: str, lock: Lock
) -> Built:
    """One build: a clone, its own archive, packed anew."""
    place.open()
    source = place.home / name
    _clone(place, repository, commit, source)
    before = _tracked(source)
    archive = make_archive(place, source, facts)
    if changed := changed_files(before, source):
        raise place.error(
            f"making the tarball changed files of the commit: {', '.join(changed[:5])}"
            f"{f' and {len(changed) - 5} more' if len(changed) > 5 else ''}",
            hint="generated files do not belong in git: remove them there (git rm --cached), "
            "or commit them as the build makes them",
        )
    with explained(archive):
        data = normalise_tarball(archive.read_bytes(), artefact=facts.artefact, epoch=facts.epoch)
        folder = place.home / "dist"
        folder.mkdir()
        (folder / facts.artefact).write_bytes(data)
    file = BuiltFile(name=facts.artefact, size=len(data), sha256=hashlib.sha256(data).hexdigest())
    return Built(folder=folder, files=(file,), lock=lock, tools=_tools(place, facts, lock))


def _clone(place: Workplace, repository: Path, commit: str, source: Path) -> None:
    """A work tree of the commit, with the tags that the repository has; objects are borrowed, not copied."""
    hint = "look whether the objects of the project's checkout are whole: git fsck"
    place.run(
        *("git", "clone", "--quiet", "--shared", "--no-checkout", str(repository), str(source)),
        cwd=place.home,
        hint=hint,
    )
    place.run("git", "checkout", "--quiet", "--detach", commit, cwd=source, hint=hint)


def _tracked(source: Path) -> dict[str, str]:
    """The hash of every file of the commit; what git keeps beside them may change."""
    return {
        path: value for path, value in hash_tree(source).items() if not path.startswith(".git/")
    }


def _tools(place: Workplace, facts: TarballFacts, lock: Lock) -> dict[str, str]:
    """With what it was made: every program by what it says of itself."""
    asked = {name: place.version_of(name) for name in PROGRAMS[facts.kind]}
    return {
        **{name: version for name, version in asked.items() if version},
        **lock.packages,
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "uv": importlib.metadata.version("uv"),
    }
