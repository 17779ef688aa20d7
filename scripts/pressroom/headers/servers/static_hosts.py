"""`_headers` and `_redirects` for hosts that are given a folder and no configuration."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.headers.servers.hosts import HOSTS
from pressroom.headers.traps.static_hosts import check_headers_file, check_redirects_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.addresses.model import Redirect
    from pressroom.findings import Finding
    from pressroom.headers.header import Header, PathClass
    from pressroom.headers.model import ServedSite, Setup
    from pressroom.headers.policy import Policy
    from pressroom.headers.servers.hosts import StaticHost

_NAME = re.compile(r"[A-Za-z0-9-]+")
# RFC 9110, 5.5, in ASCII; both hosts trim a value and pass over an empty one.
_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_PATH = re.compile(r"[A-Za-z0-9._~/-]+")
_WORD = re.compile(r"(?:/(?!/)|https://)[!-~]*")
_PATTERN = re.compile(r"[*:]")


def render_static_hosts(setup: Setup) -> tuple[dict[str, str], list[Finding]]:
    """The files for every such host, by path in deploy/, and what is wrong with them.

    Raises ValueError for a value that no line can hold.
    """
    files, findings = {}, []
    for host in HOSTS:
        path = f"{host.name}/_headers"
        files[path] = render_headers_file(host, setup.policy)
        findings += check_headers_file(files[path], host=host, where=f"deploy/{path}")
        for site in setup.sites:
            path = f"{host.name}/{site.name}/_redirects"
            files[path] = render_redirects_file(host, site)
            findings += check_redirects_file(files[path], host=host, where=f"deploy/{path}")
    return files, findings


def render_headers_file(host: StaticHost, policy: Policy) -> str:
    """`_headers`: a rule for everything, then one for each class of files, so that what counts comes last."""
    lines = [
        f"# Headers for {host.title}: copy this file into the folder of each site.",
        "# What this host cannot do:",
        *(f"# {line}" for line in host.cannot),
        "",
        "/*",
        *(f"  ! {name}" for name in host.own_headers),
        *map(_line, (*policy.always, policy.transport)),
    ]
    everywhere = {header.name: header for header in (*policy.always, policy.transport)}
    changed: dict[str, None] = {}
    # The first class that holds a path counts for us, the last rule for them.
    for kind in reversed(policy.classes):
        own = {header.name: header for header in kind.headers}
        # So a rule also sets again what the rules above it may have changed.
        changed = dict.fromkeys((*own, *changed))
        values = {**everywhere, **own}
        rule = [f"  ! {name}" for name in changed if host.joins]
        rule += [_line(values[name]) for name in changed if name in values]
        for pattern in _patterns(kind):
            lines += ["", pattern, *rule]
    return "\n".join(lines) + "\n"


def render_redirects_file(host: StaticHost, site: ServedSite) -> str:
    """`_redirects` of a site: one exact old path a line."""
    lines = [
        f"# Old addresses for {host.title}: copy this file into the folder of {site.name}.",
        *(f"# {line}" for line in host.cannot_redirect),
        "",
        *map(_redirect, site.redirects),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _line(header: Header) -> str:
    if not _NAME.fullmatch(header.name):
        raise ValueError(f"{header.name!r} is no name of a header")
    # :splat is what * stood for.
    if not _VALUE.fullmatch(header.value) or ":splat" in header.value:
        raise ValueError(f"{header.value!r} is no value that a line of _headers can hold")
    return f"  {header.name}: {header.value}"


def _patterns(kind: PathClass) -> Iterator[str]:
    for text in (kind.prefix, *kind.suffixes):
        if text and not _PATH.fullmatch(text):
            raise ValueError(f"{text!r} cannot be written as a path of _headers")
    if kind.prefix:
        yield f"{kind.prefix}*"
    for suffix in kind.suffixes:
        yield f"/*{suffix}"


def _redirect(redirect: Redirect) -> str:
    for word in (redirect.source, redirect.target):
        if not _WORD.fullmatch(word):
            raise ValueError(f"{word!r} is no word of a line of _redirects")
    line = f"{redirect.source} {redirect.target} 301"
    return f"# left out: {line}" if _PATTERN.search(redirect.source) else line
