"""The sums of a release: a text as `sha256sum` writes and checks it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

# What may be a file of a release: no folder, nothing hidden, nothing that a shell or `sha256sum` would read otherwise.
FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,219}", re.ASCII)
ENDING = ".SHA256SUMS"
# coreutils, sha256sum(1): the hash, a space, a space for text or `*` for binary, the name. A name that would need a
# backslash in front of the line is none of ours.
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)", re.ASCII)
_ARCHIVE = re.compile(r"\.(?:tar\.[A-Za-z0-9]+|tgz|zip|whl)$", re.ASCII)
_SHOWN = 60


def sums_name(name: str) -> str:
    """`widget-1.2.SHA256SUMS` for the archive `widget-1.2.tar.xz`.

    A file a release, and not one for the folder: that would have to be changed with every release, and what is
    public is never changed here.
    """
    return f"{_ARCHIVE.sub('', name)}{ENDING}"


def render_sums(hashes: Mapping[str, str]) -> str:
    """The text for hashes by name, sorted by name. Raises ValueError for a name that is no file's."""
    if wrong := [name for name in hashes if not FILE_NAME.fullmatch(name)]:
        raise ValueError(f"{wrong[0]!r} is no name of a file")
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(hashes.items()))


def parse_sums(text: str, *, where: str) -> tuple[dict[str, str], list[Finding]]:
    """The hashes by name of a text `where`, and all that is wrong with it."""
    hashes: dict[str, str] = {}
    findings = []

    def add(line: int, message: str, hint: str) -> None:
        findings.append(Finding(where=where, line=line, message=message, hint=hint))

    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            hint = "64 small hex digits, two spaces, a name: as sha256sum writes it"
            add(number, f"{_short(line)} is no line of sums", hint)
        elif not FILE_NAME.fullmatch(match[2]):
            add(number, f"{_short(match[2])} is no name of a file", "a name without a folder")
        elif match[2] in hashes:
            add(number, f"{_short(match[2])} stands twice", "keep the line that is right")
        else:
            hashes[match[2]] = match[1]
    return hashes, findings


def _short(text: str) -> str:
    return ascii(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
