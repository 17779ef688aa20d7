"""Compressed files as a function of what they hold, and what a compressed file holds, with a limit."""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import TYPE_CHECKING

from pressroom.release.building.members import ArchiveError, gunzip

if TYPE_CHECKING:
    from collections.abc import Callable

# The best that zlib does; the bytes also depend on which zlib it is, so a build records that.
LEVEL = 9
_GZIP_HEAD = b"\x1f\x8b\x08\x00" + bytes(4) + b"\x02\xff"  # no name, no time, level 9, no system
# What xz(1) does unless told otherwise: it unpacks with 9 MiB of memory.
_XZ_PRESET = 6
# More than this is no release of ours, as in members.
_LARGEST = 1 << 30
_XZ, _BZIP2 = b"\xfd7zXZ\x00", b"BZh"


def gzip(data: bytes) -> bytes:
    """A gzip file, by hand: which system a header names is another in each Python."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = packer.compress(data) + packer.flush()
    end = zlib.crc32(data).to_bytes(4, "little") + (len(data) & 0xFFFFFFFF).to_bytes(4, "little")
    return _GZIP_HEAD + body + end


def xz(data: bytes) -> bytes:
    """An xz file of one stream, one block, with a CRC64: no name and no time is in it."""
    return lzma.compress(data, lzma.FORMAT_XZ, check=lzma.CHECK_CRC64, preset=_XZ_PRESET)


def bzip2(data: bytes) -> bytes:
    """A bzip2 file; it has room for neither name nor time."""
    return bz2.compress(data, LEVEL)


# By how the name of a tarball ends.
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".tar.xz": xz,
    ".tar.gz": gzip,
    ".tar.bz2": bzip2,
    ".tgz": gzip,
}


def decompress(data: bytes, *, where: str) -> bytes:
    """What a file holds that is gzip, xz or bzip2 by its first bytes. Raises ArchiveError.

    A damaged file is refused, and so are a bomb and anything behind the end.
    """
    if data.startswith(_XZ):
        return _unpacked(lzma.LZMADecompressor(lzma.FORMAT_XZ), data, where=where)
    if data.startswith(_BZIP2):
        return _unpacked(bz2.BZ2Decompressor(), data, where=where)
    return gunzip(data, where=where)


def _unpacked(
    unpacker: lzma.LZMADecompressor | bz2.BZ2Decompressor, data: bytes, *, where: str
) -> bytes:
    hint = "look what made it (`xz -tv`, `bzip2 -tv`), and make it again"
    try:
        unpacked = unpacker.decompress(data, _LARGEST)
    except (lzma.LZMAError, OSError, EOFError) as error:
        raise ArchiveError(f"is damaged: {error}", where=where, hint=hint) from error
    if not unpacker.eof and not unpacker.needs_input:
        raise ArchiveError(f"holds more than {_LARGEST >> 20} MiB", where=where, hint=hint)
    if not unpacker.eof or unpacker.unused_data:
        raise ArchiveError("is cut off, or something follows its end", where=where, hint=hint)
    return unpacked
