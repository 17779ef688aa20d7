"""One line of Set-Cookie: what a server asks for, before anybody asks whether it may (RFC 6265, 5.2)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

from pressroom.observatory.cookie_dates import parse_date
from pressroom.observatory.fields import trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CONTROL = re.compile(r"[\x00-\x1f]")
# What ends name and value before their semicolon does; attributes after it are read all the same.
_LINE_END = re.compile(r"[\n\r\x00]")
_SECONDS = re.compile(r"-?[0-9]+")
_SAME_SITE = ("lax", "strict", "none")
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie.

    `domain` is in lower case and without its leading dot; empty where the line names none. `path` is
    empty where the line names none. `same_site` is `lax`, `strict` or `none`, or empty. `ends` is the moment from
    which it is not sent any more; None if there is no such moment within a visit, which lasts seconds.
    """

    name: str
    value: str
    domain: str = ""
    path: str = ""
    is_host_only: bool = True
    is_secure: bool = False
    is_http_only: bool = False
    same_site: str = ""
    ends: dt.datetime | None = None

    def is_over(self, now: dt.datetime) -> bool:
        """Whether it has ended."""
        return self.ends is not None and self.ends <= now


def pieces_of(line: str) -> Iterator[tuple[str, str | None]]:
    """What the semicolons part, each as name and value, trimmed; a value is None where there is no `=`."""
    for piece in filter(None, line.split(";")):
        name, equals, value = piece.partition("=")
        yield trim(name), trim(value) if equals else None


def read_cookie(line: str) -> Cookie | None:
    """What a line of Set-Cookie asks for; None for one that means nothing.

    That is one without `=` or without a name, or with a control character in name or value.
    """
    pair, _, attributes = trim(line).partition(";")
    name, equals, value = _LINE_END.split(pair, maxsplit=1)[0].partition("=")
    name, value = trim(name), trim(value)
    if not equals or not name or _CONTROL.search(name) or _CONTROL.search(value):
        return None
    return _with_attributes(name, value, pieces_of(attributes))


def _with_attributes(name: str, value: str, pieces: Iterable[tuple[str, str | None]]) -> Cookie:
    """The cookie with all that its attributes say; of two, the later counts if it can be read."""
    domain = path = same_site = ""
    is_secure = is_http_only = False
    expires: dt.datetime | None = None
    seconds: str | None = None
    for key, text in pieces:
        match key.lower():
            case "secure":
                is_secure = True
            case "httponly":
                is_http_only = True
            case "samesite":
                same_site = text.lower() if text and text.lower() in _SAME_SITE else ""
            case "path":
                path = text if text and text.startswith("/") else ""
            case "domain" if text:
                domain = text.removeprefix(".").lower() or domain
            case "expires" if text:
                expires = parse_date(text) or expires
            case "max-age" if text and _SECONDS.fullmatch(text):
                seconds = text
    return Cookie(
        name=name,
        value=value,
        domain=domain,
        path=path,
        is_secure=is_secure,
        is_http_only=is_http_only,
        same_site=same_site,
        ends=expires if seconds is None else _end_after(seconds),
    )


def _end_after(seconds: str) -> dt.datetime | None:
    """The end that Max-Age means: it beats Expires, and zero or less is at once."""
    return _LONG_AGO if seconds.startswith("-") or not seconds.strip("0") else None
