"""Folders that archives become, and how they are afterwards."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from pressroom.release.audit.backend import is_backend_file
from pressroom.world.disk import Tree, explained, remove

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pressroom.release.building.members import Member


def unpack(members: Iterable[Member], into: Path) -> None:
    """The members are in the new folder `into`; they come from `read_tar`, so none leaves it."""
    with explained(into):
        into.mkdir(parents=True)
        for member in members:
            path = into / member.name
            if member.folder:
                path.mkdir(parents=True, exist_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            if member.link:
                path.symlink_to(member.link)
            else:
                path.write_bytes(member.data)
                path.chmod(0o755 if member.executable else 0o644)


def hash_tree(folder: Path) -> dict[str, str]:
    """The sha256 of every file below a folder, by path."""
    return {path: hashlib.sha256(data).hexdigest() for path, data in Tree(folder).items()}


def changed_files(before: dict[str, str], folder: Path) -> list[str]:
    """Which of the files that were there are gone or other ones; new files are no change.

    Nor are the backend's own records, which it writes anew each time where somebody put them under git.
    """
    after = hash_tree(folder)
    return [
        path
        for path, digest in before.items()
        if after.get(path) != digest and not is_backend_file(path, None)
    ]


def keep(files: Iterable[Path], into: Path) -> None:
    """Copies of the files are in the new folder `into`, in one step, and on the disk when this returns."""
    new = into.with_name(f"{into.name}.tmp")
    remove(new)  # of a run that was killed
    with explained(into):
        new.mkdir(parents=True)
        for path in files:
            with (new / path.name).open("wb") as file:
                file.write(path.read_bytes())
                file.flush()
                os.fsync(file.fileno())
        _sync(new)
        new.rename(into)
        _sync(into.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
