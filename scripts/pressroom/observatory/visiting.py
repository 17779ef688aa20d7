"""A visit: from one URL along its redirects to their end, as the Observatory goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import ada_url

from pressroom.observatory.content_coding import decode
from pressroom.observatory.cookie_jar import Jar
from pressroom.observatory.fields import merge, set_cookie_lines
from pressroom.observatory.model import Answer, Hop, Visit
from pressroom.observatory.trouble import Halt
from pressroom.world.unanswered import UnansweredError

if TYPE_CHECKING:
    import datetime as dt

    from pressroom.observatory.model import Pairs

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 10
# Where a redirect without a Location goes (measured).
_NOWHERE = "undefined"


class Heard(Protocol):
    """An answer with its body as it was sent."""

    @property
    def status(self) -> int: ...  # noqa: D102
    @property
    def pairs(self) -> Pairs: ...  # noqa: D102
    @property
    def body(self) -> bytes: ...  # noqa: D102


class Ask(Protocol):
    """A GET of a URL with a Cookie header; bodies of the statuses in `unwanted` may be left out."""

    def __call__(self, url: str, cookie: str, unwanted: frozenset[int], /) -> Heard:
        """What came back. Raises UnansweredError."""


def visit(ask: Ask, start: str, *, verified: bool, now: dt.datetime, limit: int) -> Visit | Halt:
    """The walk from `start`, with a cookie jar of its own.

    At most ten redirects are followed: what is there then is the answer, a redirect too. `limit` is how
    many bytes a body may have without its coding.
    """
    jar = Jar()
    url, hops, cookies = start, list[Hop](), list[tuple[str, str]]()
    while True:
        is_last = len(hops) == MOST_REDIRECTS
        try:
            heard = ask(url, jar.header_for(url, now), frozenset() if is_last else REDIRECTS)
            hops.append(Hop(url=url, status=heard.status))
            for line in set_cookie_lines(heard.pairs):
                jar.put(url, line)
                cookies.append((url, line))
            if is_last or heard.status not in REDIRECTS:
                body = decode(
                    heard.body, merge(heard.pairs).get("content-encoding", ""), limit=limit
                )
                answer = Answer(url=url, status=heard.status, headers=heard.pairs, body=body)
                return Visit(
                    hops=tuple(hops), answer=answer, verified=verified, cookies=tuple(cookies)
                )
        except UnansweredError as error:
            return Halt(url=url, reason=error.reason, detail=error.detail, is_first=not hops)
        location = merge(heard.pairs).get("location")
        following = next_url(url, location)
        if following is None:
            return Halt(url=url, reason=None, detail=location or "", is_first=False)
        url = following


def next_url(url: str, location: str | None) -> str | None:
    """Where a redirect goes, as WHATWG resolves it; None where that is no URL of http or https.

    A user and password in it are dropped: nothing of that kind is ever sent.
    """
    try:
        found = ada_url.URL(_NOWHERE if location is None else location, base=url)
    except ValueError:
        return None
    if found.protocol not in {"http:", "https:"}:
        return None
    if found.username or found.password:
        found.username = found.password = ""
    return found.href
