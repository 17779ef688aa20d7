"""Which hosts belong together: registrable domains and public suffixes, by the list of publicsuffix.org."""

from __future__ import annotations

import functools
import re

import ada_url
from publicsuffixlist import PublicSuffixList

_LONGEST = 255
# Labels of 1 to 63 characters (RFC 1035, 2.3.4), underscores allowed, no hyphen at either end; everything beyond ASCII
# passes, and a dot in front. Browsers' URLs allow more: `a!b.test` is a host, and has no domain.
_LABEL = r"(?!-)[a-z0-9_\-\x80-\U0010ffff]{1,63}(?<!-)"
_NAME = re.compile(rf"\.?{_LABEL}(?:\.{_LABEL})*")
# Half of a pair, as JSON can hold it: U+FFFD in a URL.
_SURROGATE = re.compile("[\ud800-\udfff]")
_PUNYCODE = "xn--"
_ADDRESS = re.compile(r"[0-9]+(?:\.[0-9]+){3}")


@functools.cache
def _suffixes(*, private: bool) -> PublicSuffixList:
    """The list, with or without its private section; read on first use."""
    return PublicSuffixList(only_icann=not private)


def _name_of(host: str) -> str | None:
    """A host's name without the root's dot; None for an address, and for what is no name."""
    name = host.lower().rstrip(".")
    if len(name) > _LONGEST or _ADDRESS.fullmatch(name) or not _NAME.fullmatch(name):
        return None
    return name.removeprefix(".")


@functools.lru_cache(maxsize=4096)
def registrable_domain(host: str) -> str | None:
    """The part of a host that somebody registered, by the list's ICANN section: `a.github.io` is `github.io`.

    None for an address, a public suffix, a name without a dot, and what is no name.
    """
    name = _name_of(host)
    return name and _suffixes(private=False).privatesuffix(name)


@functools.lru_cache(maxsize=4096)
def is_public_suffix(host: str) -> bool:
    """Whether anybody may register below a host, by both sections of the list: `github.io` is one; so is an unknown TLD."""
    name = _name_of(host)
    return name is not None and name == host and name == _suffixes(private=True).publicsuffix(name)


def host_of(url: str) -> str | None:
    """The host of an absolute URL, as Node.js spells it; None for what is no URL."""
    try:
        host = str(ada_url.URL(_SURROGATE.sub("\ufffd", url)).hostname)
    except ValueError:
        return None
    # Ada 4 lets a label pass that only looks like punycode; the one in Node.js 24 does not.
    if _PUNYCODE in host:
        labels = zip(host.split("."), ada_url.idna_to_unicode(host).split("."), strict=False)
        if any(label.startswith(_PUNYCODE) and label == read for label, read in labels):
            return None
    return host
