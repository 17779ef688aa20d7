"""What is to be said about a host's certificate: what is wrong with it, and how long it lasts."""

from __future__ import annotations

import dataclasses
import functools
import warnings
from typing import TYPE_CHECKING

from pressroom.world.reply import one_line

if TYPE_CHECKING:
    import datetime as dt

    from cryptography import x509

# OpenSSL's numbers (x509_vfy.h).
_NOT_YET, _EXPIRED = 9, 10
_SELF_SIGNED = 18
_UNKNOWN_AUTHORITY = frozenset({2, 19, 20, 21})
_OTHER_HOST = frozenset({62, 64})
_NAMES_SHOWN = 3
_SHOWN = 100


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate as it was presented; `problem` is empty when it was accepted.

    `expires` is None where the certificate could not be read.
    """

    problem: str = ""
    expires: dt.datetime | None = None

    def days_left(self, now: dt.datetime) -> int | None:
        """Whole days until it expires, negative when it has; None where that is not known."""
        return None if self.expires is None else (self.expires - now).days


@functools.lru_cache(maxsize=256)
def describe(host: str, refusal: tuple[int, str] | None, data: bytes | None) -> Certificate:
    """What a certificate for `host` comes to.

    `refusal` is OpenSSL's number and words for what it has against it, `data` the certificate (DER).
    """
    certificate = _load(data)
    expires = certificate.not_valid_after_utc if certificate is not None else None
    if refusal is None:
        return Certificate(expires=expires)
    return Certificate(problem=_problem(host, *refusal, certificate), expires=expires)


def _problem(host: str, code: int, words: str, certificate: x509.Certificate | None) -> str:
    if code == _EXPIRED and certificate is not None:
        day = certificate.not_valid_after_utc.date()
        # Python does not say which one of the chain it was.
        return f"expired on {day.isoformat()} (or one that signed it has)"
    if code == _NOT_YET and certificate is not None:
        day = certificate.not_valid_before_utc.date()
        return f"not valid before {day.isoformat()} (or one that signed it is not yet)"
    if code in _OTHER_HOST:
        names = _names(certificate)
        return f"is for {names}, not for {host}" if names else f"is not for {host}"
    if code == _SELF_SIGNED:
        return "self-signed"
    if code in _UNKNOWN_AUTHORITY:
        return "signed by an authority that is not known (missing intermediate?)"
    return one_line(words)[:_SHOWN] or "refused"


def _load(data: bytes | None) -> x509.Certificate | None:
    """A certificate that can be read as far as we need it, or None: it comes from outside."""
    if data is None:
        return None
    from cryptography import x509  # noqa: PLC0415 - loaded when there was TLS

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cryptography's about what is odd, but can be read
            certificate = x509.load_der_x509_certificate(data)
            _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except ValueError:
        return None
    return certificate


def _names(certificate: x509.Certificate | None) -> str:
    if certificate is None:
        return ""
    from cryptography import x509  # noqa: PLC0415 - see _load

    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension):
        return ""
    except x509.UnsupportedGeneralNameType:
        return ""
    names = [
        *found.get_values_for_type(x509.DNSName),
        *map(str, found.get_values_for_type(x509.IPAddress)),
    ]
    more = ", …" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(one_line(name)[:_SHOWN] for name in names[:_NAMES_SHOWN]) + more
