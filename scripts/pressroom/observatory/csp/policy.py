"""One Content-Security-Policy: its directives, in the spelling that they are compared in."""

from __future__ import annotations

import dataclasses
import re
from typing import TypeAlias

from pressroom.observatory.fields import SPACE, trim

# A name and its sources, in lower case.
Directive: TypeAlias = tuple[str, tuple[str, ...]]

NONE = "'none'"
# What may stand in a policy more than once.
_REPEATABLE = ("report-uri", "report-to")
# Nothing shorter is a policy (measured); in units of UTF-16, as ECMAScript counts.
_SHORTEST = 6
_SPACES = re.compile(f"[{SPACE}]+")
_LINE_ENDS = re.compile(r"[\r\n]")


class UnparsableError(ValueError):
    """No policy; `read_csp` catches it, and nobody else sees it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The directives of one policy in order; of names, report-uri and report-to alone can be there twice."""

    directives: tuple[Directive, ...]
    has_duplicates: bool


def parse_policy(text: str) -> Policy:
    """A policy; UnparsableError if it is too short or repeats a name.

    Line ends, which a meta tag can hold, are taken out first and so separate nothing by themselves.
    """
    text = trim(_LINE_ENDS.sub("", text))
    if len(text[:_SHORTEST].encode("utf-16-le", "surrogatepass")) < 2 * _SHORTEST:
        raise UnparsableError
    directives: list[Directive] = []
    names: set[str] = set()
    has_duplicates = False
    for piece in text.split(";"):
        trimmed = trim(piece)
        if not trimmed:
            continue
        name, *sources = _SPACES.split(trimmed)
        name = name.lower()
        if name in names:
            if name not in _REPEATABLE:
                raise UnparsableError
            has_duplicates = True
        names.add(name)
        if not sources and name.endswith("-src"):
            sources = [NONE]
        directives.append((name, tuple([source.lower() for source in sources])))
    return Policy(directives=tuple(directives), has_duplicates=has_duplicates)
