"""Mistakes in a configuration of Apache that its syntax check lets pass; each was seen on a real server."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.headers.traps import apache_finds as finds
from pressroom.headers.traps import apache_headers as headers
from pressroom.headers.traps.apache_syntax import Configuration, parse_apache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A mistake: on which lines it is (0 for none), what it does, how it is mended."""

    find: Callable[[Configuration], Iterator[int]]
    message: str
    hint: str


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


_RULES = (
    _Rule(
        find=headers.onsuccess,
        message="Header without `always` is not sent with errors and redirects",
        hint="write `Header always set …`",
    ),
    _Rule(
        find=headers.twice,
        message="this header is sent twice, or is not what another line says",
        hint="set it once, at the top, and bind another value to `expr=`",
    ),
    _Rule(
        find=headers.transport_everywhere,
        message="sends Strict-Transport-Security over plain http too (RFC 6797, 7.2)",
        hint="add \"expr=%{HTTPS} == 'on'\"",
    ),
    _Rule(
        find=headers.unbound_immutable,
        message="makes errors immutable too",
        hint="add \"expr=%{REQUEST_STATUS} in {'200','206','304'} && …\"",
    ),
    _Rule(
        find=finds.open_folders,
        message="a .htaccess in this folder may set headers a second time, or break the site",
        hint="write `AllowOverride None` into the <Directory>",
    ),
    _Rule(
        find=finds.loose_options,
        message="these Options list folders, guess names, or follow links out of the site",
        hint="write `Options None`",
    ),
    _Rule(
        find=finds.decoded_targets,
        message="redirects to a decoded path (%3F and the query are lost) or to any host that is named",
        hint="write `Redirect 301 / https://HOST/`, which escapes the path again",
    ),
    _Rule(
        find=finds.open_ports,
        message="the first virtual host of a port answers for unknown names, and does not refuse",
        hint="put a <VirtualHost> with `Redirect 421 /` before all others of that port",
    ),
    _Rule(
        find=finds.any_method,
        message="this virtual host answers POST and OPTIONS with a file",
        hint="write `AllowMethods GET HEAD` into its <Location />",
    ),
    _Rule(
        find=finds.visible_hidden,
        message="this virtual host shows hidden files, .htaccess among them",
        hint='add <LocationMatch "/\\.(?!well-known/)"> with `Redirect 404 /`',
    ),
    _Rule(
        find=finds.public_pages,
        message="anybody can ask for this page, and gets it with 200",
        hint='refuse it when %{ENV:REDIRECT_STATUS} is empty: `RewriteRule "^/404\\.html$" - [R=404,L]`',
    ),
    _Rule(
        find=finds.said("TraceEnable", but="Off"),
        message="TRACE sends a request back with all its headers",
        hint="write `TraceEnable Off` at the top",
    ),
    _Rule(
        find=finds.said("ServerTokens", but="Prod"),
        message="every response tells the version of Apache",
        hint="write `ServerTokens Prod` at the top",
    ),
)
