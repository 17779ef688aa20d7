"""referrer-policy: what other sites learn of where a visitor comes from."""

from __future__ import annotations

from pressroom.observatory.fields import trim

_PRIVATE = "referrer-policy-private"
_UNSAFE = "referrer-policy-unsafe"
_TOKENS = {
    "no-referrer": _PRIVATE,
    "same-origin": _PRIVATE,
    "strict-origin": _PRIVATE,
    "strict-origin-when-cross-origin": _PRIVATE,
    "origin": _UNSAFE,
    "origin-when-cross-origin": _UNSAFE,
    "unsafe-url": _UNSAFE,
    "no-referrer-when-downgrade": _UNSAFE,
}


def judge(header: str | None, meta: str | None) -> str:
    """The token of the last value that is known, the meta tag's behind the header's."""
    present = [value for value in (header, meta) if value is not None]
    if not present:
        return "referrer-policy-not-implemented"
    for value in reversed(",".join(present).split(",")):
        token = _TOKENS.get(trim(value).lower())
        if token is not None:
            return token
    return "referrer-policy-header-invalid"
