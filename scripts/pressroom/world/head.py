"""The head of an answer over HTTP/1, read as strictly as Node.js does: what it refuses is refused.

http.client would take a bare CR for the end of a line, so that one value can become two headers, and forgive
names and lengths that are none. What is refused was asked of Node.js 24 (llhttp 9), case by case.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pressroom.world.unanswered import Reason, UnansweredError

if TYPE_CHECKING:
    from collections.abc import Iterator

Pairs: TypeAlias = tuple[tuple[str, str], ...]

# All lines of a head together, those of interim answers too.
HEAD_LIMIT = 65_536
_STATUS = re.compile(rb"HTTP/(0\.9|1\.0|1\.1|2\.0) ([1-9][0-9]{2})(?: ([^\r\n]*))?\r\n")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*)\r\n")
_LENGTH = re.compile(r"[0-9]{1,18}")
_SWITCHING = 101
_FINAL = 200


class Lines(Protocol):
    """What lines can be read from."""

    def readline(self, size: int = -1, /) -> bytes:
        """A line with its end, at most `size` bytes; empty at the end of the stream."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Status and fields, in order, decoded as ISO 8859-1.

    `plain` is a head that says the same about status, length and connection in the plainest words,
    for a library that reads more loosely.
    """

    status: int
    pairs: Pairs
    plain: bytes


def read_head(stream: Lines, *, limit: int = HEAD_LIMIT) -> Head:
    """The head of the final answer; interim ones (1xx) before it are skipped.

    Raises UnansweredError: CLOSED at an early end, TOO_LONG, or BROKEN.
    """
    lines = _lines(stream, limit)
    while True:
        line = next(lines)
        while line in {b"\r\n", b"\n"}:  # left over from the answer before
            line = next(lines)
        match = _STATUS.fullmatch(line)
        if match is None:
            raise UnansweredError(Reason.BROKEN, "it does not begin with a status of HTTP/1")
        pairs = _read_fields(lines)
        status = int(match[2])
        if status == _SWITCHING:
            raise UnansweredError(Reason.BROKEN, "it switches protocols, which nobody asked for")
        if status >= _FINAL:
            return Head(status=status, pairs=pairs, plain=_plain(match[1], match[2], pairs))


def _lines(stream: Lines, limit: int) -> Iterator[bytes]:
    left = limit
    while True:
        line = stream.readline(left + 1)
        left -= len(line)
        if left < 0:
            raise UnansweredError(Reason.TOO_LONG, f"its headers are longer than {limit} bytes")
        if not line.endswith(b"\n"):
            raise UnansweredError(Reason.CLOSED, "within its headers" if left < limit else "")
        yield line


def _read_fields(lines: Iterator[bytes]) -> Pairs:
    pairs = []
    while (line := next(lines)) != b"\r\n":
        match = _FIELD.fullmatch(line)
        if match is None:
            name = line.partition(b":")[0][:40].decode("ascii", "replace")
            raise UnansweredError(
                Reason.BROKEN,
                f"a header line is none, or has a control character, a bare CR or LF: {name!a}",
            )
        pairs.append((match[1].decode(), match[2].decode("latin-1").rstrip("\t ")))
    return tuple(pairs)


def _plain(version: bytes, status: bytes, pairs: Pairs) -> bytes:
    """How long the body is, and whether the connection stays, so that there is one way to read it (RFC 9112, 6.3)."""
    old = version != b"1.1"
    words = {word.strip().lower() for word in ",".join(_values(pairs, "connection")).split(",")}
    keeps = "keep-alive" in words if old else "close" not in words
    lengths, codings = _values(pairs, "content-length"), _values(pairs, "transfer-encoding")
    if (lengths and codings) or len(lengths) > 1:
        raise UnansweredError(Reason.BROKEN, "it states its length twice")
    if codings:
        last = codings[-1].rpartition(",")[2].strip().lower()
        if not codings[-1]:
            raise UnansweredError(Reason.BROKEN, "its Transfer-Encoding is empty")
        framing = "Transfer-Encoding: chunked\r\n" if last == "chunked" else ""
    elif lengths:
        if not _LENGTH.fullmatch(lengths[0]):
            raise UnansweredError(Reason.BROKEN, "its Content-Length is no number")
        framing = f"Content-Length: {int(lengths[0])}\r\n"
    else:
        framing = ""
    end = f"Connection: {'keep-alive' if keeps else 'close'}\r\n\r\n"
    return b"HTTP/1.1 " + status + b" .\r\n" + (framing + end).encode()


def _values(pairs: Pairs, name: str) -> list[str]:
    return [value for key, value in pairs if key.lower() == name]
