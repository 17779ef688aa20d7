"""Kinds of request that a visitor may send and that end in an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.model import FAILURE_PAGE, NOT_FOUND_PAGE
from pressroom.headers.policy import ASSETS
from pressroom.headers.proof.asking import STRANGER, ask, not_found, out_of_order, refused
from pressroom.headers.proof.model import Kind, Request
from pressroom.headers.proof.target import address

if TYPE_CHECKING:
    from pressroom.headers.proof.target import Target

NOWHERE = "/pressroom-nowhere"
# No header of the request may come back in a body, as TRACE would have it.
SECRET = "pressroom-echo"  # noqa: S105 - no password


def _not_found(target: Target) -> Request:
    return ask(target, NOWHERE, not_found(target))


def _not_found_head(target: Target) -> Request:
    return ask(target, NOWHERE, not_found(target), method="HEAD")


def _not_found_below_assets(target: Target) -> Request:
    return ask(target, f"{ASSETS}pressroom-nowhere.0123abcd.js", not_found(target))


def _error_page(target: Target) -> Request:
    return ask(target, NOT_FOUND_PAGE, not_found(target))


def _failure_page(target: Target) -> Request:
    return ask(target, FAILURE_PAGE, not_found(target))


def _hidden_file(target: Target) -> Request:
    # Where there is none, it is still a path of a kind that is often looked for.
    path = address(target.hidden or ".git/config")
    held = target.files[target.hidden] if target.hidden else b""
    return ask(target, path, not_found(target, 403, unheard=(held,) if held else ()))


def _forbidden(target: Target) -> Request | str:
    if not target.forbidden:
        return "the site has neither a link that leads out of it nor a folder without a page"
    # A list would have their names; pages that name an asset are not what is asked for.
    folder = target.forbidden if target.forbidden.endswith("/") else ""
    names = {path[len(folder) :] for path in target.files if folder and path.startswith(folder)}
    unheard = tuple(sorted(f'href="{name}"'.encode() for name in names if "/" not in name))
    return ask(target, address(target.forbidden), not_found(target, 403, unheard=unheard))


def _failure(target: Target) -> Request | str:
    if not target.failing:
        return "no path of this place fails"
    return ask(target, target.failing, out_of_order(target))


def _post(target: Target) -> Request:
    return ask(target, "/", refused(405), method="POST", headers=("Content-Length: 0",))


def _options(target: Target) -> Request:
    headers = (f"Origin: https://{STRANGER}", "Access-Control-Request-Method: PUT")
    return ask(target, "/", refused(405), method="OPTIONS", headers=headers)


def _trace(target: Target) -> Request:
    wanted = refused(405, 501, 403, 400, unheard=(SECRET.encode(),))
    return ask(target, "/", wanted, method="TRACE", headers=(f"X-Echo: {SECRET}",))


ERRORS = tuple(
    Kind(name=name, group="error", ask=maker)
    for name, maker in (
        ("not-found", _not_found),
        ("not-found-head", _not_found_head),
        ("not-found-below-assets", _not_found_below_assets),
        ("error-page", _error_page),
        ("failure-page", _failure_page),
        ("hidden-file", _hidden_file),
        ("forbidden", _forbidden),
        ("failure", _failure),
        ("post", _post),
        ("options", _options),
        ("trace", _trace),
    )
)
