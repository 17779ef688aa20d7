"""Hosts that are given a folder and read `_headers` and `_redirects` in it: what each can do, and what it cannot.

From the documentation of both (docs.netlify.com, manage/routing; developers.cloudflare.com, pages/configuration);
where it is silent, from what their own tools made of our files in November 2026: `wrangler pages dev` 4.40.0,
which runs Cloudflare's server, and @netlify/headers-parser, which `netlify dev` asks.
"""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StaticHost:
    """A host for folders; a limit of 0 is none that its documentation names."""

    name: str
    title: str
    # Whether two rules that set one header give both values, joined by a comma; else the later one's counts.
    joins: bool
    # Headers that it adds to every answer, and takes back when it is told to.
    own_headers: tuple[str, ...] = ()
    max_rules: int = 0
    max_line: int = 0
    max_redirects: int = 0
    max_redirect_line: int = 0
    # What it cannot do, one comment line each, in `_headers` and in `_redirects`.
    cannot: tuple[str, ...] = ()
    cannot_redirect: tuple[str, ...] = ()


_BOTH = (
    "No rule knows a status: an error in place of an open file (.json) is open too.",
    "No rule knows TLS: Strict-Transport-Security may be on plain HTTP, where browsers pass over it.",
    "TRACE, unknown hosts, the Server header, TLS and the way from http and www to the site are its business.",
    "It has media types of its own and compresses by itself: leave the .gz files beside pages out.",
    "50x.html is never shown.",
)
_BOTH_REDIRECTS = ("A source with * or : would be a pattern and is left out.",)

NETLIFY = StaticHost(
    name="netlify",
    title="Netlify",
    joins=False,
    cannot=(
        *_BOTH,
        "An error below /assets/ may be kept as long as the file would be; what starts with /assets and is",
        "not below it may be taken for one of its files.",
        "No header can be taken back: a file below /assets/ with the name of an open one is open too.",
        "What the host answers itself (redirects, 400, 405, 414) has headers of its own.",
        "/404.html is a page with status 200 when somebody asks for it.",
        "Of two rules the later one counts: its parser does so, the documentation does not say it. Look once",
        "after the first deployment: curl -sI https://HOST/assets/FILE",
    ),
    cannot_redirect=(
        *_BOTH_REDIRECTS,
        "A source answers with and without its last slash; the first that fits counts.",
    ),
)
CLOUDFLARE = StaticHost(
    name="cloudflare",
    title="Cloudflare Pages",
    joins=True,
    # Referrer-Policy and X-Content-Type-Options are its own too; ours take their place.
    own_headers=("Access-Control-Allow-Origin",),
    max_rules=100,
    max_line=2_000,
    max_redirects=2_000,
    max_redirect_line=1_000,
    cannot=(
        *_BOTH,
        "At most 100 rules, and 2,000 characters a line; what is longer is passed over.",
        "Errors have Cache-Control: no-store, and 405 has no Allow.",
        "It sends /page.html to /page with 308, so /404.html is a page with status 200.",
    ),
    cannot_redirect=(
        *_BOTH_REDIRECTS,
        "At most 2,000 redirects, and 1,000 characters a line; what is longer is passed over.",
    ),
)
HOSTS = (NETLIFY, CLOUDFLARE)
