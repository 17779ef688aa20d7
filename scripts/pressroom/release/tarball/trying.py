"""A tarball as whoever gets it uses it: unpacked in an empty place, built, and its own tests run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.model import Kind
from pressroom.release.building.compression import decompress
from pressroom.release.building.members import read_tar
from pressroom.release.building.trees import unpack
from pressroom.release.tarball.distribution import configure
from pressroom.release.tarball.facts import lock_tools, stem_of, tools_path
from pressroom.release.tarball.workplace import Workplace
from pressroom.world.disk import explained, remove

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.release.tarball.facts import TarballFacts


def try_tarball(tarball: Path, facts: TarballFacts, *, work: Path, log: Path) -> None:
    """The tarball builds from what it holds alone, and its tests pass; `work` is emptied.

    No git is around it, and nothing of a build before. Raises BuildError, ArchiveError,
    EnvironmentUnmadeError, IndexUnreachableError.
    """
    remove(work)
    try:
        lock = facts.lock or lock_tools(facts, work=work / "lock")
        place = Workplace(
            home=work / "clean",
            path=tools_path(lock, facts),
            index_url=facts.index_url,
            epoch=facts.epoch,
            timeout=facts.timeout,
            log=log,
        )
        place.open()
        with explained(tarball):
            data = tarball.read_bytes()
        where = tarball.name
        unpack(read_tar(decompress(data, where=where), where=where), place.home / "unpacked")
        source = place.home / "unpacked" / stem_of(tarball.name)
        for command in _commands(place, source, facts):
            place.run(*command, cwd=source, hint=_hint(command))
    finally:
        remove(work)


def _commands(place: Workplace, source: Path, facts: TarballFacts) -> tuple[tuple[str, ...], ...]:
    """What a packager types; a `configure` that has to be made first is made."""
    if facts.kind is Kind.C_MESON:
        build = str(place.home / "build")
        return (
            ("meson", "setup", *facts.options, build),
            ("meson", "compile", "-C", build),
            ("meson", "test", "-C", build, "--print-errorlogs"),
        )
    if facts.kind is Kind.PERL:
        return (("perl", "Makefile.PL", *facts.options), ("make",), ("make", "test"))
    configure(place, source, facts)
    return (("make",), ("make", "check"))


def _hint(command: tuple[str, ...]) -> str:
    what = "its tests fail" if {"test", "check"} & set(command) else "it does not build"
    return (
        f"{what} from the tarball alone: look in the log for a file that is not shipped, or for what "
        "this machine lacks; mend the project, commit, and start again"
    )
