"""Why a page could not be looked at, in words: never a verdict."""

from __future__ import annotations

import dataclasses
from urllib.parse import urlsplit

from pressroom.observatory.targets import shown
from pressroom.world.unanswered import Reason

_REACH = (
    "check that it is up, and that this machine reaches it directly: "
    "proxies of the environment are not used"
)
_LOOK = "look at what the server sends (curl -v --http1.1), and at what stands before it"
_HINTS = {
    Reason.NAME: "check its spelling, the network and DNS; --resolve names the address of a host",
    Reason.REFUSED: "start the server that should listen there, or redirect elsewhere",
    Reason.UNREACHED: _REACH,
    Reason.CERTIFICATE: "look at the certificates of all hosts that the page redirects to",
    Reason.TLS: "check address and port; the server has to speak TLS 1.2 or 1.3",
    Reason.LATE: "start again; if it stays so, the server is too slow, or does not end its answers",
    Reason.CLOSED: "start again; if it stays so, the log of the server says why",
    Reason.STALE: "start again; the server ends connections that it promised to keep",
    Reason.BROKEN: _LOOK,
    Reason.TOO_LONG: "such a page is not read to its end: check that it is the right one",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why there is nothing to judge."""

    message: str
    hint: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """Where a visit ended without an answer.

    `reason` is None where a redirect leads nowhere; `detail` says more. `is_first`: at its first URL.
    """

    url: str
    reason: Reason | None
    detail: str = ""
    is_first: bool = True

    @property
    def is_refused(self) -> bool:
        """Whether nobody listens where the visit began: a fact about the host."""
        return self.is_first and self.reason is Reason.REFUSED

    @property
    def is_unreached(self) -> bool:
        """Whether nothing came back from where the visit began, not even a refusal."""
        return self.is_first and self.reason is Reason.UNREACHED


def explain(halt: Halt) -> Trouble:
    """The words for a visit that ended without an answer."""
    url, detail = shown(halt.url), f" ({shown(halt.detail)})" if halt.detail else ""
    if halt.reason is None:
        return Trouble(
            message=f"{url} redirects to what is no address of a page: {shown(halt.detail)}",
            hint="mend the Location of that redirect: it has to lead to http:// or https://",
        )
    parts = urlsplit(halt.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = shown(parts.hostname or "")
    message = {
        Reason.NAME: f"the name {host} cannot be resolved",
        Reason.REFUSED: f"{host} refuses connections at port {port}",
        Reason.UNREACHED: f"{host} accepts no connection at port {port}",
        Reason.CERTIFICATE: f"the certificate of {host} is refused",
        Reason.TLS: f"no TLS connection to port {port} of {host} can be made",
        Reason.LATE: f"{url} gave no whole answer in time",
        Reason.CLOSED: f"{url} closed the connection before its answer was whole",
        Reason.STALE: f"{url} closed the connection before its answer was whole",
        Reason.BROKEN: f"the answer of {url} is not HTTP as it has to be",
        Reason.TOO_LONG: f"the answer of {url} is too long",
    }[halt.reason]
    return Trouble(message=message + detail, hint=_HINTS[halt.reason])


def explain_down(place: str, ports: str) -> Trouble:
    """The words for a host where nothing answers, at any of the ports."""
    return Trouble(
        message=f"{place} is down: nothing answers at {ports}",
        hint="start its server, or check the name and the port",
    )
