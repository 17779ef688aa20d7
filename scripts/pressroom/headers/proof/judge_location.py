"""Where an answer sends its reader: exactly where it should, or nowhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pressroom.headers.proof.model import Verdict, judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.proof.answer import Answer
    from pressroom.headers.proof.model import Request

REDIRECTS = (301, 302, 303, 307, 308)
_ABSOLUTE = re.compile(r"(https?)://([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_USUAL = {"http": ":80", "https": ":443"}


def judge_location(request: Request, answer: Answer) -> Iterator[Verdict]:
    """The Location of a redirect, and that nothing else has one."""
    values = answer.values("Location")
    got = " | ".join(values)
    if answer.status not in REDIRECTS:
        if values:
            yield judged("Location", "must not be there", got=got)
        return
    wanted = request.wanted.location
    expected = wanted or f"{request.origin}/…"
    if len(values) != 1:
        yield judged("Location", "missing" if not values else "twice", expected=expected, got=got)
        return
    where = resolve(request, values[0])
    fine = where == resolve(request, wanted) if wanted else where.startswith(f"{request.origin}/")
    yield judged("Location", "" if fine else "wrong", expected=expected, got=got)


def resolve(request: Request, location: str) -> str:
    """The absolute address that a browser goes to; not one byte of path or query is made prettier."""
    if location.startswith(("//", "/\\")):  # browsers take both as another host
        location = f"{request.origin.partition(':')[0]}://{location[2:]}"
    elif location.startswith("/"):
        return request.origin + location
    match = _ABSOLUTE.fullmatch(location)
    if match is None:
        return urljoin(f"{request.origin}{request.path}", location)
    scheme, host = match[1].lower(), match[2].lower()
    return f"{scheme}://{host.removesuffix(_USUAL[scheme])}{match[3] or '/'}"
