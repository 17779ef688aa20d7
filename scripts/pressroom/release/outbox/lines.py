"""Plain text in lines that a mail can carry: 78 characters where words allow it."""

from __future__ import annotations

import re
import textwrap

WIDTH = 78
# What stands in a line of its own shape: code, a table, a quotation.
_SHAPED = re.compile(r"\s{4,}(?![-*.] )|[|>]|\s*(?:```|~~~)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_BULLET = re.compile(r"(?P<indent>\s*)(?P<mark>[-*.]\s+)?")


def fold(text: str) -> list[str]:
    """The lines of a text, long ones wrapped below their own beginning; code stays as it is."""
    folded: list[str] = []
    in_fence = False
    for line in re.split(r"\r\n|\r|\n", text):
        is_fence = _FENCE.match(line) is not None
        if len(line) <= WIDTH or in_fence or is_fence or _SHAPED.match(line):
            folded.append(line.rstrip())
        else:
            folded += _wrapped(line)
        in_fence ^= is_fence
    return folded


def _wrapped(line: str) -> list[str]:
    match = _BULLET.match(line)
    assert match is not None
    indent, mark = match["indent"], match["mark"] or ""
    return textwrap.wrap(
        line[match.end() :],
        WIDTH,
        initial_indent=indent + mark,
        subsequent_indent=indent + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def spaced(lines: list[str]) -> str:
    """The text of lines: no two blank ones together, none at either end, a line end at the last."""
    text = "\n".join(lines).strip("\n")
    return re.sub(r"\n{3,}", "\n\n", text) + "\n"
