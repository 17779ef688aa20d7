"""A package index, asked over HTTP: what it shows of a project, and its files."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from packaging.utils import canonicalize_name

from pressroom.errors import ConfigError
from pressroom.release.index.listing import MEDIA_TYPE, is_safe, parse_listing
from pressroom.release.index.refusals import (
    IndexAnswerError,
    IndexRefusedError,
    IndexUnreachableError,
    busy,
)
from pressroom.world.reply import Outage, Reply, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.release.index.listing import IndexFile, IndexProject
    from pressroom.release.index.patience import Countdown, Patience

_PAGE_LIMIT = 64 * 2**20  # the largest pages of PyPI have some MB
_HOPS = 5


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Where an index shows files, where it takes them, and whose certificates count (None: certifi's)."""

    simple_url: str
    upload_url: str
    ca: Path | None = None

    def __post_init__(self) -> None:
        """Refuse what would send a token in the clear."""
        for url in (self.simple_url, self.upload_url):
            if not is_safe(url):
                raise ConfigError(
                    "an index is asked by https (http on this machine only), with no password in its address",
                    where=one_line(url.rpartition("@")[2]),
                    hint="PyPI is https://pypi.org/simple/ and https://upload.pypi.org/legacy/",
                )

    def page(self, name: str) -> str:
        """The address of a project's page."""
        return f"{self.simple_url.rstrip('/')}/{canonicalize_name(name)}/"


def fetch_project(index: Index, name: str, *, patience: Patience) -> IndexProject | None:
    """What the index shows of a project now, not what a cache remembers; None: it knows no such project.

    Raises IndexUnreachableError, IndexAnswerError (no JSON of an index), IndexRefusedError.
    """
    url = index.page(name)
    reply = _get(index, url, accept=MEDIA_TYPE, limit=_PAGE_LIMIT, patience=patience)
    if reply.status == 404:
        return None
    _expect_200(reply, url)
    if reply.media_type != MEDIA_TYPE:
        raise IndexAnswerError(
            f"answered with {one_line(reply.media_type) or 'no media type'} instead of {MEDIA_TYPE}",
            where=url,
            hint="use an index with the JSON API (PEP 691); if this is one, a proxy or a login page "
            "of the network answers in its place",
        )
    return parse_listing(reply.body, name=name, url=url)


def fetch_file(index: Index, file: IndexFile, *, limit: int, patience: Patience) -> bytes:
    """The bytes of a file, of the size and with the sha256 that the index states, and at most `limit`."""
    if file.size is not None and file.size > limit:
        raise IndexAnswerError(
            f"{file.filename} has {file.size} bytes, more than the {limit} that are expected",
            where=file.url,
            hint="this is not the file that was released; look at it on the index",
        )
    bound = limit if file.size is None else file.size
    reply = _get(
        index, file.url, accept="*/*", limit=bound, least=file.size or 0, patience=patience
    )
    _expect_200(reply, file.url)
    sha256 = hashlib.sha256(reply.body).hexdigest()
    if sha256 != file.sha256:
        raise IndexAnswerError(
            f"{file.filename} has sha256 {sha256}, but the index states {file.sha256}",
            where=file.url,
            hint="start again; if it stays so, tell those who run the index, and nobody should install it",
        )
    return reply.body


def _expect_200(reply: Reply, url: str) -> None:
    if reply.status != 200:
        raise IndexRefusedError(
            f"the index answered {reply.words}",
            where=url,
            hint="check the address of the index; reading it needs no password",
        )


def _get(  # noqa: PLR0913 - what a question has
    index: Index, url: str, *, accept: str, limit: int, patience: Patience, least: int = 0
) -> Reply:
    """The answer to a GET, asked again while there is none. Raises IndexUnreachableError in the end."""
    countdown = patience.begin()
    outage = Outage(message="no time was left to ask", hint="start again")
    for number in range(1, patience.tries + 1):
        answer = _follow(index, url, accept=accept, limit=limit, countdown=countdown)
        if isinstance(answer, Reply):
            if answer.is_busy:
                outage = busy(answer)
            elif answer.status == 200 and len(answer.body) < least:
                outage = Outage(message="the file ended early", hint="start again")
            else:
                return answer
        else:
            outage = answer
        if outage.is_final or number == patience.tries or not countdown.pause(outage.wait):
            break
    tried = "" if number == 1 else f" (asked {number} times)"
    raise IndexUnreachableError(f"{outage.message}{tried}", where=url, hint=outage.hint)


def _follow(
    index: Index, url: str, *, accept: str, limit: int, countdown: Countdown
) -> Reply | Outage:
    """The answer at the end of redirects, none of which may leave the server."""
    target = url
    for _ in range(_HOPS):
        answer = _ask(index, target, accept=accept, limit=limit, seconds=countdown.limit(limit))
        if isinstance(answer, Outage) or not 300 <= answer.status < 400 or not answer.location:
            return answer
        target = _same_server(target, answer.location)
    raise IndexAnswerError(
        "redirects without an end", where=url, hint="check the address of the index"
    )


def _ask(index: Index, url: str, *, accept: str, limit: int, seconds: float) -> Reply | Outage:
    from pressroom.world.web import fetch  # noqa: PLC0415 - prepare loads it while git is asked

    headers = {"Accept": accept, "Cache-Control": "no-cache"}
    return fetch(url, headers=headers, seconds=seconds, limit=limit, ca=index.ca)


def _same_server(url: str, location: str) -> str:
    """Where a redirect leads, if it stays."""
    try:
        target = urljoin(url, location)
        one, other = urlsplit(url), urlsplit(target)
        if (one.scheme, one.netloc) == (other.scheme, other.netloc):
            return target
    except ValueError:
        pass
    raise IndexRefusedError(
        f"redirects to another server: {one_line(location)[:200]}",
        where=url,
        hint="write that address into the configuration if it is the right one; it is not followed by itself",
    )
