"""The traps of lighttpd 1.4, looked for in a configuration; each was seen on a real server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.headers.policy import STS
from pressroom.headers.traps.lighttpd_reach import Scope, scopes, stranger
from pressroom.headers.traps.lighttpd_syntax import SyntaxTrapError, parse_lighttpd

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.traps.lighttpd_syntax import Block, Setting

HEADERS, ADDED = "setenv.set-response-header", "setenv.add-response-header"
_VISITOR = re.compile(r"\$\{url\.authority\}|%[0-9]")
# Setting: what it has to say where files are, and what happens otherwise.
_CLOSED = {
    "server.range-requests": "a range that cannot be (416) is answered without any header",
    "server.follow-symlink": "a symbolic link shows files from anywhere",
}
# It looks at the whole path, in which a deployed site has the link that is switched: so it is on there, and off for
# what else is served, certificates' challenges over plain http, where other programs write.
_ON_FOR_SITES = "server.follow-symlink"
_STS = STS.lower()
_LISTING = ("dir-listing.activate", "server.dir-listing")

# Line, what is wrong, and how to mend it.
Trap = tuple[int, str, str]
_BARE: Trap = (
    1,
    "no headers outside of all blocks: what lighttpd cannot read is answered bare",
    f"write {HEADERS} with the whole list before the first block",
)


def check_lighttpd(text: str, *, where: str) -> list[Finding]:
    """All traps in a configuration of lighttpd."""
    try:
        root = parse_lighttpd(text)
    except SyntaxTrapError as error:
        traps: list[Trap] = [
            (error.line, "this is no configuration of lighttpd", "lighttpd -tt -f says more")
        ]
    else:
        traps = [*_modules(root), *_strangers(root)]
        plain = _names(next(scopes(root)), root.last(HEADERS))
        secure = plain | ({_STS} & _all_names(root))
        if not plain and _all_names(root):
            traps.append(_BARE)
        for scope in scopes(root):
            wanted = secure if scope.secure else plain
            traps += [*_headers(scope, wanted), *_chains(scope), *_redirects(scope), *_files(scope)]
    return sorted(
        Finding(where=where, line=line, message=message, hint=hint)
        for line, message, hint in dict.fromkeys(traps)
    )


def _modules(root: Block) -> Iterator[Trap]:
    used = [one for scope in scopes(root) for one in scope.block.settings if "setenv." in one.key]
    lists = [one for one in root.settings if one.key == "server.modules"]
    whole = next((one for one in reversed(lists) if one.operator != "+="), None)
    first = whole.items[0][1] if whole and whole.items else ""
    if used and first != "mod_setenv":
        line = lists[0].line if lists else used[0].line
        yield (
            line,
            "mod_setenv is not the first module: what another answers before it has no headers",
            'write server.modules := ( "mod_setenv" ) + server.modules',
        )


def _strangers(root: Block) -> Iterator[Trap]:
    for secure, port in ((False, "plain HTTP"), (True, "TLS")):
        found = stranger(root, secure=secure)
        redirect, denied = found.get("url.redirect"), found.get("url.access-deny")
        code = found["url.redirect-code"].text if "url.redirect-code" in found else "301"
        if denied and "" in (text for _, text in denied.items):
            continue
        if redirect and redirect.items and not code.startswith(("4", "5")):
            yield (
                redirect.line,
                f"over {port} an unknown host is redirected",
                'redirect in a block of a known host, and refuse in the last "else"',
            )
        elif not redirect or not redirect.items:
            yield (
                root.line,
                f"over {port} an unknown host is not refused",
                'end the blocks by $HTTP["host"] with "else", and url.redirect-code = 421 in it',
            )


def _headers(scope: Scope, wanted: set[str]) -> Iterator[Trap]:
    if (added := scope.block.last(ADDED)) is not None:
        yield added.line, f"{ADDED} may send a header twice", f"write {HEADERS}"
    setting = scope.block.last(HEADERS)
    if setting is None:
        return
    names = _names(scope, setting)
    if missing := sorted(wanted - names):
        yield (
            setting.line,
            f"this list replaces the one around it, and forgets {', '.join(missing)}",
            "write the whole list, or none",
        )
    if _STS in names and not scope.secure:
        yield (
            setting.line,
            f"{STS} over plain HTTP (RFC 6797, 7.2)",
            'write it where $HTTP["scheme"] == "https" alone',
        )
    if any("immutable" in value for _, value in setting.items):
        yield from _immutable(scope, setting)


def _names(scope: Scope, setting: Setting | None) -> set[str]:
    """The names in a list, in lower case; `+=` puts the nearest list around it in front."""
    names = {key.lower() for key, _ in setting.items} if setting else set()
    if setting and setting.operator == "+=" and scope.outer:
        names |= _names(scope.outer, scope.outer.holds(HEADERS))
    return names


def _all_names(root: Block) -> set[str]:
    lists = [one for scope in scopes(root) for one in scope.block.settings if one.key == HEADERS]
    return {name.lower() for one in lists for name, _ in one.items}


def _immutable(scope: Scope, setting: Setting) -> Iterator[Trap]:
    handler = scope.holds("server.error-handler")
    if handler is None or not handler.text:
        yield (
            setting.line,
            "an error here is immutable too: its headers were chosen before its status",
            'write server.error-handler = "/404.html" around it: an error starts over there',
        )
    if scope.block.last("url.rewrite-if-not-file") is None:
        yield (
            setting.line,
            "the redirect of a folder here is immutable too",
            'write url.rewrite-if-not-file = ( "" => "/404.html" ) beside it',
        )


def _chains(scope: Scope) -> Iterator[Trap]:
    """Blocks that do not exclude each other: of two lists the later one counts alone."""
    seen: set[int] = set()
    for block in scope.block.blocks:
        setting = _first_headers(block)
        if setting and seen - {block.chain}:
            yield (
                setting.line,
                "this list and the one of a block before it replace each other",
                'make one chain of both: "else" between them',
            )
        if setting:
            seen.add(block.chain)


def _first_headers(block: Block) -> Setting | None:
    own = block.last(HEADERS)
    return own or next((found for one in block.blocks if (found := _first_headers(one))), None)


def _redirects(scope: Scope) -> Iterator[Trap]:
    for setting in scope.block.settings:
        if setting.key == "url.redirect" and not scope.known:
            for _, target in setting.items:
                if _VISITOR.search(target):
                    yield (
                        setting.line,
                        f"a redirect to wherever the visitor says: {target}",
                        'write it in a block of known hosts: $HTTP["host"] == "…"',
                    )


def _files(scope: Scope) -> Iterator[Trap]:
    for setting in scope.block.settings:
        if setting.key in _LISTING and setting.text == "enable":
            yield (
                setting.line,
                "folders without a page are listed",
                f'write {setting.key} = "disable"',
            )
    root = scope.block.last("server.document-root")
    for key, harm in _CLOSED.items() if root else ():
        if key == _ON_FOR_SITES and scope.secure:
            continue
        held = scope.holds(key)
        if root and (held is None or held.text != "disable"):
            yield root.line, f"{key} is not off: {harm}", f'write {key} = "disable" beside it'
