"""The generated configuration on a real lighttpd."""

from __future__ import annotations

import dataclasses
import gzip
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from headers_setup import DEPLOYED, FAILING, deployed_setup, served, write_site

from pressroom.addresses.model import Redirect
from pressroom.headers import media
from pressroom.headers.model import ACME
from pressroom.headers.policy import STS
from pressroom.headers.proof.answer import Answer, parse_answers
from pressroom.headers.servers.lighttpd import LIGHTTPD
from pressroom.headers.servers.lighttpd_quoting import quote
from pressroom.world import process, wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.local import Running

pytestmark = pytest.mark.server("lighttpd")

HUB, DOCS = "widget.example", "docs.widget.example"
ASSET = "/assets/x.0123abcd.js"
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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, and whether over TLS."""

    answer: Answer
    secure: bool

    @property
    def status(self) -> int:
        """The status."""
        return self.answer.status

    def only(self, name: str) -> str:
        """The value of a header that is there once."""
        (value,) = self.answer.values(name)
        return value


def talk(
    one: Running, payload: bytes, *, name: str = HUB, secure: bool = True, head: bool = False
) -> list[Reply]:
    """The answers to some bytes."""
    place = one.setup.place
    tls = wire.Tls(server_name=name, authority=one.authority) if secure else None
    port = place.https_port if secure else place.http_port
    heard = wire.exchange(place.address, port, payload, tls=tls, deadline=5, limit=1_000_000)
    answers = parse_answers(heard.received, head=head)
    assert ((), wire.End.CLOSED) == (answers.problems, heard.end)
    return [Reply(answer=answer, secure=secure) for answer in answers.final]


def ask(
    one: Running,
    path: str,
    *extra: str,
    method: str = "GET",
    host: str = HUB,
    name: str = "",
    secure: bool = True,
) -> Reply:
    """The answer to a request."""
    length = ("Content-Length: 0",) * (method == "POST")
    lines = (f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *length, *extra)
    payload = "".join(f"{line}\r\n" for line in (*lines, "")).encode()
    (reply,) = talk(one, payload, name=name or host, secure=secure, head=method == "HEAD")
    return reply


def assert_promised(one: Running, reply: Reply, path: str) -> None:
    """Every header of the policy is there, once, with its value; and none that it does not promise."""
    promised = one.setup.policy.headers_for(path, status=reply.status, secure=reply.secure)
    for header in promised:
        assert (header.value,) == reply.answer.values(header.name), header.name
    names = {header.name.lower() for header in promised}
    for key, _ in reply.answer.headers:
        watched = key.lower() == STS.lower() or key.lower().startswith("access-control-")
        assert not watched or key.lower() in names, key
    assert () == reply.answer.values("X-Inj")
    assert () == reply.answer.values("Server")
    assert (("GET, HEAD",) if reply.status == 405 else ()) == reply.answer.values("Allow")
    assert (reply.status == 301) == bool(reply.answer.values("Location"))


def _write_hub(root: Path) -> None:
    write_site(root)
    for extension in media.TYPES:
        (root / "kinds").mkdir(exist_ok=True)
        (root / "kinds" / f"x.{extension}").write_bytes(b"x")
    for name in (
        ".git/config",
        ".env",
        "dir/.hidden",
        ".well-known/security.txt",
        ".well-known/.x",
        "kinds/none",
        "kinds/x.other",
        "kinds/a.b.c.tar.gz",
        "kinds/x.json.txt",
        "assets/fonts/keep.txt",
        "closed.html",
        "a b/index.html",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x")
    (root / "closed.html").chmod(0)
    (root.parent / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to("../secret.txt")
    (root / "links").symlink_to("..")
    (root / "loop").symlink_to("loop")


@pytest.fixture(scope="module")
def one() -> Iterator[Running]:
    """A server with a site whose root has a hostile name, and 400 redirects."""
    with tempfile.TemporaryDirectory(prefix="pressroom-lighttpd-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        odd = folder / """it's "$1" {a}; \\ é # %1 ${url.path}"""
        _write_hub(odd / "hub")
        write_site(folder / "docs")
        hostile = [Redirect(site="hub", source=one, target=two) for one, two, _ in HOSTILE]
        many = [
            Redirect(site="docs", source=f"/old/{number}", target=f"/new/{number}/")
            for number in range(400)
        ]
        roots = {"hub": odd / "hub", "docs": folder / "docs"}
        with served(LIGHTTPD, deployed_setup(*hostile, *many), roots=roots) as running:
            yield running


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (200, "GET", "/"),
        (200, "HEAD", "/"),
        (200, "GET", "/dir/?x"),
        (200, "GET", "/a%20b/"),
        (200, "GET", ASSET),
        (200, "HEAD", ASSET),
        (200, "GET", "/latest.json"),
        (200, "GET", "/feed.xml"),
        (200, "GET", "/.well-known/security.txt"),
        (301, "GET", "/dir"),
        (301, "GET", "/assets"),
        (301, "GET", "/own"),
        (301, "GET", "/assets/old.js"),
        (301, "GET", "/dir/old.json"),
        (404, "GET", "/nope"),
        (404, "HEAD", "/nope"),
        (404, "GET", "/nope.json"),
        (404, "GET", "/assets/nope.js"),
        (404, "GET", "/assets/"),
        (404, "GET", "/assets/fonts"),
        (404, "GET", "/index.html/x.json"),
        (404, "GET", "/404.html"),
        (404, "GET", "/50x.html"),
        (404, "GET", "/.env"),
        (404, "GET", "/.git/config"),
        (404, "GET", "/%2egit/config"),
        (404, "GET", "/dir/.hidden"),
        (404, "GET", "/.well-known/.x"),
        (404, "GET", "//evil.test/nope"),
        (404, "GET", "/%2e%2e/%2e%2e/etc/passwd"),
        (404, "GET", "/assets%2f..%2f..%2fsecret.txt"),
        (404, "GET", "/../etc/passwd"),
        (404, "GET", "/%zz"),
        (403, "GET", "/kinds/"),
        (403, "GET", "/index.html/x"),
        (403, "GET", "/closed.html"),
        (403, "GET", "/link.txt"),
        (403, "GET", "/links/secret.txt"),
        (405, "POST", "/"),
        (405, "POST", "/own"),
        (405, "POST", "/latest.json"),
        (405, "OPTIONS", "/latest.json"),
        (405, "OPTIONS", "*"),
        (405, "DELETE", "/nope"),
        (405, "TRACE", "/"),
        (400, "CONNECT", "evil.test:443"),
        (501, "BLAH", "/"),
        (400, "GET", "/a%00b"),
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
    assert_promised(one, reply, path.partition("?")[0])


def test_an_error_is_the_sites_own_page(one: Running) -> None:
    """Not found and out of order are shown with 404.html and 50x.html, whatever was asked for."""
    for path in ("/assets/nope.js", "/nope.json", "/50x.html", "/.env"):
        assert b"Page not found" in ask(one, path).answer.body
    assert b"Out of order" in ask(one, FAILING).answer.body


def test_an_error_leaves_nothing_to_the_next_request(one: Running) -> None:
    """On one connection an error and a file have each their own headers."""
    paths = ("/assets/nope.js", ASSET, "/nope", "/latest.json", "/")
    request = "GET {} HTTP/1.1\r\nHost: widget.example\r\n{}\r\n"
    last = "Connection: close\r\n"
    payload = "".join(request.format(path, last * (path == "/")) for path in paths)

    replies = talk(one, payload.encode())

    assert [404, 200, 404, 200, 200] == [reply.status for reply in replies]
    for path, reply in zip(paths, replies, strict=True):
        assert_promised(one, reply, path)


@pytest.mark.parametrize("path", ["/", ASSET, "/latest.json"])
def test_what_has_not_changed_is_304_with_all_headers(one: Running, path: str) -> None:
    """A conditional request is answered with the headers of its class, without a body."""
    reply = ask(one, path, f"If-None-Match: {ask(one, path).only('ETag')}")

    assert (304, b"") == (reply.status, reply.answer.body)
    assert_promised(one, reply, path)


@pytest.mark.parametrize("asked", ["bytes=0-3", "bytes=999999-", "bytes=0-1,5-6"])
def test_a_range_is_answered_with_the_whole_file(one: Running, asked: str) -> None:
    """There is no 416, which has no headers at all."""
    for reply in (
        ask(one, "/", f"Range: {asked}"),
        ask(one, f"{ACME}token", f"Range: {asked}", secure=False),
    ):
        assert 200 == reply.status
        assert_promised(one, reply, "/")


@pytest.mark.parametrize(
    "name",
    [
        *(f"x.{extension}" for extension in media.TYPES),
        "none",
        "x.other",
        "a.b.c.tar.gz",
        "x.json.txt",
    ],
)
def test_every_file_has_its_media_type(one: Running, name: str) -> None:
    """Type and charset are those of the table, and nothing that Debian's own table says."""
    assert media.content_type(name, media.TYPES) == ask(one, f"/kinds/{name}").only("Content-Type")


def test_text_is_compressed_for_whoever_takes_it(one: Running) -> None:
    """It is sent for gzip alone, with the same type, and caches are told."""
    for path in ("/", ASSET):
        packed, plain = ask(one, path, "Accept-Encoding: gzip"), ask(one, path)

        assert ("gzip", "Accept-Encoding") == (packed.only("Content-Encoding"), packed.only("Vary"))
        assert () == plain.answer.values("Content-Encoding")
        assert plain.only("Content-Type") == packed.only("Content-Type")
        assert plain.answer.body == gzip.decompress(packed.answer.body)
        assert_promised(one, packed, path)
    assert any((one.authority.parent / "compress").rglob("*.0123abcd.js*"))


@pytest.mark.parametrize(("source", "target", "sent"), HOSTILE)
def test_an_old_address_leads_to_its_target(
    one: Running, source: str, target: str, sent: str
) -> None:
    """Whatever signs a source and a target have; the visitor's query is handed on as it came."""
    with_query, without = ask(one, f"{source}?a=%2F&b"), ask(one, source)

    assert (301, sent) == (with_query.status, with_query.only("Location"))
    assert (301, target) == (without.status, without.only("Location"))
    assert_promised(one, with_query, source)


def test_old_addresses_are_exact(one: Running) -> None:
    """Neither another case, nor more or less of a path, is an old address; each of 400 is."""
    assert "/new/399/" == ask(one, "/old/399", host=DOCS).only("Location")
    assert "/new/0/" == ask(one, "/%6fld/0", host=DOCS).only("Location")
    assert [404] * 4 == [
        ask(one, path, host=DOCS).status for path in ("/OLD/399", "/old/3999", "/old/399/", "/old")
    ]
    assert 404 == ask(one, "/old/399").status


@pytest.mark.parametrize("path", ["/dir", "//dir", "/%2fdir", "//evil.test/%2e%2e/dir"])
def test_a_folder_is_redirected_on_the_same_site(one: Running, path: str) -> None:
    """The redirect to a folder's slash is relative: no host, no port, no second slash in front."""
    assert "/dir/?x=//evil.test" == ask(one, f"{path}?x=//evil.test").only("Location")


@pytest.mark.parametrize("path", ["/", "/a%20b/..//c?x=%2Fa&y=%20b&z='", "//evil.test/%2F"])
def test_other_hosts_lead_to_the_right_one_with_path_and_query(one: Running, path: str) -> None:
    """An alias leads to the site, plain HTTP to the same host with TLS; all stays as it came."""
    port = one.setup.place.port
    alias = ask(one, path, host="www.widget.example")

    assert (301, f"https://{HUB}{port}{path}") == (alias.status, alias.only("Location"))
    assert_promised(one, alias, path)
    for host in (HUB, "www.widget.example", "www.docs.widget.example"):
        for spelt in (host, f"{host.upper()}:{one.setup.place.http_port}"):
            for method in ("GET", "HEAD"):
                plain = ask(one, path, host=spelt, secure=False, method=method)
                assert (301, f"https://{host}{port}{path}") == (
                    plain.status,
                    plain.only("Location"),
                )
                assert_promised(one, plain, path)


@pytest.mark.parametrize("secure", [True, False])
def test_no_redirect_takes_an_injected_line(one: Running, secure: bool) -> None:
    """A line break in a path or a query is refused before it comes into a Location."""
    for path in ("/x%0d%0aX-Inj:%201", "/?x%0d%0aX-Inj:%201", "/own?%0aX-Inj:%201"):
        reply = ask(one, path, host="www.widget.example", secure=secure)
        assert 400 == reply.status
        assert_promised(one, reply, "/")


def test_other_methods_are_refused_everywhere(one: Running) -> None:
    """POST, OPTIONS and TRACE have no answer but 405 at an alias and at plain HTTP, for certificates too."""
    for method in ("POST", "OPTIONS", "TRACE"):
        for reply in (
            ask(one, "/", method=method, host="www.widget.example"),
            ask(one, "/", method=method, secure=False),
            ask(one, f"{ACME}token", method=method, secure=False),
        ):
            assert 405 == reply.status
            assert_promised(one, reply, "/")


def test_plain_http_answers_for_certificates(one: Running) -> None:
    """What a certificate authority asks for is there on every known host, and nothing else of that folder."""
    reply = ask(one, f"{ACME}token", host="www.docs.widget.example", secure=False)
    link = Path(one.setup.place.acme + ACME) / "link"
    link.symlink_to(one.authority)

    assert (200, b"proof") == (reply.status, reply.answer.body)
    assert media.UNKNOWN == reply.only("Content-Type")
    assert_promised(one, reply, f"{ACME}token")
    for status, path in ((404, "nope"), (403, ""), (403, "link"), (301, "../../dir")):
        other = ask(one, f"{ACME}{path}", secure=False)
        assert status == other.status
        assert_promised(one, other, "/")


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
    (reply,) = talk(one, payload, secure=secure)

    assert status == reply.status
    assert_promised(one, reply, "/")


def test_plain_http_at_the_port_for_tls_is_closed(one: Running) -> None:
    """It is no TLS, and nothing is said."""
    place = one.setup.place
    request = b"GET / HTTP/1.0\r\n\r\n"

    heard = wire.exchange(place.address, place.https_port, request, tls=None, deadline=5, limit=99)

    assert b"" == heard.received


def test_tls_is_new_and_speaks_http_2(one: Running) -> None:
    """HTTP/2 is offered, TLS 1.1 is not."""
    address = f"127.0.0.1:{one.setup.place.https_port}"
    new, old = (
        process.run(
            f"openssl s_client -connect {address} -servername {HUB} {options}".split(),
            cwd=one.authority.parent,
            environment={"PATH": "/usr/bin:/bin"},
            timeout=10,
        )
        for options in ("-alpn h2,http/1.1", "-tls1_1 -cipher ALL:@SECLEVEL=0")
    )

    assert "ALPN protocol: h2" in new.text
    assert "TLSv1.3" in new.text
    assert 0 != old.code
    assert "protocol version" in old.tail


def test_a_root_behind_a_link_shows_nothing(one: Running) -> None:
    """What the file says that lighttpd cannot do: any link in the path of a root closes the site."""
    with tempfile.TemporaryDirectory(prefix="pressroom-lighttpd-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "current").symlink_to(Path(one.setup.sites[1].root).parent)
        roots = {"docs": folder / "current" / "docs"}
        with served(LIGHTTPD, deployed_setup(names=("docs",)), roots=roots) as running:
            reply = ask(running, "/")

    assert 403 == reply.status
    assert_promised(running, reply, "/")


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
    assert media.UNKNOWN == page.only("Content-Type")


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
    for reply in replies:
        assert_promised(running, reply, "/")


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
