"""What kind of file a name means: the table that all servers are given (IANA media types)."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT = {
    "asc": "application/pgp-signature",
    "atom": "application/atom+xml",
    "css": "text/css",
    "csv": "text/csv",
    "html": "text/html",
    "ics": "text/calendar",
    "js": "text/javascript",
    "json": "application/json",
    "md": "text/markdown",
    "mjs": "text/javascript",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "webmanifest": "application/manifest+json",
    "xml": "application/xml",
}
_BINARY = {
    "avif": "image/avif",
    "bz2": "application/x-bzip2",
    "gif": "image/gif",
    "gz": "application/gzip",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "sig": "application/octet-stream",
    "webp": "image/webp",
    "whl": "application/zip",
    "woff2": "font/woff2",
    "xz": "application/x-xz",
    "zip": "application/zip",
}
# Extension (without its dot, lower case) to the whole value of Content-Type. We write UTF-8 and nothing else.
# A policy may know more: Policy.types.
TYPES: Mapping[str, str] = types.MappingProxyType(
    {
        **{extension: f"{kind}; charset=utf-8" for extension, kind in _TEXT.items()},
        **_BINARY,
    }
)
# What has another extension, or none.
UNKNOWN = "application/octet-stream"
# What is worth a compressed copy beside it (`page.html.gz`), which servers send to whoever accepts gzip.
COMPRESSED = tuple(sorted(_TEXT.keys() - {"asc"}))


def content_type(path: str, types: Mapping[str, str]) -> str:
    """The value of Content-Type for a path, given those of all extensions."""
    return types.get(extension_of(path), UNKNOWN)


def by_type(types: Mapping[str, str]) -> dict[str, list[str]]:
    """The extensions of each value of Content-Type."""
    kinds: dict[str, list[str]] = {}
    for extension, value in types.items():
        kinds.setdefault(value, []).append(extension)
    return kinds


def extension_of(path: str) -> str:
    """What stands behind the last dot of a file's name; empty for `LICENSE` and `.profile`."""
    stem, dot, extension = path.rpartition("/")[2].rpartition(".")
    return extension if dot and stem else ""
