"""Whether a value that nginx takes from a map is sent only where it may be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.traps.nginx_syntax import Directive

_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
# The beginning of a key of "$status:…" that holds for files alone.
_FILES = re.compile(
    r"~\*?(?:\(\?\w+\))?\^(?:2\d\d|304|\((?:\?:)?(?:2\d\d|304)(?:\|(?:2\d\d|304))*\)):"
)
_FILE_STATUS = re.compile(r"2\d\d|304")
# Maps may take values from one another, in a circle too.
_DEEPEST = 8


def bound_to_files(http: Directive, value: str, *, depth: int = 0) -> bool:
    """Whether `immutable` in this value comes from maps that give it to answers with a file alone."""
    if "immutable" in value.lower() or depth > _DEEPEST:
        return False
    for one in _maps(http, value):
        for entry in one.children:
            result = "".join(entry.args)
            if "immutable" in result.lower():
                if not _holds_for_files(http, one, entry.name, depth):
                    return False
            elif not bound_to_files(http, result, depth=depth + 1):
                return False
    return True


def bound_to_tls(http: Directive, value: str) -> bool:
    """Whether this value is a map's that is empty unless the connection is secure."""
    maps = list(_maps(http, value))
    secure = {"$scheme": "https", "$https": "on"}
    return bool(maps) and all(
        entry.args == ("",) or entry.name == secure.get(one.args[0])
        for one in maps
        for entry in one.children
    )


def _holds_for_files(http: Directive, one: Directive, key: str, depth: int) -> bool:
    """Whether a key of a map is never that of an error, nor of a redirect."""
    source = one.args[0]
    if depth > _DEEPEST:
        return False
    if source == "$status":
        return bool(_FILE_STATUS.fullmatch(key))
    if source.startswith("$status:"):
        return bool(_FILES.match(key))
    givers = [
        (inner, entry.name)
        for inner in _maps(http, source)
        for entry in inner.children
        if entry.args == (key,)
    ]
    return bool(givers) and all(
        _holds_for_files(http, inner, name, depth + 1) for inner, name in givers
    )


def _maps(http: Directive, value: str) -> Iterator[Directive]:
    """The maps that make the value, if it is one variable; without a broken one."""
    variable = _VARIABLE.fullmatch(value)
    return (
        one
        for one in http.named("map")
        if variable and len(one.args) == 2 and one.args[1] == f"${variable[1]}"
    )
