"""Mistakes with headers in a configuration of Apache: the lines at fault."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.headers.policy import CACHE, STS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.traps.apache_syntax import Configuration, Directive

_ADDS = ("set", "setifempty", "append", "merge", "add", "edit", "edit*")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """`Header always set Name value condition`, taken apart; the name in lower case."""

    directive: Directive
    always: bool
    action: str
    name: str
    value: str
    condition: str


def onsuccess(file: Configuration) -> Iterator[int]:
    """Headers that errors and redirects do not get."""
    return (one.directive.line for one in _headers(file) if not one.always)


def twice(file: Configuration) -> Iterator[int]:
    """Headers below server level that are set elsewhere too, and those that are added to what is there."""
    headers = _headers(file)
    for one in headers:
        elsewhere = any(
            other.name == one.name and other.directive.sections != one.directive.sections
            for other in headers
        )
        if one.action == "add" or (one.directive.sections and elsewhere):
            yield one.directive.line


def transport_everywhere(file: Configuration) -> Iterator[int]:
    """Strict-Transport-Security for more than TLS."""
    for one in _headers(file):
        if one.name == STS.lower() and not re.search(r"%\{HTTPS\}.*\bon\b", one.condition):
            yield one.directive.line


def unbound_immutable(file: Configuration) -> Iterator[int]:
    """`immutable` for more than answers with a file."""
    for one in _headers(file):
        immutable = one.name == CACHE.lower() and "immutable" in one.value.lower()
        if immutable and "%{REQUEST_STATUS}" not in one.condition:
            yield one.directive.line


def _headers(file: Configuration) -> list[_Header]:
    """Every header that is set in some way; taking one away does no harm."""
    found = []
    for one in file.named("header"):
        table = one.said(0).lower()
        words = one.args[1:] if table in {"always", "onsuccess"} else one.args
        if len(words) > 1 and words[0].lower() in _ADDS:
            header = _Header(
                directive=one,
                always=table == "always",
                action=words[0].lower(),
                name=words[1].lower().rstrip(":"),
                value="".join(words[2:3]),
                condition=next((word for word in words[3:] if word.startswith("expr=")), ""),
            )
            found.append(header)
    return found
