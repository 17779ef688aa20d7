"""What an index says of a project, read from its JSON (the simple repository API: PEP 691, 700, 792)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import msgspec
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from pressroom.release.index.refusals import IndexAnswerError
from pressroom.world.reply import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

MEDIA_TYPE = "application/vnd.pypi.simple.v1+json"
# States in which an index takes no file (PEP 792).
CLOSED = frozenset({"archived", "quarantined"})
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class IndexFile:
    """A file that an index offers; `yanked` is the reason ("" when none was given) if it was."""

    filename: str
    sha256: str
    url: str
    size: int | None = None
    uploaded: dt.datetime | None = None
    yanked: str | None = None
    version: str | None = None  # normalised; None: the name tells none


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class IndexProject:
    """A project as an index shows it."""

    name: str
    status: str = "active"
    status_reason: str = ""
    versions: tuple[str, ...] = ()
    files: tuple[IndexFile, ...] = ()

    def file(self, filename: str) -> IndexFile | None:
        """The file of that name, if it is shown."""
        return next((file for file in self.files if file.filename == filename), None)


def files_of(project: IndexProject, version: str) -> tuple[IndexFile, ...]:
    """The files of one version, however it is spelt."""
    wanted = Version(version)
    return tuple(
        file
        for file in project.files
        if file.version is not None and Version(file.version) == wanted
    )


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_safe(url: str) -> bool:
    """Whether an address may be asked: https, or http on this machine, and no password in it."""
    try:
        parts = urlsplit(url)
        allowed = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url))
        return allowed and bool(parts.hostname) and "@" not in parts.netloc and (parts.port != 0)
    except ValueError:  # urlsplit, and .port of a number that is none
        return False


class _File(msgspec.Struct, rename="kebab"):
    filename: str
    url: str
    hashes: dict[str, str]
    size: int | None = None
    upload_time: dt.datetime | None = None
    yanked: bool | str = False


class _Status(msgspec.Struct):
    status: str = "active"
    reason: str | None = None


class _Meta(msgspec.Struct, rename="kebab"):
    api_version: str


class _Page(msgspec.Struct, rename="kebab"):
    meta: _Meta
    name: str
    files: list[_File]
    versions: list[str] | None = None
    project_status: _Status = msgspec.field(default_factory=_Status)


def parse_listing(data: bytes, *, name: str, url: str) -> IndexProject:
    """The project of the page at `url`. Raises IndexAnswerError for what is no such page."""
    try:
        page = msgspec.json.decode(data, type=_Page)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unusable(one_line(str(error))[:200], url) from None
    if page.meta.api_version.partition(".")[0] != "1":
        raise _unusable(f"version {one_line(page.meta.api_version)!r} of the API", url)
    if canonicalize_name(page.name) != canonicalize_name(name):
        raise _unusable(f"the page of {one_line(page.name)!r}, not of {name!r}", url)
    files = tuple(_file(file, url) for file in page.files)
    if len({file.filename for file in files}) != len(files):
        raise _unusable("a file name twice", url)
    versions = page.versions
    if versions is None:  # before PEP 700
        versions = list(dict.fromkeys(file.version for file in files if file.version))
    return IndexProject(
        name=name,
        status=one_line(page.project_status.status),
        status_reason=one_line(page.project_status.reason or ""),
        versions=tuple(one_line(version) for version in versions),
        files=files,
    )


def _file(file: _File, page: str) -> IndexFile:
    filename, sha256 = file.filename, file.hashes.get("sha256", "").lower()
    if not filename or not filename.isprintable() or set("/\\") & set(filename):
        raise _unusable(f"a file name that is none: {one_line(filename)[:80]!r}", page)
    try:
        url = urljoin(page, file.url).partition("#")[0]
    except ValueError:
        url = ""
    for wrong, what in (
        (_SHA256.fullmatch(sha256) is None, "no sha256"),
        (not is_safe(url), "an address that is not https"),
        (file.size is not None and file.size < 0, "a size below 0"),
    ):
        if wrong:
            raise _unusable(f"{what} for {filename}", page)
    uploaded = file.upload_time
    if uploaded is not None and uploaded.tzinfo is None:
        uploaded = uploaded.replace(tzinfo=dt.UTC)  # PEP 700: it is UTC
    yanked = "" if file.yanked is True else one_line(file.yanked or "") or None
    return IndexFile(
        filename=filename,
        sha256=sha256,
        url=url,
        size=file.size,
        uploaded=uploaded,
        yanked=yanked,
        version=next(_versions(filename), None),
    )


def _versions(filename: str) -> Iterator[str]:
    for parse in (parse_wheel_filename, parse_sdist_filename):
        try:
            yield str(parse(filename)[1])
        except (InvalidWheelFilename, InvalidSdistFilename, InvalidVersion):
            continue


def _unusable(what: str, url: str) -> IndexAnswerError:
    return IndexAnswerError(
        f"the JSON of the index cannot be used: {what}",
        where=url,
        hint="check that this is the address of a package index (PyPI: https://pypi.org/simple/); "
        "if it is, tell those who run it",
    )
