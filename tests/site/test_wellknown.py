"""security.txt, robots.txt and the sitemap."""

from __future__ import annotations

import datetime as dt
import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pressroom.dates import PartialDate
from pressroom.errors import ConfigError
from pressroom.findings import Severity
from pressroom.site.wellknown import (
    SitemapEntry,
    check_security_txt,
    gzip_bytes,
    render_robots,
    render_security_txt,
    render_sitemap,
)

EXPIRES = dt.date(2027, 3, 1)
CANONICAL = "https://site.example/.well-known/security.txt"


def test_security_txt() -> None:
    """The file has the fields of RFC 9116, one a line, with the moment in UTC."""
    assert (
        "Contact: https://site.example/security/\n"
        "Expires: 2027-03-01T00:00:00Z\n"
        "Preferred-Languages: en, fr\n"
        f"Canonical: {CANONICAL}\n"
        "Policy: https://site.example/policy/\n"
    ) == render_security_txt(
        "https://site.example/security/",
        EXPIRES,
        CANONICAL,
        "https://site.example/policy/",
        "en, fr",
    )
    assert "Policy" not in render_security_txt("mailto:a@b.example", EXPIRES, CANONICAL)


@pytest.mark.parametrize("contact", ["security@site.example", "http://site.example/", ""])
def test_contact_needs_a_scheme(contact: str) -> None:
    """A contact that is no https, mailto or tel address is refused."""
    with pytest.raises(ConfigError) as caught:
        render_security_txt(contact, EXPIRES, CANONICAL)
    assert "write it with its scheme: https://…, mailto:… or tel:…" == caught.value.hint


@pytest.mark.parametrize(
    "contact", ["mailto:a\nPolicy: https://evil.example", "tel:1\r", "tel:\u2028"]
)
def test_no_field_smuggles_a_line(contact: str) -> None:
    """A line break in a value is refused, so that it cannot become a field."""
    with pytest.raises(ConfigError) as caught:
        render_security_txt(contact, EXPIRES, CANONICAL)
    assert "write it on one line" == caught.value.hint
    assert "pyproject.toml" == caught.value.where


@pytest.mark.parametrize(
    ("days", "severity", "message"),
    [
        (31, None, None),
        (30, Severity.WARNING, "security.txt expires on 2027-03-01"),
        (1, Severity.WARNING, "security.txt expires on 2027-03-01"),
        (0, Severity.WARNING, "security.txt has expired on 2027-03-01"),
        (-1, Severity.WARNING, "security.txt has expired on 2027-03-01"),
    ],
)
def test_expiry(days: int, severity: Severity | None, message: str | None) -> None:
    """It warns from 30 days before the date and says from that day on that it is over; never an error."""
    findings = check_security_txt(EXPIRES, EXPIRES - dt.timedelta(days=days))
    expected = [] if severity is None else [(severity, message)]
    assert expected == [(one.severity, one.message) for one in findings]
    assert all("then set a new date, less than a year ahead" in one.hint for one in findings)


def test_robots() -> None:
    """Everything is allowed and the sitemap is named."""
    assert (
        "User-agent: *\nAllow: /\n\nSitemap: https://site.example/sitemap.xml\n"
    ) == render_robots("https://site.example/sitemap.xml")


def test_sitemap() -> None:
    """Pages are in order of URL, with `lastmod` as precise as it is known and only then."""
    data = render_sitemap(
        [
            SitemapEntry(url="https://site.example/b/", lastmod=PartialDate(2019, 10)),
            SitemapEntry(url="https://site.example/a/?x=1&y=<2>"),
            SitemapEntry(url="https://site.example/", lastmod=PartialDate(2019, 12, 18)),
        ]
    )
    root = etree.fromstring(data)
    assert "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset" == root.tag
    assert [
        ["https://site.example/", "2019-12-18"],
        ["https://site.example/a/?x=1&y=<2>"],
        ["https://site.example/b/", "2019-10"],
    ] == [[field.text for field in url] for url in root]


@given(st.permutations([SitemapEntry(url=f"https://site.example/{n}/") for n in range(6)]))
def test_sitemap_does_not_depend_on_order(entries: list[SitemapEntry]) -> None:
    """The same pages in any order are the same bytes."""
    assert render_sitemap(sorted(entries, key=lambda one: one.url)) == render_sitemap(entries)


def test_gzip_does_not_depend_on_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes are the same at another time and unpack to the data."""
    before = gzip_bytes(b"data" * 100)
    monkeypatch.setattr(time, "time", lambda: 4e9)
    assert before == gzip_bytes(b"data" * 100)
    assert b"data" * 100 == gzip.decompress(before)
