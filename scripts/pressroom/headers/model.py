"""What a server has to know: the policy, sites, and where things are on its machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressroom.addresses.model import Redirect
    from pressroom.headers.policy import Policy

# The pages of every site that a server shows with these statuses, and with no other.
NOT_FOUND_PAGE = "/404.html"
FAILURE_PAGE = "/50x.html"
# The same as files of a site.
ERROR_PAGES = (NOT_FOUND_PAGE[1:], FAILURE_PAGE[1:])
FAILURES = (500, 502, 503, 504)
METHODS = ("GET", "HEAD")
# Where certificates are proved over plain HTTP (RFC 8555, 8.3).
ACME = "/.well-known/acme-challenge/"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ServedSite:
    """A built site on a server: its hosts, the folder with its files, its certificate."""

    name: str
    host: str
    # Other hosts, each sent to `host`; the certificate is for them too.
    aliases: tuple[str, ...]
    root: str
    certificate: str
    key: str
    redirects: tuple[Redirect, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server listens, and the folders it needs that belong to no site."""

    # The address to listen at; empty for all, of IPv4 and IPv6.
    address: str
    http_port: int
    https_port: int
    # Holds /.well-known/acme-challenge/.
    acme: str
    # A path that answers 503: only a proof has one. Never in what is deployed.
    failing: str = ""

    @property
    def port(self) -> str:
        """What stands behind a host in an address of ours: empty, or `:8443`."""
        return "" if self.https_port == 443 else f":{self.https_port}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """Everything that a configuration is made from."""

    policy: Policy
    sites: tuple[ServedSite, ...]
    place: Place
