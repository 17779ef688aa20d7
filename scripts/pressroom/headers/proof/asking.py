"""Requests as bytes: well-formed ones with what every kind of them has, and the raw ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.media import content_type
from pressroom.headers.model import FAILURE_PAGE, FAILURES, METHODS, NOT_FOUND_PAGE
from pressroom.headers.proof.model import OUTSIDE, Body, Request, Wanted
from pressroom.headers.proof.target import HOME

if TYPE_CHECKING:
    from pressroom.headers.proof.target import Target

STRANGER = "stranger.example"


def ask(  # noqa: PLR0913 - what a request has
    target: Target,
    path: str,
    wanted: Wanted,
    *,
    method: str = "GET",
    headers: tuple[str, ...] = (),
    host: str = "",
    secure: bool = True,
) -> Request:
    """A well-formed request for a path (with its query) of the site's own host, or another one."""
    origin = target.origin(host or target.host, secure=secure)
    lines = (
        f"{method} {path} HTTP/1.1",
        f"Host: {origin.partition('://')[2]}",
        "User-Agent: pressroom",
        "Connection: close",
        *headers,
    )
    payload = "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")
    return raw(target, payload, wanted, path=path, host=host, secure=secure)


def raw(  # noqa: PLR0913 - what a request has
    target: Target,
    payload: bytes,
    wanted: Wanted,
    *,
    path: str = "/",
    host: str = "",
    secure: bool = True,
) -> Request:
    """Any bytes."""
    return Request(
        payload=payload,
        path=path.partition("?")[0],
        origin=target.origin(host or target.host, secure=secure),
        wanted=wanted,
        tls_port=secure,
        secure=secure,
        server_name=(host or target.host) if secure else "",
    )


def file_body(target: Target, path: str, status: int = 200) -> Body:
    """An answer with a whole file of the site."""
    return Body(status=status, data=target.files[path], kind=content_type(path, target.types))


def home(target: Target, *, gzip: bool = False) -> Wanted:
    """The site's first page."""
    return Wanted(statuses=(200,), bodies=(file_body(target, HOME),), gzip=gzip)


def not_found(target: Target, *statuses: int, unheard: tuple[bytes, ...] = ()) -> Wanted:
    """The site's page for 404; `statuses` that would do as well."""
    bodies = (file_body(target, NOT_FOUND_PAGE[1:], 404),)
    return Wanted(statuses=(404, *statuses), bodies=bodies, unheard=(*OUTSIDE, *unheard))


def out_of_order(target: Target) -> Wanted:
    """The site's page for 5xx."""
    bodies = tuple(file_body(target, FAILURE_PAGE[1:], status) for status in FAILURES)
    return Wanted(statuses=FAILURES, bodies=bodies)


def moved(location: str, *statuses: int) -> Wanted:
    """A permanent redirect to exactly that address; `statuses` that would do as well."""
    return Wanted(statuses=(301, *statuses), location=location)


def refused(*statuses: int, silence: bool = False, unheard: tuple[bytes, ...] = ()) -> Wanted:
    """One of some errors. A 405 says which methods there are (RFC 9110, 15.5.6)."""
    return Wanted(statuses=statuses, allow=METHODS, silence=silence, unheard=(*OUTSIDE, *unheard))
