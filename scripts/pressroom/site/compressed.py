"""Compressed copies beside files (`page.html.gz`), which servers send to whoever accepts gzip, and their check."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.headers.media import COMPRESSED, extension_of
from pressroom.headers.model import ERROR_PAGES
from pressroom.world.disk import Tree, explained
from pressroom.world.workers import processors, share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SUFFIX = ".gz"
# Of 30 MB in 1,900 files, level 1 leaves 8.63 MB, 6 leaves 7.60 and 9 leaves 7.57, for twice the time of 6.
LEVEL = 6
# Less fits into one packet with its headers anyway.
MIN_SIZE = 1_024
# A copy that saves less is not worth its inode and its Vary.
MAX_SHARE = 0.9
# Below this many files a second process costs more than it saves.
WORTH_SHARING = 400
# The window of zlib for a gzip member with its header and check sum.
_GZIP = 16 + zlib.MAX_WBITS


def compress(root: Path) -> tuple[str, ...]:
    """The paths of the compressed copies that are now below a folder: `x.gz` beside each file worth one.

    A `.gz` that is there already stays as it is. The bytes depend on the file's bytes alone (and on zlib).
    Not a part of a build: it would cost a data page as much again as everything else does.
    """
    tree = Tree(root)
    paths = [
        path
        for path in tree
        # A copy of an error page could be asked for.
        if is_compressible(path) and path + SUFFIX not in tree and path not in ERROR_PAGES
    ]

    def work(part: Sequence[str]) -> list[str]:
        return [path + SUFFIX for path in part if _compress(root / path)]

    processes = processors() if len(paths) >= WORTH_SHARING else 1
    with explained(root):
        parts = share(paths, work, processes=processes)
    return tuple(sorted(path for part in parts for path in part))


def check_compressed(tree: Mapping[str, bytes], *, where: Callable[[str], str]) -> list[Finding]:
    """Findings for compressed copies that are not what they stand beside: servers would send them instead.

    A file of its own, such as `x-1.0.tar.gz`, has nothing beside it and is none. `where` names a path.
    """
    findings = []
    for path in tree:
        original = path.removesuffix(SUFFIX)
        if original == path:
            continue
        if original in tree:
            problem = _difference(tree[path], tree[original])
        elif is_compressible(original):
            problem = f"is a compressed copy of {original.rpartition('/')[2]!r}, which is not there"
        else:
            continue
        if problem:
            hint = "build again: `make site` makes it anew; if it is among your sources, delete it there"
            findings.append(Finding(where=where(path), message=problem, hint=hint))
    return sorted(findings)


def is_compressible(path: str) -> bool:
    """Whether a file of that name is text."""
    return extension_of(path) in COMPRESSED


def _compress(file: Path) -> bool:
    data = file.read_bytes()
    if len(data) < MIN_SIZE:
        return False
    packed = zlib.compress(data, LEVEL, wbits=_GZIP)  # without a time in its header
    if len(packed) > MAX_SHARE * len(data):
        return False
    # No disk.save_bytes: it would wait for the disk two thousand times. A copy is whole or not there; what a power
    # cut leaves of one is found by the check.
    temporary = file.with_name(f".{file.name}{SUFFIX}")
    temporary.write_bytes(packed)
    temporary.replace(file.with_name(file.name + SUFFIX))
    return True


def _difference(packed: bytes, original: bytes) -> str:
    """What is wrong with a copy; never unpacks more than one byte above the original's size."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        # One byte of room, or the check sum behind the last one would not be read.
        data = unpacker.decompress(packed, len(original) + 1)
    except zlib.error:
        return "is no gzip, or is broken"
    if data != original:
        return "does not hold what stands beside it"
    if not unpacker.eof or unpacker.unused_data:
        return "is cut off, or something follows its end"
    return ""
