"""A file as everybody gets it: over HTTP, whole, and with the hash that it has to have."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pressroom.errors import ExitCode, PressroomError
from pressroom.world.reply import Outage, one_line

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.release.index.patience import Patience


# A page that says no may be longer than a small file.
_WORDS = 65_536


class FilesUnreachableError(PressroomError):
    """Nobody answers at the address of the files."""

    exit_code = ExitCode.OUTSIDE


class FilesAnswerError(PressroomError):
    """What is served is not what was put there."""


def fetch_served(
    url: str, *, sha256: str, size: int, patience: Patience, ca: Path | None = None
) -> bytes:
    """The bytes at the address: they have that size and that hash.

    Asked again while nobody answers. Raises FilesUnreachableError, and FilesAnswerError for anything
    else: a redirect is not followed, for people's tools would need to as well.
    """
    from pressroom.world.web import fetch  # noqa: PLC0415 - urllib3 takes a while; loaded by who asks

    countdown = patience.begin()
    headers = {"Accept": "*/*", "Cache-Control": "no-cache"}
    for number in range(1, patience.tries + 1):
        answer = fetch(
            url, headers=headers, seconds=countdown.limit(size), limit=max(size, _WORDS), ca=ca
        )
        if isinstance(answer, Outage):
            outage = answer
        elif answer.is_busy:
            outage = Outage(
                message=f"the server answered {answer.words}",
                hint="start again when it is well",
                wait=answer.wait,
            )
        elif answer.status == 200 and len(answer.body) < size:
            outage = Outage(message="the file ended early", hint="start again")
        else:
            _expect(answer.status, answer.location, answer.words, url)
            _compare(answer.body, sha256, url)
            return answer.body
        if outage.is_final or number == patience.tries or not countdown.pause(outage.wait):
            break
    tried = "" if number == 1 else f" (asked {number} times)"
    raise FilesUnreachableError(f"{outage.message}{tried}", where=url, hint=outage.hint)


def _expect(status: int, location: str | None, words: str, url: str) -> None:
    if status == 200:
        return
    if 300 <= status < 400 and location:
        raise FilesAnswerError(
            f"redirects to {one_line(location)[:200]}",
            where=url,
            hint="write the address that it leads to into the configuration as url, if it is the right one",
        )
    raise FilesAnswerError(
        f"the server answered {words}",
        where=url,
        hint="check that url in the configuration is the address of that folder, and that the server may read it",
    )


def _compare(body: bytes, sha256: str, url: str) -> None:
    found = hashlib.sha256(body).hexdigest()
    if found != sha256:
        raise FilesAnswerError(
            f"has sha256 {found}, but {sha256} was put there",
            where=url,
            hint="look at what is between that folder and the web (a cache, another folder); nobody should use it",
        )
