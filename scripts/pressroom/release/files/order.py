"""Which files of a release go to the files server, and in which order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.release.files.signing import ENDINGS
from pressroom.release.files.sums import ENDING, FILE_NAME, sums_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.changelog.model import Project
    from pressroom.release.manifest import Frozen, Manifest

ARCHIVES = frozenset({"tarball", "sdist", "wheel"})
SIGNATURE, SUMS = "signature", "sums"
_ENDINGS = tuple(ENDINGS.values())


def archives(manifest: Manifest) -> tuple[Frozen, ...]:
    """What people install, and each is signed: tarballs, and what the index takes too; by name."""
    files = [
        file
        for file in (*manifest.files, *manifest.collected)
        # A wheel that is for no index was made for the checks alone; a tarball is for no index either, but for here.
        if file.is_ours and (file.kind == "tarball" or (file.kind in ARCHIVES and file.is_uploaded))
    ]
    return tuple(sorted(files, key=lambda file: file.name))


def summed(manifest: Manifest) -> tuple[Frozen, ...]:
    """What the sums are of: everything but signatures, which prove themselves, and the sums."""
    others = [file for file in manifest.beside if file.kind not in {SIGNATURE, SUMS}]
    return (*archives(manifest), *sorted(others, key=lambda file: file.name))


def sums_of(manifest: Manifest) -> str:
    """The name of the sums: of the tarball, else of the first archive."""
    files = archives(manifest)
    first = next((file for file in files if file.kind in {"tarball", "sdist"}), files[0])
    return sums_name(first.name)


def in_order(manifest: Manifest) -> tuple[Frozen, ...]:
    """All files for the server in the order in which they appear there.

    A signature before what it signs: uscan and people who find a tarball want its signature in the same
    moment, and nobody looks for a signature without its file. The sums last of all: who sees them finds all the rest.
    """
    kinds = {file.name: file.kind for file in (*summed(manifest), *manifest.beside)}

    def rank(file: Frozen) -> tuple[int, str]:
        if file.kind == SUMS:
            return 4, file.name
        if file.kind == SIGNATURE:
            signed = kinds.get(file.name.removesuffix(_ending(file.name)), "")
            return (3 if signed == SUMS else 1), file.name
        return (2 if file.kind in ARCHIVES else 0), file.name

    signed = [file for file in manifest.beside if file.kind in {SIGNATURE, SUMS}]
    return tuple(sorted((*summed(manifest), *signed), key=rank))


def _ending(name: str) -> str:
    return next((ending for ending in _ENDINGS if name.endswith(ending)), "")


def promised_names(project: Project, version: str) -> tuple[str, ...]:
    """The names that a release will have there, as far as they are known before anything is built.

    By the project's artefacts; each with its signatures, its sums and theirs.
    """
    patterns = [one.name for one in project.artefacts if "{version}" in one.name]
    names = [one.replace("{version}", version) for one in patterns]
    names = [name for name in names if FILE_NAME.fullmatch(name)]
    sums = dict.fromkeys(sums_name(name) for name in names)
    signed = [f"{name}{ending}" for name in (*names, *sums) for ending in _ENDINGS]
    return tuple(dict.fromkeys((*names, *sums, *signed)))


def is_of_release(name: str, project: Project, version: str) -> bool:
    """Whether a name in the folder is of that version of that project, by what such names look like."""
    starts = {project.id, project.name, project.title, *filter(None, [project.pypi])}
    starts |= {one.name.partition("{version}")[0].rstrip("-_") for one in project.artefacts}
    known = "|".join(re.escape(one.casefold()) for one in sorted(starts) if one)
    rest = rf"(?:{re.escape(ENDING)}|[.-][a-z].*|)"
    shape = rf"(?:{known})[-_]v?{re.escape(version.casefold())}{rest}"
    return re.fullmatch(shape, name.casefold(), re.DOTALL | re.IGNORECASE) is not None


def names_there(names: Iterable[str], project: Project, version: str) -> list[str]:
    """Those of the names that are of the release, sorted."""
    promised = set(promised_names(project, version))
    return sorted(
        name for name in names if name in promised or is_of_release(name, project, version)
    )
