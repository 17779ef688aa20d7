"""A tarball as a function of what it holds: whoever packs the same files, by whatever, gets the same bytes."""

from __future__ import annotations

from pressroom.release.building.archives import pack_tar
from pressroom.release.building.compression import PACKERS, decompress
from pressroom.release.building.members import ArchiveError, read_tar
from pressroom.release.tarball.facts import stem_of


def normalise_tarball(data: bytes, *, artefact: str, epoch: int) -> bytes:
    """The archive under the name `artefact`: members in order, of one date and owner, in one folder.

    What compresses it is decided by the name; `data` may be gzip, xz or bzip2. Raises ArchiveError for what
    should be unpacked by nobody, and for another folder at its top than the name says.
    """
    members = read_tar(decompress(data, where=artefact), where=artefact)
    stem = stem_of(artefact)
    tops = {member.name.partition("/")[0] for member in members}
    if tops != {stem}:
        raise ArchiveError(
            f"holds {', '.join(sorted(tops)[:5]) or 'nothing'} at its top, and not {stem}",
            where=artefact,
            hint="name and version of the build system, and the name under `artefacts`, have to agree",
        )
    for member in members:
        # Up as often as the member lies deep is where the top folder lies.
        if member.link and member.link.split("/").count("..") >= member.name.count("/"):
            raise ArchiveError(
                f"{member.name!r} is a link that leads out of the folder, to {member.link!r}",
                where=artefact,
                hint="a link in a tarball leads to something in it; take it away, or mend it",
            )
    packer = next(PACKERS[end] for end in PACKERS if artefact.endswith(end))
    return packer(pack_tar(members, epoch=epoch))
