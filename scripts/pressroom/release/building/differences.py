"""In what two archives of one name differ, member by member, for the person who has to find out why."""

from __future__ import annotations

import difflib
import hashlib
from typing import TYPE_CHECKING

from pressroom.release.building.compression import decompress
from pressroom.release.building.members import Member, read_tar, read_zip

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN_MEMBERS = 5
_SHOWN_LINES = 12
# A longer text is compared by its hash alone: difflib takes the square of its length.
_LONGEST_TEXT = 200_000
_WIDEST = 160


def describe_difference(name: str, first: bytes, second: bytes) -> str:
    """What is different between two builds of the file `name`, in a few lines."""
    if name.endswith(".whl"):
        one, other = read_zip(first, where=name), read_zip(second, where=name)
    else:
        one = read_tar(decompress(first, where=name), where=name)
        other = read_tar(decompress(second, where=name), where=name)
    lines = list(_differences(one, other))
    if not lines:
        return f"{name}: the members are equal, the archives around them are not"
    more = len(lines) - _SHOWN_MEMBERS
    shown = [*lines[:_SHOWN_MEMBERS], *([f"and {more} more"] if more > 0 else [])]
    return "\n".join([f"{name}:", *(f"  {line}" for line in shown)])


def _differences(first: tuple[Member, ...], second: tuple[Member, ...]) -> Iterator[str]:
    ones = {member.name: member for member in first}
    others = {member.name: member for member in second}
    # RECORD repeats what the others say, so it comes last.
    for name in sorted(
        ones.keys() | others.keys(), key=lambda name: (name.endswith("/RECORD"), name)
    ):
        one, other = ones.get(name), others.get(name)
        if one is None or other is None:
            yield f"{name} is in the {'second' if one is None else 'first'} build alone"
        elif one != other:
            yield f"{name} differs: {_how(one, other)}"


def _how(one: Member, other: Member) -> str:
    if one.data == other.data:
        return "the kind or the mode of the file"
    said = f"{_size(one)} and {_size(other)}"
    texts = [_text(member.data) for member in (one, other)]
    if texts[0] is None or texts[1] is None:
        at = next(
            (at for at, (a, b) in enumerate(zip(one.data, other.data, strict=False)) if a != b),
            min(len(one.data), len(other.data)),
        )
        return f"{said}, from byte {at}"
    changes = difflib.unified_diff(texts[0], texts[1], "first", "second", lineterm="", n=0)
    shown = [line[:_WIDEST] for line in changes][2 : 2 + _SHOWN_LINES]
    return "\n    ".join([said, *shown])


def _size(member: Member) -> str:
    return f"{len(member.data)} bytes {hashlib.sha256(member.data).hexdigest()[:12]}"


def _text(data: bytes) -> list[str] | None:
    """The lines of a text of printable characters that is short enough to compare."""
    if len(data) > _LONGEST_TEXT:
        return None
    try:
        lines = data.decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        return None
    return lines if all(line.replace("\t", " ").isprintable() for line in lines) else None
