"""A scan: what a host answered, as values. Whether it was fetched or recorded makes no difference to the judge."""

from __future__ import annotations

import dataclasses
from typing import TypeAlias

# Names and values as they came over the wire, in order, decoded as ISO 8859-1.
Pairs: TypeAlias = tuple[tuple[str, str], ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response over HTTP; `body` without its content coding."""

    url: str
    status: int
    headers: Pairs = ()
    body: bytes = b""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request of a visit: its URL and the status of what came back."""

    url: str
    status: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A walk from one URL along its redirects to the answer at their end.

    `hops` is never empty; the last is that of `answer`. `verified` is false when a certificate on the
    way was refused, and the visit was made again without looking at certificates. `cookies` are
    the Set-Cookie lines of all hops in order, each with the URL that sent it.
    """

    hops: tuple[Hop, ...]
    answer: Answer
    verified: bool = True
    cookies: tuple[tuple[str, str], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """All that was asked of a host for one page.

    `host` is the one asked for, in lower case and without a port. `http` and `https` are the visits that started at
    `http://` and `https://`; None where nothing answered (port closed, handshake refused, no end in time).
    `cors` is the answer to OPTIONS at the page's last URL, None where there was none.
    `cors_origin` is the Origin that was sent with it, where the judge may know it: the live scanner never
    does (measured), recorded cases can.
    """

    host: str
    http: Visit | None
    https: Visit | None
    cors: Answer | None = None
    cors_origin: str | None = None

    @property
    def visit(self) -> Visit | None:
        """The visit that is judged: over https if there is one."""
        return self.https or self.http

    @property
    def is_secure(self) -> bool:
        """Whether that one started at `https://`, wherever it ended."""
        return self.https is not None
