"""The archive of one site for tools that upload: the same bytes for the same files, assets before what names them."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from pressroom.deploy.manifest import VERSION_FILE
from pressroom.headers.policy import ASSETS
from pressroom.world import disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_MODE = 0o644


def in_upload_order(names: Iterable[str]) -> tuple[str, ...]:
    """Paths of a site as they should be uploaded: hashed assets, then the rest by name, and `version.txt` last.

    So no page is there before its style sheet, and what names the version only after all of it.
    """

    def order(name: str) -> tuple[int, str]:
        if f"/{name}".startswith(ASSETS):
            return 0, name
        return (2 if name == VERSION_FILE else 1), name

    return tuple(sorted(names, key=order))


def write_archive(path: Path, files: Iterable[tuple[str, bytes]], *, mtime: int = 0) -> None:
    """The files are in a new tar archive in this order, each with this time, of nobody, and readable by all.

    The format is pax (POSIX.1-2001): a name of ASCII with up to 100 characters is written exactly as in the oldest
    form, which everything reads, and a longer or another one has a defined encoding, UTF-8. GNU's own format marks
    every header and leaves the encoding open. Folders have no entry: whoever unpacks makes them.
    Raises PressroomError for what the disk refuses.
    """
    with (
        disk.explained(path),
        tarfile.open(path, "x", format=tarfile.PAX_FORMAT, encoding="utf-8") as tar,
    ):
        for name, data in files:
            member = tarfile.TarInfo(name)
            member.size, member.mode, member.mtime = len(data), _MODE, mtime
            member.uid = member.gid = 0
            member.uname = member.gname = ""
            tar.addfile(member, io.BytesIO(data))


def read_archive(path: Path) -> Iterator[tuple[str, bytes]]:
    """The ordinary files of an archive with their bytes; it ends where the archive can be read no further.

    Raises PressroomError for what the disk refuses.
    """
    with disk.explained(path):
        try:
            with tarfile.open(path, "r:", encoding="utf-8") as tar:
                for member in tar:
                    # Not isfile(): that lets a sparse file through, which may claim any size.
                    file = tar.extractfile(member) if member.type == tarfile.REGTYPE else None
                    if file is not None:
                        yield member.name, file.read()
        except tarfile.TarError:
            return
