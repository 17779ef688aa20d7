"""How a path of ours is written in a URL: one spelling each, and nothing that a server could take for something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator

# Message and hint.
Problem = tuple[str, str]

# Far above any address that was ever published, far below what a server takes for one word of its
# configuration (nginx: 4,096 bytes).
MAX_LENGTH = 1_000
# RFC 3986, 3.3 and 3.4: what stands for itself, besides letters, digits and -._~
_PATH_SAFE = "/:@!$&'()*+,;="
_REST_SAFE = _PATH_SAFE + "?"
_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
# C0, DEL and C1, and the line ends that only Unicode has.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SHOWN = 100


def shown(text: str) -> str:
    """A value as it is shown in a message: quoted, on one line, not longer than a line."""
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")


def path_of(reference: str) -> str:
    """The path of a reference, decoded, without query and fragment."""
    return unquote(re.split("[?#]", reference, maxsplit=1)[0])


def check_path(path: str) -> Iterator[Problem]:
    """What is wrong with a path (`/caf%C3%A9/`); the first thing that makes it no path, or all others."""
    if len(path) > MAX_LENGTH:
        yield f"has {len(path)} characters, more than {MAX_LENGTH}", "shorten it"
        return
    if not path.startswith("/") or path.startswith("//"):
        yield "does not start with one slash", 'write a path as in a URL: "/old/page.html"'
        return
    if _NO_ESCAPE.search(path):
        hint = f"write {_NO_ESCAPE.sub('%25', path)!r} if the sign itself is meant"
        yield "has a % without two hexadecimal digits after it", hint
        return
    try:
        decoded = unquote_to_bytes(path).decode()
    except UnicodeError:
        yield "is no UTF-8", "escape the bytes of its UTF-8 form: é is %C3%A9"
        return
    yield from _decoded_problems(path, decoded)


def check_rest(rest: str) -> Iterator[Problem]:
    """What is wrong with a query or fragment, whose escapes mean something and stay as they are."""
    if not rest:
        return
    if len(rest) > MAX_LENGTH:
        yield f"has {len(rest)} characters, more than {MAX_LENGTH}", "shorten it"
    elif _NO_ESCAPE.search(rest):
        hint = f"write {_NO_ESCAPE.sub('%25', rest)!r} if the sign itself is meant"
        yield "has a % without two hexadecimal digits after it", hint
    elif _CONTROL.search(unquote(rest)):
        yield "has a control character", "delete it"
    else:
        upper = _ESCAPE.sub(lambda match: match[0].upper(), rest)
        spelled = quote(upper, safe=_REST_SAFE + "%", errors="replace")
        if spelled != rest:
            yield "is not spelled as in a URL", f"write {spelled!r}"


def _decoded_problems(path: str, decoded: str) -> Iterator[Problem]:
    if _CONTROL.search(decoded):
        yield "has a control character", "delete it"
        return
    names = decoded.split("/")[1:]
    if decoded.count("/") > path.count("/"):
        yield "has an escaped slash (%2F), which servers decode at will", "write it without"
    elif "\\" in decoded:
        yield "has a backslash, which browsers take for a slash", 'write "/"'
    elif "" in names[:-1]:
        yield "has two slashes in a row", "write one: servers merge them"
    elif {".", ".."} & set(names):
        yield "has a segment . or .., which browsers resolve", "write where it leads"
    else:
        spelled = quote(decoded, safe=_PATH_SAFE)
        if spelled != path:
            yield "is not spelled as in a URL", f"write {spelled!r}"
