"""Where in a site of a Caddyfile each mistake is: the numbers of its lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.headers.policy import CACHE, STS
from pressroom.headers.traps.caddy_sites import Site, fields, is_refusal
from pressroom.headers.traps.caddy_syntax import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANY_HOST = re.compile(r"\{(?:http\.request\.)?(?:host|hostport)\}")


def mixed_blocks(site: Site) -> Iterator[int]:
    """Headers taken away in one block with headers that are set."""
    everything = (*site.directives, *(one for _, some in site.errors for one in some))
    for one in everything:
        removals = [line for line in one.line.block if line.name.startswith("-")]
        if one.line.name == "header" and removals and len(removals) < len(one.line.block):
            yield removals[0].line


def shown_servers(site: Site) -> Iterator[int]:
    """Sites and their errors that say what server they come from."""
    answers = {one.line.name for one in site.directives} - {"abort", "bind", "tls"}
    parts = [(site.line, site.directives)] * bool(answers)
    for line, directives in (*parts, *((one.line, some) for one, some in site.errors)):
        if not any(one.name == "-server" and not one.matchers for one in fields(directives)):
            yield line


def unhandled_errors(site: Site) -> Iterator[int]:
    """Sites whose errors nobody handles."""
    if not site.errors and {one.line.name for one in site.directives} & {"file_server", "error"}:
        yield site.line


def kept_cache_headers(site: Site) -> Iterator[int]:
    """Handlers of errors that leave Cache-Control as it was."""
    for line, directives in site.errors:
        if not any(one.name == CACHE.lower() and not one.matchers for one in fields(directives)):
            yield line.line


def immutable_errors(site: Site) -> Iterator[int]:
    """What is immutable, be it an error."""
    for one in fields(site.directives):
        names = {line.name for name in one.matchers for line in site.matchers.get(name, ())}
        if (
            one.name.lstrip("?+>") == CACHE.lower()
            and "immutable" in one.value
            and "file" not in names
        ):
            yield one.line
    for _, directives in site.errors:
        yield from (one.line for one in fields(directives) if "immutable" in one.value)


def plain_transport(site: Site) -> Iterator[int]:
    """Strict-Transport-Security over plain HTTP."""
    if site.is_at("http"):
        parts = (site.directives, *(some for _, some in site.errors))
        for directives in parts:
            yield from (
                one.line for one in fields(directives) if one.name.lstrip("?+>") == STS.lower()
            )


def echoed_hosts(site: Site) -> Iterator[int]:
    """Redirects to whatever host a request names."""
    if site.catches_all("http") or site.catches_all("https"):
        for one in site.named("redir"):
            if any(_ANY_HOST.search(word) for word in one.line.words):
                yield one.line.line


def lists(site: Site) -> Iterator[int]:
    """Lists of a folder."""
    for one in site.named("file_server"):
        inner = [line.line for line in one.line.block if line.name == "browse"]
        yield from inner or [one.line.line] * ("browse" in one.line.words)


def all_methods(site: Site) -> Iterator[int]:
    """Sites that answer any method."""
    refused = {name for one in site.directives if is_refusal(one.line) for name in one.matchers}
    tests = (test for name in refused for test in site.matchers.get(name, ()))
    if not site.refuses_all and not any(
        "method" in line.words for test in tests for line in (test, *test.block)
    ):
        yield site.line


def public_pages(site: Site) -> Iterator[int]:
    """Pages of errors that anybody can ask for, with 200."""
    tests = [
        line
        for one in site.directives
        if is_refusal(one.line)
        for name in one.matchers
        for line in site.matchers.get(name, (Line(words=("path", name), line=0),))
    ]
    for _, directives in site.errors:
        for one in directives:
            page = one.line.words[-1]
            if one.line.name == "rewrite" and not any(_covers(test, page) for test in tests):
                yield one.line.line


def _covers(test: Line, page: str) -> bool:
    if test.name == "path_regexp":
        try:
            return re.search(test.words[-1], page) is not None
        except re.error:
            return False
    return test.name == "path" and page in test.words
