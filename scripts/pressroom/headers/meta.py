"""What a page can say itself where the host sets no headers (GitHub Pages), and what is lost there."""

from __future__ import annotations

import html
import types
from typing import TYPE_CHECKING

from pressroom.headers.policy import render_directives

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.headers.policy import Policy

# Browsers pass over these in a <meta> (CSP Level 3, 3.3), and Chromium complains of them in the console.
NOT_IN_META = ("frame-ancestors", "report-uri", "sandbox")

LOST: Mapping[str, str] = types.MappingProxyType(
    {
        "frame-ancestors, X-Frame-Options": "any site may show the pages in a frame (clickjacking)",
        "X-Content-Type-Options": "a browser may guess what a file is",
        "Strict-Transport-Security": "it is there only if the host sends it, with the host's values",
        "Permissions-Policy": "features are not switched off for injected code",
        "Cross-Origin-Opener-Policy": "a page that opened ours keeps a handle to its window",
        "Cross-Origin-Embedder-Policy, Cross-Origin-Resource-Policy": "no isolation from other origins",
        "Integrity-Policy": "a script without a hash is not refused",
        "Cache-Control": "files of /assets/ are asked for again and again, and pages are stale for minutes",
        "the policy on what is no page": "JSON, SVG and feeds carry none, and the host's errors neither",
        "redirects": "old addresses of site/redirects.toml answer with 404",
    }
)
# Algorithm 6 of the HTTP Observatory: 100 - 20 (no X-Frame-Options) - 5 (no nosniff), and below 90 no bonus
# counts; a host that sends no Strict-Transport-Security takes 20 more.
_GRADES = """\
The HTTP Observatory gives such a site 75 (B) at most where the host sends Strict-Transport-Security, 55 (C) where
it does not, and 50 (C) or 30 (D) without these elements. It would give 120 (A+) or 75 (B) if the element named
frame-ancestors too, but no browser heeds that there: the points would be for nothing."""


def render_meta(policy: Policy) -> str:
    """The elements, one a line, for the start of <head>: they hold for what comes after them."""
    directives = {
        name: sources for name, sources in policy.directives.items() if name not in NOT_IN_META
    }
    csp, referrer = _escaped(render_directives(directives)), _escaped(policy.referrer_policy)
    return (
        f'<meta http-equiv="Content-Security-Policy" content="{csp}">\n'
        f'<meta name="referrer" content="{referrer}">\n'
    )


def render_meta_file(policy: Policy) -> str:
    """deploy/meta.html: the elements, and what a host without headers of ours loses."""
    lost = "".join(f"  {name}: {what}\n" for name, what in LOST.items())
    return (
        "<!--\n"
        "For hosts that let nobody set headers, such as GitHub Pages. With `meta = true` in\n"
        "[tool.pressroom.headers] of pyproject.toml every page starts its <head> with these elements.\n\n"
        f"Lost there:\n{lost}\n"
        f"{_GRADES}\n"
        "-->\n"
    ) + render_meta(policy)


def _escaped(value: str) -> str:
    """For an attribute in double quotes; a single quote stands for itself, so that 'none' can be read."""
    return html.escape(value, quote=False).replace('"', "&quot;")
