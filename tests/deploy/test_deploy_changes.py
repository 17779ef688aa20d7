"""What a version changes, which addresses go with it, and which assets stay."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.deploy.changes import (
    Changes,
    address_of,
    carried,
    compare,
    is_asset,
    is_page,
    vanished,
)
from pressroom.deploy.manifest import Manifest, make_manifest, with_version_files
from pressroom.headers.policy import Policy


def made(*paths: str, data: bytes = b"x") -> Manifest:
    """The manifest of files with these paths, all with the same bytes."""
    trees: dict[str, dict[str, bytes]] = {}
    for path in paths:
        folder, _, name = path.partition("/")
        trees.setdefault(folder, {})[name] = data
    return make_manifest(trees)


def changes(new: Manifest, old: Manifest | None) -> Changes:
    """What changes, the headers staying as they are."""
    return compare(new, old, policy=Policy(), old_policy=Policy() if old else None)


def headers(new: Policy, old: Policy | None) -> tuple[str, ...]:
    """What of the headers changes."""
    return compare(made(), made(), policy=new, old_policy=old).headers


def test_what_is_added_changed_and_removed() -> None:
    """Paths in order; bytes are those of what is new, and of all."""
    old = make_manifest({"hub": {"a": b"1", "b": b"22", "z": b"", "c": b"4444"}})
    new = make_manifest({"hub": {"a": b"1", "b": b"333", "d": b"55555", "B": b""}})

    assert Changes(
        added=("hub/B", "hub/d"),
        changed=("hub/b",),
        removed=("hub/c", "hub/z"),
        headers=(),
        bytes_new=8,
        bytes_all=9,
    ) == changes(new, old)


def test_the_first_version_adds_everything() -> None:
    """With nothing there, no header changes."""
    found = compare(made("hub/a", "ccid/b"), None, policy=Policy(), old_policy=None)

    assert ("ccid/b", "hub/a") == found.added
    assert ((), (), ()) == (found.changed, found.removed, found.headers)
    assert found.bytes_new == found.bytes_all == 2
    assert not found.is_nothing


def test_version_files_are_no_change() -> None:
    """They differ between any two versions, and say nothing."""
    old = with_version_files(made("hub/a", "ccid/a"), ["hub", "ccid"])

    assert (
        changes(with_version_files(made("hub/a", "ccid/a", data=b"y"), ["hub"]), old).removed == ()
    )
    assert changes(with_version_files(made("hub/a", "ccid/a"), ["hub"]), old).is_nothing


def test_headers_change_in_sentences() -> None:
    """A value that is another, one that is new for some paths, one that is gone; nothing where nothing changes."""
    old = Policy(open_suffixes=(".json",))
    new = dataclasses.replace(old, x_frame_options="SAMEORIGIN")

    assert () == headers(old, old)
    assert () == headers(new, None)
    assert ("X-Frame-Options for every response was 'DENY' and becomes 'SAMEORIGIN'",) == headers(
        new, old
    )
    assert (
        "Cross-Origin-Resource-Policy is no longer sent for files at *.json; it was 'cross-origin'",
        "Access-Control-Allow-Origin is no longer sent for files at *.json; it was '*'",
        "Cross-Origin-Resource-Policy is new for files at *.csv: 'cross-origin'",
        "Access-Control-Allow-Origin is new for files at *.csv: '*'",
    ) == headers(dataclasses.replace(old, open_suffixes=(".csv",)), old)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("hub/index.html", ("hub", "/")),
        ("hub/posts/index.html", ("hub", "/posts/")),
        ("hub/posts/x.html", ("hub", "/posts/x.html")),
        ("hub/my-index.html", ("hub", "/my-index.html")),
        ("hub/a/my-index.html", ("hub", "/a/my-index.html")),
        ("hub/café menu/index.html", ("hub", "/café menu/")),
    ],
)
def test_where_a_file_is(path: str, place: tuple[str, str]) -> None:
    """A folder for its index, and the file itself for any other."""
    assert place == address_of(path)


def test_pages_and_assets_are_told_apart() -> None:
    """Error pages, version.txt and server configurations are neither, wherever they look like it."""
    assert all(map(is_page, ("hub/index.html", "hub/a/404.html")))
    assert not any(map(is_page, ("hub/404.html", "hub/50x.html", "deploy/meta.html", "hub/a.css")))
    assert is_asset("hub/assets/a.css")
    assert not any(
        map(is_asset, ("hub/a/assets/a.css", "deploy/assets/a", "hub/assets", "assets/a"))
    )


def gone(new: Manifest, old: Manifest, **redirects: set[str]) -> tuple[tuple[str, str], ...]:
    """What vanishes, with redirects of the hub."""
    return vanished(new, old, redirects)


def test_an_address_that_nothing_answers_for_vanishes() -> None:
    """Pages, feeds and downloads; a page that changed does not, nor one that became a file of the same address."""
    old = made("hub/index.html", "hub/x/index.html", "hub/feed.xml", "ccid/x/index.html")

    assert (("ccid", "/x/"), ("hub", "/feed.xml")) == gone(
        made("hub/index.html", "hub/x/index.html", data=b"other"), old
    )
    assert () == gone(old, old)


def test_a_redirect_answers_for_an_address() -> None:
    """Of the same site, and spelled exactly so when decoded."""
    old = made("hub/café menu/index.html", "hub/old.html")

    assert () == gone(made(), old, hub={"/café menu/", "/old.html"})
    assert (("hub", "/café menu/"), ("hub", "/old.html")) == gone(
        made(), old, hub={"/caf%C3%A9%20menu/", "/café menu", "/OLD.html"}, ccid={"/old.html"}
    )


def test_a_redirect_of_another_site_answers_for_nothing() -> None:
    """Each site has its own."""
    assert (("ccid", "/old.html"),) == gone(made(), made("ccid/old.html"), hub={"/old.html"})


def test_what_nobody_keeps_an_address_of_does_not_vanish() -> None:
    """Compressed copies, error pages, server configurations, version.txt, and assets, which are carried on."""
    old = with_version_files(
        made(
            "hub/a.json",
            "hub/a.json.gz",
            "hub/404.html",
            "hub/50x.html",
            "hub/assets/x.0123abcd.css",
            "deploy/nginx/pressroom.conf",
        ),
        ["hub"],
    )
    assert (("hub", "/a.json"),) == gone(made(), old)


def test_a_download_that_ends_in_gz_vanishes_like_any_other() -> None:
    """Without the file it would be a copy of, it is none."""
    assert (("hub", "/x.tar.gz"),) == gone(made(), made("hub/x.tar.gz"))


def test_a_site_that_is_gone_takes_all_its_addresses() -> None:
    """The home page too."""
    assert (("ccid", "/"), ("ccid", "/a/")) == gone(
        made("hub/index.html"), made("ccid/index.html", "ccid/a/index.html", "hub/index.html")
    )


def test_assets_of_other_versions_are_carried() -> None:
    """Those that the new one has not itself, copies too; the first of several versions counts."""
    new = made("hub/assets/new.css", "hub/assets/both.css")
    others = [
        ("b" * 16, made("hub/assets/both.css", "hub/assets/x.css", "hub/assets/x.css.gz")),
        (
            "a" * 16,
            made("hub/assets/x.css", "hub/assets/y.css", "hub/y/index.html", "deploy/assets/z"),
        ),
    ]
    assert (
        ("hub/assets/x.css", "b" * 16),
        ("hub/assets/x.css.gz", "b" * 16),
        ("hub/assets/y.css", "a" * 16),
    ) == carried(new, others)


names = st.sampled_from(
    [
        "hub/index.html",
        "hub/a/index.html",
        "hub/assets/a.css",
        "hub/a.json",
        "hub/a.json.gz",
        "deploy/x",
    ]
)
manifests = st.dictionaries(names, st.binary(max_size=1), max_size=6).map(
    lambda some: make_manifest(
        {
            folder: {
                path.partition("/")[2]: data
                for path, data in some.items()
                if path.startswith(f"{folder}/")
            }
            for folder in ("hub", "deploy")
        }
    )
)


@given(manifests, manifests)
def test_changes_make_the_old_version_the_new_one(new: Manifest, old: Manifest) -> None:
    """What is removed was there, what is added was not, and nothing changes exactly if the id is the same."""
    found = changes(new, old)

    assert set(new.files) == set(old.files) - set(found.removed) | set(found.added)
    assert not set(found.added) & set(old.files)
    assert (new.id == old.id) == found.is_nothing
    assert 0 <= found.bytes_new <= found.bytes_all
