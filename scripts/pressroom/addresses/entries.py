"""One entry of site/redirects.toml: an old address and where it leads, or what is wrong with it."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pressroom.addresses.model import Redirect
from pressroom.addresses.spelling import check_path, check_rest, path_of, shown
from pressroom.shapes import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from pressroom.addresses.spelling import Problem

KEYS = ("site", "from", "to")
# What servers show with a status of its own and nobody asks for (headers/model.py; a test compares).
STATUS_PAGES = ("/404.html", "/50x.html")
# The build's own folder, whose files are cached for good (headers/policy.py; a test compares).
ASSETS = "assets"
# nginx 1.22 keeps the length of a location in one byte.
MAX_SOURCE = 255

_REFERENCE = re.compile(r"([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_TO_HINT = (
    'write a path of the same site, "/new/page/", or one of our other sites, "site:NAME/page/"'
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A redirect and, as site and decoded path, the two places that it joins."""

    redirect: Redirect
    source: tuple[str, str]
    target: tuple[str, str]


def parse_entry(
    values: Mapping[str, Any], *, line: int, sites: Collection[str], address: Callable[[str], str]
) -> tuple[Entry | None, list[Problem]]:
    """The entry, or None and all that is wrong with it, as message and hint."""
    problems = list(_key_problems(values))
    if problems:
        return None, problems
    site, source, to = (values[key] for key in KEYS)
    if site not in sites:
        problems.append(_unknown_site(site, sites))
    problems += _named(f"from {shown(source)}", _source_problems(source))
    there, reference = _split_site(site, to)
    problems += _named(f"to {shown(to)}", _target_problems(to, there, reference, sites))
    if problems:
        return None, problems
    # `from` is a keyword of Python, so no dataclass has it for a field.
    redirect = Redirect(
        site=site,
        source=source,
        target=address(to) if to.startswith("site:") else to,
        line=line,
    )
    target = (there, path_of(reference))
    return Entry(redirect=redirect, source=(site, redirect.path), target=target), []


def _key_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    for key in KEYS:
        if key not in values:
            yield f"key {key!r} is missing", f"add a line for `{key}`"
        elif not isinstance(values[key], str):
            yield f"{key} is no text: {shown(str(values[key]))}", "put it in quotes"
    for key in values:
        if key not in KEYS:
            yield f"unknown key {shown(key)}", suggestion(key, list(KEYS))


def _unknown_site(site: str, sites: Collection[str]) -> Problem:
    return f"site {shown(site)} is none of ours", suggestion(site, sorted(sites))


def _named(name: str, problems: Iterator[Problem]) -> Iterator[Problem]:
    for message, hint in problems:
        yield f"{name} {message}", hint


def _source_problems(source: str) -> Iterator[Problem]:
    if re.search("[?#]", source):
        yield "has a query or a fragment", "write the path alone: a query is handed on"
        return
    problems = list(check_path(source))
    yield from problems
    if problems:
        return
    path = unquote(source)
    names = path.split("/")[1:]
    if path == "/":
        yield "is the home page, which is always there", "delete the entry"
    elif path.casefold() in STATUS_PAGES:
        yield "is a page that servers show by themselves", "delete the entry"
    elif names[0].casefold() == ASSETS:
        yield "is in the build's own folder, /assets/", "delete the entry"
    elif len(path.encode()) > MAX_SOURCE:
        yield f"has more than {MAX_SOURCE} bytes, which nginx never finds", "delete the entry"
    elif any(name.startswith(".") for name in names):
        # So is /.well-known/, which belongs to protocols (RFC 8615).
        yield "is a hidden name, which servers refuse", "delete the entry"


def _split_site(site: str, to: str) -> tuple[str, str]:
    """The site and the path that `to` means: `site:NAME/path`, or a path of the same site."""
    if not to.startswith("site:"):
        return site, to
    name, slash, path = to.removeprefix("site:").partition("/")
    return name, slash + path


def _target_problems(
    to: str, site: str, reference: str, sites: Collection[str]
) -> Iterator[Problem]:
    if to.startswith("site:") and site not in sites:
        message, hint = _unknown_site(site, sites)
        yield f"is wrong: {message}", hint
    elif not reference.startswith("/") or reference.startswith("//"):
        yield "is no path of ours", _TO_HINT
    else:
        match = _REFERENCE.fullmatch(reference)
        path, query, fragment = match.groups("") if match else (reference, "", "")
        yield from check_path(path)
        yield from check_rest(query)
        yield from check_rest(fragment)
        if path in STATUS_PAGES:
            yield "is answered with 404 by servers", "lead to another page"
