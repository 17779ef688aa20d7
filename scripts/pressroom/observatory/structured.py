"""Structured fields: the token that a header's value is (RFC 9651)."""

from __future__ import annotations

import functools

import http_sf

from pressroom.observatory.fields import trim

# Of a longer value only the beginning is read (measured: the first 1024 characters, then trimmed).
LONGEST = 1024


def token_of(value: str) -> str | None:
    """The token of an item with or without parameters, as it is written; None for anything else."""
    return _parse(trim(value[:LONGEST]))


@functools.lru_cache(maxsize=256)
def _parse(text: str) -> str | None:
    try:
        parsed = http_sf.parse(text.encode("ascii"), tltype="item")
    except ValueError:
        return None
    item = parsed[0] if isinstance(parsed, tuple) else None
    return str(item) if isinstance(item, http_sf.Token) else None
