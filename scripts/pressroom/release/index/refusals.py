"""How an index says no or nothing, and what a person can do about it."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pressroom.errors import ExitCode, PressroomError
from pressroom.world.reply import Outage, one_line

if TYPE_CHECKING:
    from pressroom.world.reply import Reply


class IndexUnreachableError(PressroomError):
    """The index did not answer in time, or said that it cannot now: nobody knows; start again."""

    exit_code = ExitCode.OUTSIDE


class IndexAnswerError(PressroomError):
    """The index answered, but with something that cannot be read as what was asked for."""

    exit_code = ExitCode.OUTSIDE


class IndexRefusedError(PressroomError):
    """The index said no, and would say no again."""


class OtherBytesError(IndexRefusedError):
    """The index has other bytes under a name of ours; that name is used up."""


_BUMP = "release again as the next version: a name that was used once is used up for ever"
_BYTES = "if the bytes of the file have to change for that, release as the next version"
_ACCOUNT = "log in to the index with a browser, mend that there, then start the same command again"
_LATER = "nothing is wrong with the release: start the same command again later"

# What the message of the index tells (Warehouse's words, 2026), and the mend; the first that fits.
_ADVICE = (
    (r"previously used|already been used", _BUMP),
    (
        r"14 days|fourteen days|too old|older than",
        "the index takes no new file for a release that old; what is missing goes into the next version",
    ),
    (r"only one sdist", f"the index has another sdist of this version; {_BUMP}"),
    (
        r"project size too large|total size",
        "ask the index for more room, or delete old pre-releases there",
    ),
    (r"file too large|too large", "ask the index for a higher limit, or make the file smaller"),
    (r"digest", "the file changed while it was sent: compare it with the plan, then start again"),
    (r"archived|quarantined", _ACCOUNT),
    (r"organi[sz]ation|verified|two.factor|terms", _ACCOUNT),
    (r"local version", "a version for an index has no `+`: release under another version"),
    (r"description", f"make `twine check --strict` pass; {_BYTES}"),
    (
        r"classifier|metadata|license|requires|invalid value",
        f"mend the project's metadata; {_BYTES}",
    ),
    (r"invalid distribution|filename|wheel|zip|\btar\b", f"mend how the file is built; {_BYTES}"),
    (r"name .*(not allowed|isn't allowed|too similar|conflicts)", "the index reserves that name"),
)


def busy(reply: Reply) -> Outage:
    """The outage that a 429, a 502 and their like stand for."""
    return Outage(
        message=f"the index is busy or down: {reply.words}",
        hint="wait until it is up again (PyPI: https://status.python.org), then start again",
        wait=reply.wait,
    )


def refusal(reply: Reply, *, filename: str, project: str, upload_url: str) -> PressroomError:
    """The error for an upload that was answered by anything that is no 200 and not for later."""
    message = f"the index does not take {filename}: {reply.words}"
    kind: type[PressroomError] = IndexRefusedError
    if reply.location is not None and 300 <= reply.status < 400:
        target = _target(upload_url, reply.location)
        message = f"the upload is redirected to {target}; the token is not sent there"
        hint = "check the upload address of the index; name that one only if you trust it"
        if target == f"{upload_url}/":
            hint = f"write the address with its slash: {target}"
    elif re.search(r"read.only|temporarily disabled", reply.text, re.IGNORECASE):
        kind, hint = IndexUnreachableError, _LATER
    elif reply.status in {401, 403}:
        hint = _token_advice(reply.text, project)
    elif reply.status == 413:
        hint = "ask the index for a higher limit, or make the file smaller"
    elif reply.status == 400:
        hint = next(
            (mend for words, mend in _ADVICE if re.search(words, reply.text, re.IGNORECASE)),
            f"nothing was stored: mend what it says, then start again; {_BYTES}",
        )
    else:
        hint = "check the upload address: PyPI's is https://upload.pypi.org/legacy/"
    return kind(message, where=upload_url, hint=hint)


def _target(url: str, location: str) -> str:
    """Where a redirect leads, for a person."""
    with contextlib.suppress(ValueError):
        location = urljoin(url, location)
    return one_line(location)[:200]


def _token_advice(text: str, project: str) -> str:
    if re.search(r"not valid for project|allowed to upload|scope", text, re.IGNORECASE):
        return (
            f"the token is for another project: make one for {project} on the index and store that"
        )
    if re.search(r"expired", text, re.IGNORECASE):
        return f"the token has expired: make a new one for {project} on the index and store that"
    return (
        f"the index does not know the token (it may be deleted, or of another index): "
        f"make a new one for {project} there and store that"
    )


def is_taken(reply: Reply) -> bool:
    """Whether the index says that it has such a file: ours or another, its page will tell."""
    return reply.status == 409 or (
        reply.status == 400 and re.search(r"already exists", reply.text, re.IGNORECASE) is not None
    )
