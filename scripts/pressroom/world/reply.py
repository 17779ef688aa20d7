"""What came back over HTTP, or why nothing did: values, and words for them."""

from __future__ import annotations

import dataclasses
import re
import ssl
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# OpenSSL's numbers of what it has against a certificate, x509_vfy.h.
_EXPIRED = frozenset({9, 10})
_OTHER_HOST = frozenset({62, 64})
# A server may say a lot; this much is shown.
_SHOWN = 300


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer over HTTP; `wait` is the seconds that it asks to stay away."""

    status: int
    reason: str
    media_type: str = ""
    location: str | None = None
    wait: float | None = None
    body: bytes = b""

    @property
    def is_busy(self) -> bool:
        """Whether the same question may get another answer later."""
        return self.status in {408, 425, 429} or self.status >= 500

    @property
    def text(self) -> str:
        """All that it says, in one line: the reason and the body without its tags."""
        body = re.sub(r"<[^<>]*>", " ", self.body[:65_536].decode("utf-8", "replace"))
        return one_line(f"{self.reason} {body}")

    @property
    def words(self) -> str:
        """What it says, for a person: PyPI puts its message into the reason, others into the body."""
        reason = one_line(self.reason)
        shown = reason if len(reason) > 24 else self.text
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        return f"{self.status} {shown}".strip()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Why there is no answer; `is_final`: asking again will not help."""

    message: str
    hint: str
    wait: float | None = None
    is_final: bool = False


def one_line(text: str) -> str:
    """Text from outside that can be printed: no control, no escape of a terminal, no line break."""
    return " ".join(
        "".join(sign if sign.isprintable() else " " for sign in text).split(),
    )


def parse_retry_after(value: str | None, date: str | None) -> float | None:
    """The seconds that a Retry-After asks for: a number, or a date, which counts from the answer's own Date.

    Their clock, not ours: only the difference means something.
    """
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        until, now = parsedate_to_datetime(value), parsedate_to_datetime(date or "")
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):  # TypeError: one with a time zone, one without
        return None


def explain_outage(error: BaseException, *, host: str) -> Outage:
    """An exception of requests, urllib3, TLS or the system, in words of our own.

    Its own text is not shown: it can quote what was sent.
    """
    from urllib3 import exceptions as unreached  # noqa: PLC0415 - loaded when there was an exchange

    chain = list(_chain(error))
    for kind in chain:
        if isinstance(kind, ssl.SSLCertVerificationError):
            return _certificate(kind, host)
    for expected, outage in (
        (unreached.NameResolutionError, _no_name(host)),
        (ssl.SSLError, _again(f"no TLS connection to {host} could be made", _TLS)),
        (unreached.NewConnectionError, _again(f"{host} refuses connections", _NETWORK)),
        (unreached.ConnectTimeoutError, _again(f"{host} does not accept a connection", _NETWORK)),
        (unreached.IncompleteRead, _again(f"the answer of {host} ended early", _NETWORK)),
        (TimeoutError, _again(f"{host} was silent for too long", _NETWORK)),
        (unreached.TimeoutError, _again(f"{host} was silent for too long", _NETWORK)),
        (ConnectionError, _again(f"{host} cut the connection", _NETWORK)),
    ):
        if any(isinstance(kind, expected) for kind in chain):
            return outage
    return _again(f"no answer of {host} could be read ({type(chain[-1]).__name__})", _NETWORK)


_NETWORK = (
    "check that the network is up and that this machine reaches it directly: "
    "proxies of the environment are not used for a release"
)
_TLS = "check the address and its port; something may stand in between"


def _again(message: str, hint: str) -> Outage:
    return Outage(message=message, hint=hint)


def _no_name(host: str) -> Outage:
    return _again(f"the name {host} cannot be resolved", "check its spelling, the network and DNS")


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> Outage:
    if error.verify_code in _EXPIRED:
        hint = "check the clock of this machine (`date`); if it is right, its owner has to renew the certificate"
    elif error.verify_code in _OTHER_HOST:
        hint = "something else answers under that name: check the address, DNS and the network; send nothing"
    else:
        hint = "name the file of the authority that signed it, if you trust that; else send nothing"
    message = f"the certificate of {host} is not accepted: {one_line(error.verify_message)}"
    return Outage(message=message, hint=hint, is_final=True)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and all that it wraps: requests and urllib3 keep the cause in several places."""
    waiting, seen = [error], set[int]()
    while waiting:
        now = waiting.pop(0)
        if id(now) in seen:
            continue
        seen.add(id(now))
        yield now
        inner = [now.__cause__, now.__context__, getattr(now, "reason", None), *now.args]
        waiting += [one for one in inner if isinstance(one, BaseException)]
