"""The hosts that browsers reach over TLS alone, by Chromium's list or one that is given."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import hstspreload

from pressroom.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MODE = "force-https"
_HINT = 'a list is {"entries": [{"name": "widget.example", "mode": "force-https", "include_subdomains": true}]}'


@functools.lru_cache(maxsize=1024)
def is_built_in(host: str) -> bool:
    """Whether a host is in Chromium's list, as the package hstspreload carries it; see `built_in_date`."""
    return host.isascii() and bool(hstspreload.in_hsts_preload(host))


def built_in_date() -> str:
    """The month of Chromium's list that is used, `2025-01`."""
    year, month, *_ = str(hstspreload.__version__).split(".")
    return f"{year}-{int(month):02}"


def parse_list(text: str, *, where: str) -> Callable[[str], bool]:
    """Whether a host is in a list of Chromium's form; raises ConfigError if the text is none.

    A host is in it by its own name, or by that of a domain above it with include_subdomains; either with the mode
    force-https. Comments (`//`, a line each) are Chromium's habit and no error.
    """
    lines = ["" if line.lstrip().startswith("//") else line for line in text.split("\n")]
    try:
        entries = json.loads("\n".join(lines))["entries"]
        alone = {_name(one) for one in entries if one.get("mode") == _MODE}
        above = {
            _name(one)
            for one in entries
            if one.get("mode") == _MODE and one.get("include_subdomains")
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ConfigError("no list of preloaded hosts", where=where, hint=_HINT) from error

    def is_preloaded(host: str) -> bool:
        labels = host.split(".")
        parents = (".".join(labels[number:]) for number in range(1, len(labels)))
        return host in alone or any(parent in above for parent in parents)

    return is_preloaded


def _name(entry: Mapping[str, Any]) -> str:
    name = entry["name"]
    if not isinstance(name, str):
        raise TypeError
    return name
