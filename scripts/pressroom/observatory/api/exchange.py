"""One question to Mozilla's service, asked again where that can help; anything but an answer is an error."""

from __future__ import annotations

import functools
import logging
from typing import TYPE_CHECKING

import stamina

from pressroom.observatory.api.answers import parse_failure
from pressroom.observatory.api.model import ASK_LATER, ServiceError
from pressroom.world.reply import Outage
from pressroom.world.session import send_with

if TYPE_CHECKING:
    from pressroom.observatory.api.model import Service
    from pressroom.world.reply import Reply
    from pressroom.world.session import Response, Session

# Bytes of an answer; the table has 60 kB.
_LIMIT = 4 * 1024 * 1024
# The longest Retry-After that is waited for, in seconds.
_LONGEST = 60.0
_RETRYING = stamina.RetryingCaller(
    attempts=4, timeout=180.0, wait_initial=1.0, wait_max=16.0, wait_jitter=2.0
)
_FAILED = "scan-failed"
_HINTS = {
    "invalid-site": "name the host alone, with a dot and without a scheme: www.example.org",
    "invalid-hostname-ip": "Mozilla's service looks at names only; have the address judged on this machine",
    "invalid-hostname": "its last part is no public top-level domain: have a private name judged on this machine",
    "invalid-hostname-lookup": "check its spelling; the service can see public DNS only",
    _FAILED: "check that the site answers 2xx, 3xx, 401 or 403 from other networks, then scan again",
    "error-unknown": ASK_LATER,
}
# stamina says each retry in a log; where nobody set one up, Python would print it.
logging.getLogger("stamina").addHandler(logging.NullHandler())


class _BusyError(ServiceError):
    """The same question may be answered later; `wait` is the seconds that it asks to stay away."""

    def __init__(self, message: str, *, where: str, hint: str, wait: float | None) -> None:
        super().__init__(message, where=where, hint=hint)
        self.wait = wait


def ask(service: Service, method: str, path: str, site: str | None = None) -> bytes:
    """The body of an answer with status 200; ServiceError for anything else.

    Asked up to four times, with pauses that grow and differ, where the service is busy (5xx, 429) or cannot be
    reached; a Retry-After is heeded up to a minute.
    """
    return _RETRYING(_is_worth_another, functools.partial(_ask_once, service, method, path, site))


def _is_worth_another(error: Exception) -> bool | float:
    """Whether to ask once more, or after how many seconds: what stamina wants to know."""
    if not isinstance(error, _BusyError):
        return False
    if error.wait is None:
        return True
    return error.wait <= _LONGEST and max(1.0, error.wait)


def _ask_once(service: Service, method: str, path: str, site: str | None) -> bytes:
    url = f"{service.base}{path}"

    def send(session: Session) -> Response:
        # No body and no Content-Type: JSON with nothing in it is refused with 400.
        return session.request(method, url, params=None if site is None else {"host": site})

    where = service.where(site)
    reply = send_with(send, url=url, seconds=service.seconds, limit=_LIMIT, read=service.seconds)
    if isinstance(reply, Outage):
        if reply.is_final:
            raise ServiceError(reply.message, where=where, hint=reply.hint)
        raise _BusyError(reply.message, where=where, hint=ASK_LATER, wait=reply.wait)
    if reply.status != 200:
        raise _refusal(reply, where)
    return reply.body


def _refusal(reply: Reply, where: str) -> ServiceError:
    failure = parse_failure(reply.body)
    error = "" if failure is None else failure.error
    message = f"no result: {reply.words if failure is None else failure.words}"
    hint = _HINTS.get(error, ASK_LATER)
    # A scan that failed is an answer: it would fail again.
    if not reply.is_busy or error == _FAILED:
        return ServiceError(message, where=where, hint=hint)
    if reply.wait is not None and reply.wait > _LONGEST:
        hint = f"it asks to be left alone for {reply.wait:.0f} s: ask again after that"
    return _BusyError(message, where=where, hint=hint, wait=reply.wait)
