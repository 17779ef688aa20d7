"""A server that is always right, as bytes, and ways to spoil what it says."""

from __future__ import annotations

import dataclasses
import gzip
from pathlib import Path
from typing import TYPE_CHECKING

from headers_setup import FAILING, deployed_setup

from pressroom.addresses.model import Redirect
from pressroom.headers.local import Running
from pressroom.headers.model import Place, Setup
from pressroom.headers.proof.kinds import KINDS
from pressroom.headers.proof.model import Request
from pressroom.headers.proof.target import Target, choose_target
from pressroom.world.wire import End, Tls, Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.headers.policy import Policy

PAGE = b"<!doctype html><title>Home</title>" + b"word " * 100
SCRIPT = b"1;\n" * 100
FILES = {
    "index.html": PAGE,
    "dir/index.html": b"<!doctype html><title>Folder</title>",
    "404.html": b"<!doctype html><title>Page not found</title>",
    "50x.html": b"<!doctype html><title>Out of order</title>",
    "latest.json": b"{}\n",
    "assets/x.0123abcd.js": SCRIPT,
    "assets/x.0123abcd.js.gz": gzip.compress(SCRIPT, mtime=0),
}
PLACE = Place(
    address="127.0.0.1", http_port=8080, https_port=8443, acme="/var/www/acme", failing=FAILING
)
ETAG = '"0123-abcd"'


def local() -> Setup:
    """Two sites at home on ports of this machine, one of them with an old address."""
    setup = deployed_setup(Redirect(site="hub", source="/old%20page", target="/dir/"))
    return dataclasses.replace(setup, place=PLACE)


def target(number: int = 0, files: dict[str, bytes] | None = None) -> Target:
    """What is asked of one of the two sites."""
    setup = local()
    return choose_target(
        FILES if files is None else files,
        setup.sites[number],
        setup.place,
        setup.policy,
        challenge=("token", b"proof"),
    )


def request_of(name: str, number: int = 0) -> Request:
    """The request of a kind."""
    kind = next(kind for kind in KINDS if kind.name == name)
    request = kind.ask(dataclasses.replace(target(number), etag=ETAG))
    assert isinstance(request, Request)
    return request


def running() -> Running:
    """What a proof needs to know of a server that runs."""
    return Running(setup=local(), authority=Path("/nowhere/authority.pem"))


def right_answer(request: Request, policy: Policy) -> bytes:
    """What a server sends that keeps every promise."""
    wanted = request.wanted
    status = wanted.statuses[0]
    headers = [
        (one.name, one.value)
        for one in policy.headers_for(request.path, status=status, secure=request.secure)
    ]
    headers.append(("Server", "widget"))
    body = next((one for one in wanted.bodies if one.status == status), None)
    data = body.data if body is not None else b""
    if body is not None:
        headers.append(("Content-Type", body.kind))
    if wanted.gzip:
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
        data = gzip.compress(data)
    if wanted.location:
        headers.append(("Location", wanted.location))
    if status == 405:
        headers.append(("Allow", "GET, HEAD"))
    if status in {200, 304}:
        headers.append(("ETag", ETAG))
    if status != 304:
        headers.append(("Content-Length", str(len(data))))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} Words\r\n{head}\r\n".encode() + data * (not request.head)


def without(data: bytes, name: str) -> bytes:
    """The answer without a header."""
    line = line_of(data, name)
    return data.replace(line, b"", 1)


def changed(data: bytes, name: str, value: str) -> bytes:
    """The answer with another value of a header."""
    return data.replace(line_of(data, name), f"{name}: {value}\r\n".encode(), 1)


def added(data: bytes, name: str, value: str) -> bytes:
    """The answer with one header more."""
    return data.replace(b"\r\n", f"\r\n{name}: {value}\r\n".encode(), 1)


def line_of(data: bytes, name: str) -> bytes:
    """A header as it stands there."""
    start = data.index(f"\r\n{name}: ".encode()) + 2
    return data[start : data.index(b"\r\n", start) + 2]


def closed(received: bytes) -> Wire:
    """A connection that the server closed."""
    return Wire(sent=b"", received=received, end=End.CLOSED)


class RightServer:
    """Stands in for `wire.exchange`: right answers, but for the kinds whose answer `spoil` makes another."""

    def __init__(
        self, files: dict[str, bytes] | None = None, /, **spoil: Callable[[bytes], bytes]
    ) -> None:
        setup = local()
        self.asked: list[str] = []
        self._answers: dict[tuple[int, bytes, str], tuple[str, bytes]] = {}
        for number in (1, 0):
            for kind in KINDS:
                request = kind.ask(dataclasses.replace(target(number, files), etag=ETAG))
                if isinstance(request, str):
                    continue
                answer = right_answer(request, setup.policy)
                answer = spoil.get(kind.name.replace("-", "_"), bytes)(answer)
                port = PLACE.https_port if request.tls_port else PLACE.http_port
                name = request.server_name if request.secure else ""
                self._answers[port, request.payload, name] = (kind.name, answer)

    def __call__(
        self,
        address: str,
        port: int,
        payload: bytes,
        *,
        tls: Tls | None,
        deadline: float,
        limit: int,
    ) -> Wire:
        """The answer to what was asked."""
        assert ("127.0.0.1", True, True) == (address, deadline > 0, limit > 0)
        name, answer = self._answers[port, payload, tls.server_name if tls is not None else ""]
        self.asked.append(name)
        return closed(answer)
