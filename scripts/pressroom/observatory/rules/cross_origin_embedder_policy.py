"""Cross-Origin-Embedder-Policy: what a page may embed without its consent."""

from __future__ import annotations

from pressroom.observatory.structured import token_of

_KNOWN = ("require-corp", "credentialless", "unsafe-none")


def judge(value: str | None) -> str:
    """The result for a header's value; None and an empty one mean that there is none."""
    if not value:
        return "coep-not-implemented"
    policy = token_of(value)
    return f"coep-implemented-with-{policy}" if policy in _KNOWN else "coep-header-invalid"
