"""Archives as a function of what they hold: the same files and the same date give the same bytes."""

from __future__ import annotations

import calendar
import io
import tarfile
import time
import zipfile
from typing import TYPE_CHECKING

from pressroom.release.building.compression import LEVEL, gzip
from pressroom.release.building.members import ArchiveError, Member, gunzip, read_tar, read_zip

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a ZIP can say: 1980 to 2107.
_FIRST = calendar.timegm((1980, 1, 1, 0, 0, 0))
_LAST = calendar.timegm((2107, 12, 31, 23, 59, 58))


def normalise_sdist(data: bytes, *, epoch: int, where: str = "sdist") -> bytes:
    """An sdist with the same files, in order, of one date and owner. Raises ArchiveError."""
    members = read_tar(gunzip(data, where=where), where=where)
    tops = {member.name.partition("/")[0] for member in members}
    if len(tops) != 1:
        raise ArchiveError(
            f"holds {len(tops)} folders at its top: {', '.join(sorted(tops)[:5]) or 'none'}",
            where=where,
            hint="an sdist holds one folder, <name>-<version>; mend what the build backend is told",
        )
    return gzip(pack_tar(members, epoch=epoch))


def pack_tar(members: Iterable[Member], *, epoch: int) -> bytes:
    """A tar of the members as they come: one date, no owner, two modes."""
    file = io.BytesIO()
    # PAX: a plain ustar header wherever a name fits into one.
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member in members:
            info = tarfile.TarInfo(member.name)
            info.mtime = epoch
            info.mode = 0o755 if member.executable or member.folder else 0o644
            info.size = len(member.data)
            if member.folder:
                info.type = tarfile.DIRTYPE
            elif member.link:
                info.type = tarfile.SYMTYPE
                info.linkname = member.link
                info.mode = 0o777
            tar.addfile(info, io.BytesIO(member.data))
    return file.getvalue()


def normalise_wheel(data: bytes, *, epoch: int, where: str = "wheel") -> bytes:
    """A wheel with the same files, `.dist-info` last and RECORD at its end. Raises ArchiveError.

    No file changes, so RECORD stays true.
    """
    members = read_zip(data, where=where)
    if sum(_place(member.name) == _RECORD for member in members) != 1:
        raise ArchiveError(
            "has no RECORD, or several",
            where=where,
            hint="a wheel has one, in its .dist-info; take another version of the build backend",
        )
    date = time.gmtime(min(max(epoch, _FIRST), _LAST))[:6]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for member in sorted(members, key=lambda member: (_place(member.name), member.name)):
            info = zipfile.ZipInfo(member.name, date)
            info.create_system = 3  # Unix: who reads it heeds the mode
            info.external_attr = (0o100755 if member.executable else 0o100644) << 16
            archive.writestr(info, member.data, zipfile.ZIP_DEFLATED, LEVEL)
    return file.getvalue()


_RECORD = 2


def _place(name: str) -> int:
    """Whether a file comes first, or is metadata, or the list that ends a wheel (binary distribution format)."""
    top, _, rest = name.partition("/")
    if not top.endswith(".dist-info"):
        return 0
    return _RECORD if rest == "RECORD" else 1
