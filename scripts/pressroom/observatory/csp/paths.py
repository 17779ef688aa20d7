"""Whether one source leads to another: paths compared part by part, with their escapes read (CSP Level 3, path-part match)."""

from __future__ import annotations

import re
from typing import TypeAlias

from pressroom.observatory.csp.policy import UnparsableError

# The parts between the slashes of a source, decoded; None for one that cannot be.
Parts: TypeAlias = tuple[str | None, ...]

_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def parts_of(source: str) -> Parts:
    """The parts of a source. The last is empty if it ends with a slash."""
    if "%" in source:
        return tuple([decode(part) for part in source.split("/")])
    return tuple(source.split("/"))


def decode(part: str) -> str | None:
    """Text with its percent-escapes read as UTF-8, as decodeURIComponent of ECMAScript does; None if it refuses."""
    if "%" in _ESCAPES.sub("", part):
        return None
    try:
        return _ESCAPES.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode(), part)
    except UnicodeDecodeError:
        return None


def matches(left: Parts, right: Parts) -> bool:
    """Whether the left one, or the folder that it is, holds the right one.

    UnparsableError if a part that is compared cannot be decoded; those behind the first difference are not.
    """
    if left[-1] == "":
        left = left[:-1]
        if len(left) > len(right):
            return False
    elif len(left) != len(right):
        return False
    for one, other in zip(left, right, strict=False):
        if one is None or other is None:
            raise UnparsableError
        if one != other:
            return False
    return True
