"""nginx: its deployed file, and how it is run on this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.headers import media, model
from pressroom.headers.policy import FILE_STATUSES
from pressroom.headers.servers import template
from pressroom.headers.servers.nginx_quoting import (
    expanded,
    quote,
    quoted,
    redirect_target,
    words,
)
from pressroom.headers.servers.server import Server, Unavoidable
from pressroom.headers.servers.template import Syntax

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.headers.header import PathClass
    from pressroom.headers.model import Place, ServedSite, Setup
    from pressroom.headers.policy import Policy

_PROGRAM = "/usr/sbin/nginx"
_FILE = "nginx/pressroom.conf"
# Others are patterns for nginx, or expand to something (`~x`, `*.x`, `$hostname`).
_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*", re.ASCII)
# Of 256 bytes it keeps the length in one, and answers 404 (1.22.1, ngx_http_location_tree_node_t).
_LONGEST_LOCATION = 255


def render(setup: Setup) -> str:
    """The deployed file: all sites, their headers, and the servers that refuse everything else.

    Raises ValueError for what nginx cannot be told: control characters, an overlong value, a host
    that is none, two redirects of one path, a certificate's path with a dollar sign.
    """
    place = setup.place
    return template.render(
        "nginx.conf.jinja",
        quote=expanded,
        place=place,
        listen={
            "http": _listen(place, place.http_port),
            "http_default": _listen(place, place.http_port, "default_server"),
            "https": _listen(place, place.https_port, "ssl http2"),
            "https_default": _listen(place, place.https_port, "ssl http2 default_server"),
        },
        headers=_headers(setup.policy),
        transport=setup.policy.transport,
        classes=[(one, kind.name) for kind in setup.policy.classes for one in _patterns(kind)],
        allow=", ".join(model.METHODS),
        methods=Syntax(f'"^({"|".join(model.METHODS)})$"'),
        acme=model.ACME,
        to_https=quoted(f"https://$host{place.port}$request_uri"),
        known_hosts=[words(site.host, *site.aliases) for site in setup.sites],
        sites=[_site(site, place) for site in setup.sites],
        types=_types(setup.policy),
        charset_types=words(*sorted(_charset_types(setup.policy) - {"text/html"})),
        unknown=media.UNKNOWN,
        not_found=model.NOT_FOUND_PAGE,
        failure=model.FAILURE_PAGE,
        failures=Syntax(" ".join(map(str, model.FAILURES))),
        hidden=Syntax(r'"(?s)(^/\.(?!well-known/)|./\.)"'),
        failing=_failing(place),
    )


def render_main(_setup: Setup, included: Path, _folder: Path) -> str:
    """The main file to run the deployed one with, as any user; what it writes is in the folder."""
    return template.render("nginx_main.conf.jinja", quote=quote, included=str(included))


def _listen(place: Place, port: int, options: str = "") -> Syntax:
    """One line for all addresses, so that a rendering has as many lines at every place."""
    host = f"[{place.address}]" if ":" in place.address else place.address
    addresses = (f"{host}:{port}",) if host else (str(port), f"[::]:{port}")
    return Syntax(
        " ".join(f"listen {' '.join(filter(None, (one, options)))};" for one in addresses)
    )


def _headers(policy: Policy) -> list[dict[str, object]]:
    """The headers of every response, those of a class with what they are in each class that changes them."""
    always = {header.name: header.value for header in policy.always}
    names = dict.fromkeys(
        [*always, *(header.name for one in policy.classes for header in one.headers)]
    )
    return [
        {
            "name": name,
            "value": always.get(name, ""),
            "variable": Syntax(f"$pressroom_{name.lower().replace('-', '_')}"),
            "varied": [
                (one.name, header.value)
                for one in policy.classes
                for header in one.headers
                if header.name == name
            ],
        }
        for name in names
    ]


def _patterns(kind: PathClass) -> list[Syntax]:
    """Regular expressions for `200:/path`, where the path is decoded and may hold any byte."""
    statuses = "|".join(map(str, FILE_STATUSES))
    found = []
    if kind.prefix:
        found.append(f"~^({statuses}):{re.escape(kind.prefix)}")
    if kind.suffixes:
        found.append(
            rf"~(?s)^({statuses}):.*({'|'.join(re.escape(one) for one in kind.suffixes)})\z"
        )
    # nginx expands nothing on this side of a map.
    return [quote(one) for one in found]


def _site(site: ServedSite, place: Place) -> dict[str, object]:
    _refuse(site, place)
    return {
        "name": site.name,
        "host": site.host,
        "aliases": words(*site.aliases),
        "root": site.root,
        "certificate": site.certificate,
        "key": site.key,
        "to_host": quoted(f"https://{site.host}{place.port}$request_uri"),
        "redirects": [(quote(one.path), redirect_target(one.target)) for one in site.redirects],
    }


def _refuse(site: ServedSite, place: Place) -> None:
    """Raises ValueError for what nginx would take for something else, or would not start with."""
    for host in (site.host, *site.aliases):
        if not _HOST.fullmatch(host):
            raise ValueError(f"nginx: {host!r} is no host")
    for path in (site.certificate, site.key):
        # It would be read anew for every connection, by a worker that may not.
        if "$" in path:
            raise ValueError(f"nginx: a dollar sign in the path of a certificate, {path!r}")
    taken = {model.NOT_FOUND_PAGE, model.FAILURE_PAGE, place.failing}
    for one in site.redirects:
        if not one.path.startswith("/") or len(one.path.encode()) > _LONGEST_LOCATION:
            raise ValueError(
                f"nginx: {one.path[:40]!r} is no path of up to {_LONGEST_LOCATION} bytes"
            )
        if one.path in taken:
            raise ValueError(f"nginx: {one.path!r} is taken already")
        taken.add(one.path)


def _charset_types(policy: Policy) -> set[str]:
    return {value.partition(";")[0] for value in policy.types.values() if ";" in value}


def _types(policy: Policy) -> list[tuple[str, Syntax]]:
    kinds = media.by_type({name: value.partition(";")[0] for name, value in policy.types.items()})
    return [(kind, words(*extensions)) for kind, extensions in sorted(kinds.items())]


def _failing(place: Place) -> Syntax:
    if not place.failing:
        return Syntax("# (a proof has a path that fails here)")
    return Syntax(f"location = {quote(place.failing)} {{ return 503; }}")


def _command(main: Path, folder: Path) -> tuple[str, ...]:
    # `-e`: not the log of the package, which an ordinary user may not open.
    return (_PROGRAM, "-e", "stderr", "-p", str(folder), "-c", str(main))


NGINX = Server(
    name="nginx",
    file=_FILE,
    program=_PROGRAM,
    package="nginx-light",
    render=render,
    main=render_main,
    command=_command,
    check=lambda main, folder: (*_command(main, folder), "-t"),
    unavoidable=(
        Unavoidable(
            kinds=("range", "range-not-satisfiable"),
            answer="200",
            reason="every header of a 416 is sent twice, so ranges are switched off (max_ranges 0)",
        ),
    ),
)
