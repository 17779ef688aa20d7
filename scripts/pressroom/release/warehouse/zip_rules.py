"""ZIP files that every reader reads alike: one directory, each byte in one record, no name twice.

From APPNOTE.TXT 6.3.10, sections 4.3 and 4.5, and https://docs.pypi.org/archives. A reader that goes
from local header to local header and one that goes by the directory must see the same files.
"""

from __future__ import annotations

import dataclasses
import struct
from typing import TYPE_CHECKING

from pressroom.release.warehouse.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCAL = struct.Struct("<4s5H3I2H")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_END64 = struct.Struct("<4sQ2H2I4Q")
_LOCATOR64 = struct.Struct("<4sIQI")
_ZIP64 = 0x0001
_UNICODE_PATH = 0x7075
_ENCRYPTED, _STREAMED = 0x1, 0x8
_STORED, _DEFLATED = 0, 8
_NOT_HERE = 0xFFFF_FFFF  # the value is in the ZIP64 extra field


class _MalformedError(ValueError):
    """Not as APPNOTE has it, or not as PyPI takes it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What a header says of a file."""

    name: bytes
    method: int
    compressed: int
    size: int
    offset: int  # of the local header
    end: int  # of this header


def check_zip(data: bytes) -> Iterator[Refusal]:
    """The first thing that readers would see differently, if there is one."""
    try:
        _check(data)
    except (_MalformedError, struct.error, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, _MalformedError) else "Malformed zip file"
        yield Refusal(
            reason=f"Invalid distribution file. ZIP archive not accepted: {why}.",
            hint="build it again with another tool; https://docs.pypi.org/archives says what is wrong with it",
        )


def _check(data: bytes) -> None:
    start, stop, count = _directory(data)
    records, position = [], start
    while position < stop:
        record = _entry(data, position)
        records.append(record)
        position = record.end
    if position != stop or len(records) != count:
        raise _MalformedError("Mismatched central directory records")
    names = [record.name for record in records]
    if len(names) != len(set(names)):
        raise _MalformedError("Duplicate filename in central directory")
    position = 0
    for record in sorted(records, key=lambda record: record.offset):
        if record.offset != position:
            raise _MalformedError("Data that no entry of the central directory names")
        local = _local(data, position)
        if local != dataclasses.replace(record, end=local.end):
            raise _MalformedError("Mis-matched local header and central directory")
        position = local.end + local.compressed
    if position != start:
        raise _MalformedError("Data that no entry of the central directory names")


def _directory(data: bytes) -> tuple[int, int, int]:
    """Where the central directory starts and stops, and how many entries it has."""
    at = len(data) - _END.size
    if at < 0 or data[at : at + 4] != b"PK\5\6":
        raise _MalformedError("Trailing data" if b"PK\5\6" in data else "File is not a zipfile")
    _, disk, disk_start, here, count, size, start, comment = _END.unpack_from(data, at)
    if comment or disk or disk_start or here != count:
        raise _MalformedError("Comment, or more than one disk, in the end of central directory")
    locator = at - _LOCATOR64.size
    if locator >= 0 and data[locator : locator + 4] == b"PK\6\7":
        (_, _, at, _) = _LOCATOR64.unpack_from(data, locator)
        if at + _END64.size != locator:
            raise _MalformedError("Malformed zip file")
        magic, length, _, _, _, _, here, count, size, start = _END64.unpack_from(data, at)
        if magic != b"PK\6\6" or length != _END64.size - 12 or here != count:
            raise _MalformedError("Malformed zip file")
    if start + size != at:
        raise _MalformedError("Mismatched central directory offset")
    return start, at, count


def _entry(data: bytes, at: int) -> _Record:
    """An entry of the central directory."""
    magic, *versions, _, compressed, size, name, extra, comment, disk, _, _, offset = (
        _ENTRY.unpack_from(data, at)
    )
    if magic != b"PK\1\2" or disk:
        raise _MalformedError("Malformed zip file")
    if comment:
        raise _MalformedError("Comment in central directory")
    _, _, flags, method, _, _ = versions
    fields = at + _ENTRY.size, name, extra
    return _record(data, fields, flags=flags, method=method, sizes=(size, compressed, offset))


def _local(data: bytes, at: int) -> _Record:
    """A local header."""
    magic, _, flags, method, _, _, _, compressed, size, name, extra = _LOCAL.unpack_from(data, at)
    if magic != b"PK\3\4":
        raise _MalformedError("Unknown record signature")
    if flags & _STREAMED:
        raise _MalformedError("ZIP contains a data descriptor")
    fields = at + _LOCAL.size, name, extra
    return _record(data, fields, flags=flags, method=method, sizes=(size, compressed, at))


def _record(
    data: bytes,
    fields: tuple[int, int, int],
    *,
    flags: int,
    method: int,
    sizes: tuple[int, int, int],
) -> _Record:
    at, name, extra = fields
    if flags & _ENCRYPTED:
        raise _MalformedError("Encrypted file")
    if method not in {_STORED, _DEFLATED}:
        raise _MalformedError("File does not use a supported compression type")
    end = at + name + extra
    wide = _extras(data[at + name : end])
    size, compressed, offset = (_wide(value, wide) for value in sizes)
    return _Record(
        name=_name(data[at : at + name]),
        method=method,
        compressed=compressed,
        size=size,
        offset=offset,
        end=end,
    )


def _name(name: bytes) -> bytes:
    if any(byte < 0x20 or byte == 0x7F for byte in name):
        raise _MalformedError("Invalid character in filename")
    name.decode()  # UnicodeDecodeError
    return name


def _extras(data: bytes) -> list[int]:
    """The 64-bit values of the ZIP64 field, in the order in which headers lack them."""
    wide: list[int] = []
    seen = set()
    while data:
        kind, length = struct.unpack_from("<2H", data)
        field, data = data[4 : 4 + length], data[4 + length :]
        if len(field) != length or (kind in seen and kind in {_ZIP64, _UNICODE_PATH}):
            raise _MalformedError("Invalid duplicate extra in a header")
        seen.add(kind)
        if kind == _ZIP64:
            wide = [value for (value,) in struct.iter_unpack("<Q", field[: length // 8 * 8])]
        elif kind == _UNICODE_PATH:
            _name(field[5:])
    return wide


def _wide(value: int, wide: list[int]) -> int:
    if value != _NOT_HERE:
        return value
    if not wide:
        raise _MalformedError("Malformed zip file")
    return wide.pop(0)
