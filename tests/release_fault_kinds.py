"""What a lying world does to requests and answers, and how that looks on the wire: see `release_faults`."""

from __future__ import annotations

import dataclasses
import re
import socket
import struct
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE = 1 << 16


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LoseReply:
    """The index does what it was asked to; the client sees the connection end without a byte."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ResetRequest:
    """The connection is reset after so many bytes of the body; the index hears nothing of it."""

    after: int = 100


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ResetReply:
    """The index does what it was asked to; the connection is reset after so many bytes of its answer."""

    after: int = 200


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trickle:
    """The answer of the index, byte by byte with a pause after each."""

    pause: float = 1.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer that is not the index's: 502, 503 and 429, or a 200 with a page of somebody else."""

    status: int = 503
    retry_after: str | None = None
    kind: str = "text/html"
    body: bytes = b"<!DOCTYPE html><title>Welcome to the hotel</title>"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """The client is sent elsewhere: to another host, from https to http, in a circle."""

    location: str
    status: int = 301


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """The first answer that the proxy ever saw to this very GET; without one, the index is asked."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OtherBytes:
    """The answer of the index with its body changed."""

    change: Callable[[bytes], bytes] = lambda body: body[:-1] + bytes([body[-1] ^ 1])


Fault: TypeAlias = (
    LoseReply | ResetRequest | ResetReply | Trickle | Answer | Redirect | Stale | OtherBytes
)


# on the wire


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came: its head, and how long its body is."""

    method: str
    target: str
    head: bytes
    length: int

    @property
    def accept(self) -> str:
        """Which types the client wants."""
        return header(self.head, "accept")


@dataclasses.dataclass(slots=True, kw_only=True)
class Rule:
    """A fault for `times` requests (None: for all) that fit, after `skip` that are left alone."""

    fault: Fault
    method: str | None
    path: re.Pattern[str]
    times: int | None
    skip: int

    def takes(self, asked: Asked) -> bool:
        """Whether this request gets the fault; it is used up by that."""
        if self.method not in {None, asked.method} or not self.path.fullmatch(asked.target):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0


def read_head(connection: socket.socket) -> tuple[Asked, bytes]:
    """The head of a request, and what came with it of the body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(_PIECE)
        if not piece:
            raise EOFError
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    head += b"\r\n\r\n"
    method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ", 2)
    length = int(header(head, "content-length") or 0)
    return Asked(method=method, target=target, head=head, length=length), rest


def read_body(connection: socket.socket, rest: bytes, length: int) -> bytes:
    """The body, or the beginning of it."""
    body = bytearray(rest)
    while len(body) < length:
        piece = connection.recv(_PIECE)
        if not piece:
            raise EOFError
        body += piece
    return bytes(body)


def header(head: bytes, name: str) -> str:
    """A header, or nothing."""
    found = re.search(rf"(?im)^{name}:[ \t]*(.*?)\r$", head.decode("latin-1"))
    return found[1] if found else ""


def forged(fault: Answer | Redirect) -> bytes:
    """An answer that the index never gave."""
    lines = [f"HTTP/1.1 {fault.status} Fault", "Connection: close"]
    body = b""
    if isinstance(fault, Redirect):
        lines.append(f"Location: {fault.location}")
    else:
        body = fault.body
        lines.append(f"Content-Type: {fault.kind}")
        if fault.retry_after is not None:
            lines.append(f"Retry-After: {fault.retry_after}")
    lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN: "connection reset by peer"."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
