"""Files at well-known places: security.txt (RFC 9116), robots.txt, sitemap.xml."""

from __future__ import annotations

import dataclasses
import gzip
from typing import TYPE_CHECKING

from lxml import etree
from lxml.builder import ElementMaker

from pressroom.errors import ConfigError
from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from pressroom.dates import PartialDate

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_WHERE = "pyproject.toml"
_NOTICE_DAYS = 30
_CONTACT_SCHEMES = ("https://", "mailto:", "tel:")
_EXPIRES_HINT = "look whether the contact still holds, then set a new date, less than a year ahead (RFC 9116, 2.5.5)"


def render_security_txt(
    contact: str,
    expires: dt.date,
    canonical: str,
    policy: str | None = None,
    languages: str = "en",
) -> str:
    """Who hears of a security problem, until the first moment of the day `expires`, in UTC."""
    fields = [
        ("Contact", contact),
        ("Expires", f"{expires.isoformat()}T00:00:00Z"),
        ("Preferred-Languages", languages),
        ("Canonical", canonical),
        ("Policy", policy),
    ]
    if not contact.startswith(_CONTACT_SCHEMES):
        raise ConfigError(
            f"security contact {contact!r} is no address that RFC 9116 knows",
            where=_WHERE,
            hint="write it with its scheme: https://…, mailto:… or tel:…",
        )
    for name, value in fields:
        if value is not None and not (value.isprintable() and value):
            raise ConfigError(
                f"{name} of security.txt is {value!r}: empty, or with a line break or control character",
                where=_WHERE,
                hint="write it on one line",
            )
    return "".join(f"{name}: {value}\n" for name, value in fields if value is not None)


def check_security_txt(expires: dt.date, today: dt.date, *, where: str = _WHERE) -> list[Finding]:
    """A warning from 30 days before the date that a person set, and after it."""
    left = (expires - today).days
    if left > _NOTICE_DAYS:
        return []
    over = left <= 0
    message = (
        f"security.txt has expired on {expires}" if over else f"security.txt expires on {expires}"
    )
    return [
        Finding(
            where=where,
            message=message,
            hint=_EXPIRES_HINT,
            # Never an error: the tests of an old checkout must not fail because time has passed.
            severity=Severity.WARNING,
        )
    ]


def render_robots(sitemap_url: str) -> str:
    """Everything may be read; the sitemap says what there is."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {sitemap_url}\n"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SitemapEntry:
    """A page, and when its content changed, where that is known."""

    url: str
    lastmod: PartialDate | None = None


def render_sitemap(entries: Iterable[SitemapEntry]) -> bytes:
    """The sitemap, by URL; `lastmod` is as precise as it is known (W3C date and time formats)."""
    make = ElementMaker(namespace=_SITEMAP, nsmap={None: _SITEMAP})
    root = make.urlset()
    for entry in sorted(entries, key=lambda entry: entry.url):
        url = make.url(make.loc(entry.url))
        if entry.lastmod is not None:
            url.append(make.lastmod(entry.lastmod.iso))
        root.append(url)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def gzip_bytes(data: bytes) -> bytes:
    """The data compressed, without the moment at which that happened."""
    return gzip.compress(data, mtime=0)
