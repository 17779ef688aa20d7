"""Why a question over HTTP has no answer, as a kind that can be told apart without reading words."""

from __future__ import annotations

import enum


class Reason(enum.StrEnum):
    """What came in between."""

    NAME = "the name cannot be resolved"
    REFUSED = "nobody listens at that port"
    UNREACHED = "no connection is accepted, nor refused"
    CERTIFICATE = "the certificate is refused"
    TLS = "no TLS connection"
    LATE = "no whole answer in time"
    CLOSED = "closed before the end"
    STALE = "a kept connection had ended"
    BROKEN = "not HTTP as it has to be"
    TOO_LONG = "longer than the limit"


class UnansweredError(Exception):
    """There is no answer; `detail` says more for a person. Neither OSError nor HTTPException: no library wraps it."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail
