"""How the files of a version differ from its manifest: what is missing, changed, foreign, or out of a server's reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.config import DEPLOY
from pressroom.deploy.far.answers import shown
from pressroom.deploy.manifest import Manifest, parse_manifest, with_version_files
from pressroom.deploy.record import parse_record
from pressroom.deploy.state import CARRIED, MANIFEST, RECORD
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.deploy.far.answers import Inspected
    from pressroom.deploy.manifest import File

# So many differences are worth reading.
SHOWN = 20
_READABLE, _ENTERED = 0o004, 0o005  # by others: a server runs as another user
_OURS = (CARRIED, MANIFEST, RECORD)
_KINDS = {"l": "a symbolic link", "d": "a folder"}


def differences_of(found: Inspected, version: str) -> tuple[str, ...]:
    """How a version is not what its own manifest says, in sentences."""
    try:
        manifest = parse_manifest(found.manifest, where=MANIFEST)
        carried = parse_manifest(found.carried, where=CARRIED)
    except PressroomError as error:
        return (f"{error.where}: {error.message}",)
    sentences = list(compare_files(found, manifest, carried))
    if manifest.id != version and MANIFEST in found.files:
        sentences.insert(0, f"{MANIFEST} was changed")
    try:
        changed = RECORD in found.files and parse_record(found.record, where="").id != version
    except PressroomError:
        changed = True
    return bounded([*sentences, *([f"{RECORD} was changed"] if changed else ())])


def compare_files(found: Inspected, manifest: Manifest, carried: Manifest) -> Iterator[str]:
    """What is not as it should be, in order of paths.

    A carried asset may be missing: the list of them is written before the first one is linked.
    """
    wanted = whole(manifest).files
    known = {**carried.files, **wanted}
    needed = {*wanted, MANIFEST, RECORD}
    for path in sorted({*found.entries, *found.files, *needed}):
        entry = found.entries.get(path)
        if entry is None:
            yield f"{shown(path)} is not there"
        elif entry.kind == "d" and path not in needed:
            if entry.mode & _ENTERED != _ENTERED:
                yield f"{shown(path) or 'its folder'} is closed to the server (mode {entry.mode:o})"
        elif path not in known and path not in _OURS:
            yield f"{shown(path)} is not ours"
        elif entry.kind != "f":
            yield f"{shown(path)} is {_KINDS.get(entry.kind, 'no plain file')}"
        else:
            yield from _about_file(path, found, known)


def _about_file(path: str, found: Inspected, known: Mapping[str, File]) -> Iterator[str]:
    mode = found.entries[path].mode
    if not mode & _READABLE:
        yield f"{shown(path)} cannot be read by the server (mode {mode:o})"
    elif path in known and found.files.get(path) != (known[path].sha256, known[path].size):
        yield f"{shown(path)} was changed"


def whole(manifest: Manifest) -> Manifest:
    """The manifest with the version.txt of each site that it has."""
    return with_version_files(manifest, sites_of(manifest))


def sites_of(manifest: Manifest) -> tuple[str, ...]:
    """The folders of a version that are sites."""
    return tuple(sorted({path.partition("/")[0] for path in manifest.files} - {DEPLOY}))


def bounded(sentences: list[str]) -> tuple[str, ...]:
    """The first ones, and how many there are besides."""
    more = len(sentences) - SHOWN
    return (*sentences[:SHOWN], f"and {more} more") if more > 0 else tuple(sentences)
