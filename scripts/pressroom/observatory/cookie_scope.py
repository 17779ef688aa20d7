"""Where a cookie belongs: the host and path of a URL, and who may set a cookie for which domain (RFC 6265, 5.1)."""

from __future__ import annotations

import dataclasses
import functools
import re

import ada_url

from pressroom.observatory.domains import is_public_suffix
from pressroom.observatory.fields import trim

# Names that no registry hands out (RFC 6761). tough-cookie takes what is below them for registrable.
_SPECIAL = ("local", "example", "invalid", "localhost", "test")
# Those of them that may have cookies of their own.
_OWN_COOKIES = ("localhost", "invalid")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}\.?")
# What a list of public suffixes takes for a label of a name.
_LABEL = re.compile(
    r"[a-z0-9_\u0080-\U0010ffff]([a-z0-9_\u0080-\U0010ffff-]{0,61}[a-z0-9_\u0080-\U0010ffff])?"
)
_LONGEST_NAME = 255
_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What decodeURI leaves as it is (ECMA-262): the characters that part a URL.
_RESERVED = re.compile(r"(%(?:2[346BCF]|3[ABDF]|40))", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a request goes, as far as cookies care."""

    host: str
    path: str
    is_secure: bool

    @property
    def folder(self) -> str:
        """The path of a cookie that names none."""
        return self.path[: self.path.rfind("/")] or "/"


@functools.lru_cache(maxsize=64)
def place_of(url: str) -> Place | None:
    """The place of a URL, or None if it is none.

    Escapes are decoded first, as far as that changes no border of the URL: so `/%61/` is the folder `/a`.
    """
    try:
        parsed = ada_url.URL(_decode(url))
    except ValueError:
        return None
    return Place(
        host=canonical(parsed.hostname),
        path=parsed.pathname,
        is_secure=parsed.protocol in {"https:", "wss:"},
    )


def _decode(url: str) -> str:
    """A URL as decodeURI of ECMAScript leaves it; unchanged if one of its escapes is broken."""
    if _BROKEN_ESCAPE.search(url):
        return url
    try:
        return _ESCAPES.sub(lambda run: "".join(map(_decode_part, _RESERVED.split(run[0]))), url)
    except UnicodeDecodeError:
        return url


def _decode_part(escapes: str) -> str:
    if _RESERVED.fullmatch(escapes):
        return escapes
    return bytes.fromhex(escapes.replace("%", "")).decode()


def canonical(domain: str) -> str:
    """A domain as it is compared: one leading dot less, in lower case, in ASCII (IDNA); empty if that cannot be.

    Of an address of IPv6 it is the address without brackets.
    """
    if ":" in domain and domain.isascii():
        return domain.removeprefix("[").removesuffix("]").lower()
    name = trim(domain).removeprefix(".").lower()
    if name.isascii():
        return name
    try:
        return ada_url.URL(f"http://{name}").hostname
    except ValueError:
        return ""


def is_within(host: str, domain: str) -> bool:
    """Whether a host is a domain or below it; nothing is below an address."""
    return host == domain or (host.endswith("." + domain) and not _ADDRESS.fullmatch(host))


@functools.lru_cache(maxsize=1024)
def is_closed(domain: str) -> bool:
    """Whether nobody may set a cookie for a domain: a public suffix, an IPv4 address, or no name at all."""
    if ":" in domain:
        return False
    labels = domain.split(".")
    if labels[-1] in _SPECIAL:
        return len(labels) == 1 and domain not in _OWN_COOKIES
    name = domain.rstrip(".")
    return (
        "." not in name
        or len(name) > _LONGEST_NAME
        or _ADDRESS.fullmatch(name) is not None
        or not all(_LABEL.fullmatch(label) for label in name.split("."))
        or is_public_suffix(name)
    )


@functools.lru_cache(maxsize=256)
def reach_of(host: str) -> tuple[str, ...]:
    """The domains whose cookies a host is sent: itself, and its parents as far as they are registrable."""
    if is_closed(host):
        return () if host in _SPECIAL else (host,)
    if host.endswith("."):
        return ()
    domains = [host]
    while "." in (parent := domains[-1].partition(".")[2]) and not is_closed(parent):
        domains.append(parent)
    return tuple(domains)


def is_on(path: str, folder: str) -> bool:
    """Whether a path is a cookie's own or below it (RFC 6265, 5.1.4)."""
    return path == folder or (
        path.startswith(folder) and (folder.endswith("/") or path[len(folder)] == "/")
    )
