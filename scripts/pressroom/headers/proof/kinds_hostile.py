"""Kinds of request that nobody sends who means well."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.headers.proof.asking import STRANGER, ask, moved, not_found, raw, refused
from pressroom.headers.proof.model import Kind, Request, Wanted
from pressroom.headers.proof.target import address

if TYPE_CHECKING:
    from pressroom.headers.proof.target import Target

# Decoded, it would be a header of the answer.
INJECTED = "%0d%0aX-Inj:%20yes"
_LONG_URI = 20_000
_LONG_HEADER = 40_000


def _traversal(target: Target) -> Request:
    return ask(target, "/" + "%2e%2e/" * 8 + "etc/passwd", not_found(target, 400, 403))


def _bad_percent(target: Target) -> Request:
    return ask(target, "/%zz", not_found(target, 400))


def _nul(target: Target) -> Request:
    return ask(target, "/a%00b", not_found(target, 400, 403))


def _double_slash(target: Target) -> Request:
    # A server that adds the slash to what was asked for sends the visitor to another host.
    path = f"//{STRANGER}/%2e%2e{address(target.folder)}"
    return ask(target, path, not_found(target, 301, 308, 400, 403))


def _crlf(target: Target) -> Request:
    return ask(target, f"/x{INJECTED}", not_found(target, 400, 403))


def _crlf_in_redirect(target: Target) -> Request | str:
    if not target.alias:
        return "the site has one host alone"
    path = f"/x{INJECTED}?x{INJECTED}"
    wanted = moved(target.origin(target.host) + path, 400, 403, 404)
    return ask(target, path, wanted, host=target.alias)


def _long_uri(target: Target) -> Request:
    return ask(target, "/" + "x" * _LONG_URI, refused(414, 431, 400))


def _long_header(target: Target) -> Request:
    return ask(target, "/", refused(431, 400), headers=("X-Long: " + "x" * _LONG_HEADER,))


def _no_http(target: Target) -> Request:
    return raw(target, b"this is no HTTP\r\n\r\n", refused(400, 501, 505, silence=True))


def _no_host(target: Target) -> Request:
    return raw(target, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", refused(400))


def _unknown_host(target: Target) -> Request:
    request = ask(target, "/", nobodys_site(), host=STRANGER)
    return dataclasses.replace(request, server_name=target.host)


def _unknown_name(target: Target) -> Request:
    # Its certificate cannot be for that name; by whom it is signed is still checked.
    request = ask(target, "/", nobodys_site(), host=STRANGER)
    return dataclasses.replace(request, check_name=False)


def _plain_to_tls(target: Target) -> Request:
    request = ask(target, "/", refused(400, silence=True))
    return dataclasses.replace(request, secure=False)


def nobodys_site() -> Wanted:
    """What a host gets that is none of ours: no page, no redirect, perhaps no answer."""
    return refused(421, 400, 403, 404, silence=True)


HOSTILE = tuple(
    Kind(name=name, group="hostile", ask=maker)
    for name, maker in (
        ("traversal", _traversal),
        ("bad-percent", _bad_percent),
        ("nul", _nul),
        ("double-slash", _double_slash),
        ("crlf", _crlf),
        ("crlf-in-redirect", _crlf_in_redirect),
        ("long-uri", _long_uri),
        ("long-header", _long_header),
        ("no-http", _no_http),
        ("no-host", _no_host),
        ("unknown-host", _unknown_host),
        ("unknown-name", _unknown_name),
        ("plain-to-tls", _plain_to_tls),
    )
)
