"""Mistakes with access, redirects and virtual hosts in a configuration of Apache: the lines at fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pressroom.headers.traps.apache_syntax import Configuration, Directive, Section

# What a redirect takes from the request decoded, or the host as the visitor names it.
_DECODED = re.compile(r"(?<!\\)(?:[$%]\d|%\{(?:REQUEST_URI|REQUEST_FILENAME|HTTP_HOST)\})")
_MOVES = re.compile(r"[\[,]\s*(?:R|redirect)(?:=(?:3\d\d|[a-z]+))?\s*[,\]]")
_REFUSES = re.compile(r"[\[,]\s*(?:F|forbidden|G|gone|(?:R|redirect)=4\d\d)\s*[,\]]")
_REFUSED = re.compile(r"4\d\d|gone")
_REDIRECTS = ("redirect", "redirectmatch", "redirectpermanent", "redirecttemp")
_LOOSE = {"all", "indexes", "multiviews", "followsymlinks"}
_HIDDEN = "/.htaccess"
_ORDINARY = "/index.html"


def said(name: str, *, but: str) -> Callable[[Configuration], Iterator[int]]:
    """The lines on which a directive says something else; line 0 if the server as a whole is told nothing."""

    def find(file: Configuration) -> Iterator[int]:
        found = [*file.named(name.lower())]
        yield from (one.line for one in found if one.said(0).lower() != but.lower())
        if all(one.sections for one in found):
            yield 0

    return find


def open_folders(file: Configuration) -> Iterator[int]:
    """Folders with files in which a .htaccess could set something."""
    yield from (one.line for one in file.named("allowoverride") if one.said(0).lower() != "none")
    closed = {one.sections for one in file.named("allowoverride")}
    for one in file.named("require"):
        here = one.sections[-1:]
        if here and here[0].name.startswith("directory") and _says(one, "all", "granted"):
            yield from [here[0].line] * (one.sections not in closed)


def loose_options(file: Configuration) -> Iterator[int]:
    """Options that list folders, guess files, or follow links out of them."""
    for one in file.named("options"):
        if _LOOSE & {arg.lower().removeprefix("+") for arg in one.args}:
            yield one.line


def decoded_targets(file: Configuration) -> Iterator[int]:
    """Redirects that send a decoded path, or the host that the visitor named."""
    for one in file.directives:
        if _moves(one) and _DECODED.search(_goal(one)):
            yield one.line


def open_ports(file: Configuration) -> Iterator[int]:
    """The first virtual host of each port, if it does not refuse; line 0 if there is none at all."""
    first: dict[tuple[str, ...], Section] = {}
    for host in file.hosts:
        first.setdefault(host.args, host)
    for host in first.values():
        if not any(one.host == host and _refuses_all(one) for one in file.directives):
            yield host.line
    if not first:
        yield 0


def any_method(file: Configuration) -> Iterator[int]:
    """Virtual hosts with files that answer POST as if it were GET."""
    for host in _serving(file):
        methods = [set(one.args) for one in file.about(host, "allowmethods")]
        if not methods or any(one - {"GET", "HEAD"} for one in methods):
            yield host.line


def visible_hidden(file: Configuration) -> Iterator[int]:
    """Virtual hosts with files that do not refuse hidden ones."""
    for host in _serving(file):
        if not _is_refused(_HIDDEN, file.about(host)):
            yield host.line


def public_pages(file: Configuration) -> Iterator[int]:
    """Pages of errors that can be asked for."""
    for host in _serving(file):
        for one in file.about(host, "errordocument"):
            if one.said(1).startswith("/") and not _is_refused(one.said(1), file.about(host)):
                yield one.line


def _serving(file: Configuration) -> tuple[Section, ...]:
    """The virtual hosts that have files and do not send every visitor elsewhere."""
    return tuple(
        host
        for host in file.hosts
        if any(one.host == host for one in file.named("documentroot"))
        and not any(
            one.host == host and _moves(one) and _finds(_pattern(one), "/", _ORDINARY, _HIDDEN)
            for one in file.directives
        )
    )


def _says(one: Directive, *args: str) -> bool:
    return tuple(arg.lower() for arg in one.args) == args


def _moves(one: Directive) -> bool:
    """Whether it is a redirect."""
    if one.name == "rewriterule":
        return bool(_MOVES.search(one.said(2))) or "://" in one.said(1)
    return one.name in _REDIRECTS and not _refuses(one)


def _refuses(one: Directive) -> bool:
    """Whether it answers with an error instead of a file."""
    if one.name == "rewriterule":
        return bool(_REFUSES.search(one.said(2)))
    if one.name == "require":
        return _says(one, "all", "denied")
    return one.name in _REDIRECTS and bool(_REFUSED.fullmatch(one.said(0)))


def _words(one: Directive) -> tuple[str, ...]:
    """The arguments of a Redirect without its status."""
    return one.args[1:] if re.fullmatch(r"\d+|[a-z]+", one.said(0)) else one.args


def _goal(one: Directive) -> str:
    """Where it leads, as far as Apache puts anything of the request into it."""
    if one.name == "rewriterule":
        return one.said(1)
    words = _words(one)
    # Redirect takes a second place as it is written.
    literal = one.name != "redirectmatch" and len(words) > 1
    return "" if literal else "".join(words[-1:])


def _pattern(one: Directive) -> str:
    """A regular expression for the paths it is about; one that finds nothing, if it cannot be told."""
    if one.name in {"rewriterule", "redirectmatch"}:
        return one.said(0) if one.name == "rewriterule" else "".join(_words(one)[:1])
    matches = [
        section.args[-1]
        for section in one.sections
        if section.name.endswith("match") and section.args
    ]
    if matches:
        return matches[-1]
    if one.name == "require":
        places = {section.args for section in one.sections if section.name != "virtualhost"}
        return "" if places <= {("/",)} else "(?!)"
    return f"^{re.escape(''.join(_words(one)[:1]).rstrip('/'))}(?:/|$)"


def _refuses_all(one: Directive) -> bool:
    return _refuses(one) and _finds(_pattern(one), "/", _ORDINARY, _HIDDEN)


def _is_refused(path: str, directives: Iterable[Directive]) -> bool:
    """Whether one of them refuses that path, but not just any."""
    patterns = [_pattern(one) for one in directives if _refuses(one)]
    name = path.rpartition("/")[2]
    return any(
        (_finds(pattern, path) or _finds(pattern, name)) and not _finds(pattern, _ORDINARY)
        for pattern in patterns
    )


def _finds(pattern: str, *paths: str) -> bool:
    try:
        # Python before 3.14 knows \z as \Z.
        found = re.compile(pattern.replace(r"\z", r"\Z"))
    except (re.error, OverflowError, RecursionError):
        return False
    return all(found.search(path) for path in paths)
