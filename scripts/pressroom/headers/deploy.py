"""Everything in deploy/: a configuration for each kind of server, and what hosts without one take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.config import DEPLOY, FILE, REDIRECTS
from pressroom.findings import Finding, Severity
from pressroom.headers.meta import render_meta_file
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.headers.servers.static_hosts import render_static_hosts
from pressroom.headers.traps.apache import check_apache
from pressroom.headers.traps.caddy import check_caddy
from pressroom.headers.traps.lighttpd import check_lighttpd
from pressroom.headers.traps.nginx import check_nginx
from pressroom.world import disk

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pressroom.headers.model import Setup

TRAPS: Mapping[str, Callable[..., list[Finding]]] = {
    "apache": check_apache,
    "caddy": check_caddy,
    "lighttpd": check_lighttpd,
    "nginx": check_nginx,
}


def render_deploy(setup: Setup) -> tuple[dict[str, str], list[Finding]]:
    """The files of deploy/ by path, and what is wrong with them.

    A trap is an error. A file whose server cannot be told a value is left out with a warning: who deploys
    another one does not care.
    """
    files, findings = {"meta.html": render_meta_file(setup.policy)}, []
    for server in SERVERS.values():
        where = f"{DEPLOY}/{server.file}"
        try:
            files[server.file] = server.render(setup)
        except ValueError as error:
            findings.append(_cannot_hold(where, error))
            continue
        findings += TRAPS[server.name](files[server.file], where=where)
    try:
        hosts, found = render_static_hosts(setup)
    except ValueError as error:
        return files, [*findings, _cannot_hold(f"{DEPLOY}/static-hosts", error)]
    return files | hosts, findings + found


def write_deploy(files: Mapping[str, str], folder: Path) -> None:
    """The files below `folder`, which is made."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        disk.save_text(path, text)


def _cannot_hold(where: str, error: ValueError) -> Finding:
    return Finding(
        where=where,
        message=f"is not written: {error}",
        hint=f"only if you need that file: change the value in {FILE} or {REDIRECTS}",
        severity=Severity.WARNING,
    )
