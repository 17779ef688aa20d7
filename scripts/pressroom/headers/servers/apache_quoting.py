"""Text as Apache reads it: arguments, regular expressions, formats of headers, and targets of redirects."""

from __future__ import annotations

import re
import string

from pressroom.headers.servers.template import Syntax

# What needs no quotes, so that a person can read the file.
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./:-]*", re.ASCII)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WILDCARD = re.compile(r"[*?\[\]]")
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
# Characters of a URL (RFC 3986), and those few more that browsers let stand.
_ADDRESS = re.compile(r"(?:/|https://)[!-~]*")
_ITSELF = frozenset(f"{string.ascii_letters}{string.digits}/_-".encode())
# What mod_rewrite takes for more than itself in the target of a rule.
_EXPANDED = re.compile(r"[\\$%]")


def quote(text: str) -> Syntax:
    """An argument of a directive; ValueError for what cannot be one."""
    if _CONTROL.search(text):
        raise ValueError(f"apache: a control character in {text!r}")
    if "${" in text:
        raise ValueError(f"apache: {text!r} has '${{', a variable wherever it stands")
    text.encode()  # UnicodeEncodeError, a ValueError, for half a surrogate pair
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return Syntax(text if _PLAIN.fullmatch(text) else f'"{escaped}"')


def folder(path: str) -> str:
    """The path of a folder without a slash at its end; ValueError for a wildcard, which has no escape there."""
    if _WILDCARD.search(path) or not path.startswith("/"):
        raise ValueError(f"apache: {path!r} is no absolute path without wildcards")
    return path.rstrip("/")


def host(name: str) -> str:
    """A host's name; ValueError for anything else."""
    if not _HOST.fullmatch(name):
        raise ValueError(f"apache: {name!r} is no host name")
    return name


def header_format(value: str) -> str:
    r"""A header's value where mod_headers takes `%` and `\` for more than themselves."""
    if value.startswith("expr="):
        raise ValueError(f"apache: {value!r} would be an expression")
    return value.replace("\\", "\\\\").replace("%", "%%")


def escaped(text: str) -> str:
    """A regular expression for a text, without a character that means more wherever Apache may read it."""
    return "".join(
        chr(byte) if byte in _ITSELF else "[.]" if byte == ord(".") else f"\\x{byte:02x}"
        for byte in text.encode()
    )


def exactly(path: str) -> Syntax:
    """A regular expression for one decoded path; ValueError if it is none."""
    if not path.startswith("/") or "//" in path or _CONTROL.search(path):
        raise ValueError(f"apache: {path!r} is no path")
    return Syntax(rf'"^{escaped(path)}\z"')


def target(address: str) -> str:
    """Where a redirect leads; ValueError for what is no address."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError(f"apache: {address!r} is no address")
    return address


def target_with_query(address: str) -> Syntax | None:
    """For mod_rewrite: the visitor's query in front of the fragment. None if mod_alias is right: no fragment, or a query.

    ValueError for a quotation mark, which has no escape there.
    """
    page, mark, fragment = (_EXPANDED.sub(r"\\\g<0>", part) for part in address.partition("#"))
    if not mark or "?" in page:
        return None
    if '"' in address:
        raise ValueError(f"apache: a quotation mark in {address!r}")
    return Syntax(f'"{page}?%{{QUERY_STRING}}#{fragment}"')
