"""A name in a source or a build file that may be that of another file."""

from __future__ import annotations

import dataclasses
import enum


class Mode(enum.Enum):
    """How a name is to be understood."""

    QUOTED = "include in quotes"  # beside the file, then where compilers look
    ANGLED = "include in angle brackets"
    FILE = "path"  # that very path, from the file's folder or from the root
    WORD = "word"  # may be a folder; no file is meant, or none can be told from it


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name, the line it is on, and the words for how it is mentioned there."""

    name: str
    line: int
    mode: Mode
    says: str


def named(name: str, line: int, *, bare: bool = False) -> Mention:
    """A name in quotes: a path when it looks like one, or (`bare`) where only files are named."""
    is_path = "\n" not in name and ("." in name or "/" in name or bare) and bool(name.strip("./"))
    return Mention(
        name=name,
        line=line,
        mode=Mode.FILE if is_path else Mode.WORD,
        says=f'names it in quotes ("{name}")',
    )
