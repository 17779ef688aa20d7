"""Kinds of request that are answered with a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.proof.asking import STRANGER, ask, file_body, home
from pressroom.headers.proof.model import Body, Kind, Request, Wanted
from pressroom.headers.proof.target import HOME, address

if TYPE_CHECKING:
    from pressroom.headers.proof.target import Target


def _page(target: Target) -> Request:
    return ask(target, "/", home(target))


def _head(target: Target) -> Request:
    return ask(target, "/", home(target), method="HEAD")


def _not_modified(target: Target) -> Request | str:
    if not target.etag and not target.last_modified:
        return "the page has neither ETag nor Last-Modified"
    headers = (
        *([f"If-None-Match: {target.etag}"] * bool(target.etag)),
        *([f"If-Modified-Since: {target.last_modified}"] * bool(target.last_modified)),
    )
    return ask(target, "/", Wanted(statuses=(304,)), headers=headers)


def _asset(target: Target) -> Request | str:
    if not target.asset:
        return "nothing is below /assets/"
    wanted = Wanted(statuses=(200,), bodies=(file_body(target, target.asset),))
    return ask(target, address(target.asset), wanted)


def _open_file(target: Target) -> Request | str:
    if not target.open_file:
        return "no file is open to other origins"
    wanted = Wanted(statuses=(200,), bodies=(file_body(target, target.open_file),))
    headers = (f"Origin: https://{STRANGER}",)
    return ask(target, address(target.open_file), wanted, headers=headers)


def _range(target: Target) -> Request:
    # The whole file is right too where a server cannot do better, and then that is said.
    path, whole = _ranged(target)
    part = Body(status=206, data=whole.data[:4], kind=whole.kind)
    wanted = Wanted(statuses=(206,), bodies=(part, whole))
    return ask(target, path, wanted, headers=("Range: bytes=0-3",))


def _range_not_satisfiable(target: Target) -> Request:
    path, whole = _ranged(target)
    wanted = Wanted(statuses=(416,), bodies=(whole,))
    return ask(target, path, wanted, headers=("Range: bytes=999999999-",))


def _ranged(target: Target) -> tuple[str, Body]:
    """An asset, if there is one: its class holds for a part of it, and not for an error about its length."""
    if target.asset:
        return address(target.asset), file_body(target, target.asset)
    return "/", file_body(target, HOME)


def _gzip(target: Target) -> Request | str:
    if not target.compressed:
        return "no file has a compressed copy beside it"
    wanted = Wanted(statuses=(200,), bodies=(file_body(target, target.compressed),), gzip=True)
    return ask(target, address(target.compressed), wanted, headers=("Accept-Encoding: gzip",))


FILES = tuple(
    Kind(name=name, group="ok", ask=maker)
    for name, maker in (
        ("page", _page),
        ("head", _head),
        ("not-modified", _not_modified),
        ("asset", _asset),
        ("open-file", _open_file),
        ("range", _range),
        ("range-not-satisfiable", _range_not_satisfiable),
        ("gzip", _gzip),
    )
)
