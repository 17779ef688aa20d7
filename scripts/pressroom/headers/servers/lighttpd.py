"""lighttpd 1.4: its deployed file, and how it is run on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers import media, model
from pressroom.headers.header import Header
from pressroom.headers.servers import template
from pressroom.headers.servers.lighttpd_quoting import (
    any_of,
    literal,
    quote,
    redirect_target,
    seen_path,
)
from pressroom.headers.servers.server import Server, Unavoidable
from pressroom.headers.servers.template import Syntax

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.headers.header import PathClass
    from pressroom.headers.model import Place, ServedSite, Setup
    from pressroom.headers.policy import Policy

_PROGRAM = "/usr/sbin/lighttpd"
_FILE = "lighttpd/pressroom.conf"
# Blocks of one configuration: lighttpd ends with an assertion at 4,096 (configfile-glue.c), and other files have some.
_MOST_REDIRECTS = 3_500
_ALLOW = Header(name="Allow", value=", ".join(model.METHODS))


def render(setup: Setup) -> str:
    """The deployed file: all sites, their headers, and the refusal of everything else.

    Raises ValueError for what lighttpd cannot be told: a control character, a backslash at an end, two
    redirects of one path, an old address that it never sees, more redirects than it holds.
    """
    place = setup.place
    if sum(len(site.redirects) for site in setup.sites) > _MOST_REDIRECTS:
        raise ValueError(f"lighttpd: more than {_MOST_REDIRECTS} old addresses")
    pages = any_of((model.NOT_FOUND_PAGE, model.FAILURE_PAGE))
    hosts = any_of(host for site in setup.sites for host in (site.host, *site.aliases))
    return template.render(
        "lighttpd.conf.jinja",
        quote=quote,
        place=place,
        lists=_lists(setup.policy),
        types=[(f".{extension}", kind) for extension, kind in setup.policy.types.items()],
        unknown=media.UNKNOWN,
        compressed=_compressed(),
        sockets=_sockets(place),
        methods=f"^{any_of(model.METHODS)}$",
        known_hosts=f"^{hosts}(:[0-9]+)?$",
        to_https=f"https://%1{place.port}${{url.path}}${{qsa}}",
        acme=f"^{any_of((model.ACME,))}",
        not_found=model.NOT_FOUND_PAGE,
        unseen=rf"^{pages}$|^/\.(?!well-known/)|./\.",
        classes=[(_pattern(kind), Syntax(_variable(kind))) for kind in setup.policy.classes],
        sites=[_site(site, place) for site in setup.sites],
    )


def render_main(setup: Setup, included: Path, folder: Path) -> str:
    """The main file to run the deployed one with, as any user; what it writes is in the folder."""
    return template.render(
        "lighttpd_main.conf.jinja",
        quote=quote,
        folder=str(folder),
        cache=str(folder / "compress"),
        log=str(folder / "error.log"),
        host=_bracketed(setup.place.address),
        port=setup.place.http_port,
        included=str(included),
    )


def _lists(policy: Policy) -> list[tuple[Syntax, list[Header]]]:
    """The lists of headers by variable: plain, over TLS, both with Allow for a 405, and one a class of paths."""
    plain, secure = [*policy.always], [*policy.always, policy.transport]
    named = {
        "var.pressroom_plain": plain,
        "var.pressroom_plain_refused": [*plain, _ALLOW],
        "var.pressroom_secure": secure,
        "var.pressroom_secure_refused": [*secure, _ALLOW],
    }
    for kind in policy.classes:
        headers = {header.name: header for header in (*secure, *kind.headers)}
        named[_variable(kind)] = [*headers.values()]
    return [(Syntax(name), headers) for name, headers in named.items()]


def _variable(kind: PathClass) -> str:
    return f"var.pressroom_{kind.name}"


def _pattern(kind: PathClass) -> str:
    """A regular expression for decoded paths."""
    prefix = [f"^{any_of((kind.prefix,))}"] if kind.prefix else []
    return "|".join(prefix + ([rf"{any_of(kind.suffixes)}\z"] if kind.suffixes else []))


def _compressed() -> Syntax:
    """The media types that are worth it, as mod_deflate compares them: without charset."""
    kinds = sorted({media.TYPES[name].partition(";")[0] for name in media.COMPRESSED})
    return Syntax(f"( {', '.join(quote(kind) for kind in kinds)} )")


def _sockets(place: Place) -> tuple[Syntax, Syntax]:
    """Where TLS is spoken: two lines at every place."""
    addresses = (_bracketed(place.address),) if place.address else ("0.0.0.0", "[::]")  # noqa: S104 - public
    first, *more = (
        f'$SERVER["socket"] == {quote(f"{one}:{place.https_port}")} {{ ssl.engine = "enable" }}'
        for one in addresses
    )
    return Syntax(first), Syntax(more[0] if more else "# One address alone.")


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def _site(site: ServedSite, place: Place) -> dict[str, object]:
    taken = {model.NOT_FOUND_PAGE, model.FAILURE_PAGE, place.failing}
    for one in site.redirects:
        if one.path in taken:
            raise ValueError(f"lighttpd: {one.path!r} is taken already")
        taken.add(one.path)
    return {
        "name": site.name,
        "host": site.host,
        "aliases": site.aliases,
        "root": site.root,
        "pages": f"{site.root.rstrip('/')}/",
        "certificate": site.certificate,
        "key": site.key,
        "to_host": f"https://{literal(site.host)}{place.port}${{url.path}}${{qsa}}",
        "redirects": [(seen_path(one.path), redirect_target(one.target)) for one in site.redirects],
        "failing": _failing(site, place.failing),
    }


def _failing(site: ServedSite, path: str) -> Syntax:
    """One line: in a proof a path that answers 503, with the page of the site. Elsewhere nothing is like it."""
    if not path:
        return Syntax(f"# A proof has a path here that fails. {quote(site.name)}")
    page = quote(f"{path}-page")
    file = quote(f"{site.root.rstrip('/')}{model.FAILURE_PAGE}")
    return Syntax(
        f'else $HTTP["url"] == {quote(path)}'
        f' {{ url.redirect = ( "" => "/" ) url.redirect-code = 503 server.error-handler = {page} }}'
        f' else $HTTP["url"] == {page} {{ alias.url = ( {page} => {file} ) }}'
    )


LIGHTTPD = Server(
    name="lighttpd",
    file=_FILE,
    program=_PROGRAM,
    package="lighttpd",
    render=render,
    main=render_main,
    command=lambda main, _folder: (_PROGRAM, "-D", "-f", str(main)),
    check=lambda main, _folder: (_PROGRAM, "-tt", "-f", str(main)),
    unavoidable=(
        Unavoidable(
            kinds=("range", "range-not-satisfiable"),
            answer="200",
            reason="a 416 has no header of ours: it is made behind mod_setenv, so ranges are off",
        ),
    ),
)
