"""One connection, byte for byte: what was sent, what came back, and how it ended. No HTTP library in between."""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import select
import socket
import ssl
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 16_384


class End(enum.StrEnum):
    """How a connection ended, in words."""

    CLOSED = "closed"
    RESET = "reset"
    DEADLINE = "no end in time"
    LIMIT = "too long"
    REFUSED = "TLS handshake refused"
    UNREACHABLE = "no connection"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """TLS to a server: the name asked for, and the authority (PEM) that must have signed its certificate."""

    server_name: str
    authority: Path
    # Whether the certificate must be for `server_name`: not when that is one that nobody can have.
    check_name: bool = True


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What went over one connection. `detail` is the system's or TLS's word for an end that is no close."""

    sent: bytes
    received: bytes
    end: End
    detail: str = ""


def exchange(  # noqa: PLR0913 - what a connection has
    address: str, port: int, payload: bytes, *, tls: Tls | None, deadline: float, limit: int
) -> Wire:
    """Send `payload` and take what comes until the server closes, for `deadline` seconds and `limit` bytes.

    A server that answers before it has heard all, and then closes or resets, has answered: its bytes are
    kept. Nothing that the other side does raises.
    """
    until = time.monotonic() + deadline
    try:
        connection = socket.create_connection((address, port), deadline)
    except OSError as error:
        return Wire(sent=b"", received=b"", end=End.UNREACHABLE, detail=_words(error))
    if tls is not None:
        try:
            connection = _handshake(connection, tls, until)
        except OSError as error:
            connection.close()
            return Wire(sent=b"", received=b"", end=End.REFUSED, detail=_words(error))
    with connection:
        connection.setblocking(False)  # noqa: FBT003 - its only parameter
        return _Transfer(connection, payload, limit).run(until)


def _handshake(connection: socket.socket, tls: Tls, until: float) -> ssl.SSLSocket:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(tls.authority)
    context.check_hostname = tls.check_name
    connection.settimeout(max(until - time.monotonic(), 0.001))
    return context.wrap_socket(connection, server_hostname=tls.server_name)


def _words(error: OSError) -> str:
    """`tlsv1 unrecognized name`, `connection refused`."""
    words = getattr(error, "verify_message", None) or getattr(error, "reason", None)
    return str(words or error.strerror or error).replace("_", " ").lower()


class _Transfer:
    """Both directions at once: a server may answer, and close, in the middle of a long request."""

    def __init__(self, connection: socket.socket, payload: bytes, limit: int) -> None:
        self.connection = connection
        self.payload = payload
        self.limit = limit
        self.sent = 0
        self.deaf = False  # it takes no more of the payload
        self.received = bytearray()

    def run(self, until: float) -> Wire:
        poll = select.poll()
        end, detail = None, ""
        while end is None:
            left = until - time.monotonic()
            if left <= 0:
                end = End.DEADLINE
                break
            sending = self.sent < len(self.payload) and not self.deaf
            poll.register(self.connection, select.POLLIN | (select.POLLOUT if sending else 0))
            poll.poll(left * 1000)
            if sending:
                self._send()
            try:
                end = self._receive()
            except OSError as error:
                end, detail = End.RESET, _words(error)
        sent, received = self.payload[: self.sent], bytes(self.received[: self.limit])
        return Wire(sent=sent, received=received, end=end, detail=detail)

    def _send(self) -> None:
        block = self.payload[self.sent : self.sent + _BLOCK]
        try:
            self.sent += self.connection.send(block)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass
        except OSError:
            self.deaf = True  # what it said before is still to be read

    def _receive(self) -> End | None:
        """Take what has come; how the connection ended, if it has."""
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            # Until it would block: TLS may hold bytes that no poll tells of.
            while len(self.received) <= self.limit:
                block = self.connection.recv(_BLOCK)
                if not block:
                    return End.CLOSED
                self.received += block
            return End.LIMIT
        return None
