"""The refusals of PyPI that depend on what it has already: names, bytes, releases, projects."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name, canonicalize_version

from pressroom.release.warehouse.model import IndexFile, Status
from pressroom.release.warehouse.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.release.warehouse.forms import UploadForm

OPEN_FOR = dt.timedelta(days=14)  # since 8 July 2026
MAX_PROJECT = 10 * 1024**3
_BUMP = "release these bytes as a new version: a name is used once, and never again"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What there is: live files by name, all files that ever were, and what was said of projects."""

    live: Mapping[str, IndexFile]
    ever: tuple[IndexFile, ...]
    status: Mapping[str, Status]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """The digests of the bytes that arrived."""

    md5: str
    sha256: str
    blake2_256: str


def is_repeat(form: UploadForm, digests: Digests, stock: Stock) -> bool:
    """Whether this very file is there already: then the answer is yes, and nothing is stored."""
    known = stock.live.get(form.filename)
    return known is not None and (known.sha256, known.blake2_256) == (
        digests.sha256,
        digests.blake2_256,
    )


def check_project(form: UploadForm, stock: Stock) -> Refusal | None:
    """Why a project takes no files at all (PEP 792), if so."""
    status = stock.status.get(canonicalize_name(form.name), Status.ACTIVE)
    if status.takes_files:
        return None
    return Refusal(
        reason=f"Project {form.name!r} is {status}: it takes no uploads.",
        hint="ask who set that status why, and have it lifted on the project's page first",
    )


def check_digests(form: UploadForm, digests: Digests) -> Refusal | None:
    """Why the bytes are not those that the client meant to send, if so."""
    if all(getattr(digests, kind) == digest for kind, digest in form.digests):
        return None
    return Refusal(
        reason="The digest supplied does not match a digest calculated from the uploaded file.",
        hint="send it again: something on the way, or on this disk, changed the bytes",
    )


def check_stock(
    form: UploadForm, digests: Digests, stock: Stock, *, now: dt.datetime
) -> Refusal | None:
    """Why the file cannot come to what is there already, if so; it is no repeat."""
    same_bytes = any(file.blake2_256 == digests.blake2_256 for file in stock.live.values())
    if form.filename in stock.live or same_bytes:
        return Refusal(
            reason=f"File already exists ({form.filename!r}, with blake2_256 hash {digests.blake2_256!r}).",
            hint="compare its sha256 with yours: other bytes need a new version, the same bytes one name",
        )
    if any(file.filename == form.filename for file in stock.ever):
        return Refusal(
            reason="This filename was previously used by a file that has since been deleted. Use a different version.",
            hint=_BUMP,
        )
    return _check_release(form, stock, now)


def _check_release(form: UploadForm, stock: Stock, now: dt.datetime) -> Refusal | None:
    release = [file for file in stock.ever if _release(file.project, file.version) == _key(form)]
    begun = min((file.uploaded for file in release if file.uploaded is not None), default=now)
    if now - begun > OPEN_FOR:
        return Refusal(
            reason=f"Uploading new files to releases older than {OPEN_FOR.days} days is not allowed.",
            hint="release a new version with all its files",
        )
    alive = [file for file in release if file.filename in stock.live]
    if form.filetype == "sdist" and any(file.filetype == "sdist" for file in alive):
        return Refusal(reason="Only one sdist may be uploaded per release.", hint=_BUMP)
    return None


def check_size(form: UploadForm, size: int, stock: Stock) -> Refusal | None:
    """Why the project would become too large, if so."""
    name = canonicalize_name(form.name)
    total = sum(
        file.size for file in stock.live.values() if canonicalize_name(file.project) == name
    )
    if total + size <= MAX_PROJECT:
        return None
    return Refusal(
        reason=f"Project size too large. Limit for project {form.name!r} total size is {MAX_PROJECT // 1024**3} GB.",
        hint="delete old pre-releases, or ask PyPI for more",
    )


def _key(form: UploadForm) -> tuple[str, str]:
    return _release(form.name, form.version)


def _release(project: str, version: str) -> tuple[str, str]:
    return canonicalize_name(project), canonicalize_version(version)
