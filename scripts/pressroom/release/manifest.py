"""The frozen files of a release: names, sizes, hashes, what they were built with, and which go to the index."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

import msgspec

from pressroom.errors import PressroomError
from pressroom.release.state import digest
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.release.state import StateFolder

_NAME = "manifest"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """One file; `is_uploaded` is False for a wheel that no index takes, made for the checks alone."""

    name: str
    kind: str  # sdist, wheel; tarball; beside them: signature, sums, sbom, provenance
    size: int
    sha256: str
    is_uploaded: bool = True
    # Built elsewhere; `is_ours` says that we upload it, else its builder did.
    is_ours: bool = True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All files of a release; the lock is what pip takes with --require-hashes."""

    commit: str
    files: tuple[Frozen, ...]  # built here
    collected: tuple[Frozen, ...] = ()  # wheels that other machines built
    beside: tuple[Frozen, ...] = ()  # what was made of them afterwards: no part of the digest
    lock: str = ""
    tools: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The hash of what was built here: what was checked once for it need not be checked again."""
        return digest(self.commit, *sorted(f"{file.name} {file.sha256}" for file in self.files))

    @property
    def uploads(self) -> tuple[Frozen, ...]:
        """What the index gets, wheels first: an installer that comes in between takes the release before."""
        files = [file for file in (*self.files, *self.collected) if file.is_uploaded]
        return tuple(sorted(files, key=lambda file: (file.kind == "sdist", file.name)))


def load_manifest(state: StateFolder) -> Manifest | None:
    """The manifest, once something was built."""
    value = state.result(_NAME)
    if value is None:
        return None
    try:
        return msgspec.convert(value, type=Manifest)
    except msgspec.ValidationError as error:
        raise PressroomError(
            f"the list of built files is damaged: {error}",
            where=str(state.folder / f"{_NAME}.json"),
            hint="while nothing is public, remove it and start again: all is built anew",
        ) from error


def save_manifest(state: StateFolder, manifest: Manifest) -> None:
    """The manifest is on the disk when this returns."""
    state.keep(_NAME, dataclasses.asdict(manifest))


def frozen(path: Path, *, is_uploaded: bool = True, is_ours: bool = True) -> Frozen:
    """What a file on the disk is."""
    with explained(path):
        data = path.read_bytes()
    return Frozen(
        name=path.name,
        kind="wheel" if path.suffix == ".whl" else "sdist",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        is_uploaded=is_uploaded,
        is_ours=is_ours,
    )


def changed_files(state: StateFolder, manifest: Manifest) -> list[str]:
    """The names of frozen files of ours that are gone or have other bytes."""
    changed = []
    for file in (*manifest.files, *manifest.collected, *manifest.beside):
        path = state.dist / file.name
        if not file.is_ours:
            continue
        if not path.is_file() or frozen(path).sha256 != file.sha256:
            changed.append(file.name)
    return changed
