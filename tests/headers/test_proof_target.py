"""What is asked of a site: chosen from its files, and said where it has nothing to ask for."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from headers_answers import FILES, PLACE, local, target

from pressroom.errors import PressroomError
from pressroom.headers.proof.kinds import FEW, KINDS
from pressroom.headers.proof.model import Request
from pressroom.headers.proof.target import choose_target
from pressroom.world.disk import Tree

if TYPE_CHECKING:
    from pathlib import Path

NAMES = (
    "page head not-modified asset open-file range range-not-satisfiable gzip "
    "folder-without-slash old-address old-address-with-query alias "
    "not-found not-found-head not-found-below-assets error-page failure-page hidden-file forbidden failure "
    "post options trace "
    "traversal bad-percent nul double-slash crlf crlf-in-redirect long-uri long-header no-http no-host "
    "unknown-host unknown-name plain-to-tls "
    "http-page http-head http-post http-not-found http-alias http-unknown-host http-acme http-trace http-crlf"
)
BARE = {name: FILES[name] for name in ("index.html", "404.html", "50x.html")}


def payload(name: str, **changes: object) -> bytes:
    """The bytes that a kind sends."""
    kind = next(kind for kind in KINDS if kind.name == name)
    request = kind.ask(dataclasses.replace(target(), **changes))  # type: ignore[arg-type]
    assert isinstance(request, Request)
    return request.payload


def test_every_kind_has_its_name_once() -> None:
    """No kind of request that servers are held to is left out."""
    assert NAMES.split() == [kind.name for kind in KINDS]
    assert set(FEW) <= set(NAMES.split())


def test_a_target_is_chosen_from_what_is_there() -> None:
    """The order in which files come does not change what is asked."""
    chosen = target()

    assert ("assets/x.0123abcd.js", "latest.json", "dir") == (
        chosen.asset,
        chosen.open_file,
        chosen.folder,
    )
    assert ("assets/x.0123abcd.js", "assets/", "", "/.failing") == (
        chosen.compressed,
        chosen.forbidden,
        chosen.hidden,
        chosen.failing,
    )
    assert dataclasses.replace(chosen, files={}) == dataclasses.replace(
        target(files=dict(reversed(FILES.items()))), files={}
    )


def test_hidden_files_and_links_out_are_asked_for(tmp_path: Path) -> None:
    """A file with a dot and a link that leads out are tried; a link within the site is not one."""
    for name, data in BARE.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / ".well-known").mkdir()
    (tmp_path / ".well-known" / "security.txt").write_bytes(b"Contact:\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_bytes(b"[core]\n")
    (tmp_path / "a.html").symlink_to("index.html")
    (tmp_path / "b.html").symlink_to(".well-known/../../b.html")
    setup = local()
    chosen = choose_target(Tree(tmp_path), setup.sites[0], setup.place, setup.policy)

    assert (".git/config", "b.html") == (chosen.hidden, chosen.forbidden)
    assert "" == target(files={**FILES, ".well-known/security.txt": b""}).hidden


def test_what_a_site_does_not_have_is_said() -> None:
    """Nothing is passed over in silence: each kind that cannot be asked says why."""
    setup = local()
    site = dataclasses.replace(setup.sites[0], aliases=(), redirects=())
    place = dataclasses.replace(setup.place, failing="")
    bare = choose_target(BARE, site, place, setup.policy)
    reasons = {kind.name: kind.ask(bare) for kind in KINDS}

    assert {
        "not-modified": "the page has neither ETag nor Last-Modified",
        "asset": "nothing is below /assets/",
        "open-file": "no file is open to other origins",
        "gzip": "no file has a compressed copy beside it",
        "folder-without-slash": "the site has no folder with a page",
        "old-address": "the site has no old address",
        "old-address-with-query": "the site has no old address",
        "alias": "the site has one host alone",
        "forbidden": "the site has neither a link that leads out of it nor a folder without a page",
        "failure": "no path of this place fails",
        "crlf-in-redirect": "the site has one host alone",
        "http-alias": "the site has one host alone",
    } == {name: reason for name, reason in reasons.items() if isinstance(reason, str)}


def test_a_site_that_was_not_built_is_refused() -> None:
    """Without its three pages there is nothing to compare with; all that is missing is said."""
    setup = local()
    with pytest.raises(PressroomError) as caught:
        choose_target({"index.html": b""}, setup.sites[0], setup.place, setup.policy)

    assert "the site hub has no 404.html, 50x.html" == caught.value.message
    assert "build it first, and prove what was built: make site" == caught.value.hint


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("page", b"GET / HTTP/1.1\r\nHost: widget.example:8443\r\n"),
        ("alias", b"GET /dir?x=%2Fa&y=%20b HTTP/1.1\r\nHost: www.widget.example:8443\r\n"),
        ("old-address", b"GET /old%20page HTTP/1.1\r\nHost: widget.example:8443\r\n"),
        ("double-slash", b"GET //stranger.example/%2e%2e/dir HTTP/1.1\r\n"),
        ("crlf", b"GET /x%0d%0aX-Inj:%20yes HTTP/1.1\r\n"),
        ("nul", b"GET /a%00b HTTP/1.1\r\n"),
        ("no-http", b"this is no HTTP\r\n\r\n"),
        ("http-page", b"GET /dir?x=1 HTTP/1.1\r\nHost: widget.example:8080\r\n"),
        ("http-acme", b"GET /.well-known/acme-challenge/token HTTP/1.1\r\n"),
    ],
)
def test_requests_are_the_bytes_they_should_be(name: str, start: bytes) -> None:
    """Nothing is normalised on the way out."""
    assert payload(name).startswith(start)


def test_well_formed_requests_ask_for_the_end() -> None:
    """Every request that is HTTP has one Host and wants the connection closed."""
    for kind in KINDS:
        data = payload(kind.name, etag='"x"')
        if kind.name != "no-http":
            assert 1 == data.count(b"\r\nConnection: close\r\n"), kind.name
            assert (kind.name != "no-host") == data.count(b"\r\nHost: ")
        assert data.endswith(b"\r\n\r\n")


def test_names_of_certificates_are_checked_but_for_one() -> None:
    """Only whoever asks with a stranger's name takes a certificate for another; a stranger's Host comes by ours."""
    asked = [kind.ask(dataclasses.replace(target(), etag='"x"')) for kind in KINDS]
    names = {
        (request.server_name, request.check_name)
        for request in asked
        if isinstance(request, Request) and request.secure
    }

    assert {
        ("widget.example", True),
        ("www.widget.example", True),
        ("stranger.example", False),
    } == names
    assert b"\r\nHost: stranger.example:8443\r\n" in payload("unknown-host")


def test_usual_ports_are_not_written() -> None:
    """On 80 and 443 a host stands alone, in requests and in addresses."""
    usual = dataclasses.replace(target(), http_port=80, https_port=443)

    assert "https://widget.example" == usual.origin("widget.example")
    assert "http://widget.example" == usual.origin("widget.example", secure=False)
    assert b"\r\nHost: widget.example\r\n" in payload("page", http_port=80, https_port=443)


@pytest.mark.parametrize(
    ("goal", "location"),
    [
        ("/dir/", f"https://widget.example:{PLACE.https_port}/dir/?x=%2Fa&y=%20b"),
        ("/dir/#a", f"https://widget.example:{PLACE.https_port}/dir/?x=%2Fa&y=%20b#a"),
        ("https://widget.example/x?y=1", "https://widget.example/x?y=1"),
    ],
)
def test_a_query_is_handed_on_where_it_can_be(goal: str, location: str) -> None:
    """An old address whose target has a query hands no other on; a query stands before a fragment."""
    old = target().old
    assert old is not None
    moved = dataclasses.replace(target(), old=dataclasses.replace(old, target=goal))
    kind = next(kind for kind in KINDS if kind.name == "old-address-with-query")
    request = kind.ask(moved)

    assert isinstance(request, Request)
    assert location == request.wanted.location
