"""Cross-Origin-Opener-Policy: which windows a page shares a browsing context with."""

from __future__ import annotations

from pressroom.observatory.structured import token_of

_KNOWN = ("same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none")


def judge(value: str | None) -> str:
    """The result for a header's value; None and an empty one mean that there is none."""
    if not value:
        return "coop-not-implemented"
    policy = token_of(value)
    return f"coop-implemented-with-{policy}" if policy in _KNOWN else "coop-header-invalid"
