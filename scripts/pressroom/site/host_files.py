"""The files that every host has at its root: sitemap, robots.txt, security.txt."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pressroom.site.wellknown import (
    SitemapEntry,
    gzip_bytes,
    render_robots,
    render_security_txt,
    render_sitemap,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pressroom.config import Config
    from pressroom.dates import PartialDate

SECURITY = ".well-known/security.txt"


def host_files(
    config: Config,
    site: str,
    *,
    base_url: str,
    pages: Callable[[], Iterable[tuple[str, PartialDate | None]]],
) -> dict[str, Callable[[], bytes]]:
    """URI and maker of each; `pages` gives the URL below the site and the last change of every page."""
    security = config.settings.security

    @functools.cache
    def sitemap() -> bytes:
        return render_sitemap(
            SitemapEntry(url=base_url + url, lastmod=changed) for url, changed in pages()
        )

    def security_txt() -> bytes:
        return render_security_txt(
            config.address(security.contact), security.expires, config.base_url(site) + SECURITY
        ).encode()

    return {
        SECURITY: security_txt,
        "robots.txt": lambda: render_robots(base_url + "sitemap.xml").encode(),
        "sitemap.xml": sitemap,
        "sitemap.xml.gz": lambda: gzip_bytes(sitemap()),
    }
