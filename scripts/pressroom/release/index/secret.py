"""A value that is sent to a server and shown to nobody."""

from __future__ import annotations

import base64
from typing import NoReturn
from urllib.parse import quote

from pressroom.release.index.listing import is_loopback

# The name that goes with a token of PyPI.
USERNAME = "__token__"
# Those have some 200 characters.
LIMIT = 8_192


class Secret:
    """A value that is sent and never shown: no text, no format, no copy, no pickle of it holds it.

    Python keeps copies that nobody can wipe (`reveal` makes one); the one in here is wiped at the end.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = bytearray(value)

    def reveal(self) -> str:
        """The value itself; do not keep it."""
        return self._value.decode("latin-1")

    def basic(self) -> str:
        """What a header of Basic authentication says of it (RFC 7617)."""
        return base64.b64encode(f"{USERNAME}:{self.reveal()}".encode("latin-1")).decode()

    def hide(self, text: str) -> str:
        """A text of the server, which knows the value, without it in any form in which it was sent."""
        value, basic = self.reveal(), self.basic()
        for form in (value, quote(value, safe=""), basic, quote(basic, safe=""), basic.rstrip("=")):
            text = text.replace(form, "…") if value else text
        return text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __str__(self) -> str:
        return "…"

    def __format__(self, _: str) -> str:
        return "…"

    def __reduce_ex__(self, _: object) -> NoReturn:
        raise TypeError("a secret is neither copied nor pickled")

    def __del__(self) -> None:
        self._value[:] = bytes(len(self._value))


def problem_of(secret: Secret, upload_url: str) -> str | None:
    """What is wrong with a value, without a word of it."""
    value = secret.reveal()
    if not value:
        return "nothing is there"
    if len(value) > LIMIT:
        return "this is too long for a token"
    if not (value.isascii() and value.isprintable() and " " not in value):
        return "this is not a token alone on one line"
    if not value.startswith("pypi-") and not is_loopback(upload_url):
        return "this is no token of an index: those start with `pypi-`"
    return None
