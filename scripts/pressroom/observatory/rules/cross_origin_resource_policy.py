"""The test of Cross-Origin-Resource-Policy."""

from __future__ import annotations

from pressroom.observatory.fields import trim

_SEEN = 256
_VALUES = frozenset({"same-origin", "same-site", "cross-origin"})


def judge(value: str | None) -> str:
    """The token for the field's value."""
    if not value:
        return "corp-not-implemented"
    policy = trim(value[:_SEEN]).lower()
    return f"corp-implemented-with-{policy}" if policy in _VALUES else "corp-header-invalid"
