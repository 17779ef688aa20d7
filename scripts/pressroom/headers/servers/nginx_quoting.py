"""Text as nginx reads it: parameters in which it expands variables, and those in which it does not."""

from __future__ import annotations

import re

from pressroom.headers.servers.template import Syntax

# What needs no quotes, so that a person can read the file.
_PLAIN = re.compile(r"[A-Za-z0-9_./][A-Za-z0-9_./+-]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# A parameter must fit into the buffer of nginx's parser: "too long parameter" (ngx_conf_file.c).
_LONGEST = 4_000


def quote(text: str) -> Syntax:
    """A parameter in which nginx expands nothing; ValueError for what cannot be one."""
    return _bare(text) or quoted(_escaped(text))


def expanded(text: str) -> Syntax:
    """A parameter in which nginx would expand variables; ValueError for what cannot be one."""
    return _bare(text) or quoted(literal(text))


def words(*texts: str) -> Syntax:
    """Several parameters in which nginx expands nothing."""
    return Syntax(" ".join(quote(text) for text in texts))


def redirect_target(target: str) -> Syntax:
    """Where to, with the visitor's query in front of a fragment, unless the target has a query of its own."""
    address, mark, fragment = target.partition("#")
    query = "" if "?" in address else "$is_args$args"
    return quoted(literal(address) + query + literal(mark + fragment))


def literal(text: str) -> str:
    """The text itself, between quotes, where nginx expands variables: it has no escape for a dollar sign."""
    return _escaped(text).replace("$", "${pressroom_dollar}")


def quoted(escaped: str) -> Syntax:
    """What is escaped already, as one parameter."""
    if _CONTROL.search(escaped):
        raise ValueError(f"nginx: a control character in {escaped!r}")
    if len(escaped.encode()) > _LONGEST:
        raise ValueError(f"nginx: {escaped[:40]!r}… is longer than {_LONGEST} bytes")
    return Syntax(f'"{escaped}"')


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _bare(text: str) -> Syntax | None:
    return Syntax(text) if _PLAIN.fullmatch(text) and len(text) <= _LONGEST else None
