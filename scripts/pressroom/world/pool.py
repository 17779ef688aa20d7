"""Questions over HTTP to many hosts, through requests: bounded in time and bytes, on connections that are kept.

Only the transport of requests is used. A session of it would add cookies, passwords and proxies of its own, and
write URLs anew; redirects are the asker's business.
"""

from __future__ import annotations

import dataclasses
import http.client
import time
from typing import TYPE_CHECKING

import requests
import urllib3
import urllib3.exceptions

from pressroom.world.head import HEAD_LIMIT, Pairs
from pressroom.world.transport import Fields, Transport
from pressroom.world.unanswered import Reason, UnansweredError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pressroom.world.dialler import Dialler

_BLOCK = 65_536
# The body that nobody wants is read up to here, to keep the connection.
_DRAINED = 65_536
# A kept connection can have ended in the meantime; another may have, too.
_TRIES = 3
# What the libraries raise about what came; our own UnansweredError flies through them.
_OUTSIDE = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An answer: its body as it was sent, empty where nobody wanted it."""

    status: int
    pairs: Pairs
    body: bytes = b""


class Pool:
    """Connections to all hosts, for several threads. `body_limit` is in bytes, of the body as it is sent."""

    def __init__(
        self, dialler: Dialler, *, ca: Path | None, connections: int, body_limit: int
    ) -> None:
        self._transport = Transport(dialler, ca, connections, room=HEAD_LIMIT + 2 * body_limit)
        self._limit = body_limit

    def ask(  # noqa: PLR0913 - what a question has
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        *,
        until: float,
        verify: bool,
        unwanted: frozenset[int] = frozenset(),
    ) -> Heard:
        """What comes back before `until` (monotonic), whatever its status.

        The body of an answer whose status is in `unwanted` is left out. Raises UnansweredError.
        """
        request = requests.PreparedRequest()
        request.method, request.url = method, url
        request.headers = requests.structures.CaseInsensitiveDict(headers)
        for left in reversed(range(_TRIES)):
            try:
                return self._ask(request, until, unwanted, verify=verify)
            except UnansweredError as error:
                if error.reason is not Reason.STALE or not left:
                    raise
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        """Close what is kept."""
        self._transport.close()

    def _ask(
        self,
        request: requests.PreparedRequest,
        until: float,
        unwanted: frozenset[int],
        *,
        verify: bool,
    ) -> Heard:
        seconds = until - time.monotonic()
        if seconds <= 0:
            raise UnansweredError(Reason.LATE)
        try:
            response = self._transport.send(
                request,
                stream=True,
                timeout=urllib3.Timeout(total=seconds),  # type: ignore[arg-type]  # requests takes it
                verify=verify,
            ).raw
        except _OUTSIDE as error:
            raise UnansweredError(Reason.BROKEN, type(error).__name__) from error
        try:
            return self._read(response, unwanted)
        finally:
            response.close()

    def _read(self, response: urllib3.BaseHTTPResponse, unwanted: frozenset[int]) -> Heard:
        fields = response.headers
        assert isinstance(fields, Fields)
        is_wanted = response.status not in unwanted
        body = bytearray()
        try:
            for block in response.stream(_BLOCK, decode_content=False):
                body += block
                if len(body) > (self._limit if is_wanted else _DRAINED):
                    break
        except _OUTSIDE as error:
            if fields.budget.is_over:
                raise UnansweredError(Reason.CLOSED, "within its body") from error
            raise UnansweredError(Reason.BROKEN, "its chunks are broken") from error
        if is_wanted and len(body) > self._limit:
            raise UnansweredError(Reason.TOO_LONG, f"its body is longer than {self._limit} bytes")
        return Heard(
            status=response.status, pairs=fields.pairs, body=bytes(body) if is_wanted else b""
        )
