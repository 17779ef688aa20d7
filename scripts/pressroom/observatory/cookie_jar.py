"""What a visit's cookies came to: a jar that keeps and sends what tough-cookie 5 does, which the Observatory uses."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from pressroom.observatory.cookie_line import Cookie, read_cookie
from pressroom.observatory.cookie_scope import (
    canonical,
    is_closed,
    is_on,
    is_within,
    place_of,
    reach_of,
)
from pressroom.observatory.fields import set_cookie_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.observatory.cookie_scope import Place
    from pressroom.observatory.model import Visit

# A moment that is past whenever this runs: for who judges what was recorded, and has no clock.
LONG_PAST = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class Jar:
    """Cookies in the order in which they were first set; iterate to have them, ended ones too."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], Cookie] = {}

    def __iter__(self) -> Iterator[Cookie]:
        return iter(self._cookies.values())

    def put(self, url: str, line: str) -> None:
        """Keep what a line of Set-Cookie from a URL asks for; drop it, silently, if that is not allowed.

        One of the same domain, path and name takes the place of the old one.
        """
        place = place_of(url)
        asked = read_cookie(line)
        if place is None or asked is None:
            return
        cookie = _settled(asked, place)
        if cookie is not None:
            self._cookies[cookie.domain, cookie.path, cookie.name] = cookie

    def header_for(self, url: str, now: dt.datetime) -> str:
        """The value of Cookie in a request of a URL: the longest paths first, then the oldest; may be empty.

        Cookies that would be sent, but have ended, are forgotten.
        """
        place = place_of(url)
        if place is None or not self._cookies:
            return ""
        reach = frozenset(reach_of(place.host))
        found = [
            (key, cookie) for key, cookie in self._cookies.items() if _goes_to(cookie, place, reach)
        ]
        for key, cookie in found:
            if cookie.is_over(now):
                del self._cookies[key]
        sent = [cookie for _, cookie in found if not cookie.is_over(now)]
        sent.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent)


def jar_of(visit: Visit, *, now: dt.datetime = LONG_PAST) -> tuple[Cookie, ...]:
    """All cookies that are in the jar at the end of a visit.

    One that had ended when it came is among them, unless a later request of the visit would have carried
    it: then it was forgotten. `now` says what has ended by the date of Expires; Max-Age needs no clock.
    """
    if not visit.cookies:
        return ()
    jar = Jar()
    before = len(visit.cookies) - len(set_cookie_lines(visit.answer.headers))
    waiting = list(visit.cookies[: max(before, 0)])[::-1]
    for hop in visit.hops:
        jar.header_for(hop.url, now)
        while waiting and waiting[-1][0] == hop.url:
            jar.put(*waiting.pop())
    for url, line in (*waiting[::-1], *visit.cookies[max(before, 0) :]):
        jar.put(url, line)
    return tuple(jar)


def _settled(asked: Cookie, place: Place) -> Cookie | None:
    """A cookie with the domain and path that it gets; None if its domain or its name's prefix forbids it."""
    path = asked.path or place.folder
    if asked.domain:
        domain = canonical(asked.domain)
        if not is_within(place.host, domain) or is_closed(domain):
            return None
    if asked.name.startswith(("__Secure-", "__Host-")) and not asked.is_secure:
        return None
    if asked.name.startswith("__Host-") and (asked.domain or path != "/"):
        return None
    return dataclasses.replace(
        asked, domain=asked.domain or place.host, path=path, is_host_only=not asked.domain
    )


def _goes_to(cookie: Cookie, place: Place, reach: frozenset[str]) -> bool:
    """Whether a cookie, ended or not, belongs to requests of a place."""
    return (
        cookie.domain in reach
        and (not cookie.is_host_only or cookie.domain == place.host)
        and (not cookie.is_secure or place.is_secure)
        and is_on(place.path, cookie.path)
    )
