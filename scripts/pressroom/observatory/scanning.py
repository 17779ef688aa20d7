"""What is asked of a target, and what the answers come to: a scan, or trouble. Who asks is an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ada_url

from pressroom.observatory.content_coding import ACCEPTED
from pressroom.observatory.model import Scan, Visit
from pressroom.observatory.trouble import Halt, Trouble, explain, explain_down
from pressroom.world.unanswered import Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.observatory.targets import Target

# What every request says, and OPTIONS besides.
ORDINARY = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:129.0) Gecko/20100101 Firefox/129.0 Observatory/129.0",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": ACCEPTED,
}
PREFLIGHT = {
    "Origin": "https://http-observatory.security.mozilla.org",
    "Access-Control-Request-Method": "GET",
}
_FAILURE = 500


def starts(target: Target, scheme: str) -> tuple[str, str]:
    """The URLs where the visits begin, over TLS and without.

    A port that was given belongs to what it speaks, `scheme`; the other visit goes to the usual one.
    """
    secure, plain = (f"{one}://{target.host}{target.path}" for one in ("https", "http"))
    if target.port is None:
        return secure, plain
    given = f"{scheme}://{target.place}{target.path}"
    return (given, plain) if scheme == "https" else (secure, given)


def find_scheme(target: Target, status_of: Callable[[str], int | Halt]) -> str | Trouble:
    """What the port of a target speaks: https, if that answers, else http.

    `status_of` gives the status of a HEAD of a URL, whatever its certificate. One of 500 and above is no answer.
    """
    first = None
    for scheme in ("https", "http"):
        status = status_of(f"{scheme}://{target.place}/")
        if not isinstance(status, Halt) and status < _FAILURE:
            return scheme
        first = first or status
    if isinstance(first, Halt) and first.reason not in {Reason.REFUSED, Reason.TLS}:
        return explain(first)
    return explain_down(target.host, f"port {target.port}")


def scan(
    target: Target, secure: str, plain: str, visit: Callable[[str], Visit | Halt]
) -> Scan | Trouble:
    """Both visits; without the CORS question.

    A port where nobody listens is a fact to be judged; so is one at which nothing comes back, if it is
    that of http and https answers: a firewall drops it. All else that is no answer is trouble.
    """
    https = visit(secure)
    if isinstance(https, Halt) and not https.is_refused:
        return explain(https)
    http = visit(plain)
    if isinstance(http, Halt):
        if not (http.is_refused or (http.is_unreached and isinstance(https, Visit))):
            return explain(http)
        if isinstance(https, Halt):
            ports = " and ".join(str(place_of(url)[1]) for url in (secure, plain))
            return explain_down(target.host, f"ports {ports}")
    return Scan(
        host=target.host,
        http=http if isinstance(http, Visit) else None,
        https=https if isinstance(https, Visit) else None,
    )


def place_of(url: str) -> tuple[str, int]:
    """The host, an IPv6 address without its brackets, and the port of a URL."""
    found = ada_url.URL(url)
    port = int(found.port or (443 if found.protocol == "https:" else 80))
    return found.hostname.removeprefix("[").removesuffix("]"), port
