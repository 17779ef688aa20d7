"""Mistakes in a configuration of nginx that its syntax check lets pass; each was seen on a real server."""

from __future__ import annotations

from pressroom.findings import Finding
from pressroom.headers.traps import nginx_finds as finds
from pressroom.headers.traps.nginx_syntax import Directive, NginxSyntaxError, parse_nginx
from pressroom.headers.traps.rule import Rule

_WANTED = (("max_ranges", "0"), ("absolute_redirect", "off"), ("server_tokens", "off"))


def check_nginx(text: str, *, where: str) -> list[Finding]:
    """What is wrong with a configuration, whole or as it is included in the http block."""
    try:
        tree = parse_nginx(text)
    except NginxSyntaxError as error:
        hint = "nginx -t says more"
        return [Finding(where=where, line=error.line, message=str(error), hint=hint)]
    http = next(tree.named("http"), tree)
    return sorted(
        {
            Finding(
                where=where, line=one.line, message=f"{one.name} {rule.message}", hint=rule.hint
            )
            for rule in _RULES
            for one in rule.find(http)
        }
    )


_RULES: tuple[Rule[Directive, Directive], ...] = (
    Rule(
        find=finds.low_headers,
        message="below http level: it takes away all headers that are set further up",
        hint="set it at http level, and vary its value by a map",
    ),
    Rule(
        find=finds.onsuccess,
        message="without `always` is not sent with errors",
        hint="add `always`",
    ),
    Rule(
        find=finds.decoded_targets,
        message="sends a decoded path: %0d%0a in it becomes a header of the visitor's",
        hint="use $request_uri, or `location = /path` with a fixed target",
    ),
    Rule(
        find=finds.foreign_hosts,
        message="sends visitors to any host that a request names",
        hint="give the server its server_name and use $host, or write the host down",
    ),
    Rule(
        find=finds.leaking_aliases,
        message="joins another path than it seems to: /files../key leaves the folder",
        hint="end both the location and the alias with a slash",
    ),
    Rule(
        find=finds.unbound_immutable,
        message="makes errors immutable too",
        hint='take the value from a map of "$status:$uri" with keys such as "~^(200|206|304):/assets/"',
    ),
    Rule(
        find=finds.transport_everywhere,
        message="sends Strict-Transport-Security over plain http too (RFC 6797, 7.2)",
        hint='take the value from a map of $scheme: `default ""; https "max-age=…";`',
    ),
    Rule(
        find=finds.open_ports,
        message="without a default server that refuses: any host is answered there",
        hint="add a server with `default_server` on it and `return 444;` or `return 421;`",
    ),
    Rule(
        find=finds.said("autoindex", but="off"),
        message="lists folders",
        hint="remove it",
    ),
    *(
        Rule(
            find=finds.missing(name, value),
            message=f"with files has no `{name} {value};`",
            hint=f"add `{name} {value};` to it",
        )
        for name, value in _WANTED
    ),
    Rule(
        find=finds.busy_ifs,
        message="holds more than a return: what nginx then does is not what it says",
        hint="use a location or a map",
    ),
    Rule(
        find=finds.public_pages,
        message="shows a page that anybody can ask for, with 200",
        hint="add `location = /page { internal; }` to every server that has it",
    ),
    Rule(
        find=finds.said("expires", but="off"),
        message="sets Cache-Control a second time",
        hint="remove it; the map of Cache-Control decides",
    ),
)
