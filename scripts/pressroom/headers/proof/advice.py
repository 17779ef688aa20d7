"""What to do about something that a proof found wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressroom.headers.proof.model import Verdict

_AGAIN = "if deploy/ was edited by hand, write it again"
_HEADER = {
    "missing": "let every answer of this kind have it: a block of its own must not drop it",
    "twice": "browsers then take neither, or the first: set it in one place alone",
    "must not be there": "take the line out that sends it here",
    "wrong": "send the policy's value, or change the policy for all answers",
    "shows a version": "switch the version off: it tells an attacker what to try",
    "no charset": "name it in the table of media types: browsers guess otherwise",
}
_SUBJECT = {
    "status": "see which block of the configuration answers it: the request did not get where it should",
    "Location": "send exactly that address: another one loses visitors, or hands them to somebody else",
    "form": "look at the raw answer (--json): the server, or something before it, does not keep to HTTP",
    "body": "see which file it comes from: root and error pages of this site",
    "Content-Type": "name it in the table of media types: browsers do not guess after nosniff",
    "Vary": "without it a cache hands compressed bytes to whoever cannot read them",
    "Content-Encoding": "compressed bytes go to whoever asked for them, with that header",
    "Allow": "a 405 says which methods there are (RFC 9110, 15.5.6)",
}


def advise(verdict: Verdict) -> str:
    """A hint for a failure."""
    what = _SUBJECT.get(verdict.subject) or _HEADER[verdict.problem]
    return f"{what}; {_AGAIN}"
