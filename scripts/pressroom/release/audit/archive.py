"""A source archive read in memory, with limits: nothing is extracted, and a bomb is not unpacked to its end."""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Any

from pressroom.errors import PressroomError
from pressroom.release.audit.members import Kind, Member, place_members
from pressroom.release.audit.model import Remark, Sdist

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 1 << 20
_OPENERS: dict[str, Callable[[IO[bytes]], Any]] = {
    ".tar.gz": gzip.open,
    ".tgz": gzip.open,
    ".tar.bz2": bz2.open,
    ".tar.xz": lzma.open,
}
ENDINGS = (*_OPENERS, ".zip")
# What the readers of the standard library raise for bytes that are no archive.
BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, OSError, ValueError, OverflowError, RecursionError, NotImplementedError),
    *(RuntimeError, KeyError, IndexError, AttributeError),
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large an archive may be; the first is the index's own limit."""

    packed: int = 100 << 20
    unpacked: int = 500 << 20
    members: int = 50_000


class UnreadableError(PressroomError):
    """An archive that cannot, or must not, be read to its end."""


def read_sdist(filename: str, data: bytes, *, limits: Limits = Limits()) -> Sdist:
    """The files of an archive, and remarks about members that nobody should unpack."""
    try:
        return place_members(filename, read_members(filename, data, limits=limits))
    except UnreadableError as error:
        remark = Remark(file=filename, reason=error.message, hint=error.hint)
        return Sdist(filename=filename, remarks=(remark,), readable=False)


def read_members(filename: str, data: bytes, *, limits: Limits) -> list[Member]:
    """Everything that is in a tar or ZIP file. Raises UnreadableError."""
    if len(data) > limits.packed:
        raise _too_large(filename, f"has {len(data)} bytes, more than {limits.packed}")
    try:
        if filename.lower().endswith((".zip", ".whl")):
            return _zip_members(filename, data, limits)
        return _tar_members(filename, _unpack(filename, data, limits), limits)
    except BROKEN as error:
        raise _broken(filename, str(error) or type(error).__name__) from error


def _too_large(filename: str, message: str) -> UnreadableError:
    return UnreadableError(
        f"{message}; it was not read further",
        where=filename,
        hint="look for what made it so large; the index refuses it too",
    )


def _broken(filename: str, message: str) -> UnreadableError:
    return UnreadableError(
        f"is no whole archive: {message}", where=filename, hint="build or download it again"
    )


def _unpack(filename: str, data: bytes, limits: Limits) -> bytes:
    """The tar inside, read no further than the limit."""
    opener = next((_OPENERS[end] for end in _OPENERS if filename.lower().endswith(end)), None)
    if opener is None:
        raise UnreadableError(
            f"is no source archive by its name: it ends in none of {', '.join(ENDINGS)}",
            where=filename,
            hint="name the sdist, as in dist/widget-1.0.tar.gz",
        )
    chunks, size = [], 0
    with opener(io.BytesIO(data)) as stream:
        while chunk := stream.read(_CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > limits.unpacked:
                raise _too_large(filename, f"unpacks to more than {limits.unpacked} bytes")
    return b"".join(chunks)


def _tar_members(filename: str, raw: bytes, limits: Limits) -> list[Member]:
    members: list[Member] = []
    with tarfile.open(
        fileobj=io.BytesIO(raw), mode="r:", encoding="utf-8", errors="surrogateescape"
    ) as tar:
        for info in tar:
            if len(members) == limits.members:
                raise _too_large(filename, f"has more than {limits.members} members")
            members.append(_tar_member(filename, info, raw))
        rest = raw[tar.offset :]
    # The reader stops without a word at a header that is none.
    if not rest.startswith(bytes(tarfile.BLOCKSIZE)):
        raise _broken(filename, "the end of the archive is missing")
    if rest.strip(b"\0"):
        raise _broken(filename, "something follows the end of the archive")
    return members


def _tar_member(filename: str, info: tarfile.TarInfo, raw: bytes) -> Member:
    kind = Kind.OTHER
    if info.issparse():
        kind = Kind.SPARSE
    elif info.type in tarfile.REGULAR_TYPES:
        kind = Kind.FILE
    elif info.isdir():
        kind = Kind.FOLDER
    elif info.issym():
        kind = Kind.LINK
    elif info.islnk():
        kind = Kind.HARD_LINK
    data = b""
    if kind is Kind.FILE:
        data = raw[info.offset_data : info.offset_data + info.size]
        if len(data) != info.size:
            raise _broken(filename, "it ends inside a member")
    return Member(name=info.name, kind=kind, mode=info.mode, target=info.linkname, data=data)


def _zip_members(filename: str, data: bytes, limits: Limits) -> list[Member]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if len(infos) > limits.members:
            raise _too_large(filename, f"has more than {limits.members} members")
        if sum(info.file_size for info in infos) > limits.unpacked:
            raise _too_large(filename, f"unpacks to more than {limits.unpacked} bytes")
        return [_zip_member(archive, info) for info in infos]


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    mode = info.external_attr >> 16
    name = info.orig_filename
    kind = Kind.FILE
    if name.endswith("/"):
        kind = Kind.FOLDER
    elif stat.S_ISLNK(mode):
        kind = Kind.LINK
    elif mode and stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        kind = Kind.OTHER
    data = archive.read(info) if kind in {Kind.FILE, Kind.LINK} else b""
    target = data.decode("utf-8", "surrogateescape") if kind is Kind.LINK else ""
    return Member(name=name, kind=kind, mode=stat.S_IMODE(mode), target=target, data=data)
