"""A multipart form as it arrives: its parts one after the other, none of them whole in memory (RFC 7578)."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHUNK = 1 << 16
_MAX_HEADERS = 1 << 14
_BOUNDARY = re.compile(
    r'multipart/form-data\s*;.*\bboundary=("([^"]{1,70})"|([^\s";,]{1,70}))', re.IGNORECASE
)
_DISPOSITION = re.compile(r"content-disposition:\s*form-data\s*(;.*)", re.IGNORECASE)
_PARAMETER = re.compile(r';\s*(name|filename)="([^"]*)"', re.IGNORECASE)
_TYPE = re.compile(r"content-type:\s*(\S.*)", re.IGNORECASE)


class MultipartError(ValueError):
    """What arrived is no multipart form."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The head of a part; a part with a `filename` is a file."""

    name: str
    filename: str | None = None
    content_type: str | None = None


# The head of a part is followed by its bytes, in pieces.
Piece: TypeAlias = Part | bytes


def find_boundary(content_type: str) -> bytes:
    """What stands between the parts, by the header of the request. Raises MultipartError."""
    match = _BOUNDARY.match(content_type.strip())
    if match is None:
        raise MultipartError("this is no multipart/form-data with a boundary")
    return (match[2] or match[3]).encode("latin-1", "replace")


def read_multipart(read: Callable[[int], bytes], boundary: bytes) -> Iterator[Piece]:
    """The pieces of a form that `read(n)` gives. Raises MultipartError where it is none, or ends too early."""
    delimiter = b"\r\n--" + boundary
    # The first delimiter has no line before it.
    buffer = _Buffer(read, b"\r\n")
    for _ in buffer.until(delimiter):
        pass  # a preamble says nothing
    while (after := buffer.take(2)) != b"--":
        if after != b"\r\n":
            raise MultipartError("what follows a boundary is no end of line")
        yield _head(buffer.header())
        yield from buffer.until(delimiter)


class _Buffer:
    def __init__(self, read: Callable[[int], bytes], data: bytes) -> None:
        self._read = read
        self._data = data

    def _more(self) -> None:
        data = self._read(_CHUNK)
        if not data:
            raise MultipartError("the form ends before its last boundary")
        self._data += data

    def take(self, count: int) -> bytes:
        """The next bytes."""
        while len(self._data) < count:
            self._more()
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def header(self) -> bytes:
        """What stands before the next empty line."""
        while (end := self._data.find(b"\r\n\r\n")) < 0:
            if len(self._data) > _MAX_HEADERS:
                raise MultipartError("the headers of a part do not end")
            self._more()
        return self.take(end + 4)[:-4]

    def until(self, delimiter: bytes) -> Iterator[bytes]:
        """All up to the delimiter, which is gone then too."""
        while (at := self._data.find(delimiter)) < 0:
            # Its first bytes may be here already.
            safe = len(self._data) - len(delimiter) + 1
            if safe > 0:
                yield self.take(safe)
            self._more()
        if at:
            yield self.take(at)
        self.take(len(delimiter))


def _head(data: bytes) -> Part:
    try:
        lines = data.decode().split("\r\n")
    except UnicodeDecodeError as error:
        raise MultipartError("the headers of a part are not UTF-8") from error
    disposition = next((match[1] for line in lines if (match := _DISPOSITION.match(line))), "")
    found = {key.lower(): _unescape(value) for key, value in _PARAMETER.findall(disposition)}
    if "name" not in found:
        raise MultipartError("a part has no name")
    return Part(
        name=found["name"],
        filename=found.get("filename"),
        content_type=next((match[1] for line in lines if (match := _TYPE.match(line))), None),
    )


def _unescape(value: str) -> str:
    """Names as browsers and urllib3 write them (HTML, "multipart/form-data encoding algorithm")."""
    return value.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
