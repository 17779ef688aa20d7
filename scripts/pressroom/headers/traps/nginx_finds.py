"""Where in a configuration of nginx a mistake of each kind is: the http block in, the directives at fault out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.headers.policy import CACHE, STS
from pressroom.headers.traps.nginx_maps import bound_to_files, bound_to_tls
from pressroom.headers.traps.nginx_syntax import Directive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DECODED = re.compile(r"\$\{?(document_)?uri\b")
_CAPTURED = re.compile(r"\$\{?[0-9]")
_ANY_HOST = re.compile(r"\$\{?host\b")
_SENT_HOST = re.compile(r"\$\{?http_host\b")
_REDIRECT = re.compile(r"30[12378]|https?://.*|/.*|\$.*")
_REFUSAL = re.compile(r"4[0-9][0-9]")
_CATCH_ALL = ("", "_", "*")


def low_headers(http: Directive) -> Iterator[Directive]:
    """add_header anywhere but at http level."""
    return (one for server in http.children for one in server.below() if one.name == "add_header")


def _headers(http: Directive, name: str = "") -> Iterator[Directive]:
    wanted = name.lower()
    return (
        one
        for one in http.below()
        if one.name == "add_header" and wanted in {"", "".join(one.args[:1]).lower()}
    )


def onsuccess(http: Directive) -> Iterator[Directive]:
    """Headers that errors do not get."""
    return (one for one in _headers(http) if one.args[-1:] != ("always",))


def decoded_targets(http: Directive) -> Iterator[Directive]:
    """What sends a decoded path, or a part of one, back to the visitor."""
    for one in http.below():
        text = " ".join(one.args[1:] if one.name == "rewrite" else one.args)
        sends = one.name in {"return", "rewrite", "add_header"}
        if (sends and _DECODED.search(text)) or (_is_redirect(one) and _CAPTURED.search(text)):
            yield one


def _is_redirect(one: Directive) -> bool:
    if one.name == "rewrite":
        return one.args[2:] in {("redirect",), ("permanent",)} or "://" in "".join(one.args[1:2])
    return one.name == "return" and bool(_REDIRECT.fullmatch("".join(one.args[:1])))


def foreign_hosts(http: Directive) -> Iterator[Directive]:
    """Redirects to a host that the visitor chose."""
    for server in http.named("server"):
        names = [name for one in server.named("server_name") for name in one.args]
        default = any("default_server" in one.args for one in server.named("listen"))
        known = names and not any(one in _CATCH_ALL or one.startswith("~") for one in names)
        for one in filter(_is_redirect, server.below()):
            text = " ".join(one.args)
            if _SENT_HOST.search(text) or (_ANY_HOST.search(text) and (default or not known)):
                yield one


def leaking_aliases(http: Directive) -> Iterator[Directive]:
    """An alias and the prefix it stands for, of which one has no slash at its end."""
    for location in http.below():
        prefix = location.args[-1:] if location.args[:1] == ("^~",) else location.args
        if location.name == "location" and len(prefix) == 1:
            ends = [*prefix, *("".join(one.args) for one in location.named("alias"))]
            if len(ends) > 1 and not all(end.endswith("/") for end in ends):
                yield from location.named("alias")


def unbound_immutable(http: Directive) -> Iterator[Directive]:
    """`immutable` for more than answers with a file."""
    for one in _headers(http, CACHE):
        if not bound_to_files(http, "".join(one.args[1:2])):
            yield one


def transport_everywhere(http: Directive) -> Iterator[Directive]:
    """Strict-Transport-Security for more than TLS."""
    return (one for one in _headers(http, STS) if not bound_to_tls(http, "".join(one.args[1:2])))


def open_ports(http: Directive) -> Iterator[Directive]:
    """The first server of each port that has no default server, or one that does not refuse."""
    first: dict[str, Directive] = {}
    refused = set()
    for server in http.named("server"):
        refuses = any(_REFUSAL.fullmatch("".join(one.args[:1])) for one in server.named("return"))
        implied = Directive(name="listen", args=("80",), line=server.line)
        for listen in list(server.named("listen")) or [implied]:
            port = re.sub(r"^(0\.0\.0\.0:|\*:)?(?=\d+$)", "*:", "".join(listen.args[:1]))
            first.setdefault(port, listen)
            if refuses and "default_server" in listen.args:
                refused.add(port)
    return (listen for port, listen in first.items() if port not in refused)


def missing(name: str, value: str) -> Callable[[Directive], Iterator[Directive]]:
    """Servers with files in which a directive is missing or says something else."""

    def find(http: Directive) -> Iterator[Directive]:
        for server in http.named("server"):
            said = [*server.named(name)] or [*http.named(name)]
            serves = any(one.name in {"root", "alias"} for one in server.below())
            if serves and not any(one.args == (value,) for one in said):
                yield server

    return find


def busy_ifs(http: Directive) -> Iterator[Directive]:
    """An `if` that does more than return."""
    return (
        one
        for one in http.below()
        if one.name == "if" and any(child.name != "return" for child in one.children)
    )


def public_pages(http: Directive) -> Iterator[Directive]:
    """Error pages that can be asked for."""
    for server in http.named("server"):
        internal = {
            location.args[1:]
            for location in server.named("location")
            if location.args[:1] == ("=",) and any(location.named("internal"))
        }
        pages = [one for one in server.below() if one.name == "error_page"]
        for one in pages or http.named("error_page"):
            if one.args[-1:] and one.args[-1].startswith("/") and one.args[-1:] not in internal:
                yield one


def said(name: str, *, but: str) -> Callable[[Directive], Iterator[Directive]]:
    """A directive anywhere, unless it says this."""
    return lambda http: (one for one in http.below() if one.name == name and one.args != (but,))
