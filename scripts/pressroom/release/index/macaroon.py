"""What a PyPI token is good for, read from the token itself without asking anybody."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_EOS, _IDENTIFIER, _SIGNATURE = 0, 2, 6


def is_account_wide(token: str) -> bool:
    """Whether a token uploads to every project of its account; False when it cannot be read.

    It is a macaroon (libmacaroons, doc/format.txt, version 2) whose caveats are JSON: [1, names] and
    [2, ids] bind it to projects, [3, user] alone does not; older ones say {"permissions": "user"}.
    """
    try:
        packet = base64.urlsafe_b64decode(token.removeprefix("pypi-").rstrip("=") + "==")
        caveats = [json.loads(text) for text in list(_identifiers(packet))[1:]]
    except (binascii.Error, ValueError, IndexError, RecursionError):
        return False
    bound = any(caveat[:1] in ([1], [2]) for caveat in caveats if isinstance(caveat, list))
    users = any(caveat[:1] == [3] for caveat in caveats if isinstance(caveat, list))
    legacy = [caveat.get("permissions") for caveat in caveats if isinstance(caveat, dict)]
    bound = bound or any(isinstance(permissions, dict) for permissions in legacy)
    return not bound and (users or "user" in legacy)


def _identifiers(packet: bytes) -> Iterator[bytes]:
    """The identifier of the macaroon, then of each caveat."""
    if packet[0] != 2:
        raise ValueError("no macaroon of version 2")
    place = 1
    while packet[place] != _SIGNATURE:
        kind = packet[place]
        place += 1
        if kind == _EOS:
            continue
        size = shift = 0
        while True:
            part = packet[place]
            place += 1
            size |= (part & 0x7F) << shift
            shift += 7
            if part < 0x80:
                break
        if kind == _IDENTIFIER:
            yield packet[place : place + size]
        place += size
