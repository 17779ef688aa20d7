"""A request to the index and the answer to it, without a socket: who may upload, and what nobody may."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hmac
import json
import traceback
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pressroom.errors import PressroomError
from pressroom.release.warehouse.answers import Answer, Shelves, answer, redirect, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# A body may be a file and its form; whoever says more is not listened to.
_MAX_BODY = 256 * 1024**2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The index behind all requests. Without a token anybody may upload; with a project, to that one alone."""

    shelves: Shelves
    token: str | None
    project: str | None
    # Tracebacks of what should not have happened; the client got a 500.
    failures: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sent; `read(n)` gives its body, and more than that, so nobody reads past its length."""

    method: str
    target: str
    headers: Mapping[str, str]
    read: Callable[[int], bytes]

    def header(self, name: str) -> str:
        """A header, or nothing."""
        return self.headers.get(name) or ""

    @property
    def length(self) -> int | None:
        """How long the body is; None when nothing says so that can be trusted."""
        value = self.header("Content-Length")
        plain = value.isascii() and value.isdigit() and not self.header("Transfer-Encoding")
        return int(value) if plain and len(value) < 16 else None

    @property
    def has_body(self) -> bool:
        """Whether something follows the headers, or may."""
        return bool(self.header("Content-Length") or self.header("Transfer-Encoding"))


def respond(request: Request, site: Site) -> Answer:
    """The answer to a request; a defect of ours becomes a 500 without its details.

    Raises ConnectionError or TimeoutError when the client leaves before its request is whole.
    """
    try:
        found = _respond(request, site)
    except (ConnectionError, TimeoutError):
        raise
    except PressroomError as error:  # the disk is full, say
        found = refuse(500, f"Internal Server Error: {error.message}")
    except Exception:  # noqa: BLE001 - kept for whoever runs the index, and not shown to the client
        site.failures.append(traceback.format_exc())
        found = refuse(500, "Internal Server Error")
    # With HTTP/2 there is no reason but the one in the body, and clients ask for it as JSON.
    if found.status >= 400 and "application/json" in request.header("Accept"):
        values = {"code": f"{found.status} {found.reason}", "message": found.reason}
        body = json.dumps(values).encode()
        return dataclasses.replace(found, kind="application/json", body=body)
    return found


def _respond(request: Request, site: Site) -> Answer:
    if request.method in {"GET", "HEAD"}:
        accept, host = request.header("Accept"), request.header("Host")
        found = answer(site.shelves, request.target, accept=accept, host=host)
        # What it sent along would be read as the next request.
        return dataclasses.replace(found, close=request.has_body)
    if request.method != "POST":
        found = refuse(405, "Method Not Allowed", headers=(("Allow", "GET, HEAD, POST"),))
        return dataclasses.replace(found, close=request.has_body)
    if request.length is None:
        return dataclasses.replace(refuse(411, "Length Required"), close=True)
    if request.length > _MAX_BODY:
        found = refuse(400, "File too large. The request is larger than any file may be")
        return dataclasses.replace(found, close=True)
    body = _Body(request.read, request.length)
    try:
        return _post(request, site, body)
    finally:
        while body.read(1 << 16):
            pass  # a client that is still sending would not hear the answer


def _post(request: Request, site: Site, body: _Body) -> Answer:
    path = request.target.partition("?")[0]
    if path == "/legacy":
        return redirect(
            "/legacy/",
            status=308,
            reason="An upload was attempted to /legacy but the upload URL is /legacy/ (with a trailing slash)",
        )
    if path != "/legacy/":
        return refuse(405, "Method Not Allowed", headers=(("Allow", "GET, HEAD"),))
    if not _is_known(request.header("Authorization"), site.token):
        return refuse(403, "Invalid or non-existent authentication information.")
    from pressroom.release.warehouse.uploads import receive  # noqa: PLC0415 - for who uploads

    return receive(
        body.read,
        request.header("Content-Type"),
        site.shelves.store,
        may_upload=lambda name: _may_upload(name, site.project),
    )


def _is_known(authorization: str, token: str | None) -> bool:
    if token is None:
        return True
    kind, _, value = authorization.partition(" ")
    try:
        given = base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return kind.lower() == "basic" and hmac.compare_digest(given, f"__token__:{token}".encode())


def _may_upload(name: str, project: str | None) -> bool:
    return project is None or canonicalize_name(project) == canonicalize_name(name)


class _Body:
    """What a request carries, and no byte of the next one."""

    def __init__(self, read: Callable[[int], bytes], length: int) -> None:
        self._read = read
        self._left = length

    def read(self, count: int) -> bytes:
        """Up to `count` bytes; none at the end."""
        if self._left == 0:
            return b""
        data = self._read(min(count, self._left))
        if not data:
            raise ConnectionResetError("the client left in the middle of a request")
        self._left -= len(data)
        return data
