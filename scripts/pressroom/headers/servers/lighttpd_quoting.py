"""Text as lighttpd reads it: strings, patterns of paths and hosts, and targets in which it expands variables."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EXPANDED = re.compile(r"[$%]")
# lighttpd makes the letters of `%e2` upper case (keyvalue.c); not so when something stands in between, and here that
# is nothing: a group that our patterns do not have.
_LOWER = re.compile(r"%%(?=[a-f][0-9A-Fa-f]|[0-9A-F][a-f])")
_NOTHING = "$9"


def quote(text: str) -> str:
    r"""A string; `\"` is its only escape (configfile.c). ValueError for what it cannot hold."""
    if _CONTROL.search(text):
        raise ValueError(f"lighttpd: a control character in {text!r}")
    if text.endswith("\\"):
        raise ValueError(f"lighttpd: a backslash at the end of {text!r}")
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'


def seen_path(path: str) -> str:
    """A decoded path as lighttpd compares it; ValueError for one that it never sees, since it mends paths first."""
    slash = "/" if path.endswith(("/", "/.", "/..")) else ""
    if posixpath.normpath(path).rstrip("/") + slash != path or path.startswith("//"):
        raise ValueError(f"lighttpd: nobody comes by {path!r}, which it makes shorter first")
    return path


def redirect_target(target: str) -> str:
    """Where to, with the visitor's query in front of a fragment, unless the target has a query of its own."""
    address, mark, fragment = target.partition("#")
    query = "" if "?" in address else "${qsa}"
    return literal(address) + query + literal(mark + fragment)


def literal(text: str) -> str:
    """The text itself where mod_redirect expands `$1`, `%1` and `${…}`."""
    doubled = _EXPANDED.sub(r"\g<0>\g<0>", text)
    return _LOWER.sub(rf"\g<0>{_NOTHING}", doubled)


def any_of(texts: Iterable[str]) -> str:
    """A group of a regular expression that matches each of the texts, and nothing else."""
    return f"({'|'.join(re.escape(text) for text in texts)})"
