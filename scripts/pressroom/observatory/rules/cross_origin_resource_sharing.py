"""The test of cross-origin resource sharing, by the answer to OPTIONS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.observatory.fields import merge, trim

if TYPE_CHECKING:
    from pressroom.observatory.model import Answer

# The Origin that the scanner sends with its OPTIONS.
ORIGIN = "https://http-observatory.security.mozilla.org"
_SEEN = 256
_NAME = "cross-origin-resource-sharing"


def judge(answer: Answer | None, *, origin: str | None) -> str:
    """The token for the answer to OPTIONS; `origin` is the one sent, None where the judge may not know it.

    An answer that is no 2xx counts as none: whatever the page itself says with GET is not looked at.
    """
    if answer is None or not 200 <= answer.status < 300:
        return f"{_NAME}-not-implemented"
    headers = merge(answer.headers)
    value = headers.get("access-control-allow-origin")
    if not value:
        return f"{_NAME}-not-implemented"
    allowed = trim(value[:_SEEN])
    if allowed == "*":
        return f"{_NAME}-implemented-with-public-access"
    with_credentials = headers.get("access-control-allow-credentials") == "true"
    if with_credentials and allowed == origin:
        return f"{_NAME}-implemented-with-universal-access"
    return f"{_NAME}-implemented-with-restricted-access"
