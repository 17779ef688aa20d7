"""Requests, what must come back, and what a judge says about one line of what did."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.headers.proof.target import Target

OUTSIDE = (b"root:x:0:0:",)  # the first line of /etc/passwd


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body that an answer of one status must have, and its media type."""

    status: int
    data: bytes
    kind: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What may come back. The headers that the policy promises are wanted besides."""

    statuses: tuple[int, ...]
    # Absolute, exact. Without it a redirect may lead to the site itself alone.
    location: str = ""
    bodies: tuple[Body, ...] = ()
    gzip: bool = False
    # Of a 405: the methods of its Allow.
    allow: tuple[str, ...] = ()
    # What no body may hold, since it is not the asker's to see.
    unheard: tuple[bytes, ...] = OUTSIDE
    # Whether a closed connection, or a handshake that is refused, is as good.
    silence: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """The bytes to send; `path` is what the policy judges by, `origin` (`https://host:port`) where they go."""

    payload: bytes
    path: str
    origin: str
    wanted: Wanted
    # Whether the site's port for TLS is asked, and whether TLS is spoken to it.
    tls_port: bool = True
    secure: bool = True
    server_name: str = ""
    check_name: bool = True

    @property
    def head(self) -> bool:
        """Whether no answer has a body."""
        return self.payload.startswith(b"HEAD ")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of request. `ask` makes it for a site, or says why that site cannot be asked."""

    name: str
    group: str
    ask: Callable[[Target], Request | str]


class State(enum.StrEnum):
    """What is shown for one thing that was judged."""

    FINE = "✓"
    ABSENT = "–"  # rightly so
    EXCUSED = "e"
    WRONG = "✗"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One judged line: a header, or `status`, `body`, `form`. `problem` says what is wrong: `missing`, `twice`."""

    subject: str
    state: State = State.FINE
    problem: str = ""
    expected: str = ""
    got: str = ""
    # The number of the reason that excuses it, from 1.
    excuse: int = 0


def judged(subject: str, problem: str, *, expected: str = "", got: str = "") -> Verdict:
    """A verdict: fine when there is no problem."""
    return Verdict(
        subject=subject,
        state=State.WRONG if problem else State.FINE,
        problem=problem,
        expected=expected,
        got=got,
    )
