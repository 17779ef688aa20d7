"""The text of a file with its own line ends and byte order mark, and what is put into it."""

from __future__ import annotations

import re

_BOM = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    """The lines with their ends, whatever these are, without the byte order mark."""
    return _LINE.findall(text.removeprefix(_BOM))


def put_above(text: str, section: str, *, line: int) -> str:
    """The text with the section in front of a line."""
    mark = len(text) - len(text.removeprefix(_BOM))
    at = mark + sum(map(len, split_lines(text)[: line - 1]))
    return text[:at] + section.replace("\n", _end(text)) + text[at:]


def put_below(text: str, section: str) -> str:
    """The text with the section behind it, one blank line between them and none at the end."""
    end = _end(text)
    lines = split_lines(text)
    if lines and not lines[-1].endswith(("\r", "\n")):
        text += end
    gap = end if lines and lines[-1].strip() else ""
    return text + gap + section.rstrip("\n").replace("\n", end) + end


def _end(text: str) -> str:
    """The line end that most lines have."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
