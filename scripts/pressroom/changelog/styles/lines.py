"""The text of a file with its own line ends and byte order mark, and what is put into it."""

from __future__ import annotations

import collections
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    """The lines with their ends, whatever these are, without the byte order mark."""
    return _LINE.findall(text.removeprefix(BOM))


def bare_lines(text: str) -> list[str]:
    """The lines without their ends and without the byte order mark."""
    return [line.rstrip("\r\n") for line in split_lines(text)]


def line_end(text: str) -> str:
    """The line end that most lines have."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def last_full(lines: Sequence[str], last: int, *, first: int = 0) -> int:
    """The number of the last line that is not blank, from `first` to `last`; `first` if all are."""
    while last > first and not lines[last - 1].strip():
        last -= 1
    return last


def usual_gap(lines: Sequence[str], starts: Iterable[int]) -> int:
    """How many blank lines mostly stand above the sections of a file but the first: one, or more.

    `starts` are the numbers of their first lines, counted from 1 and in order. Of two numbers that are as
    usual the smaller one counts.
    """
    gaps = collections.Counter(
        start - 1 - last_full(lines, start - 1) for start in list(starts)[1:]
    )
    return max(1, max(gaps, key=lambda gap: (gaps[gap], -gap))) if gaps else 1


def put_above(text: str, section: str, *, line: int) -> str:
    """The text with the section in front of a line."""
    mark = len(text) - len(text.removeprefix(BOM))
    at = mark + sum(map(len, split_lines(text)[: line - 1]))
    return text[:at] + section.replace("\n", line_end(text)) + text[at:]


def put_below(text: str, section: str) -> str:
    """The text with the section behind it, one blank line between them and none at the end."""
    end = line_end(text)
    lines = split_lines(text)
    if lines and not lines[-1].endswith(("\r", "\n")):
        text += end
    gap = end if lines and lines[-1].strip() else ""
    return text + gap + section.rstrip("\n").replace("\n", end) + end
