"""What of a configuration holds for a visitor that nobody knows, and what holds around a block."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.traps.lighttpd_syntax import Block, Setting

HOST, SCHEME, SOCKET = '$HTTP["host"]', '$HTTP["scheme"]', '$SERVER["socket"]'
_ENDS = ("$", r"\z", r"\Z")
# In a pattern of hosts: what matches a character that nobody has written.
_WILD = re.compile(r"(?<!\\)\.|\\[SwWDX]|\[\^")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A block, and the scope around it."""

    block: Block
    outer: Scope | None = None
    # Whether only TLS comes here, and only hosts that the file names.
    secure: bool = False
    known: bool = False

    def holds(self, key: str) -> Setting | None:
        """The setting of that key in the block or the nearest one around it."""
        own = self.block.last(key)
        return own if own or self.outer is None else self.outer.holds(key)


def scopes(root: Block) -> Iterator[Scope]:
    """All blocks of a file with what is around them, in its order; the first is the file itself."""
    yield from _within(Scope(block=root))


def _within(scope: Scope) -> Iterator[Scope]:
    yield scope
    plain: set[int] = set()
    for block in scope.block.blocks:
        yield from _within(
            Scope(
                block=block,
                outer=scope,
                secure=scope.secure or block.chain in plain or _is_secure(block),
                known=scope.known or _names_hosts(block),
            )
        )
        if (block.field, block.operator, block.text) == (SCHEME, "==", "http"):
            plain.add(block.chain)


def _is_secure(block: Block) -> bool:
    if block.field == SOCKET:
        engine = block.last("ssl.engine")
        return engine is not None and engine.text == "enable"
    return (block.field, block.operator, block.text) == (SCHEME, "==", "https")


def _names_hosts(block: Block) -> bool:
    """Whether nobody comes here but with a host that is written out."""
    if block.field != HOST:
        return False
    if block.operator == "==":
        return True
    text = block.text
    whole = text.startswith("^") and text.endswith(_ENDS) and "|" not in _outside_groups(text)
    return block.operator == "=~" and whole and not _WILD.search(text)


def _outside_groups(pattern: str) -> str:
    shorter = re.sub(r"\\.", "", pattern)
    while (once := re.sub(r"\([^()]*\)", "", shorter)) != shorter:
        shorter = once
    return shorter


def stranger(root: Block, *, secure: bool) -> dict[str, Setting]:
    """The settings for GET / of a host that nobody knows, by key."""
    found: dict[str, Setting] = {}
    _collect(root, secure=secure, found=found)
    return found


def _collect(block: Block, *, secure: bool, found: dict[str, Setting]) -> None:
    found |= {setting.key: setting for setting in block.settings}
    taken: set[int] = set()
    for inner in block.blocks:
        if inner.chain not in taken and _matches(inner, secure=secure):
            taken.add(inner.chain)
            _collect(inner, secure=secure, found=found)


def _matches(block: Block, *, secure: bool) -> bool:
    """Whether the stranger comes into a block, if into none of its chain before."""
    if not block.field:
        return True
    if block.field == SOCKET:
        return _is_secure(block) == secure
    asked = {
        HOST: "stranger.invalid",
        SCHEME: "https" if secure else "http",
        '$HTTP["url"]': "/",
        '$HTTP["request-method"]': "GET",
    }.get(block.field, "")
    if block.operator in {"==", "!="}:
        same = asked == block.text
    else:
        try:
            same = re.search(block.text, asked) is not None
        except re.error:  # PCRE knows more than Python: then nobody comes here
            return False
    return same == (block.operator in {"==", "=~"})
