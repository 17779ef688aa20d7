"""Kinds of request to the port without TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.media import UNKNOWN
from pressroom.headers.model import ACME
from pressroom.headers.proof.asking import STRANGER, ask, moved, refused
from pressroom.headers.proof.kinds_errors import NOWHERE, SECRET
from pressroom.headers.proof.kinds_hostile import INJECTED, nobodys_site
from pressroom.headers.proof.model import Body, Kind, Request, Wanted
from pressroom.headers.proof.target import address

if TYPE_CHECKING:
    from pressroom.headers.proof.target import Target


def _secured(target: Target, path: str, *, method: str = "GET", host: str = "") -> Request:
    """The same host first, by https: then its STS is heard (hstspreload.org)."""
    goal = target.origin(host or target.host) + path
    return ask(target, path, moved(goal), method=method, host=host, secure=False)


def _page(target: Target) -> Request:
    return _secured(target, f"{address(target.folder)}?x=1")


def _head(target: Target) -> Request:
    return _secured(target, "/", method="HEAD")


def _post(target: Target) -> Request:
    wanted = refused(405, 403, 400, 501)
    return ask(target, "/", wanted, method="POST", headers=("Content-Length: 0",), secure=False)


def _not_found(target: Target) -> Request:
    return _secured(target, NOWHERE)


def _alias(target: Target) -> Request | str:
    if not target.alias:
        return "the site has one host alone"
    return _secured(target, "/", host=target.alias)


def _unknown_host(target: Target) -> Request:
    return ask(target, "/", nobodys_site(), host=STRANGER, secure=False)


def _acme(target: Target) -> Request:
    # Not sent to https: where there is no certificate yet, that would be the end of it.
    if target.challenge is None:
        return ask(target, f"{ACME}pressroom", Wanted(statuses=(404,)), secure=False)
    name, data = target.challenge
    wanted = Wanted(statuses=(200,), bodies=(Body(status=200, data=data, kind=UNKNOWN),))
    return ask(target, f"{ACME}{name}", wanted, secure=False)


def _trace(target: Target) -> Request:
    wanted = refused(405, 501, 403, 400, unheard=(SECRET.encode(),))
    headers = (f"X-Echo: {SECRET}",)
    return ask(target, "/", wanted, method="TRACE", headers=headers, secure=False)


def _crlf(target: Target) -> Request:
    path = f"/x{INJECTED}"
    wanted = moved(target.origin(target.host) + path, 400, 403, 404)
    return ask(target, path, wanted, secure=False)


HTTP = tuple(
    Kind(name=f"http-{name}", group="http", ask=maker)
    for name, maker in (
        ("page", _page),
        ("head", _head),
        ("post", _post),
        ("not-found", _not_found),
        ("alias", _alias),
        ("unknown-host", _unknown_host),
        ("acme", _acme),
        ("trace", _trace),
        ("crlf", _crlf),
    )
)
