"""Cookies: whether each is kept to TLS, from scripts and from requests of other sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.observatory.cookie_line import pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.observatory.cookie_line import Cookie

# What may be wrong, the lightest first: of all that is, the heaviest counts.
RANKS = (
    "cookies-without-secure-flag-but-protected-by-hsts",
    "cookies-without-secure-flag",
    "cookies-session-without-secure-flag-but-protected-by-hsts",
    "cookies-samesite-flag-invalid",
    "cookies-anticsrf-without-samesite-flag",
    "cookies-session-without-httponly-flag",
    "cookies-session-without-secure-flag",
)
_SAME_SITE = frozenset(("lax", "strict", "none"))
# Set by a load balancer, not by the site.
_IGNORED = "heroku-session-affinity"


def judge(cookies: tuple[Cookie, ...], lines: tuple[str, ...], *, hsts_passes: bool) -> str:
    """The result for the cookies that a visit left behind.

    `lines` are those of Set-Cookie in the final answer. They are read once more, since a cookie does not show
    that its SameSite was nonsense; a line whose cookie was refused counts as well. But without any cookie nothing is
    wrong.
    """
    counted = [cookie for cookie in cookies if cookie.name != _IGNORED]
    if not counted:
        return "cookies-not-found"
    wrong = {fault for cookie in counted for fault in _faults(cookie, hsts_passes=hsts_passes)}
    if any(map(_has_bad_same_site, lines)):
        wrong.add("cookies-samesite-flag-invalid")
    if wrong:
        return max(wrong, key=RANKS.index)
    if all(cookie.same_site for cookie in counted):
        return "cookies-secure-with-httponly-sessions-and-samesite"
    return "cookies-secure-with-httponly-sessions"


def _faults(cookie: Cookie, *, hsts_passes: bool) -> Iterator[str]:
    """All that is wrong with one cookie."""
    name = cookie.name.lower()
    is_session = "login" in name or "sess" in name
    if not cookie.is_secure:
        protected = "-but-protected-by-hsts" if hsts_passes else ""
        yield f"cookies-{'session-' if is_session else ''}without-secure-flag{protected}"
        if cookie.same_site == "none":
            yield "cookies-samesite-flag-invalid"
    if "csrf" in name and not cookie.same_site:
        yield "cookies-anticsrf-without-samesite-flag"
    if is_session and not cookie.is_http_only:
        yield "cookies-session-without-httponly-flag"


def _has_bad_same_site(line: str) -> bool:
    """Whether any piece of a line, even the first, is SameSite without a value that there is."""
    return any(
        name.lower() == "samesite" and (value or "").lower() not in _SAME_SITE
        for name, value in pieces_of(line)
    )
