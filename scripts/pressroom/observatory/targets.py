"""What is to be scanned, and where to connect for it, as people write it on a command line or in a file."""

from __future__ import annotations

import dataclasses
import ipaddress
import re

import ada_url

from pressroom.errors import ConfigError
from pressroom.findings import Finding
from pressroom.world.reply import one_line

# Facts: the Observatory takes no longer name.
_HOST_LIMIT = 253
# Longer than any server takes.
_TEXT_LIMIT = 8_000
_SHOWN = 80
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_AUTHORITY_END = re.compile(r"[/\\?#]")
_ROUTE = re.compile(r"([^:/?#@\\]+|\[[^\]]*\]):([0-9]{1,5}):(.+)")
_EXAMPLE = "write it as www.widget.example, www.widget.example/docs/ or www.widget.example:8443"
# An address, then a port of its own; an IPv6 address without brackets has none.
_PLACE = re.compile(r"(?:\[([^\]]*)\]|([^:]*))(?::([0-9]{1,5}))?")
_ROUTE_EXAMPLE = (
    "write it as www.widget.example:443:192.0.2.7, with [2001:db8::7] for the address, or with a port "
    "of its own: www.widget.example:443:192.0.2.7:8443"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One page of one host.

    `host` is in lower case, in Punycode, an IPv6 address in brackets; `path` begins with `/` and is
    percent-encoded. `port` is None where none was given, or that of https.
    """

    host: str
    path: str = "/"
    port: int | None = None

    @property
    def text(self) -> str:
        """How a person would write it."""
        return f"{self.place}{self.path if self.path != '/' else ''}"

    @property
    def place(self) -> str:
        """The host, with the port if one was given."""
        return self.host if self.port is None else f"{self.host}:{self.port}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Connections to `port` of `host` go to `address`, at `to_port` if that is another one.

    What is sent and what the certificate has to say stays. `host` is spelt as a Target's; `address` has no brackets.
    """

    host: str
    port: int
    address: str
    to_port: int | None = None


def parse_target(text: str) -> Target:
    """A target from `host`, `host/path`, `host:port/path`, with `https://` before it or not.

    As the Observatory's site string (measured): read as WHATWG reads an https URL, with a dot in the
    name; query and fragment are dropped. IPv6 addresses, in brackets, are taken too: the Observatory
    refuses them. Raises ConfigError.
    """
    scheme = _SCHEME.match(text)
    rest = text[scheme.end() :] if scheme else text
    problem = _problem_of_text(rest, scheme[1].lower() if scheme else "https")
    if problem is None:
        try:
            url = ada_url.URL(f"https://{rest}")
        except ValueError:
            problem = "it is no host that a URL can have", _EXAMPLE
        else:
            problem = _problem_of_url(url)
            if problem is None:
                port = int(url.port) if url.port else None
                return Target(host=url.hostname, path=url.pathname, port=port)
    message, hint = problem
    raise ConfigError(message, where=shown(text), hint=hint)


def parse_targets(text: str, where: str) -> tuple[tuple[Target, ...], tuple[Finding, ...]]:
    """The targets of a file, one a line, in order, and what is wrong with it.

    Empty lines do not count, nor does what follows a `#` at the beginning of a line or behind a space.
    """
    targets, findings = [], []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        wanted = re.split(r"(?:^|[ \t])#", line, maxsplit=1)[0].strip(" \t\r")
        if not wanted:
            continue
        try:
            targets.append(parse_target(wanted))
        except ConfigError as error:
            message = f"{error.where}: {error.message}"
            findings.append(Finding(where=where, line=number, message=message, hint=error.hint))
    if not targets and not findings:
        hint = "write one host a line; what is not named is not looked at"
        findings.append(Finding(where=where, message="it names no host", hint=hint))
    return tuple(targets), tuple(findings)


def parse_route(text: str) -> Route:
    """A route from `host:port:address` or `host:port:address:port`; raises ConfigError.

    An IPv6 address may be in brackets, and is where a port follows.
    """
    match = _ROUTE.fullmatch(text)
    if match is None:
        raise ConfigError("it is not host:port:address", where=shown(text), hint=_ROUTE_EXAMPLE)
    place = _PLACE.fullmatch(match[3])
    address = (place[1] or place[2]) if place else match[3]
    host, port = parse_target(match[1]).host, int(match[2])
    to_port = int(place[3]) if place and place[3] else None
    for one in (port, to_port):
        if one is not None and not 0 < one < 65_536:
            raise ConfigError(f"there is no port {one}", where=shown(text), hint=_ROUTE_EXAMPLE)
    try:
        where = ipaddress.ip_address(address)
    except ValueError:
        raise ConfigError(
            f"{shown(address)} is no IP address", where=shown(text), hint=_ROUTE_EXAMPLE
        ) from None
    if getattr(where, "scope_id", None):
        raise ConfigError(
            "an address with a zone cannot be used", where=shown(text), hint=_ROUTE_EXAMPLE
        )
    return Route(host=host, port=port, address=str(where), to_port=to_port)


def shown(text: str) -> str:
    """Text from outside that fits into a message."""
    line = one_line(text)
    return (line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…") or "(empty)"


def _problem_of_text(rest: str, scheme: str) -> tuple[str, str] | None:
    authority = _AUTHORITY_END.split(rest, maxsplit=1)[0]
    for is_so, message, hint in (
        (not rest, "there is no host", _EXAMPLE),
        (len(rest) > _TEXT_LIMIT, f"it is longer than {_TEXT_LIMIT} characters", _EXAMPLE),
        (
            # No space but this one is printable; a lone surrogate is not either.
            " " in rest or not rest.isprintable(),
            "it has a space or a control character in it",
            "take it out, or write it as %20",
        ),
        (
            scheme != "https",
            f"{shown(scheme)}:// is not what is looked at",
            "leave the scheme out: http:// and https:// are both asked, as browsers may ask either",
        ),
        (rest[:1] in {"/", "\\"}, "there is no host before the path", _EXAMPLE),
        (
            "@" in authority,
            "it has a user or a password in it",
            "take it out: pages are looked at as strangers see them",
        ),
    ):
        if is_so:
            return message, hint
    return None


def _problem_of_url(url: ada_url.URL) -> tuple[str, str] | None:
    host = url.hostname
    if len(host) > _HOST_LIMIT:
        return f"the name of the host is longer than {_HOST_LIMIT} characters", _EXAMPLE
    if url.port == "0":
        return "there is no port 0", "name the port that the server listens at, or none"
    parts = host.split(".")
    if not host.startswith("[") and (len(parts) < 2 or not all(parts)):
        return "the name of the host needs a dot, with something on both sides of each", (
            "write the full name; for this machine 127.0.0.1, or a name with --resolve"
        )
    return None
