"""The generated configuration on a real lighttpd."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import headers_asking
import pytest
from headers_asking import DOCS, HUB, answer_in, ask, ask_all, assert_new_tls, hear
from headers_hub import ANSWERS, ASSET, KINDS, old_addresses, write_hub
from headers_setup import DEPLOYED, FAILING, deployed_setup, served, write_site

from pressroom.addresses.model import Redirect
from pressroom.headers import media
from pressroom.headers.model import ACME
from pressroom.headers.servers.lighttpd import LIGHTTPD
from pressroom.headers.servers.lighttpd_quoting import quote
from pressroom.world import process, wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.local import Running

pytestmark = pytest.mark.server("lighttpd")

MORE_KINDS = ("a.b.c.tar.gz", "x.json.txt")
# Source, target, and what a visitor with `?a=%2F&b` is sent to.
HOSTILE = (
    ("/%24uri", "/dir/$1${url.authority}", "/dir/$1${url.authority}?a=%2F&b"),
    ("/%25%7Bhost%7D", "/%1%%%e2%80%Aa%zz%", "/%1%%%e2%80%Aa%zz%?a=%2F&b"),
    ('/a%22%20)%20url.x%20=%20("b', '/") x = ("b', '/") x = ("b?a=%2F&b'),
    ("/brace%7B%7D%7B", "/{}}{", "/{}}{?a=%2F&b"),
    ("/back%5Cslash%5C%22.", '/\\n\\"', '/\\n\\"?a=%2F&b'),
    ("/two%20words%20'it'", "/two words 'it'", "/two words 'it'?a=%2F&b"),
    ("/caf%C3%A9/%E2%9C%93", "/caf%C3%A9", "/caf%C3%A9?a=%2F&b"),
    ("/~%20%5E/.*%23;%3F", "/x#part$1", "/x?a=%2F&b#part$1"),
    ("/own", "/dir/?c", "/dir/?c"),
    ("/far", f"https://{DOCS}/dir/#x", f"https://{DOCS}/dir/?a=%2F&b#x"),
    ("/" + "l" * 300, "/" + "l" * 900, "/" + "l" * 900 + "?a=%2F&b"),
    ("/.hidden/old", "/dir/", "/dir/?a=%2F&b"),
    ("/assets/old.js", "/dir/", "/dir/?a=%2F&b"),
    ("/dir/old.json", "/latest.json", "/latest.json?a=%2F&b"),
)


assert_promised = functools.partial(headers_asking.assert_promised, server="")


@pytest.fixture(scope="module")
def one() -> Iterator[Running]:
    """A server with a site whose root has a hostile name, and 400 redirects."""
    with tempfile.TemporaryDirectory(prefix="pressroom-lighttpd-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        odd = folder / """it's "$1" {a}; \\ é # %1 ${url.path}"""
        write_hub(odd / "hub", "assets/fonts/keep.txt", *(f"kinds/{name}" for name in MORE_KINDS))
        (odd / "hub" / "loop").symlink_to("loop")
        write_site(folder / "docs")
        roots = {"hub": odd / "hub", "docs": folder / "docs"}
        with served(LIGHTTPD, deployed_setup(*old_addresses(HOSTILE)), roots=roots) as running:
            yield running


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        *ANSWERS,
        (200, "HEAD", ASSET),
        (301, "GET", "/assets"),
        (301, "GET", "/assets/old.js"),
        (404, "GET", "/assets/"),
        (404, "GET", "/assets/fonts"),
        (404, "GET", "/index.html/x.json"),
        (404, "GET", "//evil.test/nope"),
        (404, "GET", "/%2e%2e/%2e%2e/etc/passwd"),
        (404, "GET", "/assets%2f..%2f..%2fsecret.txt"),
        (404, "GET", "/../etc/passwd"),
        (404, "GET", "/%zz"),
        (403, "GET", "/kinds/"),
        (403, "GET", "/index.html/x"),
        # Links are followed: the path of a deployed site has one.
        (200, "GET", "/link.txt"),
        (200, "GET", "/links/secret.txt"),
        (405, "OPTIONS", "*"),
        (400, "CONNECT", "evil.test:443"),
        (501, "BLAH", "/"),
        (400, "GET", "/x%0d%0aX-Inj:%201"),
        (400, "GET", "https://evil.test/dir"),
        (431, "GET", "/" + "a" * 20_000),
        (500, "GET", "/loop"),
        (503, "GET", FAILING),
        (503, "HEAD", FAILING),
    ],
)
def test_every_answer_carries_what_is_promised(
    one: Running, status: int, method: str, path: str
) -> None:
    """The status is the right one, each header there exactly once, CORS, Allow and Location nowhere else."""
    reply = ask(one, path, "Origin: https://evil.test", method=method)

    assert status == reply.status
    assert_promised(one, reply, path)


def test_an_error_is_the_sites_own_page(one: Running) -> None:
    """Not found and out of order are shown with 404.html and 50x.html, whatever was asked for."""
    for path in ("/assets/nope.js", "/nope.json", "/50x.html", "/.env"):
        assert b"Page not found" in ask(one, path).body
    assert b"Out of order" in ask(one, FAILING).body


def test_an_error_leaves_nothing_to_the_next_request(one: Running) -> None:
    """On one connection an error and a file have each their own headers."""
    paths = ("/assets/nope.js", ASSET, "/nope", "/latest.json", "/")

    replies = ask_all(one, *paths)

    assert [404, 200, 404, 200, 200] == [reply.status for reply in replies]
    for path, reply in zip(paths, replies, strict=True):
        assert_promised(one, reply, path)


@pytest.mark.parametrize("path", ["/", ASSET, "/latest.json"])
def test_what_has_not_changed_is_304_with_all_headers(one: Running, path: str) -> None:
    """A conditional request is answered with the headers of its class, without a body."""
    (tag,) = ask(one, path).values("ETag")

    reply = ask(one, path, f"If-None-Match: {tag}")

    assert (304, b"") == (reply.status, reply.body)
    assert_promised(one, reply, path)


@pytest.mark.parametrize("asked", ["bytes=0-3", "bytes=999999-", "bytes=0-1,5-6"])
def test_a_range_is_answered_with_the_whole_file(one: Running, asked: str) -> None:
    """There is no 416, which has no headers at all."""
    for path, secure in (("/", True), (f"{ACME}token", False)):
        reply = ask(one, path, f"Range: {asked}", secure=secure)
        assert 200 == reply.status
        assert_promised(one, reply, path, secure=secure)


@pytest.mark.parametrize("name", [*KINDS, *MORE_KINDS])
def test_every_file_has_its_media_type(one: Running, name: str) -> None:
    """Type and charset are those of the table, and nothing that Debian's own table says."""
    kinds = ask(one, f"/kinds/{name}").values("Content-Type")

    assert (media.content_type(name, media.TYPES),) == kinds


def test_text_is_compressed_for_whoever_takes_it(one: Running) -> None:
    """It is sent for gzip alone, with the same type, and caches are told."""
    for path in ("/", ASSET):
        packed, plain = ask(one, path, "Accept-Encoding: gzip"), ask(one, path)

        assert ("gzip",) == packed.values("Content-Encoding")
        assert ("Accept-Encoding",) == packed.values("Vary")
        assert () == plain.values("Content-Encoding")
        (kind,) = plain.values("Content-Type")
        assert (kind,) == packed.values("Content-Type")
        assert plain.body == gzip.decompress(packed.body)
        assert_promised(one, packed, path)
    assert any((one.authority.parent / "compress").rglob("*.0123abcd.js*"))


@pytest.mark.parametrize(("source", "target", "sent"), HOSTILE)
def test_an_old_address_leads_to_its_target(
    one: Running, source: str, target: str, sent: str
) -> None:
    """Whatever signs a source and a target have; the visitor's query is handed on as it came."""
    with_query, without = ask(one, f"{source}?a=%2F&b"), ask(one, source)

    assert (301, (sent,)) == (with_query.status, with_query.values("Location"))
    assert (301, (target,)) == (without.status, without.values("Location"))
    assert_promised(one, with_query, source)


def test_old_addresses_are_exact(one: Running) -> None:
    """Neither another case, nor more or less of a path, is an old address; each of 400 is."""
    assert ("/new/399/",) == ask(one, "/old/399", host=DOCS).values("Location")
    assert ("/new/0/",) == ask(one, "/%6fld/0", host=DOCS).values("Location")
    assert [404] * 4 == [
        ask(one, path, host=DOCS).status for path in ("/OLD/399", "/old/3999", "/old/399/", "/old")
    ]
    assert 404 == ask(one, "/old/399").status


@pytest.mark.parametrize("path", ["/dir", "//dir", "/%2fdir", "//evil.test/%2e%2e/dir"])
def test_a_folder_is_redirected_on_the_same_site(one: Running, path: str) -> None:
    """The redirect to a folder's slash is relative: no host, no port, no second slash in front."""
    assert ("/dir/?x=//evil.test",) == ask(one, f"{path}?x=//evil.test").values("Location")


@pytest.mark.parametrize("path", ["/", "/a%20b/..//c?x=%2Fa&y=%20b&z='", "//evil.test/%2F"])
def test_other_hosts_lead_to_the_right_one_with_path_and_query(one: Running, path: str) -> None:
    """An alias leads to the site, plain HTTP to the same host with TLS; all stays as it came."""
    port = one.setup.place.port
    alias = ask(one, path, host="www.widget.example")

    assert (301, (f"https://{HUB}{port}{path}",)) == (alias.status, alias.values("Location"))
    assert_promised(one, alias, path)
    for host in (HUB, "www.widget.example", "www.docs.widget.example"):
        for spelt in (host, f"{host.upper()}:{one.setup.place.http_port}"):
            for method in ("GET", "HEAD"):
                plain = ask(one, path, host=spelt, secure=False, method=method)
                assert (301, (f"https://{host}{port}{path}",)) == (
                    plain.status,
                    plain.values("Location"),
                )
                assert_promised(one, plain, path, secure=False)


@pytest.mark.parametrize("secure", [True, False])
def test_no_redirect_takes_an_injected_line(one: Running, secure: bool) -> None:
    """A line break in a path or a query is refused before it comes into a Location."""
    for path in ("/x%0d%0aX-Inj:%201", "/?x%0d%0aX-Inj:%201", "/own?%0aX-Inj:%201"):
        reply = ask(one, path, host="www.widget.example", secure=secure)
        assert 400 == reply.status
        assert_promised(one, reply, path, secure=secure)


def test_other_methods_are_refused_everywhere(one: Running) -> None:
    """POST, OPTIONS and TRACE have no answer but 405 at an alias and at plain HTTP, for certificates too."""
    for method in ("POST", "OPTIONS", "TRACE"):
        for path, host, secure in (
            ("/", "www.widget.example", True),
            ("/", HUB, False),
            (f"{ACME}token", HUB, False),
        ):
            reply = ask(one, path, method=method, host=host, secure=secure)
            assert 405 == reply.status
            assert_promised(one, reply, path, secure=secure)


def test_plain_http_answers_for_certificates(one: Running) -> None:
    """What a certificate authority asks for is there on every known host, and nothing else of that folder."""
    reply = ask(one, f"{ACME}token", host="www.docs.widget.example", secure=False)
    link = Path(one.setup.place.acme + ACME) / "link"
    link.symlink_to(one.authority)

    assert (200, b"proof") == (reply.status, reply.body)
    assert (media.UNKNOWN,) == reply.values("Content-Type")
    assert_promised(one, reply, f"{ACME}token", secure=False)
    for status, path in ((404, "nope"), (403, ""), (403, "link"), (301, "../../dir")):
        other = ask(one, f"{ACME}{path}", secure=False)
        assert status == other.status
        assert_promised(one, other, "/", secure=False)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_host_is_refused(one: Running, method: str) -> None:
    """It is never redirected, at neither port, and no name of TLS helps it."""
    for name in (HUB, "www.docs.widget.example"):
        reply = ask(one, "/latest.json", host="evil.test", name=name, method=method)
        assert 421 == reply.status
        assert_promised(one, reply, "/latest.json")
    assert {421, 405} >= {ask(one, "/", host="evil.test", method=method, secure=False).status}
    assert 421 == ask(one, f"{ACME}token", host=f"{HUB}.evil.test", secure=False).status


def test_each_host_has_its_certificate(one: Running) -> None:
    """What TLS asks for by name decides it, also for an alias; for an unknown name none is right."""
    for host in (HUB, "www.widget.example", DOCS, "www.docs.widget.example"):
        assert ask(one, "/", host=host).status in {200, 301}
    place = one.setup.place
    tls = wire.Tls(server_name="evil.test", authority=one.authority)
    refused = wire.exchange(place.address, place.https_port, b"", tls=tls, deadline=5, limit=1)

    assert wire.End.REFUSED == refused.end


@pytest.mark.parametrize(
    ("status", "payload"),
    [
        (400, b"no http at all\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\nHost: widget.example\r\nX: " + b"a" * 40_000 + b"\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: widget.example\r\nHost: evil.test\r\n\r\n"),
        (400, b"GET / HTTP/1.1\r\nHost: wid\x01get.example\r\n\r\n"),
        (400, b"GET /a\tb HTTP/1.1\r\nHost: widget.example\r\n\r\n"),
        (421, b"GET / HTTP/1.0\r\n\r\n"),
    ],
    ids=["no-http", "no-host", "long-header", "two-hosts", "odd-host", "tab", "http-1.0"],
)
@pytest.mark.parametrize("secure", [True, False])
def test_what_is_no_request_is_refused_with_all_headers(
    one: Running, status: int, payload: bytes, secure: bool
) -> None:
    """The answer of the parser is promised like any other."""
    reply = answer_in(hear(one, payload, secure=secure))

    assert status == reply.status
    assert_promised(one, reply, "/", secure=secure)


def test_plain_http_at_the_port_for_tls_is_closed(one: Running) -> None:
    """It is no TLS, and nothing is said."""
    port = one.setup.place.https_port
    heard = hear(one, b"GET / HTTP/1.0\r\n\r\n", secure=False, port=port)

    assert b"" == heard.received


def test_tls_is_new_and_speaks_http_2(one: Running) -> None:
    """HTTP/2 is offered, TLS 1.1 is not."""
    assert_new_tls(one)


def test_the_refusal_of_links_would_close_a_deployed_site(one: Running) -> None:
    """Why the file follows links: a lighttpd that does not answers 403 to everything behind a `current` link."""
    text = LIGHTTPD.render(deployed_setup(names=("docs",)))
    closed = text.replace('follow-symlink = "enable"', 'follow-symlink = "disable"')
    with tempfile.TemporaryDirectory(prefix="pressroom-lighttpd-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "current").symlink_to(Path(one.setup.sites[1].root).parent)
        roots = {"docs": folder / "current" / "docs"}
        statuses = []
        for some in (text, closed):
            with served(LIGHTTPD, deployed_setup(names=("docs",)), roots=roots, text=some) as two:
                reply = ask(two, "/")
            statuses.append(reply.status)
            assert_promised(two, reply, "/")

    assert [200, 403] == statuses


def test_it_starts_without_a_complaint(one: Running) -> None:
    """But for one that the file itself foretells, lighttpd knows every setting."""
    log = (one.authority.parent / "error.log").read_text(encoding="utf-8")
    warnings = {line.partition(") ")[2] for line in log.splitlines() if "WARNING" in line}

    assert {"WARNING: unknown config-key: dir-listing.activate (ignored)"} == warnings
    assert "unknown config-key: dir-listing.activate" in LIGHTTPD.render(one.setup)


@pytest.mark.parametrize("enabled", [(), ("20-deflate.conf", "05-setenv.conf", "10-rewrite.conf")])
def test_debians_own_main_file_takes_it(one: Running, enabled: tuple[str, ...]) -> None:
    """What is running stands in Debian's conf-enabled without a clash, with the modules it needs and without."""
    folder = one.authority.parent
    stock = Path("/etc/lighttpd/lighttpd.conf").read_text(encoding="utf-8")
    files = [Path("/etc/lighttpd/conf-available") / name for name in enabled]
    includes = "\n".join(f'include "{path}"' for path in (*files, folder / "pressroom.conf"))
    stock, count = re.subn(r"include .*conf-enabled.*", includes, stock)
    (folder / "stock.conf").write_text(stock, encoding="utf-8")

    command = (LIGHTTPD.program, "-tt", "-f", str(folder / "stock.conf"))
    result = process.run(command, cwd=folder, environment={}, timeout=10)

    assert (1, 0) == (count, result.code), result.tail


def test_what_a_neighbour_opens_stays_closed_here() -> None:
    """Even when all others' folders are listed, a folder of the system is shown on every host, and types differ."""
    opened = (
        'dir-listing.activate = "enable"\nalias.url = ( "/share/" => "/usr/share/" )\n'
        'mimetype.assign = ( ".html" => "text/html", ".json" => "text/html" )\n'
    )
    server = dataclasses.replace(LIGHTTPD, main=lambda *where: opened + LIGHTTPD.main(*where))
    with served(server, deployed_setup()) as running:
        (Path(running.setup.sites[0].root) / "kinds").mkdir()
        Path(f"{running.setup.place.acme}{ACME}page.html").write_text("<script>")
        replies = [
            ask(running, "/kinds/"),
            ask(running, ACME, secure=False),
            ask(running, "/share/common-licenses/GPL-3"),
        ]
        page = ask(running, f"{ACME}page.html", secure=False)

    assert [403, 403, 404] == [reply.status for reply in replies]
    assert (media.UNKNOWN,) == page.values("Content-Type")


def test_a_neighbour_opens_itself_with_a_block_behind() -> None:
    """Another site of the same server does what the file says, and has the headers too."""
    host = "neighbour.example"
    block = (
        f'$HTTP["host"] == "{host}" {{ url.redirect = () server.document-root = "/usr/share" }}\n'
    )
    server = dataclasses.replace(LIGHTTPD, main=lambda *where: LIGHTTPD.main(*where) + block)
    with served(server, deployed_setup()) as running:
        replies = [
            ask(running, "/common-licenses/GPL-3", host=host, name=HUB, secure=secure)
            for secure in (True, False)
        ]
        unknown = ask(running, "/common-licenses/GPL-3", host="evil.test", name=HUB)

    assert [200, 200, 421] == [reply.status for reply in (*replies, unknown)]
    for reply, secure in zip(replies, (True, False), strict=True):
        assert_promised(running, reply, "/", secure=secure)


@pytest.mark.parametrize(
    ("source", "target", "words"),
    [
        ("/a%0Ab", "/", "control character"),
        ("/a%7F", "/", "control character"),
        ("/a", '/\nserver.tag = "x"', "control character"),
        ("/a", "/\x00", "control character"),
        ("/a", "/\x85", "control character"),
        ("/a%5C", "/", "backslash"),
        ("/a", "/?\\", "backslash"),
        ("/404.html", "/", "taken"),
        ("/50x.html", "/", "taken"),
        ("/a//b", "/", "shorter"),
        ("/%2Fa", "/", "shorter"),
        ("/a/../b", "/", "shorter"),
        ("/a/.", "/", "shorter"),
    ],
)
def test_what_lighttpd_cannot_be_told_is_refused(source: str, target: str, words: str) -> None:
    """What would end a string or a line, or what no visitor could come by, never reaches a file."""
    with pytest.raises(ValueError, match=words):
        LIGHTTPD.render(deployed_setup(Redirect(site="hub", source=source, target=target)))


def test_an_old_address_has_one_target() -> None:
    """Two redirects of one path, however they are spelt, are refused; and more than lighttpd has room for."""
    twice = [Redirect(site="hub", source=source, target="/") for source in ("/a", "/%61")]
    many = [Redirect(site="hub", source=f"/{number}", target="/") for number in range(3_501)]

    with pytest.raises(ValueError, match="taken"):
        LIGHTTPD.render(deployed_setup(*twice))
    with pytest.raises(ValueError, match="more than 3500"):
        LIGHTTPD.render(deployed_setup(*many))


def test_as_many_old_addresses_as_are_let_in_are_taken(one: Running) -> None:
    """3,500 of them, and the blocks of Debian, are below what lighttpd holds."""
    many = (Redirect(site="hub", source=f"/{number}", target="/") for number in range(3_500))
    folder = one.authority.parent
    local = dataclasses.replace(
        one.setup, sites=(dataclasses.replace(one.setup.sites[0], redirects=tuple(many)),)
    )
    (folder / "many.conf").write_text(LIGHTTPD.render(local), encoding="utf-8")
    main = folder / "many.main"
    main.write_text(LIGHTTPD.main(local, folder / "many.conf", folder), encoding="utf-8")

    result = process.run(LIGHTTPD.check(main, folder), cwd=folder, environment={}, timeout=10)

    assert 0 == result.code, result.tail


def test_no_place_ends_a_line() -> None:
    """A line break in whatever a site is made of is refused."""
    setup, odd = deployed_setup(), '/x"\nserver.tag = "x'
    site = setup.sites[0]
    for other in (
        dataclasses.replace(site, root=odd),
        dataclasses.replace(site, certificate=odd),
        dataclasses.replace(site, key=odd),
        dataclasses.replace(site, host=odd),
        dataclasses.replace(site, name=odd),
        dataclasses.replace(site, aliases=(odd,)),
    ):
        with pytest.raises(ValueError, match="control character"):
            LIGHTTPD.render(dataclasses.replace(setup, sites=(other,)))


def test_places_do_not_change_the_number_of_lines() -> None:
    """A rendering for this machine has as many lines as the deployed one, and no line is two places."""
    setup = deployed_setup()
    place = dataclasses.replace(
        DEPLOYED, address="127.0.0.1", http_port=8080, https_port=8443, failing=FAILING
    )
    sites = tuple(
        dataclasses.replace(one, root=f"/tmp/{one.name}", certificate=f"/{one.name}.pem")  # noqa: S108
        for one in setup.sites
    )
    shared = tuple(dataclasses.replace(one, certificate="/shared.pem") for one in setup.sites)
    deployed = LIGHTTPD.render(dataclasses.replace(setup, sites=shared)).splitlines()
    local = LIGHTTPD.render(dataclasses.replace(setup, sites=sites, place=place)).splitlines()

    exchanged: dict[str, set[str]] = {}
    for there, here in zip(deployed, local, strict=True):
        exchanged.setdefault(there, set()).add(here)
    assert {1} == {len(lines) for lines in exchanged.values()}


def test_nothing_that_is_deployed_fails() -> None:
    """The path that fails is a proof's alone."""
    text = LIGHTTPD.render(deployed_setup())

    assert "503" not in text
    assert FAILING not in text


def test_a_quoted_text_is_one_string() -> None:
    """A quotation mark is escaped, and nothing else means anything."""
    assert '"a\\"b\\c$1{}#\'"' == quote("a\"b\\c$1{}#'")
