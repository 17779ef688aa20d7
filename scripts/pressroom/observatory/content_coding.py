"""Bodies without their content coding, bounded: a small answer can be made to swell without end."""

from __future__ import annotations

import zlib

from pressroom.world.unanswered import Reason, UnansweredError

# What is asked for, and nothing that the standard library cannot undo.
ACCEPTED = "gzip, deflate"
_GZIP = {"gzip", "x-gzip"}
# Codings that are known (RFC 9110, IANA's registry), but were not asked for.
_UNASKED = {"br", "zstd", "compress", "x-compress", "dcb", "dcz"}
# zlib's windowBits: a gzip header; one of zlib; none.
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 31, 15, -15
_GZIP_MAGIC = b"\x1f\x8b"


def decode(body: bytes, coding: str, *, limit: int) -> bytes:
    """A body without the coding that Content-Encoding names; one that is no coding changes nothing.

    A body that ends within its coding is what there is of it: Node.js takes it so. Raises UnansweredError,
    TOO_LONG above `limit` bytes, and BROKEN for what cannot be undone.
    """
    name = coding.strip().lower()
    if not body:
        return body
    if name in _UNASKED:
        raise UnansweredError(
            Reason.BROKEN, f"its body is coded as {name}, which was not asked for"
        )
    try:
        if name in _GZIP:
            return _gunzip(body, limit)
        if name == "deflate":
            return _inflate(body, limit)
    except zlib.error as error:
        raise UnansweredError(
            Reason.BROKEN, f"its body is not {name}, as its header says"
        ) from error
    return body


def _gunzip(body: bytes, limit: int) -> bytes:
    """All members of a gzip body; what is behind them and is none is left out."""
    parts: list[bytes] = []
    left = limit
    while True:
        unpacker = zlib.decompressobj(_GZIP_BITS)
        parts.append(_bounded(unpacker.decompress(body, left + 1), left, limit))
        left -= len(parts[-1])
        body = unpacker.unused_data
        if not body.startswith(_GZIP_MAGIC):
            return b"".join(parts)


def _inflate(body: bytes, limit: int) -> bytes:
    """The zlib format is meant (RFC 9110, 8.4.1.2); some send bare deflate."""
    # The first byte of zlib: method 8, and with the second a multiple of 31 (RFC 1950).
    is_zlib = body[0] & 0x0F == 8 and int.from_bytes(body[:2]) % 31 == 0
    unpacker = zlib.decompressobj(_ZLIB_BITS if is_zlib else _RAW_BITS)
    return _bounded(unpacker.decompress(body, limit + 1), limit, limit)


def _bounded(data: bytes, left: int, limit: int) -> bytes:
    if len(data) > left:
        raise UnansweredError(Reason.TOO_LONG, f"its body unpacks to more than {limit} bytes")
    return data
