"""Apache httpd: its deployed file, and how it is run on this machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.headers import media, model
from pressroom.headers.policy import FILE_STATUSES, STS
from pressroom.headers.servers import apache_quoting as quoting
from pressroom.headers.servers import template
from pressroom.headers.servers.apache_versions import one_version
from pressroom.headers.servers.server import Server
from pressroom.headers.servers.template import Syntax

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.headers.header import Header, PathClass
    from pressroom.headers.model import Place, ServedSite, Setup
    from pressroom.headers.policy import Policy

_PROGRAM = "/usr/sbin/apache2"
# What Debian's mime.conf makes a language of, wherever it stands in a name; a test compares.
LANGUAGES = (
    *("amh", "ara", "be", "bg", "bn", "br", "bs", "ca", "cs", "cy", "cz", "da", "de", "dk", "dz"),
    *("el", "en", "eo", "es", "et", "eu", "fa", "fi", "fr", "ga", "glg", "gu", "he", "hi", "hr"),
    *("hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ku", "lo", "lt", "ltz"),
    *("lv", "mg", "mk", "ml", "mr", "msa", "ne", "nl", "nn", "no", "nob", "pa", "po", "pt"),
    *("pt-br", "ro", "ru", "sa", "se", "si", "sk", "sl", "sq", "sr", "sv", "ta", "te", "th", "tl"),
    *("tr", "uk", "ur", "vi", "wo", "xh", "zh-cn", "zh-tw"),
)
# The first five are on in Debian's package; the heading of the deployed file names the others.
_MODULES = (
    *("mpm_event", "alias", "authz_core", "dir", "mime"),
    *("allowmethods", "headers", "http2", "rewrite", "ssl"),
)
# RFC 9110, 12.5.3: accepted, unless its weight is nought.
_GZIP = r"(?:^|,)[ \t]*gzip[ \t]*(?:;[ \t]*q=(?:0?[.]\d*[1-9]\d*|1(?:[.]0*)?)[ \t]*)?(?:,|\z)"


def render(setup: Setup) -> str:
    """The deployed file: headers for the whole server, and virtual hosts that refuse all but our sites.

    Raises ValueError for what Apache cannot be told: control characters, `${`, wildcards in the path of a
    folder, what is no host, and redirects to what is no address.
    """
    place = setup.place
    pages = "|".join(map(quoting.escaped, (model.NOT_FOUND_PAGE, model.FAILURE_PAGE)))
    return template.render(
        "apache.conf.jinja",
        quote=quoting.quote,
        **_headers(setup.policy),
        http=_at(place, place.http_port),
        https=_at(place, place.https_port),
        acme=quoting.folder(place.acme),
        sites=[_site(site, place) for site in setup.sites],
        allow=", ".join(model.METHODS),
        methods=Syntax(" ".join(model.METHODS)),
        languages=Syntax(" ".join(f".{one}" for one in LANGUAGES)),
        html=media.TYPES["html"],
        unknown=media.UNKNOWN,
        types=_types(setup.policy),
        compressed=Syntax(rf'"^.+[.](?:{"|".join(media.COMPRESSED)})\z"'),
        accepts_gzip=Syntax(f'"{_GZIP}"'),
        not_found=model.NOT_FOUND_PAGE,
        failure=model.FAILURE_PAGE,
        failures=model.FAILURES,
        error_pages=Syntax(rf'"^(?:{pages})(?:[.]gz)?\z"'),
        # Names of challenges are base64url (RFC 8555, 8.3).
        not_acme=Syntax(rf'"^/(?!{quoting.escaped(model.ACME[1:])}[A-Za-z0-9_-]+\z)"'),
        failing=_failing(place),
    )


def render_main(setup: Setup, included: Path, folder: Path) -> str:
    """The main file to run the deployed one with, as any user; what it writes is in the folder."""
    place = setup.place
    return template.render(
        "apache_main.conf.jinja",
        quote=quoting.quote,
        folder=str(folder),
        included=str(included),
        modules=[Syntax(one) for one in _MODULES],
        ports=[_at(place, port) for port in (place.http_port, place.https_port)],
    )


def _at(place: Place, port: int) -> Syntax:
    host = f"[{place.address}]" if ":" in place.address else place.address
    return Syntax(f"{host or '*'}:{port}")


def _headers(policy: Policy) -> dict[str, object]:
    """The headers of every response, and those of a class, each with its condition."""
    everywhere = [header.name for header in policy.always]
    varied = [header.name for one in policy.classes for header in one.headers]
    return {
        "names": [Syntax(name) for name in dict.fromkeys([*everywhere, STS, *varied])],
        "always": [_header(header) for header in policy.always],
        "transport": _header(policy.transport),
        "varied_alone": [Syntax(name) for name in dict.fromkeys(varied) if name not in everywhere],
        "varied": _varied(policy.classes),
    }


def _header(header: Header) -> tuple[Syntax, str]:
    return Syntax(header.name), quoting.header_format(header.value)


def _varied(classes: tuple[PathClass, ...]) -> list[tuple[Syntax, str, Syntax]]:
    statuses = ",".join(f"'{status}'" for status in FILE_STATUSES)
    condition = f"expr=%{{REQUEST_STATUS}} in {{{statuses}}}"
    found = []
    for one in classes:
        patterns = [f"^{quoting.escaped(one.prefix)}"] * bool(one.prefix)
        patterns += [rf"{quoting.escaped(suffix)}\z" for suffix in one.suffixes]
        holds = f"%{{REQUEST_URI}} =~ m#{'|'.join(patterns)}#"
        mine = Syntax(f'"{condition} && {holds}"')
        found += [(*_header(header), mine) for header in one.headers]
        condition += f" && !({holds})"
    return found


def _site(site: ServedSite, place: Place) -> dict[str, object]:
    hosts = [quoting.host(name) for name in (site.host, *site.aliases)]
    root = quoting.folder(site.root)
    title = Syntax(re.sub(r"[^\w.-]", "_", site.name, flags=re.ASCII))
    redirects = [
        (quoting.exactly(one.path), one.path, quoting.target(one.target)) for one in site.redirects
    ]
    return {
        "title": title,
        "hosts": [(host, f"https://{host}{place.port}/") for host in hosts],
        # With the port, so that redirects to the site itself have it.
        "names": [f"https://{host}:{place.https_port}" for host in hosts],
        "root": root,
        **one_version(root, title),
        "inside": f"{root}/",
        "not_found": f"{root}{model.NOT_FOUND_PAGE}",
        "certificate": site.certificate,
        "key": site.key,
        "redirects": redirects,
        "fragments": [
            (pattern, rule)
            for pattern, _, target in redirects
            if (rule := quoting.target_with_query(target))
        ],
    }


def _types(policy: Policy) -> list[tuple[Syntax, Syntax]]:
    return [
        (Syntax(rf'"[^/][.](?:{"|".join(extensions)})\z"'), Syntax(f'"[T={kind}]"'))
        for kind, extensions in sorted(media.by_type(policy.types).items())
    ]


def _failing(place: Place) -> Syntax:
    if not place.failing:
        return Syntax("# (a proof has a path that fails here)")
    quoting.quote(place.failing)  # raises for what no other directive would be told either
    # Not a Redirect: the rule for all files comes before those of mod_alias.
    return Syntax(f"RewriteRule {quoting.exactly(place.failing)} - [R=503,L]")


def _command(main: Path, _folder: Path) -> tuple[str, ...]:
    return (_PROGRAM, "-f", str(main), "-DFOREGROUND")


APACHE = Server(
    name="apache",
    file="apache/pressroom.conf",
    program=_PROGRAM,
    package="apache2",
    render=render,
    main=render_main,
    command=_command,
    check=lambda main, folder: (*_command(main, folder), "-t"),
)
