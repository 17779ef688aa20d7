"""The test of X-Content-Type-Options."""

from __future__ import annotations

from pressroom.observatory.fields import trim

_SEEN = 256


def judge(value: str | None) -> str:
    """The token for the field's value; sent twice it reads `nosniff, nosniff`, which is invalid."""
    if not value:
        return "x-content-type-options-not-implemented"
    if trim(value[:_SEEN]).lower() == "nosniff":
        return "x-content-type-options-nosniff"
    return "x-content-type-options-header-invalid"
