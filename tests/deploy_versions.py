"""Whether the folder of a version is whole, judged by its files and by nothing of ours: every file is hashed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Beside the sites.
OURS = {"manifest", "version.json", "carried"}


def read_list(path: Path) -> dict[str, str]:
    """The hash of each path in a manifest."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {path: digest for digest, _, path in (line.split(" ", 2) for line in lines)}


def unwhole(version: Path) -> list[str]:
    """How a version is not what its name says: every file hashed, nothing foreign in it."""
    try:
        there = {
            str(path.relative_to(version)): path for path in version.rglob("*") if path.is_file()
        }
        # After the files: what is carried is listed before it is linked.
        text, carried = (version / "manifest").read_text(), read_list(version / "carried")
        wanted = read_list(version / "manifest")
        hashes = {
            name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in there.items()
        }
    except FileNotFoundError as error:
        return [str(error)] if version.exists() else []  # pruned by a dead deploy's script
    lines = [one for one in text.splitlines(keepends=True) if not _is_about_version_file(one)]
    name = hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
    wrong = [f"its list is of {name}"] if name != version.name else []
    wrong += [
        f"{path} is missing or changed" for path in wanted if hashes.get(path) != wanted[path]
    ]
    known = {**carried, **wanted}
    for path in sorted(set(hashes) - set(wanted) - OURS):
        if hashes[path] != known.get(path):
            wrong.append(f"{path} is foreign")
    return wrong if version.exists() else []


def _is_about_version_file(line: str) -> bool:
    return line.rstrip("\n").split(" ", 2)[2].partition("/")[2] == "version.txt"
