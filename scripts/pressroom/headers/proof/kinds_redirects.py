"""Kinds of request that are sent elsewhere, over TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.proof.asking import ask, moved
from pressroom.headers.proof.model import Kind, Request
from pressroom.headers.proof.target import address

if TYPE_CHECKING:
    from pressroom.headers.proof.target import Target

_QUERY = "x=%2Fa&y=%20b"


def _folder_without_slash(target: Target) -> Request | str:
    if not target.folder:
        return "the site has no folder with a page"
    path = address(target.folder)
    return ask(target, path, moved(f"{target.origin(target.host)}{path}/"))


def _old_address(target: Target) -> Request | str:
    if target.old is None:
        return "the site has no old address"
    return ask(target, target.old.source, moved(_goal(target, target.old.target)))


def _old_address_with_query(target: Target) -> Request | str:
    if target.old is None:
        return "the site has no old address"
    goal, hash_sign, fragment = target.old.target.partition("#")
    goal += "" if "?" in goal else f"?{_QUERY}"
    wanted = moved(_goal(target, goal + hash_sign + fragment))
    return ask(target, f"{target.old.source}?{_QUERY}", wanted)


def _goal(target: Target, goal: str) -> str:
    return target.origin(target.host) + goal if goal.startswith("/") else goal


def _alias(target: Target) -> Request | str:
    if not target.alias:
        return "the site has one host alone"
    path = f"{address(target.folder)}?{_QUERY}"
    wanted = moved(target.origin(target.host) + path)
    return ask(target, path, wanted, host=target.alias)


REDIRECTS = tuple(
    Kind(name=name, group="redirect", ask=maker)
    for name, maker in (
        ("folder-without-slash", _folder_without_slash),
        ("old-address", _old_address),
        ("old-address-with-query", _old_address_with_query),
        ("alias", _alias),
    )
)
