"""What an archive holds, read with suspicion: whatever could leave its folder, or hide, is refused."""

from __future__ import annotations

import dataclasses
import io
import posixpath
import stat
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Iterable

# PyPI takes 100 MiB; what unpacks to more than this is no release of ours.
_LARGEST = 1 << 30
_GZIP = 31  # zlib's number for "a gzip stream, as large a window as it likes"


class ArchiveError(PressroomError):
    """An archive that cannot be used as it is."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of an archive; or a folder, or a symbolic link and where it leads."""

    name: str
    data: bytes = b""
    executable: bool = False
    folder: bool = False
    link: str = ""


def gunzip(data: bytes, *, where: str) -> bytes:
    """What a gzip file holds. Raises ArchiveError for a damaged one, a bomb, or anything behind it."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(data, _LARGEST)
    except zlib.error as error:
        raise _refused(f"is no gzip file: {error}", where=where) from error
    if unpacker.unconsumed_tail:
        raise _refused(f"holds more than {_LARGEST >> 20} MiB", where=where)
    if not unpacker.eof or unpacker.unused_data:
        raise _refused("is cut off, or something follows its end", where=where)
    return unpacked


def read_tar(data: bytes, *, where: str) -> tuple[Member, ...]:
    """The members of a tar, by name. Hard links become files. Raises ArchiveError."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            members = [_from_tar(tar, info, where=where) for info in tar]
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise _refused(f"is no tar: {error}", where=where) from error
    return _checked((member for member in members if member.name != "."), where=where)


def _from_tar(tar: tarfile.TarFile, info: tarfile.TarInfo, *, where: str) -> Member:
    # "./x" and "x" are one path.
    name = posixpath.normpath(info.name) if info.name.startswith("./") else info.name
    if info.isdir():
        return Member(name=name, folder=True)
    if info.issym():
        return Member(name=name, link=info.linkname)
    if not (info.isreg() or info.islnk()) or info.issparse():
        raise _refused(f"{name!r} is neither a file nor a folder", where=where)
    file = tar.extractfile(info)
    if file is None:
        raise _refused(f"{name!r} is a link to nothing", where=where)
    return Member(name=name, data=file.read(), executable=bool(info.mode & stat.S_IXUSR))


def read_zip(data: bytes, *, where: str) -> tuple[Member, ...]:
    """The files of a ZIP, by name; its folders are implied. Raises ArchiveError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > _LARGEST:
                raise _refused(f"holds more than {_LARGEST >> 20} MiB", where=where)
            members = [
                Member(
                    name=info.filename,
                    data=archive.read(info),
                    executable=bool(info.external_attr >> 16 & stat.S_IXUSR),
                )
                for info in infos
                if not info.is_dir() and _is_file(info, where=where)
            ]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, zlib.error) as error:
        raise _refused(f"is no ZIP that can be read: {error}", where=where) from error
    return _checked(members, where=where)


def _is_file(info: zipfile.ZipInfo, *, where: str) -> bool:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise _refused(f"{info.filename!r} is neither a file nor a folder", where=where)
    return True


def _checked(members: Iterable[Member], *, where: str) -> tuple[Member, ...]:
    """The members in order of their names, once each of them stays where it belongs."""
    found: dict[str, Member] = {}
    for member in members:
        if not is_plain_path(member.name):
            raise _refused(f"the name {member.name!r} leads elsewhere", where=where)
        if member.name in found:
            raise _refused(f"{member.name!r} is in it twice", where=where)
        if member.link and not _stays(member):
            raise _refused(f"{member.name!r} is a link to {member.link!r}", where=where)
        found[member.name] = member
    for name in found:
        for above in _folders_above(name):
            if above in found and not found[above].folder:
                raise _refused(f"{name!r} lies below {above!r}, which is no folder", where=where)
    return tuple(found[name] for name in sorted(found))


def is_plain_path(name: str) -> bool:
    """Whether a name is a path below a folder, spelled in the one way that everybody reads alike."""
    return (
        bool(name)
        and name.isprintable()  # no control character, no lone surrogate
        and "\\" not in name
        and not name.startswith("/")
        and not set(name.split("/")) & {"", ".", ".."}
    )


def _stays(member: Member) -> bool:
    """Whether a link leads to something in the archive; up first, then down, and never up again."""
    parts = member.link.split("/")
    ups = next((number for number, part in enumerate(parts) if part != ".."), len(parts))
    down = "/".join(parts[ups:])
    return ups <= member.name.count("/") and (not down or is_plain_path(down))


def _folders_above(name: str) -> list[str]:
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


def _refused(message: str, *, where: str) -> ArchiveError:
    return ArchiveError(
        message,
        where=where,
        hint="look what made it (`tar -tvf`, `unzip -lv`), and mend that: no index takes it so",
    )
