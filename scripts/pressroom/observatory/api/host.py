"""The name of a site in the form that Mozilla's service takes."""

from __future__ import annotations

import re

from pressroom.errors import ConfigError
from pressroom.world.reply import one_line

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# What would make the service look at something else than was named: it drops queries, for one.
_TROUBLE = re.compile(r"[\s?#@\\]")
_SHOWN = 100


def check_host(text: str) -> str:
    """The text to send for `name`, `name:port`, `name/path` or `name:port/path`, its host in lower case.

    ConfigError for what the service would refuse or, worse, take for another page.
    """
    site = text.strip()
    if not site:
        raise _refused(text, "no host is named", "name one: www.example.org")
    if _SCHEME.match(site):
        raise _refused(
            text,
            "Mozilla's service takes a host without a scheme",
            f"write {_shown(_SCHEME.sub('', site, count=1))}",
        )
    if _TROUBLE.search(site) or not site.isprintable():
        raise _refused(
            text,
            "a space, a control, `?`, `#`, `@` or `\\` has no place in it",
            "name the host, its port and its path only: www.example.org:8443/path",
        )
    host, slash, path = site.partition("/")
    plain = _ESCAPE.sub("", path)
    if plain != plain.lower():
        raise _refused(
            text,
            "Mozilla's service looks at paths in lower case only, which is another page",
            "name a page without capitals, or have this one judged on this machine",
        )
    return host.lower() + slash + path


def _refused(text: str, message: str, hint: str) -> ConfigError:
    return ConfigError(message, where=_shown(text) or "host", hint=hint)


def _shown(text: str) -> str:
    return one_line(text[:_SHOWN])
