"""One exchange over HTTP that ends in time, follows nothing, and leaves no header in a traceback."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import traceback
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import certifi
import urllib3
import urllib3.exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from pressroom.world.reply import Outage, Reply, explain_outage, parse_retry_after

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Raw: TypeAlias = urllib3.BaseHTTPResponse

CONNECT = 10.0
READ = 30.0
_BLOCK = 65_536
# What the outside can do to us; anything else that is raised is our own mistake and flies.
_OUTSIDE = (urllib3.exceptions.HTTPError, ConnectionError, TimeoutError, ssl.SSLError)


def fetch(
    url: str, *, headers: Mapping[str, str], seconds: float, limit: int, ca: Path | None = None
) -> Reply | Outage:
    """The whole answer to a GET, or why there is none; bounded as in `exchange`."""

    def work(watch: Watch) -> Reply | Outage:
        timeout = urllib3.Timeout(connect=min(CONNECT, seconds), read=min(READ, seconds))
        with urllib3.PoolManager(
            cert_reqs="CERT_REQUIRED", ca_certs=str(ca) if ca is not None else certifi.where()
        ) as manager:
            manager.pool_classes_by_scheme = watched_pools(watch)
            response = manager.request(
                "GET",
                url,
                headers={"User-Agent": "pressroom", "Accept-Encoding": "identity", **headers},
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=timeout,
            )
            try:
                return read_reply(response, limit)
            finally:
                response.close()

    return exchange(work, url=url, seconds=seconds)


def exchange(
    work: Callable[[Watch], Reply | Outage],
    *,
    url: str,
    seconds: float,
    outside: tuple[type[Exception], ...] = (),
) -> Reply | Outage:
    """What `work` makes of `url`, or why there is nothing.

    Bounded: 10 s to connect, 30 s of silence, `seconds` for all of it even when bytes trickle. The
    environment's proxies, its certificates and ~/.netrc are not used: a password could go elsewhere. No
    redirect is followed. `outside` are further errors that the outside can cause. What flies from here (an
    interrupt, a mistake of ours) has no local variables left in its frames: they would hold the header
    with the password.
    """
    watch = Watch()
    timer = threading.Timer(seconds, watch.cut)
    timer.daemon = True
    timer.start()
    try:
        reply = work(watch)
    except BaseException as error:
        outage = None
        expected = isinstance(error, (*_OUTSIDE, *outside))
        if expected or (watch.is_cut and isinstance(error, Exception)):
            outage = explain_outage(error, host=urlsplit(url).hostname or url)
        _forget(error)
        if outage is None:
            raise
    else:
        return reply
    finally:
        timer.cancel()
    if watch.is_cut:
        return Outage(
            message=f"no whole answer within {seconds:.3g} s",
            hint="start again; if it stays so, the network or the server is too slow",
        )
    return outage


def read_reply(response: Raw, limit: int) -> Reply | Outage:
    """The answer with its body as it was sent: nothing is unpacked, so nothing can swell."""
    body = bytearray()
    for block in response.stream(_BLOCK, decode_content=False):
        body += block
        if len(body) > limit:
            return Outage(
                message=f"the answer is longer than {limit} bytes",
                hint="check the address; such an answer is not read to its end",
                is_final=True,
            )
    headers = response.headers
    return Reply(
        status=response.status,
        reason=response.reason or "",
        media_type=headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        location=headers.get("Location"),
        wait=parse_retry_after(headers.get("Retry-After"), headers.get("Date")),
        body=bytes(body),
    )


class Watch:
    """The sockets in use, so that another thread can end what they wait for."""

    def __init__(self) -> None:
        self.is_cut = False
        self._sockets: list[socket.socket] = []

    def add(self, line: socket.socket | None) -> None:
        """One more of them."""
        if line is not None:
            self._sockets.append(line)
        if self.is_cut:
            self.cut()

    def cut(self) -> None:
        """End all that is going on; whoever reads sees the end of the stream."""
        self.is_cut = True
        for line in self._sockets:
            with contextlib.suppress(OSError):  # it has ended by itself
                # The plain one: that of TLS drops its state, which the other thread is using.
                socket.socket.shutdown(line, socket.SHUT_RDWR)


def watched_pools(watch: Watch) -> dict[str, type[HTTPConnectionPool]]:
    """The pools of urllib3 by scheme, whose connections are watched."""

    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            watch.add(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            watch.add(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _forget(error: BaseException) -> None:
    """Drop the local variables of all frames that an exception, and what led to it, keeps alive."""
    step: BaseException | None = error
    for _ in range(50):
        if step is None:
            return
        traceback.clear_frames(step.__traceback__)
        step = step.__cause__ or step.__context__
