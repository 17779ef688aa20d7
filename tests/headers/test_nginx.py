"""The generated configuration on a real nginx."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from headers_asking import (
    DOCS,
    HUB,
    answer_in,
    ask,
    assert_new_tls,
    assert_promised,
    hear,
    locations,
    request,
)
from headers_hub import ANSWERS, KINDS, old_addresses, write_hub
from headers_setup import FAILING, deployed_setup, served, write_site

from pressroom.addresses.model import Redirect
from pressroom.headers import media
from pressroom.headers.model import ACME
from pressroom.headers.policy import Policy
from pressroom.headers.servers.nginx import NGINX
from pressroom.world import process
from pressroom.world.wire import End

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.local import Running

pytestmark = pytest.mark.server("nginx")

# Source, target, and what a visitor with `?a=1&b` is sent to.
HOSTILE = (
    ("/%24uri", "/dir/$uri", "/dir/$uri?a=1&b"),
    ("/%24%7Bhost%7D", "/${host}/$1", "/${host}/$1?a=1&b"),
    ("/a%22;%20return%20200%20%22b", '/";return 200 "x', '/";return 200 "x?a=1&b'),
    ("/brace%7B%7D%7B", "/{}}{", "/{}}{?a=1&b"),
    ("/back%5Cslash%5C", "/\\n\\", "/\\n\\?a=1&b"),
    ("/two%20words%20'it'", "/two words 'it'", "/two words 'it'?a=1&b"),
    ("/caf%C3%A9/%E2%9C%93", "/é", "/é?a=1&b"),
    ("/~%20%5E/.*%23", "/x#part", "/x?a=1&b#part"),
    ("/own", "/dir/?c", "/dir/?c"),
    ("/far", "https://docs.widget.example/dir/#x", "https://docs.widget.example/dir/?a=1&b#x"),
    ("/" + "l" * 254, "/" + "l" * 900, "/" + "l" * 900 + "?a=1&b"),
    ("/.hidden/old", "/dir/", "/dir/?a=1&b"),
    ("/dir/old.json", "/latest.json", "/latest.json?a=1&b"),
)


def _write_hub(root: Path) -> None:
    write_hub(root, "kinds/x.json.", "empty/keep.txt")
    for name in ("index.html", "assets/x.0123abcd.js", "latest.json", "404.html"):
        packed = gzip.compress((root / name).read_bytes(), mtime=0)
        (root / f"{name}.gz").write_bytes(packed)


@pytest.fixture(scope="module")
def one() -> Iterator[Running]:
    """A server with a site whose root has a hostile name and a link in its path, and 400 redirects."""
    with tempfile.TemporaryDirectory(prefix="pressroom-nginx-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "built").mkdir()
        _write_hub(folder / "built" / "hub")
        write_site(folder / "built" / "docs")
        current = folder / """it's "$uri" {a}; \\ é #"""
        current.symlink_to("built")
        roots = {"hub": current / "hub", "docs": folder / "built" / "docs"}
        with served(NGINX, deployed_setup(*old_addresses(HOSTILE)), roots=roots) as running:
            yield running


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        *ANSWERS,
        (404, "GET", "//evil.test/dir"),
        (404, "GET", "/x%0d%0aX-Inj:%201"),
        (400, "GET", "/assets%2f..%2f..%2fsecret.txt"),
        (403, "GET", "/assets/"),
        (403, "GET", "/link.txt"),
        (404, "GET", "/links/secret.txt"),
        (400, "GET", "/%2e%2e/%2e%2e/etc/passwd"),
        (400, "GET", "/../etc/passwd"),
        (400, "GET", "/%zz"),
        (414, "GET", "/" + "a" * 20_000),
        (503, "GET", FAILING),
    ],
)
def test_every_answer_carries_what_is_promised(
    one: Running, status: int, method: str, path: str
) -> None:
    """The status is the right one, each header there exactly once, CORS and Allow nowhere else."""
    reply = ask(one, path, "Origin: https://evil.test", method=method)

    assert status == reply.status
    assert_promised(one, reply, path)


def test_an_error_is_the_sites_own_page(one: Running) -> None:
    """Not found and out of order are shown with 404.html and 50x.html, whatever was asked for."""
    assert b"Page not found" in ask(one, "/assets/nope.js").body
    assert b"Page not found" in ask(one, "/50x.html").body
    assert b"Out of order" in ask(one, FAILING).body


def test_what_has_not_changed_is_304_with_all_headers(one: Running) -> None:
    """A conditional request of a hashed file is answered with its class's headers, without a body."""
    path = "/assets/x.0123abcd.css"
    (tag,) = ask(one, path).values("ETag")

    reply = ask(one, path, f"If-None-Match: {tag}")

    assert (304, b"") == (reply.status, reply.body)
    assert "immutable" in reply.values("Cache-Control")[0]
    assert_promised(one, reply, path)


@pytest.mark.parametrize("asked", ["bytes=0-3", "bytes=999999-", "bytes=0-1,5-6"])
def test_a_range_is_answered_with_the_whole_file(one: Running, asked: str) -> None:
    """There is no 416, whose headers nginx sends twice."""
    for path, secure in (("/", True), (f"{ACME}token", False)):
        reply = ask(one, path, f"Range: {asked}", secure=secure)
        assert 200 == reply.status
        assert_promised(one, reply, path, secure=secure)


@pytest.mark.parametrize("name", [*KINDS, "x.json."])
def test_every_file_has_its_media_type(one: Running, name: str) -> None:
    """Type and charset are those of the table, and nothing that Debian's own table says."""
    kinds = ask(one, f"/kinds/{name}").values("Content-Type")

    assert (media.content_type(name, media.TYPES),) == kinds


def test_errors_have_a_charset(one: Running) -> None:
    """The bodies that nginx makes itself say what they are."""
    replies = [ask(one, "/", method="POST"), ask(one, "/closed.html"), ask(one, "/%zz")]
    replies += [ask(one, "/", method="POST", secure=False), ask(one, "/", host="x.test", name=HUB)]
    replies += [ask(one, "/", method="POST", host="www.widget.example")]
    replies += [answer_in(hear(one, b"no http\r\n\r\n", secure=False))]

    assert [("text/html; charset=utf-8",)] * len(replies) == [
        one.values("Content-Type") for one in replies
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/latest.json", "application/json; charset=utf-8"),
        ("/assets/x.0123abcd.js", "text/javascript; charset=utf-8"),
        ("/nope", "text/html; charset=utf-8"),
    ],
)
def test_a_compressed_copy_is_sent_to_whoever_takes_it(one: Running, path: str, kind: str) -> None:
    """It is sent for gzip alone, with the same type, and caches are told; pages of errors too."""
    packed, plain = ask(one, path, "Accept-Encoding: gzip"), ask(one, path)

    assert ("gzip",) == packed.values("Content-Encoding")
    assert () == plain.values("Content-Encoding")
    assert (kind,) == packed.values("Content-Type") == plain.values("Content-Type")
    assert ("Accept-Encoding",) == packed.values("Vary") == plain.values("Vary")
    assert plain.body == gzip.decompress(packed.body)
    assert_promised(one, packed, path)


def test_nothing_is_compressed_on_the_fly(one: Running) -> None:
    """A file without a compressed copy is sent as it is."""
    assert () == ask(one, "/dir/", "Accept-Encoding: gzip").values("Content-Encoding")


@pytest.mark.parametrize(("source", "target", "sent"), HOSTILE)
def test_an_old_address_leads_to_its_target(
    one: Running, source: str, target: str, sent: str
) -> None:
    """Whatever signs a source and a target have; the visitor's query is handed on as it came."""
    with_query, without = ask(one, f"{source}?a=1&b"), ask(one, source)

    assert (301, (sent,)) == (with_query.status, locations(with_query))
    assert (301, (target,)) == (without.status, locations(without))
    assert_promised(one, with_query, source)


def test_old_addresses_are_exact(one: Running) -> None:
    """Neither another case, nor more or less of a path, is an old address; each of 400 is."""
    assert ("/new/399/",) == locations(ask(one, "/old/399", host=DOCS))
    assert [404] * 4 == [
        ask(one, path, host=DOCS).status for path in ("/OLD/399", "/old/3999", "/old/399/", "/old")
    ]
    assert 404 == ask(one, "/old/399").status


@pytest.mark.parametrize("path", ["/dir", "//dir", "/dir?x=//evil.test"])
def test_a_folder_is_redirected_on_the_same_site(one: Running, path: str) -> None:
    """The redirect to a folder's slash is relative: no host, no port, no second slash in front."""
    assert ("/dir/" + path.partition("r")[2],) == locations(ask(one, path))


def test_an_alias_is_redirected_with_path_and_query(one: Running) -> None:
    """It leads to the site, over TLS, with everything as it came, and with STS."""
    path = "//x%0d%0aX-Inj:%201/%2e%2e?a=%20&b"

    reply = ask(one, path, host="www.widget.example")

    assert 301 == reply.status
    assert (f"https://{HUB}{one.setup.place.port}{path}",) == locations(reply)
    assert_promised(one, reply, path)
    assert 405 == ask(one, "/", host="www.widget.example", method="POST").status


@pytest.mark.parametrize("host", [HUB, "www.widget.example", "www.docs.widget.example"])
@pytest.mark.parametrize("path", ["/", "/dir?x=1", "/nope", "/x%0d%0aX-Inj:%20yes", "//evil.test"])
def test_plain_http_leads_to_the_same_host(one: Running, host: str, path: str) -> None:
    """It becomes https on the host that was asked, without STS."""
    for method in ("GET", "HEAD"):
        reply = ask(one, path, host=host, secure=False, method=method)

        assert 301 == reply.status
        assert (f"https://{host}{one.setup.place.port}{path}",) == locations(reply)
        assert_promised(one, reply, path, secure=False)


def test_plain_http_takes_no_other_method(one: Running) -> None:
    """POST, OPTIONS and TRACE are refused, for certificates too."""
    for path in ("/", f"{ACME}token"):
        for method in ("POST", "OPTIONS", "TRACE"):
            reply = ask(one, path, method=method, secure=False)
            assert 405 == reply.status
            assert_promised(one, reply, path, secure=False)


def test_plain_http_answers_for_certificates(one: Running) -> None:
    """What a certificate authority asks for is there on every known host; what is not there is 404."""
    reply = ask(one, f"{ACME}token", host="www.docs.widget.example", secure=False)

    assert (200, b"proof") == (reply.status, reply.body)
    assert (media.UNKNOWN,) == reply.values("Content-Type")
    assert_promised(one, reply, f"{ACME}token", secure=False)
    assert 404 == ask(one, f"{ACME}nope", secure=False).status


def test_what_answers_for_certificates_serves_nothing_else(one: Running) -> None:
    """A link out of that folder is refused, and a page in it is none."""
    folder = Path(one.setup.place.acme + ACME)
    (folder / "link").symlink_to(one.authority)
    (folder / "page.html").write_text("<script>")

    assert 403 == ask(one, f"{ACME}link", secure=False).status
    assert (media.UNKNOWN,) == ask(one, f"{ACME}page.html", secure=False).values("Content-Type")


def test_an_unknown_host_gets_nothing(one: Running) -> None:
    """It is never redirected: plain http closes, TLS refuses its name, and 421 behind a known name."""
    for payload in (request("/", host="evil.test"), b"GET / HTTP/1.0\r\n\r\n"):
        heard = hear(one, payload, secure=False)
        assert (b"", End.CLOSED) == (heard.received, heard.end)
    for method in ("GET", "POST"):
        reply = ask(one, "/latest.json", host="evil.test", name=HUB, method=method)
        assert 421 == reply.status
        assert_promised(one, reply, "/latest.json")
    refused = hear(one, request("/", host="evil.test"), name="evil.test")
    assert (End.REFUSED, "tlsv1 unrecognized name") == (refused.end, refused.detail)


@pytest.mark.parametrize(
    "payload",
    [
        b"no http at all\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: widget.example\r\nX: " + b"a" * 40_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: widget.example\r\nHost: evil.test\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: wid\x01get.example\r\n\r\n",
    ],
    ids=["no-http", "no-host", "long-header", "two-hosts", "odd-host"],
)
@pytest.mark.parametrize("secure", [True, False])
def test_what_is_no_request_is_400_with_all_headers(
    one: Running, payload: bytes, secure: bool
) -> None:
    """The answer of the parser is promised like any other."""
    reply = answer_in(hear(one, payload, secure=secure))

    assert 400 == reply.status
    assert_promised(one, reply, "/", secure=secure)


def test_plain_http_at_the_port_for_tls_is_400(one: Running) -> None:
    """It is refused, and since it is no TLS, there is no STS."""
    port = one.setup.place.https_port
    reply = answer_in(hear(one, b"GET / HTTP/1.0\r\n\r\n", secure=False, port=port))

    assert 400 == reply.status
    assert_promised(one, reply, "/", secure=False)


def test_tls_is_new_and_speaks_http_2(one: Running) -> None:
    """HTTP/2 is offered, TLS 1.1 is not."""
    assert_new_tls(one)


def test_debians_own_main_file_takes_it(one: Running) -> None:
    """What is running stands in Debian's http block without a clash or a warning."""
    folder = one.authority.parent
    stock = Path("/etc/nginx/nginx.conf").read_text(encoding="utf-8")
    stock = re.sub(r"(/run|/var/log/nginx)/", f"{folder}/stock-", stock)
    stock = stock.replace("/etc/nginx/conf.d/*.conf", str(folder / "pressroom.conf"))
    stock = stock.replace("/etc/nginx/sites-enabled/*", str(folder / "none/*"))
    (folder / "stock.conf").write_text(stock, encoding="utf-8")

    result = process.run(
        (NGINX.program, "-t", "-e", "stderr", "-c", str(folder / "stock.conf")),
        cwd=folder,
        environment={},
        timeout=10,
    )

    assert 0 == result.code, result.tail
    assert "[warn]" not in result.tail


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("/a%0Ab", "/"),
        ("/a", "/\nadd_header X-Inj 1;"),
        ("/a", "/\x00"),
        ("/a", "/\x85"),
        ("/a", "/" + "x" * 5_000),
        ("/a", "/" + "$" * 500),
        ("/404.html", "/"),
        ("/" + "l" * 255, "/"),
    ],
)
def test_what_nginx_cannot_be_told_is_refused(source: str, target: str) -> None:
    """Control characters, what its parser has no room for, and a path that is taken are no configuration."""
    redirect = Redirect(site="hub", source=source, target=target)

    with pytest.raises(ValueError, match="nginx: "):
        NGINX.render(deployed_setup(redirect))


def test_two_redirects_of_one_path_are_refused() -> None:
    """The server would not start with them."""
    two = [Redirect(site="hub", source=source, target="/") for source in ("/a", "/%61")]

    with pytest.raises(ValueError, match="taken already"):
        NGINX.render(deployed_setup(*two))


@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [
        *((name, "/a\nb", True) for name in ("root", "certificate", "key", "name", "host")),
        *((name, "/$a", True) for name in ("certificate", "key", "host")),
        *(("host", value, True) for value in ("~.*", "*.x", "", "_", "a b", "a;b")),
        *((name, '/$a "{};\\', False) for name in ("root", "name")),
    ],
)
def test_a_hostile_place_is_quoted_or_refused(name: str, value: str, refused: bool) -> None:
    """A line feed reaches no file, a pattern is no host, and a key's path with a dollar sign is not guessed at."""
    setup = deployed_setup()
    site = dataclasses.replace(setup.sites[0], **{name: value})  # type: ignore[arg-type]

    with pytest.raises(ValueError, match="nginx: ") if refused else contextlib.nullcontext():
        NGINX.render(dataclasses.replace(setup, sites=(site,)))


def test_a_rendering_has_as_many_lines_at_every_place() -> None:
    """All addresses take one line, and so does a path that fails: local.relocate counts on it."""
    setup = deployed_setup()
    place = dataclasses.replace(setup.place, address="::1", https_port=8443, failing="/x")
    here = NGINX.render(dataclasses.replace(setup, place=place))

    assert len(NGINX.render(setup).splitlines()) == len(here.splitlines())
    assert "listen [::1]:8443 ssl http2;" in here
    assert "listen 443 ssl http2; listen [::]:443 ssl http2;" in NGINX.render(setup)


def test_the_policy_alone_decides_the_classes() -> None:
    """Other suffixes and another value with a dollar sign are written as they are."""
    policy = Policy(open_suffixes=(".a+b", ".json"), referrer_policy='no"$uri"')
    text = NGINX.render(deployed_setup(policy=policy))

    assert r'"~(?s)^(200|206|304):.*(\\.a\\+b|\\.json)\\z" open;' in text
    assert r'add_header Referrer-Policy "no\"${pressroom_dollar}uri\"" always;' in text
