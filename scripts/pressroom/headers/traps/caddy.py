"""Mistakes in a Caddyfile that Caddy takes without a word; each was seen on a real server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.headers.traps import caddy_finds as finds
from pressroom.headers.traps.caddy_sites import Site, find_sites
from pressroom.headers.traps.caddy_syntax import CaddySyntaxError, Line, parse_caddyfile
from pressroom.headers.traps.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_caddy(text: str, *, where: str) -> list[Finding]:
    """What is wrong with a Caddyfile: whole, or as another one imports it first of all."""
    try:
        lines = parse_caddyfile(text)
    except CaddySyntaxError as error:
        hint = "caddy validate says more"
        return [Finding(where=where, line=error.line, message=str(error), hint=hint)]
    sites = find_sites(lines)
    found = {
        (line, rule.message, rule.hint)
        for rule in _RULES
        for site in sites
        for line in rule.find(site)
    }
    found |= set(_check_file(lines, sites))
    return sorted(
        Finding(where=where, line=line, message=message, hint=hint) for line, message, hint in found
    )


def _check_file(lines: tuple[Line, ...], sites: tuple[Site, ...]) -> Iterator[tuple[int, str, str]]:
    """What is missing in the file as a whole."""
    options = next((one for one in lines if not one.words), Line(words=(), line=1))
    mode = {word for one in options.block if one.name == "auto_https" for word in one.words}
    if sites and not mode & {"off", "disable_redirects"}:
        yield (
            options.line,
            "no `auto_https off`: Caddy redirects any host to itself, by 308",
            "write `auto_https off` or `auto_https disable_redirects` in the global options",
        )
    for port, refusal in (("http", "abort"), ("https", "respond 421")):
        served = [site for site in sites if site.is_at(port)]
        if served and not any(site.catches_all(port) and site.refuses_all for site in served):
            yield (
                served[0].line,
                f"no site {port}:// that refuses: a host that nobody claims gets an empty 200",
                f"add `{port}:// {{ {refusal} }}`, each word on its line",
            )


_RULES: tuple[Rule[Site, int], ...] = (
    Rule(
        find=finds.mixed_blocks,
        message="a header is taken away in a block that sets others: errors lose all of them",
        hint="write `header -Name` as a directive of its own",
    ),
    Rule(
        find=finds.shown_servers,
        message="no `header -Server` for all requests: answers name the server",
        hint="add `header -Server`, to the site and to its handle_errors",
    ),
    Rule(
        find=finds.unhandled_errors,
        message="no handle_errors: errors keep the headers of files and name the server",
        hint="add handle_errors with `header -Server` and `header Cache-Control no-cache`",
    ),
    Rule(
        find=finds.kept_cache_headers,
        message="no Cache-Control in handle_errors: an error keeps that of the file it is not",
        hint="add `header Cache-Control no-cache` to it",
    ),
    Rule(
        find=finds.immutable_errors,
        message="immutable without a `file` matcher: an error is kept for good, too",
        hint="add `file` to the matcher, and set Cache-Control again in handle_errors",
    ),
    Rule(
        find=finds.plain_transport,
        message="Strict-Transport-Security over plain http (RFC 6797, 7.2)",
        hint="move it to a snippet that the https:// sites alone import",
    ),
    Rule(
        find=finds.echoed_hosts,
        message="{host} in a site for every host: visitors are sent to the host of an attacker",
        hint="list the hosts in the site's address",
    ),
    Rule(
        find=finds.lists,
        message="`browse` lists folders",
        hint="remove it",
    ),
    Rule(
        find=finds.all_methods,
        message="every method is answered: POST and TRACE as if they were GET",
        hint="add `@method not method GET HEAD` and `error @method 405`",
    ),
    Rule(
        find=finds.public_pages,
        message="the page of an error can be asked for, and comes with 200",
        hint="add `error /page.html 404` with that page to the site",
    ),
)
