"""Mistakes in a configuration of Apache that its syntax check lets pass; each was seen on a real server."""

from __future__ import annotations

from pressroom.findings import Finding
from pressroom.headers.traps import apache_finds as finds
from pressroom.headers.traps import apache_headers as headers
from pressroom.headers.traps.apache_syntax import Configuration, parse_apache
from pressroom.headers.traps.rule import Rule


def check_apache(text: str, *, where: str) -> list[Finding]:
    """What is wrong with a file of virtual hosts and headers; `where` is its name."""
    file = parse_apache(text)
    return sorted(
        {
            Finding(where=where, line=line, message=rule.message, hint=rule.hint)
            for rule in _RULES
            for line in rule.find(file)
        }
    )


_RULES: tuple[Rule[Configuration, int], ...] = (
    Rule(
        find=headers.onsuccess,
        message="Header without `always` is not sent with errors and redirects",
        hint="write `Header always set …`",
    ),
    Rule(
        find=headers.twice,
        message="this header is sent twice, or is not what another line says",
        hint="set it once, at the top, and bind another value to `expr=`",
    ),
    Rule(
        find=headers.transport_everywhere,
        message="sends Strict-Transport-Security over plain http too (RFC 6797, 7.2)",
        hint="add \"expr=%{HTTPS} == 'on'\"",
    ),
    Rule(
        find=headers.unbound_immutable,
        message="makes errors immutable too",
        hint="add \"expr=%{REQUEST_STATUS} in {'200','206','304'} && …\"",
    ),
    Rule(
        find=finds.open_folders,
        message="a .htaccess in this folder may set headers a second time, or break the site",
        hint="write `AllowOverride None` into the <Directory>",
    ),
    Rule(
        find=finds.loose_options,
        message="these Options list folders, guess names, or follow links out of the site",
        hint="write `Options None`",
    ),
    Rule(
        find=finds.decoded_targets,
        message="redirects to a decoded path (%3F and the query are lost) or to any host that is named",
        hint="write `Redirect 301 / https://HOST/`, which escapes the path again",
    ),
    Rule(
        find=finds.open_ports,
        message="the first virtual host of a port answers for unknown names, and does not refuse",
        hint="put a <VirtualHost> with `Redirect 421 /` before all others of that port",
    ),
    Rule(
        find=finds.any_method,
        message="this virtual host answers POST and OPTIONS with a file",
        hint="write `AllowMethods GET HEAD` into its <Location />",
    ),
    Rule(
        find=finds.visible_hidden,
        message="this virtual host shows hidden files, .htaccess among them",
        hint='add <LocationMatch "/\\.(?!well-known/)"> with `Redirect 404 /`',
    ),
    Rule(
        find=finds.public_pages,
        message="anybody can ask for this page, and gets it with 200",
        hint='refuse it when %{ENV:REDIRECT_STATUS} is empty: `RewriteRule "^/404\\.html$" - [R=404,L]`',
    ),
    Rule(
        find=finds.said("TraceEnable", but="Off"),
        message="TRACE sends a request back with all its headers",
        hint="write `TraceEnable Off` at the top",
    ),
    Rule(
        find=finds.said("ServerTokens", but="Prod"),
        message="every response tells the version of Apache",
        hint="write `ServerTokens Prod` at the top",
    ),
)
