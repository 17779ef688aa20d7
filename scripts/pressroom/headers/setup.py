"""From the configuration to what servers are configured with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.config import FILE
from pressroom.errors import ConfigFindingsError
from pressroom.findings import Finding
from pressroom.headers.check import TABLE, check_policy
from pressroom.headers.model import Place, ServedSite, Setup
from pressroom.headers.policy import Policy
from pressroom.shapes import fill

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.addresses.model import Redirect
    from pressroom.config import Config


def parse_policy(table: dict[str, object], *, where: str) -> tuple[Policy | None, list[Finding]]:
    """The policy of `[tool.pressroom.headers]`, or None and all that is wrong with the table."""
    policy, misfits = fill(Policy, table)
    findings = [
        Finding(where=where, message=f"{TABLE} {misfit.message}", hint=misfit.hint)
        for misfit in misfits
    ]
    if policy is not None:
        findings += check_policy(policy, where=where)
    return (None, findings) if findings else (policy, [])


def load_policy(config: Config) -> Policy:
    """The policy of a checkout; raises ConfigFindingsError with all that is wrong with it."""
    policy, findings = parse_policy(config.settings.headers, where=FILE)
    if policy is None:
        raise ConfigFindingsError(findings)
    return policy


def make_setup(config: Config, policy: Policy, redirects: Iterable[Redirect] = ()) -> Setup:
    """All sites as they will be deployed: on all addresses of a server, at the ports of HTTP and HTTPS."""
    hosting = config.settings.hosting
    by_site: dict[str, list[Redirect]] = {name: [] for name in config.settings.sites}
    for redirect in redirects:
        by_site[redirect.site].append(redirect)
    sites = tuple(
        ServedSite(
            name=name,
            host=(host := config.host(name)),
            aliases=(f"www.{host}",),
            root=f"{hosting.folder.rstrip('/')}/{name}",
            certificate=hosting.certificate.replace("{host}", host),
            key=hosting.key.replace("{host}", host),
            redirects=tuple(by_site[name]),
        )
        for name in config.settings.sites
    )
    place = Place(address="", http_port=80, https_port=443, acme=hosting.acme)
    return Setup(policy=policy, sites=sites, place=place)
