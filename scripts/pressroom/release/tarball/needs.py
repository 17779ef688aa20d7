"""The programs that a tarball of each kind is made with, and the Debian packages that bring them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pressroom.changelog.model import Kind
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_PACKAGES = {
    "autoreconf": "autoconf automake libtool",
    "cc": "gcc libc6-dev",
    "make": "make",
    "ninja": "ninja-build",
    "perl": "perl",
}
_NEEDS = {
    Kind.C_MESON: ("ninja", "cc"),  # meson comes from the index, by hash
    Kind.C_AUTOTOOLS: ("make", "cc"),
    Kind.PERL: ("perl", "make"),
}


def needed_programs(kind: Kind, root: Collection[str]) -> tuple[str, ...]:
    """The programs for a project with these files at its root."""
    programs: tuple[str, ...] = _NEEDS[kind]
    if (
        kind is Kind.C_AUTOTOOLS
        and "configure" not in root
        and {"configure.ac", "configure.in"} & set(root)
    ):
        # A script of the project that makes `configure` starts it too.
        programs = (*programs, "autoreconf")
    return programs


def find_missing(programs: tuple[str, ...], *, path: str) -> Iterator[Finding]:
    """A finding for each program that is not on `path`, with what to install."""
    for program in programs:
        folders = [folder for folder in path.split(os.pathsep) if folder]
        if not any(_is_program(os.path.join(folder, program)) for folder in folders):  # noqa: PTH118 - a name may be anything
            yield Finding(
                where=program,
                message="this program is not on PATH, and the tarball is made with it",
                hint=f"apt-get install {_PACKAGES[program]}",
            )


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)  # noqa: PTH113 - as above
