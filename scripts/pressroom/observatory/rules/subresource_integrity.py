"""Whether scripts from elsewhere are pinned by `integrity` and loaded over TLS; style sheets are never looked at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.observatory.content import HTML_TYPES, media_type_of
from pressroom.observatory.domains import host_of, registrable_domain
from pressroom.observatory.verdict import UnjudgeableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.observatory.content import Content
    from pressroom.observatory.html import Script

_PREFIX = "sri-implemented"
_NOT = "sri-not-implemented"
NOT_HTML = f"{_NOT}-response-not-html"
NOT_PARSEABLE = "html-not-parseable"
NO_SCRIPTS = f"{_NOT}-but-no-scripts-loaded"
OWN_ORIGIN = f"{_NOT}-but-all-scripts-loaded-from-secure-origin"
# The worst result of all scripts decides, by this order and not by points: -20 and -5 together are -5.
ALL_SECURE = f"{_PREFIX}-and-all-scripts-loaded-securely"
EXTERNAL_SECURE = f"{_PREFIX}-and-external-scripts-loaded-securely"
PINNED_INSECURE = f"{_PREFIX}-but-external-scripts-not-loaded-securely"
LOOSE_SECURE = f"{_NOT}-but-external-scripts-loaded-securely"
LOOSE_INSECURE = f"{_NOT}-and-external-scripts-not-loaded-securely"
_RANKS = (ALL_SECURE, EXTERNAL_SECURE, PINNED_INSECURE, LOOSE_SECURE, LOOSE_INSECURE)

# What is neither, is taken for relative: `HTTPS://`, a space in front, `data:`.
_ABSOLUTE = ("http://", "https://")
_PROTOCOL_RELATIVE = re.compile(r"//[^/]")


def judge(
    content: Content,
    content_type: str | None,
    *,
    host: str,
    secure: bool,
    absent_type_is_html: bool,
) -> str:
    """The token for a page's scripts; the host asked for and its registrable domain are their own site.

    Raises UnjudgeableError for an absolute address of a script that is none: the Observatory gives up on the page.
    """
    if not _is_html(content_type, absent_is_html=absent_type_is_html):
        return NOT_HTML
    if content.is_data:
        return NOT_PARSEABLE
    if not content.tags.scripts:
        return NO_SCRIPTS
    return _worst(content.tags.scripts, host=host, secure=secure)


def _is_html(content_type: str | None, *, absent_is_html: bool) -> bool:
    media_type = media_type_of(content_type or "")
    return media_type in HTML_TYPES if media_type else absent_is_html


def _worst(scripts: Iterable[Script], *, host: str, secure: bool) -> str:
    """The token of the worst script, or of there being none to complain of."""
    own_site = registrable_domain(host)
    tokens = []
    has_foreign = False
    for script in scripts:
        if not script.src:
            continue
        is_foreign, is_secure = _origin(script.src, host, own_site, secure)
        has_foreign |= is_foreign
        if is_foreign and not (script.integrity and is_secure):
            tokens.append(_of_foreign(is_pinned=bool(script.integrity), is_secure=is_secure))
        elif not is_foreign and script.integrity and is_secure:
            tokens.append(ALL_SECURE)
    if tokens:
        return max(tokens, key=_RANKS.index)
    return EXTERNAL_SECURE if has_foreign else OWN_ORIGIN


def _of_foreign(*, is_pinned: bool, is_secure: bool) -> str:
    """What a script from elsewhere comes to that is not both pinned and secure."""
    if is_pinned:
        return PINNED_INSECURE
    return LOOSE_SECURE if is_secure else LOOSE_INSECURE


def _origin(src: str, host: str, own_site: str | None, secure: bool) -> tuple[bool, bool]:
    """Whether a script comes from another site, and whether it comes over TLS."""
    if _PROTOCOL_RELATIVE.match(src):
        # `//own.example/x.js` too.
        return True, False
    if not src.startswith(_ABSOLUTE):
        return False, secure
    script_host = host_of(src)
    if script_host is None:
        message = f"the Observatory gives up on a script whose address is none: {src[:100]!r}"
        raise UnjudgeableError(
            message, where=host, hint="write an address that exists into its src"
        )
    return registrable_domain(script_host) != own_site, src.startswith("https://")
