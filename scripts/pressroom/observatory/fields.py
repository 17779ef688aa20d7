"""Header fields as the Observatory sees them: as Node.js merges and trims them, not as Python does."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.observatory.model import Pairs

# What ECMAScript's trim() and \s take for white space (ECMA-262, WhiteSpace and LineTerminator). Python's strip() also
# takes 0x1C to 0x1F and 0x85.
SPACE = "\t\n\v\f\r \xa0\ufeff\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
# Fields of which Node.js keeps the first line only (http.IncomingMessage, message.headers).
_FIRST_COUNTS = frozenset(
    {
        "age",
        "authorization",
        "content-length",
        "content-type",
        "etag",
        "expires",
        "from",
        "host",
        "if-modified-since",
        "if-unmodified-since",
        "last-modified",
        "location",
        "max-forwards",
        "proxy-authorization",
        "referer",
        "retry-after",
        "server",
        "user-agent",
    }
)
SET_COOKIE = "set-cookie"


@functools.lru_cache(maxsize=256)
def merge(pairs: Pairs) -> Mapping[str, str]:
    """Each field's one value by its name in lower case; without Set-Cookie, which is a list.

    Lines of one name are joined with `, `, but for those of which the first counts.
    """
    merged: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        if key == SET_COOKIE:
            continue
        trimmed = value.strip(" \t")
        if key not in merged:
            merged[key] = trimmed
        elif key not in _FIRST_COUNTS:
            merged[key] += f", {trimmed}"
    return merged


def set_cookie_lines(pairs: Pairs) -> tuple[str, ...]:
    """The lines of Set-Cookie, in order."""
    return tuple(value.strip(" \t") for name, value in pairs if name.lower() == SET_COOKIE)


def trim(text: str) -> str:
    """Text without white space of ECMAScript's around it."""
    return text.strip(SPACE)
