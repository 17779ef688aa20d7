"""What PyPI wants to find in a source distribution."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib
from typing import TYPE_CHECKING

from pressroom.release.warehouse.metadata_rules import check_metadata, license_files
from pressroom.release.warehouse.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_REBUILD = "build it again: `python -m build --sdist` makes a whole one"
# Ours, not PyPI's: a bomb must not take all memory.
_MAX_UNPACKED = 1024**3


def check_sdist(data: bytes, *, name: str, version: str) -> Iterator[Refusal]:
    """Refusals of the bytes of a .tar.gz."""
    unpacked = _unpacked(data)
    if len(unpacked) > _MAX_UNPACKED:
        yield _invalid("File exceeds what an sdist may unpack to")
        return
    try:
        with tarfile.open(fileobj=io.BytesIO(unpacked), mode="r:") as archive:
            yield from _check_contents(archive, name=name, version=version)
    except (tarfile.TarError, EOFError, ValueError, OverflowError, OSError):
        yield _invalid("File is not a tarfile")


def _unpacked(data: bytes) -> bytes:
    """What comes out of it, as far as it goes: what follows the end of the tar is nobody's concern."""
    found = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            while len(found) <= _MAX_UNPACKED and (chunk := stream.read(1 << 20)):
                found += chunk
    except (OSError, EOFError, zlib.error):
        pass  # a tar that ends too early says so itself
    return bytes(found)


def _check_contents(archive: tarfile.TarFile, *, name: str, version: str) -> Iterator[Refusal]:
    members = {member.name.removeprefix("./").rstrip("/"): member for member in archive}
    tops = {path.partition("/")[0] for path in members}
    for path, member in members.items():
        if member.issparse():
            yield _invalid(f"Sparse member {path!r} in sdist")
            return
    if len(tops) != 1 or not tops.isdisjoint({"", ".", ".."}):
        yield _invalid(f"Incorrect number of top-level directories in sdist: {len(tops)}")
        return
    (top,) = tops
    info = members.get(f"{top}/PKG-INFO")
    file = archive.extractfile(info) if info is not None and info.isfile() else None
    if file is None:
        yield _invalid(f"PKG-INFO not found at {top}/PKG-INFO")
        return
    metadata = file.read()
    yield from check_metadata(metadata, name=name, version=version)
    for path in license_files(metadata):
        if f"{top}/{path}" not in members:
            yield Refusal(
                reason=f"License-File {path} does not exist in distribution file at {top}/{path}",
                hint="ship the file, or take it out of `license-files`",
            )


def _invalid(why: str) -> Refusal:
    return Refusal(reason=f"Invalid distribution file. {why}", hint=_REBUILD)
