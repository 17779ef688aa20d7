"""Caddy 2: its deployed file, and how it is run on this machine."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from pressroom.headers.media import TYPES, UNKNOWN, by_type
from pressroom.headers.model import ACME, FAILURE_PAGE, METHODS, NOT_FOUND_PAGE
from pressroom.headers.servers import template
from pressroom.headers.servers.caddy_quoting import mapping, quote
from pressroom.headers.servers.server import Server, Unavoidable
from pressroom.headers.servers.template import Syntax

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.addresses.model import Redirect
    from pressroom.headers.header import PathClass
    from pressroom.headers.model import Place, ServedSite, Setup
    from pressroom.headers.policy import Policy

_FILE = "caddy/Caddyfile"
_PROGRAM = "/usr/bin/caddy"
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*")

_WILDCARDS = set("*?[\\")


def _render(setup: Setup) -> str:
    classes = setup.policy.classes
    patterns = tuple(map(_class_pattern, classes))
    return template.render(
        "Caddyfile.jinja",
        quote=quote,
        place=setup.place,
        failing=_failing(setup.place),
        always=setup.policy.always,
        transport=setup.policy.transport,
        methods=Syntax(" ".join(METHODS)),
        allow=", ".join(METHODS),
        shown=f"^({re.escape(NOT_FOUND_PAGE)}|{re.escape(FAILURE_PAGE)})$",
        not_found=NOT_FOUND_PAGE,
        failure=FAILURE_PAGE,
        acme=f"{ACME}*",
        media=_media(setup.policy),
        unknown=UNKNOWN,
        html=TYPES["html"],
        plain=TYPES["txt"],
        classes=tuple(
            {
                "name": Syntax(f"class_{number}"),
                "pattern": patterns[number],
                "earlier": patterns[:number],
                "headers": one.headers,
            }
            for number, one in enumerate(classes)
        ),
        class_removals=_class_removals(setup.policy),
        sites=tuple(_site(site, setup.place) for site in setup.sites),
    )


def _class_pattern(one: PathClass) -> str:
    """A regular expression (RE2) for the paths of a class: a `path` matcher knows no case."""
    ends = "|".join(map(re.escape, one.suffixes))
    starts = f"^{re.escape(one.prefix)}"
    return "|".join([starts] * bool(one.prefix) + [f"({ends})$"] * bool(ends))


def _class_removals(policy: Policy) -> tuple[str, ...]:
    """`-Name` for each header that a class alone has: no error carries them."""
    always = {header.name for header in policy.always}
    names = (header.name for one in policy.classes for header in one.headers)
    return tuple(dict.fromkeys(f"-{name}" for name in names if name not in always))


def _media(policy: Policy) -> tuple[tuple[str, str], ...]:
    """Regular expressions for paths and what their files are; a folder's file is its page."""
    named = ((rf"~[^/]\.({'|'.join(some)})$", kind) for kind, some in by_type(policy.types).items())
    return (("~/$", TYPES["html"]), *named)


def _failing(place: Place) -> Syntax:
    if place.failing:
        return Syntax(f"error {quote(place.failing)} 503")
    return Syntax("# A proof has a path here that fails.")


def _site(site: ServedSite, place: Place) -> dict[str, object]:
    if not _WILDCARDS.isdisjoint(site.root):
        # The `file` matcher reads root and path together as a pattern, and escapes the path alone.
        raise ValueError(
            f"{site.root!r} holds a wildcard or a backslash: Caddy would find no file there"
        )
    return {
        "hosts": tuple(_host(host, place) for host in (site.host, *site.aliases)),
        "root": site.root,
        "certificate": site.certificate,
        "key": site.key,
        "redirects": tuple(map(_redirect, site.redirects)),
    }


def _host(host: str, place: Place) -> dict[str, Syntax]:
    """A host as the address of its two sites, and where its visitors are sent with all that they asked for."""
    if not _HOST.fullmatch(host):
        raise ValueError(f"{host!r} is not the name of a host")
    return {
        "http": Syntax(f"http://{host}"),
        "https": Syntax(f"https://{host}"),
        "moved": Syntax(f"https://{host}{place.port}{{uri}}"),
    }


def _redirect(one: Redirect) -> dict[str, Syntax]:
    """A line of a map: the path, and its target in two parts, between which a query goes, or as a whole."""
    address, mark, part = one.target.partition("#")
    source, goal = map(Syntax, mapping(one.path, one.target if "?" in address else address))
    none = Syntax('""')
    if "?" in address:
        return {"source": source, "goal": none, "part": none, "whole_goal": goal}
    behind = Syntax(mapping(one.path, mark + part)[1])
    return {"source": source, "goal": goal, "part": behind, "whole_goal": none}


def _main(_setup: Setup, included: Path, _folder: Path) -> str:
    return f"import {quote(str(included))}\n"


def _command(action: str) -> Callable[[Path, Path], tuple[str, ...]]:
    """Caddy with all that it writes in HOME, which is the folder; its API is a socket there, for nobody else."""
    # As root it would read what no visitor may see; the package runs it as a user, too.
    drop = ("--reuid=nobody", "--regid=nogroup", "--clear-groups", "--pdeathsig=KILL")
    user = ("/usr/bin/setpriv", *drop) if os.geteuid() == 0 else ()
    program = ("/usr/bin/env", "CADDY_ADMIN=unix/admin.socket", _PROGRAM, action)
    return lambda main, _folder: (*user, *program, "--adapter", "caddyfile", "--config", str(main))


CADDY = Server(
    name="caddy",
    file=_FILE,
    program=_PROGRAM,
    package="caddy",
    render=_render,
    main=_main,
    command=_command("run"),
    check=_command("validate"),
    unavoidable=(
        Unavoidable(
            kinds=("range", "range-not-satisfiable"),
            answer="200",
            reason="a 416 of Go's net/http is immutable as its file is, or without Cache-Control: ranges are off",
        ),
        Unavoidable(
            kinds=("bad-percent", "no-http", "no-host"),
            headers=("*",),
            reason="Go's net/http answers 400 before Caddy sees the request, without headers of ours",
        ),
        Unavoidable(
            kinds=("long-header",),
            headers=("*",),
            reason="Go's net/http answers 431 before Caddy sees the request, without headers of ours",
        ),
        Unavoidable(
            kinds=("plain-to-tls",),
            headers=("*",),
            reason="Go's net/http answers 400 as HTTP/1.0 in plain text: there is no TLS yet",
        ),
    ),
)
