"""Which pages of a site are judged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.observatory.pages import paths_of_files, paths_of_sitemap, sample

URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
SITEMAP = f"""<?xml version="1.0" encoding="UTF-8"?>
{URLSET}
  <url><loc>https://widget.example/</loc></url>
  <url><loc> https://widget.example/a%20b/?x=1#y </loc></url>
  <url><loc>https://other.example/c/</loc></url>
  <url><loc>ftp://widget.example/d/</loc></url>
  <url><loc>https://</loc></url>
  <url><loc/></url>
  <url><loc>https://widget.example/</loc></url>
</urlset>
"""


def test_files_become_addresses() -> None:
    """An index is its folder, what an address may not hold is escaped, and only pages that answer 200 are meant."""
    names = [
        "b/index.html",
        "404.html",
        "x.js",
        "a b.html",
        "ü/50%.html",
        "index.html",
        "myindex.html",
    ]

    assert ("/", "/%C3%BC/50%25.html", "/a%20b.html", "/b/", "/myindex.html") == paths_of_files(
        names, errors=("404.html",)
    )


def test_a_sitemap_lists_its_own_host_only() -> None:
    """Each page once, in order, without query; what leads elsewhere is left out."""
    assert ("/", "/a%20b/") == paths_of_sitemap(SITEMAP.encode(), host="widget.example")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        "<urlset/>",
        f'<!DOCTYPE x [<!ENTITY a "https://widget.example/">]>{URLSET}<url><loc>&a;</loc></url></urlset>',
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>{URLSET}<url><loc>https://widget.example/&a;</loc></url></urlset>',
    ],
)
def test_what_is_no_sitemap_lists_nothing_of_ours(text: str) -> None:
    """No error, and no entity is followed."""
    assert set(paths_of_sitemap(text.encode(), host="widget.example")) <= {"/"}


@given(st.binary(max_size=200))
def test_any_bytes_are_no_trouble(data: bytes) -> None:
    """A host may send anything as its sitemap."""
    assert () == paths_of_sitemap(data, host="widget.example")


@given(st.lists(st.integers(), min_size=1, unique=True), st.integers(1, 50))
def test_a_sample_starts_with_the_first_and_repeats_none(paths: list[int], count: int) -> None:
    """As many as were asked for, as far as there are."""
    chosen = sample([f"/{path}" for path in paths], count)

    assert f"/{paths[0]}" == chosen[0]
    assert min(count, len(paths)) == len(set(chosen)) == len(chosen)


def test_without_a_count_all_are_taken() -> None:
    """No sample at all."""
    assert ("/a", "/b") == sample(["/a", "/b"], None)
