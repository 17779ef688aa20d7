"""x-frame-options: whether other sites may show the page in a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.observatory.csp.read import State
from pressroom.observatory.fields import trim

if TYPE_CHECKING:
    from pressroom.observatory.csp.read import Csp


def judge(value: str | None, csp: Csp) -> str:
    """The token; a policy with frame-ancestors, whatever it says and wherever it stands, beats the header."""
    if csp.state is State.PRESENT and "frame-ancestors" in csp.directives:
        return "x-frame-options-implemented-via-csp"
    if not value:
        return "x-frame-options-not-implemented"
    choice = trim(value).lower()
    if choice in {"deny", "sameorigin"}:
        return "x-frame-options-sameorigin-or-deny"
    if choice.startswith("allow-from"):
        return "x-frame-options-allow-from-origin"
    return "x-frame-options-header-invalid"
