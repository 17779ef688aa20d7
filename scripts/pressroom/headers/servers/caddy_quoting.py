"""Text in a Caddyfile: quoted so that it means itself, or refused."""

from __future__ import annotations

import re
import unicodedata

# No quotes are needed: for those who read the file.
_BARE = re.compile(r"[A-Za-z0-9/][A-Za-z0-9_./-]*")
# Control characters, line and paragraph separators, halves of surrogate pairs.
_NEVER = {"Cc", "Zl", "Zp", "Cs"}


def quote(text: str) -> str:
    """A token of a Caddyfile that means exactly this text, in any place.

    Raises ValueError for what cannot be written: line breaks and other control characters; braces, in
    which Caddy looks for placeholders and variables of the environment, quoted or not; a backslash and
    a backtick together, of which each needs the quotes that the other one breaks.
    """
    if any(unicodedata.category(one) in _NEVER for one in text):
        raise ValueError(f"{text!r} holds a control character")
    if "{" in text or "}" in text:
        raise ValueError(f"{text!r} holds a brace: Caddy would look for a placeholder")
    if _BARE.fullmatch(text):
        return text
    if "\\" not in text:
        return '"' + text.replace('"', '\\"') + '"'
    if "`" in text:
        raise ValueError(
            f"{text!r} holds a backslash and a backtick: no quotes of Caddy's hold both"
        )
    return f"`{text}`"


def mapping(path: str, output: str) -> tuple[str, str]:
    """What a `map` compares with a path, and what it then says: both literally.

    A path that no quotes can hold becomes a regular expression, in whose output a dollar sign means something.
    """
    if not path.startswith("/"):
        raise ValueError(f"{path!r} is no path: it starts with no slash")
    if set(path).isdisjoint("{}\\`"):
        return quote(path), quote(output)
    spelt = (one if one.isalnum() or not one.isascii() else f"\\x{ord(one):02x}" for one in path)
    return quote(f"~^{''.join(spelt)}$"), quote(output.replace("$", "$$"))
