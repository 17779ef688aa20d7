"""MANIFEST.in: the files that it asks for by name and does not take back."""

from __future__ import annotations

import fnmatch
import re
from typing import TYPE_CHECKING

from pressroom.release.audit.mention import Mention, Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATTERN = re.compile(r"[*?\[\]]")


def read_manifest(text: str) -> Iterator[Mention]:
    """The literal names of `include` lines, but those that a later line excludes."""
    wanted: dict[str, int] = {}
    for number, command, words in _commands(text):
        if command == "include":
            wanted |= {word: number for word in words if not _PATTERN.search(word)}
        else:
            for path in [path for path in wanted if _takes_back(command, words, path)]:
                del wanted[path]
    for path, line in wanted.items():
        yield Mention(name=path, line=line, mode=Mode.FILE, says=f"names it (include {path})")


def _commands(text: str) -> Iterator[tuple[int, str, list[str]]]:
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        first, line = number + 1, lines[number].split("#")[0].rstrip()
        while line.endswith("\\") and number + 1 < len(lines):
            number += 1
            line = line[:-1] + " " + lines[number].split("#")[0].rstrip()
        number += 1
        command, *words = line.split() or [""]
        yield first, command, [word.strip("/") for word in words]


def _takes_back(command: str, words: list[str], path: str) -> bool:
    name = path.rpartition("/")[2]
    match command:
        case "exclude":
            return any(fnmatch.fnmatchcase(path, word) for word in words)
        case "global-exclude":
            return any(fnmatch.fnmatchcase(name, word) for word in words)
        case "prune":
            return any(fnmatch.fnmatchcase(path, f"{word}/*") for word in words)
        case "recursive-exclude":
            return any(fnmatch.fnmatchcase(path, f"{words[0]}/*") for _ in words[:1]) and any(
                fnmatch.fnmatchcase(name, word) for word in words[1:]
            )
    return False
