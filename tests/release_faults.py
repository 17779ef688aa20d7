"""A lying world: a proxy in front of an index that loses, breaks, delays and forges answers by a script.

    with faulty(index.url) as proxy:
        proxy.script(LoseReply(), method="POST", path="/legacy/")
        proxy.script(Answer(status=503, retry_after="2"), path="/simple/.*", times=3)
        release(upload=proxy.through(index.upload_url))
        assert [("POST", "/legacy/", "LoseReply")] == proxy.faults

Each rule is used up by the requests that it fits; what fits no rule goes through unharmed. Files that the
index offers lead through the proxy too, since it gives addresses by the Host header.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from release_fault_kinds import (
    Answer,
    Asked,
    Fault,
    LoseReply,
    OtherBytes,
    Redirect,
    ResetReply,
    ResetRequest,
    Rule,
    Stale,
    Trickle,
    forged,
    header,
    read_body,
    read_head,
    reset,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Answer",
    "LoseReply",
    "OtherBytes",
    "Proxy",
    "Redirect",
    "ResetReply",
    "ResetRequest",
    "Stale",
    "Trickle",
    "faulty",
]

_PIECE = 1 << 16


class Proxy:
    """A running proxy."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        assert parts.hostname is not None
        assert parts.port is not None
        self._upstream = (parts.hostname, parts.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._first: dict[tuple[str, str], bytes] = {}
        # Method, target and the name of the fault ("" for none) of all requests, in order.
        self.seen: list[tuple[str, str, str]] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def faults(self) -> list[tuple[str, str, str]]:
        """The requests that something was done to."""
        return [asked for asked in self.seen if asked[2]]

    def script(
        self,
        fault: Fault,
        *,
        method: str | None = None,
        path: str = ".*",
        times: int | None = 1,
        skip: int = 0,
    ) -> None:
        """One more rule; earlier rules go first. `path` is a regular expression for all of it."""
        with self._lock:
            self._rules.append(
                Rule(fault=fault, method=method, path=re.compile(path), times=times, skip=skip)
            )

    def calm(self) -> None:
        """From now on nothing goes wrong."""
        with self._lock:
            self._rules.clear()

    def through(self, url: str) -> str:
        """The same address, by way of the proxy."""
        parts = urlsplit(url)
        return self.url + parts.path

    def start(self) -> None:
        """Listen; a thread a connection."""
        self._spawn(self._listen)

    def stop(self) -> None:
        """Hang up everywhere, and wait until all threads have ended."""
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(5)
        self._listener.close()

    def _spawn(self, target: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _listen(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._spawn(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        with self._kept(connection), contextlib.suppress(OSError, EOFError):
            connection.settimeout(60)
            asked, rest = read_head(connection)
            if header(asked.head, "expect"):
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            with self._lock:
                fault = next((rule.fault for rule in self._rules if rule.takes(asked)), None)
                self.seen.append(
                    (asked.method, asked.target, type(fault).__name__ if fault else "")
                )
            self._act(connection, asked, rest, fault)

    @contextlib.contextmanager
    def _kept(self, connection: socket.socket) -> Iterator[None]:
        with self._lock:
            self._open.add(connection)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def _act(
        self, connection: socket.socket, asked: Asked, rest: bytes, fault: Fault | None
    ) -> None:
        if isinstance(fault, ResetRequest):
            read_body(connection, rest, min(fault.after, asked.length))
            reset(connection)
            return
        body = read_body(connection, rest, asked.length)
        key = asked.target, asked.accept
        match fault:
            case Answer() | Redirect():
                connection.sendall(forged(fault))
            case Stale() if asked.method == "GET" and key in self._first:
                connection.sendall(self._first[key])
            case _:
                reply = self._forward(asked, body)
                if asked.method == "GET":
                    self._first.setdefault(key, reply)
                self._reply(connection, reply, fault)

    def _reply(self, connection: socket.socket, reply: bytes, fault: Fault | None) -> None:
        match fault:
            case LoseReply():
                pass
            case ResetReply():
                connection.sendall(reply[: fault.after])
                reset(connection)
            case Trickle():
                for at in range(len(reply)):
                    connection.sendall(reply[at : at + 1])
                    if self._stopped.wait(fault.pause):
                        return
            case OtherBytes():
                head, _, body = reply.partition(b"\r\n\r\n")
                changed = fault.change(body)
                head = re.sub(rb"(?i)(content-length: )\d+", rb"\g<1>%d" % len(changed), head)
                connection.sendall(head + b"\r\n\r\n" + changed)
            case _:
                connection.sendall(reply)

    def _forward(self, asked: Asked, body: bytes) -> bytes:
        """What the index answers: all of it, since it is told to hang up after it."""
        head = re.sub(rb"(?im)^(connection|expect):.*\r\n", b"", asked.head)
        head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        reply = bytearray()
        with socket.create_connection(self._upstream, timeout=60) as upstream:
            upstream.sendall(head + body)
            while piece := upstream.recv(_PIECE):
                reply += piece
        return bytes(reply)


@contextlib.contextmanager
def faulty(upstream: str) -> Iterator[Proxy]:
    """A proxy in front of the server at that address, on a port of its own."""
    proxy = Proxy(upstream)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
