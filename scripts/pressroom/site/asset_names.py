"""Names below /assets/, which change with the bytes: servers let browsers keep what is there for a year."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.headers.policy import ASSETS
from pressroom.site.tags import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# The part of a name that is a hash, before its extensions (`bundle.a5f9d56c.min.js`); a day is none (`20240131.png`).
_HASH = re.compile(r"(?<![^./])(?!(?:19|20)\d{6}\.)[0-9a-f]{8,}(?=\.[^/]*\Z)")


def has_content_name(path: str) -> bool:
    """Whether a file's name says that it changes with the bytes."""
    return _HASH.search(path) is not None


def content_name(path: str, data: bytes) -> str:
    """The path with the hash of the bytes in the file's name, in place of the one that is there."""
    digest = hashlib.sha256(data).hexdigest()[:8]
    if has_content_name(path):
        return _HASH.sub(digest, path)
    stem, dot, extension = path.rpartition(".")
    return f"{stem}.{digest}{dot}{extension}"


def check_asset_names(paths: Iterable[str], *, where: Callable[[str], str]) -> list[Finding]:
    """Findings for files below assets/ that would be kept for a year under a name that stays."""
    return [
        Finding(
            where=where(path),
            message="browsers would keep it for a year, and its name does not change with its bytes",
            hint=f"put it outside assets/, into {shown(path.removeprefix(ASSETS[1:]))}, and link that",
        )
        for path in sorted(paths)
        if path.startswith(ASSETS[1:]) and not has_content_name(path)
    ]
