"""What is wrong with the directives of a Content-Security-Policy (CSP Level 3, Trusted Types)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from pressroom.shapes import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# A message and how to mend it.
Problem = tuple[str, str]

# Directives that say where something may be loaded from; those in CODE are about what can run.
FETCH = (
    "child-src",
    "connect-src",
    "default-src",
    "font-src",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "style-src",
    "style-src-attr",
    "style-src-elem",
    "worker-src",
)
SOURCES = (*FETCH, "base-uri", "form-action", "frame-ancestors")
CODE = (
    "default-src",
    "object-src",
    "script-src",
    "script-src-attr",
    "script-src-elem",
    "worker-src",
)
TRUSTED = ("require-trusted-types-for", "trusted-types")
BARE = ("upgrade-insecure-requests",)
KNOWN = (*SOURCES, *TRUSTED, *BARE)

_HASH = re.compile(r"'sha(256|384|512)-([^']*)'")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
_HOST = re.compile(
    r"(?:https://|wss://)?(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?(?:/[A-Za-z0-9%/._~-]*)?"
)
_POLICY_NAME = re.compile(r"[A-Za-z0-9#=_/@.%-]+")
# What would end the source, the directive or the header.
_BREAKS = re.compile(r"[;,\s]|[^\x21-\x7e]")


def check_directives(directives: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    """Everything that is unknown, contradictory, double or weak."""
    for name, sources in directives.items():
        if name not in KNOWN:
            yield f"directive {name!r} is unknown", suggestion(name, list(KNOWN))
            continue
        broken = [source for source in sources if not source or _BREAKS.search(source)]
        for source in broken:
            yield (
                f"{name} has the source {source!r}, which ends the directive or is no ASCII",
                "write one source a string, without spaces, commas and semicolons",
            )
        for source in sorted({one for one in sources if sources.count(one) > 1}):
            yield f"{name} has {source} twice", "write it once"
        if not broken:
            yield from _check_values(name, sources)
    if tuple(directives.get("default-src", ())) != ("'none'",):
        yield (
            "default-src is not 'none': a kind of load that nobody thought of is allowed",
            "leave it as it is, and name what is needed: img-src, font-src, …",
        )
    if "require-trusted-types-for" in directives and "trusted-types" not in directives:
        yield (
            "require-trusted-types-for without trusted-types lets a page make any policy",
            "name the policies: trusted-types = ['default']",
        )


def _check_values(name: str, sources: Sequence[str]) -> Iterator[Problem]:
    if name in BARE:
        if sources:
            yield f"{name} takes no value", f"write {name} = []"
    elif not sources:
        yield f"{name} has no source, which means 'none'", f"write {name} = [\"'none'\"]"
    elif name == "require-trusted-types-for":
        if tuple(sources) != ("'script'",):
            yield f"{name} knows 'script' alone", f"write {name} = [\"'script'\"]"
    elif name == "trusted-types":
        yield from _check_policy_names(sources)
    else:
        if "'none'" in sources and len(sources) > 1:
            yield f"{name} has 'none' and other sources", "keep one of both"
        for source in sources:
            yield from _check_source(name, source)


def _check_policy_names(names: Sequence[str]) -> Iterator[Problem]:
    for name in names:
        if name == "*":
            yield "trusted-types allows any policy", "name the policies: ['default']"
        elif name == "'allow-duplicates'":
            yield "trusted-types lets a script make a policy again", "leave 'allow-duplicates' out"
        elif name != "'none'" and not _POLICY_NAME.fullmatch(name):
            yield f"trusted-types has the name {name!r}", "letters, digits and -#=_/@.% alone"


def _check_source(name: str, source: str) -> Iterator[Problem]:
    """One source of a directive that names places."""
    lower = source.lower()
    if lower in {"'none'", "'self'"}:
        if source != lower:
            yield f"{name} has {source}", f"write it in lower case: {lower}"
    elif lower.startswith("'unsafe-"):
        yield (
            f"{name} has {source}: injected code or style would run",
            "leave it out: nothing that is built needs it",
        )
    elif _HASH.fullmatch(source):
        yield from _check_hash(name, source)
    elif lower.startswith("'"):
        yield (
            f"{name} has {source}, which static pages cannot keep",
            "name places: 'self' or https://host/path",
        )
    elif lower == "*" or _SCHEME.fullmatch(lower):
        yield from _check_scheme(name, lower)
    elif lower.startswith(("http://", "ws://", "ftp://")):
        yield f"{name} has {source}: without TLS anybody on the way can change it", "use https://"
    elif not _HOST.fullmatch(lower.partition("/")[0] if "://" not in lower else lower):
        yield f"{name} has the source {source!r}, which is no place", "'self' or https://host/path"


def _check_hash(name: str, source: str) -> Iterator[Problem]:
    match = _HASH.fullmatch(source)
    assert match is not None
    try:
        size = len(base64.b64decode(match[2], validate=True))
    except (binascii.Error, ValueError):
        size = 0
    if size * 8 != int(match[1]):
        yield f"{name} has {source}, which is no sha{match[1]} in base64", "leave it out"
    else:
        yield (
            f"{name} has a hash: nothing that is built is inline, so it can only bless what was injected",
            "leave it out, and put the code into a file",
        )


def _check_scheme(name: str, source: str) -> Iterator[Problem]:
    if (
        name in CODE
        or name.startswith("style-src")
        or source in {"*", "http:", "ws:", "ftp:", "https:"}
    ):
        yield f"{name} has {source}: whoever has any host can be loaded", "name the hosts"
    elif name in {"base-uri", "form-action", "frame-ancestors"}:
        yield f"{name} has {source}", "name the hosts"
