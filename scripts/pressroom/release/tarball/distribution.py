"""How a project of each kind makes its own archive in a work tree: `meson dist`, or `make dist`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pressroom.changelog.model import Kind
from pressroom.release.building.compression import PACKERS
from pressroom.release.tarball.facts import stem_of
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.release.tarball.facts import TarballFacts
    from pressroom.release.tarball.workplace import Workplace

# What each kind starts, for the record.
PROGRAMS = {
    Kind.C_MESON: ("ninja", "git"),
    Kind.C_AUTOTOOLS: ("autoconf", "automake", "make", "git"),
    Kind.PERL: ("perl", "make", "git"),
}


def make_archive(place: Workplace, source: Path, facts: TarballFacts) -> Path:
    """The one archive that the project in the work tree `source` makes of itself. Raises BuildError."""
    match facts.kind:
        case Kind.C_MESON:
            build = place.home / "build"
            place.run("meson", "setup", *facts.options, str(build), cwd=source)
            # Of several formats we would take one all the same: the archive is packed anew.
            place.run(
                *("meson", "dist", "-C", str(build), "--no-tests", "--formats", "gztar"), cwd=source
            )
            return _only(place, build / "meson-dist", frozenset(), facts)
        case Kind.PERL:
            place.run("perl", "Makefile.PL", *facts.options, cwd=source)
        case _:
            configure(place, source, facts)
    before = _archives(source)
    place.run("make", "dist", cwd=source)
    return _only(place, source, before, facts)


def configure(place: Workplace, source: Path, facts: TarballFacts) -> None:
    """A Makefile is there: `configure` is made where it is not shipped, and run where there is one."""
    if command := bootstrap(source, facts.bootstrap):
        place.run(*command, cwd=source)
    if (source / "configure").is_file():
        place.run("./configure", *facts.options, cwd=source)


def bootstrap(source: Path, configured: tuple[str, ...]) -> tuple[str, ...]:
    """What makes `configure`: the command that is configured, or what the tree has for it."""
    if (source / "configure").is_file():
        return ()
    if configured:
        return configured
    for name in ("bootstrap", "autogen.sh"):
        if os.access(source / name, os.X_OK):
            return (f"./{name}",)
    if any((source / name).is_file() for name in ("configure.ac", "configure.in")):
        return ("autoreconf", "--force", "--install")
    return ()


def _archives(folder: Path) -> frozenset[str]:
    with explained(folder):
        return frozenset(
            entry.name for entry in os.scandir(folder) if entry.name.endswith(tuple(PACKERS))
        )


def _only(place: Workplace, folder: Path, before: frozenset[str], facts: TarballFacts) -> Path:
    """The archive that came to be in a folder; of one in several formats, any: they hold the same."""
    made = sorted(_archives(folder) - before) if folder.is_dir() else []
    ordinary = [
        name for name in made if not (folder / name).is_symlink() and (folder / name).is_file()
    ]
    stems = {stem_of(name) for name in made}
    if len(stems) != 1 or made != ordinary:
        raise place.error(
            f"{len(stems)} archives were made where one belongs{': ' if made else ''}{', '.join(made[:5])}",
            hint=f"the project's own `dist` makes one archive, {stem_of(facts.artefact)}, in one or "
            f"several of the formats {', '.join(PACKERS)}",
        )
    return folder / made[0]
