"""The transport of requests with what it lacks: strict heads, deadlines, connections along named routes."""

from __future__ import annotations

import http.client
import io
import ssl
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import certifi
import requests
import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from pressroom.world.head import Head, Pairs, read_head
from pressroom.world.lines import Budget, Line, SecureLine
from pressroom.world.unanswered import Reason, UnansweredError

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.world.dialler import Dialler

_PORTS = {"http": 80, "https": 443}


class Fields(urllib3.HTTPHeaderDict):
    """The headers of an answer as they came, for who asked, and the connection's budget: urllib3 needs neither."""

    def __init__(self, pairs: Pairs, budget: Budget) -> None:
        super().__init__()
        self.pairs = pairs
        self.budget = budget


class _Answer(http.client.HTTPResponse):
    """An answer whose head was read strictly; http.client reads the plain one that says the same."""

    head: Head

    def begin(self) -> None:
        stream = self.fp
        self.head = read_head(stream)
        self.fp = io.BufferedReader(io.BytesIO(self.head.plain))
        super().begin()
        self.fp = stream


class _Asking(HTTPConnection):
    """What both kinds of connection do."""

    sock: Line | SecureLine | None
    room = 0

    def response_class(  # type: ignore[override]  # http.client calls it, whatever it is
        self,
        sock: Any,  # noqa: ANN401 - handed on
        **options: Any,  # noqa: ANN401 - handed on
    ) -> _Answer:
        """An answer that is kept at hand: urllib3 does not pass its fields on as they are."""
        self.answer = _Answer(sock, **options)
        return self.answer

    def getresponse(self) -> urllib3.HTTPResponse:  # type: ignore[override]  # as urllib3 has it
        """The answer to what was sent. Raises UnansweredError."""
        assert self.sock is not None
        budget = self.sock.budget
        budget.arm(time.monotonic() + _seconds(self), self.room)
        try:
            response = super().getresponse()
        except UnansweredError as error:
            if error.reason is Reason.CLOSED and budget.answers and not budget.received:
                raise UnansweredError(Reason.STALE) from error
            raise
        budget.answers += 1
        response.headers = Fields(self.answer.head.pairs, budget)
        return response


def _seconds(connection: HTTPConnection) -> float:
    assert isinstance(connection.timeout, int | float)
    return float(connection.timeout)


class Transport(requests.adapters.HTTPAdapter):
    """The transport: connections from the dialler, and what TLS has to verify made once."""

    def __init__(self, dialler: Dialler, ca: Path | None, connections: int, *, room: int) -> None:
        self._contexts = {True: _verifying(ca), False: _accepting()}
        super().__init__(pool_connections=4 * connections, pool_maxsize=connections, max_retries=0)
        self.poolmanager.pool_classes_by_scheme = _pools(dialler, room)

    def build_connection_pool_key_attributes(  # type: ignore[override]  # private types there
        self,
        request: requests.PreparedRequest,
        verify: Any,  # noqa: ANN401 - as requests has it
        _cert: Any = None,  # noqa: ANN401 - likewise
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Which connections fit."""
        parts = urlsplit(request.url or "")
        place = {
            "scheme": parts.scheme,
            "host": parts.hostname,
            "port": parts.port or _PORTS[parts.scheme],
        }
        secure = parts.scheme == "https"
        return place, {"ssl_context": self._contexts[bool(verify)]} if secure else {}

    def cert_verify(self, *_: Any) -> None:  # noqa: ANN401 - not looked at
        """Nothing: requests would read the file of authorities again for every connection."""

    def build_response(
        self, _: requests.PreparedRequest, resp: urllib3.BaseHTTPResponse
    ) -> requests.Response:
        """The answer as urllib3 has it, alone: requests would parse its cookies."""
        response = requests.Response()
        response.status_code = resp.status
        response.raw = resp
        return response


def _pools(dialler: Dialler, most: int) -> dict[str, type[HTTPConnectionPool]]:
    """The pools of urllib3 by scheme, whose connections the dialler opens."""

    class Plain(_Asking):
        room = most

        def connect(self) -> None:
            self.sock = dialler.plain(self.host, self.port, until=time.monotonic() + _seconds(self))

    class Secure(_Asking, HTTPSConnection):
        room = most

        def connect(self) -> None:
            assert self.ssl_context is not None
            until = time.monotonic() + _seconds(self)
            self.sock = dialler.secure(self.host, self.port, self.ssl_context, until=until)
            # Or urllib3 warns; whether anything is verified is the asker's decision.
            self.is_verified = True

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _verifying(ca: Path | None) -> ssl.SSLContext:
    context = _context()
    context.load_verify_locations(certifi.where())
    if ca is not None:
        context.load_verify_locations(ca)
    return context


def _accepting() -> ssl.SSLContext:
    context = _context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = SecureLine
    return context
