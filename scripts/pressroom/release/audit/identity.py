"""What an sdist says it is: by its file name, by its metadata, and by the tag it is compared with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from packaging.metadata import parse_email
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from pressroom.release.audit.archive import ENDINGS
from pressroom.release.audit.backend import PKG_INFO
from pressroom.release.audit.model import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.metadata import RawMetadata

    from pressroom.release.audit.model import Sdist

# What may stand before the version in the name of a tag; the project's name may, too.
_PREFIX = r"(?:v|ver|version|rel|release)?[-_/.]?v?"
_REBUILD = "build it again with a current backend, and do not rename it"


def sdist_name(filename: str) -> str | None:
    """The canonical name of the project in a file name, if it is one of an sdist."""
    parts = _parts(filename)
    return canonicalize_name(parts[0]) if parts else None


def _parts(filename: str) -> tuple[str, str] | None:
    ending = next((end for end in ENDINGS if filename.lower().endswith(end)), None)
    match = re.fullmatch(r"(.+)-(\d[^-]*|\d.*)", filename[: -len(ending)]) if ending else None
    return (match[1], match[2]) if match else None


def read_metadata(data: bytes) -> RawMetadata:
    """The fields of a PKG-INFO or METADATA, as far as they can be read."""
    try:
        return parse_email(data)[0]
    except (ValueError, LookupError, AttributeError):
        return {}


def check_identity(sdist: Sdist, *, tag: str | None = None) -> Iterator[Remark]:
    """Remarks where file name, top folder, PKG-INFO and tag do not say the same."""
    if not sdist.readable:
        return
    if PKG_INFO not in sdist.files:
        yield Remark(
            file=PKG_INFO,
            reason="missing from the sdist; the index refuses it, and its version is not compared",
            hint="build the sdist with a backend: python -m build --sdist",
            blocks=False,
        )
        return
    metadata = read_metadata(sdist.files[PKG_INFO])
    name, version = metadata.get("name", ""), metadata.get("version", "")
    parts = _parts(sdist.filename)
    if parts is None:
        yield Remark(
            file=sdist.filename,
            reason="is not named NAME-VERSION",
            hint=_REBUILD,
            blocks=False,
        )
    else:
        if canonicalize_name(parts[0]) != canonicalize_name(name):
            yield _mismatch(sdist, f"says its name is {name!r}")
        if not is_same_version(parts[1], version):
            yield _mismatch(sdist, f"says its version is {version!r}")
        stem = f"{parts[0]}-{parts[1]}"
        if sdist.top != stem:
            yield Remark(
                file=sdist.filename,
                reason=f"its top folder is {sdist.top!r}, not {stem!r}",
                hint=_REBUILD,
                blocks=False,
            )
    tagged = tag_version(tag, name) if tag else None
    if tagged is not None and not is_same_version(tagged, version):
        yield Remark(
            file=PKG_INFO,
            reason=f"says version {version!r}, but the tag is {tag!r}",
            hint="name the tag of this version with --tag, or mend the version and build again",
        )


def _mismatch(sdist: Sdist, says: str) -> Remark:
    return Remark(
        file=PKG_INFO, reason=f"{says}, unlike the file name {sdist.filename}", hint=_REBUILD
    )


def tag_version(tag: str, name: str) -> str | None:
    """The version in a tag's name, where there is no doubt: `1.0`, `v1.0`, `release-1.0`, `widget-1.0`."""
    own = re.escape(name).replace("\\-", "[-_.]") if name else "(?!)"
    match = re.fullmatch(rf"(?:{own}[-_/]v?|{_PREFIX})(\d+\.\d.*)", tag, re.IGNORECASE)
    if match is None:
        return None
    try:
        Version(match[1])
    except InvalidVersion:
        return None
    return match[1]


def is_same_version(one: str, other: str) -> bool:
    """Whether two spellings are one version (PEP 440)."""
    try:
        return Version(one) == Version(other)
    except InvalidVersion:
        return one == other
