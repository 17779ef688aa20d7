"""The generated configuration on a real Apache: alone, and below Debian's main file."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import gzip
import re
import shutil
import socket
import ssl
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import headers_asking
import pytest
from headers_asking import DOCS, HUB, answer_in, hear
from headers_setup import DEPLOYED, FAILING, deployed_setup, served, write_site

from pressroom.addresses.model import Redirect
from pressroom.headers import media
from pressroom.headers.header import Header
from pressroom.headers.local import local_setup
from pressroom.headers.model import ACME, Place, Setup
from pressroom.headers.policy import Policy
from pressroom.headers.servers import apache_quoting as quoting
from pressroom.headers.servers.apache import APACHE, LANGUAGES
from pressroom.headers.traps.apache import check_apache

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.local import Running
    from pressroom.headers.proof.answer import Answer

pytestmark = pytest.mark.server("apache")

DEBIAN = Path("/etc/apache2")
# What an administrator may have set for the whole server, and what stands in Debian's files as a comment.
MEDDLING = """\
AddDefaultCharset ISO-8859-1
AddEncoding x-gzip .gz .tgz
Header set X-Content-Type-Options "none"
Header set Content-Security-Policy "frame-ancestors 'self'"
Header always set Strict-Transport-Security "max-age=1"
Header set Access-Control-Allow-Origin "https://evil.example"
Header always set Access-Control-Allow-Origin "*"
SSLProtocol all
SSLCipherSuite ALL:@SECLEVEL=0
Alias /dir/ /usr/share/apache2/icons/
<FilesMatch "[.]html$">
    SetHandler server-status
</FilesMatch>
"""
# A name with nearly everything that Apache, a format or a pattern could take for more than itself.
ODD = "a \"q\" 'r' $1 %1 %{HTTP_HOST} {x} ; \\ & é > # + ! ~ , = @ ( ) |"
# Source, target, and what a visitor with `?a=1&b=%20` is sent to; a path is the hub's own.
HOSTILE = (
    ("/plain.html", "/dir/", "/dir/?a=1&b=%20"),
    ("/%24uri/%241", "/dir/$uri/$1", "/dir/$uri/$1?a=1&b=%20"),
    ("/%7Bx%7D/%25%7BHTTP_HOST%7D", "/%{HTTP_HOST}/{}", "/%{HTTP_HOST}/{}?a=1&b=%20"),
    ("/a%22;%20b'%22", "/%22;'%20x", "/%22;'%20x?a=1&b=%20"),
    ("/back%5Cslash%5C", "/\\1\\", "/\\1\\?a=1&b=%20"),
    ("/quote", '/"x"', '/"x"?a=1&b=%20'),
    ("/caf%C3%A9/%E2%9C%93", "/caf%C3%A9/%e9", "/caf%C3%A9/%e9?a=1&b=%20"),
    ("/.*%5E(x%7Cy)%5B.%5D%3F%23", "/dir/", "/dir/?a=1&b=%20"),
    ("/own-query", "/dir/?c=%3F", "/dir/?c=%3F"),
    ("/q%3Fx", "/dir/?c", "/dir/?c"),
    ("/part", "/d%C3%A9/$1%1\\/#p%20$1", "/d%C3%A9/$1%1\\/?a=1&b=%20#p%20$1"),
    ("/far", "https://docs.widget.example/x/#p", "https://docs.widget.example/x/?a=1&b=%20#p"),
    ("/.hidden/old", "/dir/", "/dir/?a=1&b=%20"),
    ("/dir/old.json", "/latest.json", "/latest.json?a=1&b=%20"),
    ("/" + "l" * 240, "/" + "l" * 900, "/" + "l" * 900 + "?a=1&b=%20"),
)
REDIRECTS = (
    *(Redirect(site="hub", source=source, target=target) for source, target, _ in HOSTILE),
    # As many as an old site may leave behind.
    *(Redirect(site="docs", source=f"/old/{n}.html", target=f"/dir/#{n}") for n in range(400)),
)


assert_promised = functools.partial(headers_asking.assert_promised, server="Apache")


def ask(
    one: Running,
    path: str,
    *lines: str,
    method: str = "GET",
    host: str = HUB,
    name: str = "",
    secure: bool = True,
) -> Answer:
    """The answer to a request, which has every header that is promised."""
    reply = headers_asking.ask(
        one, path, *lines, method=method, host=host, name=name, secure=secure
    )
    assert_promised(one, reply, path, secure=secure)
    return reply


def _write(root: Path) -> None:
    """A site with all that could be served wrongly."""
    write_site(root)
    for path in ("index.html", "404.html", "50x.html", "latest.json", "assets/x.0123abcd.js"):
        (root / f"{path}.gz").write_bytes(gzip.compress((root / path).read_bytes(), mtime=0))
    names = [f"types/x.{extension}" for extension in media.TYPES]
    names += ["types/x.fr.html", "types/x.latin1.gz.html", "types/x.html.foo", "types/x.var"]
    names += ["types/README", "types/x.HTML", "types/x.tar.gz.asc", "types/x.tar", "types/x."]
    names += [
        ".git/config",
        "dir/.htaccess",
        ".well-known/security.txt",
        "assets/x.json",
        f"types/{ODD}.html",
    ]
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(f"{name}\n", encoding="utf-8")
    (root / "types" / "x.tar.gz").write_bytes(gzip.compress(b"another archive", mtime=0))
    (root / "folder").mkdir()
    (root / "folder" / "index.htm").write_text("no page of ours")
    (root / "link.html").symlink_to(DEBIAN / "apache2.conf")
    (root / "up").symlink_to("/etc")


@contextlib.contextmanager
def _roots(name: str) -> Iterator[dict[str, Path]]:
    with tempfile.TemporaryDirectory(prefix="pressroom-test-") as folder:
        Path(folder).chmod(0o755)
        real = Path(folder) / "releases" / "7"
        _write(real / "hub" / name)
        _write(real / "docs")
        # As a server has it: the newest build is behind a link.
        (Path(folder) / "current").symlink_to("releases/7")
        current = Path(folder) / "current"
        yield {"hub": current / "hub" / name, "docs": current / "docs"}


@pytest.fixture(scope="module")
def alone() -> Iterator[Running]:
    """Our own main file; the hub's folder has an odd name."""
    with _roots(ODD) as roots, served(APACHE, deployed_setup(*REDIRECTS), roots=roots) as one:
        yield one


def _debian_main(setup: Setup, included: Path, folder: Path) -> str:
    """Debian's main file, with a copy of the folder it is for, and what `envvars` sets."""
    copy = folder / "apache2"
    shutil.copytree(DEBIAN, copy, symlinks=True)
    for module in ("allowmethods", "headers", "http2", "rewrite", "socache_shmcb", "ssl"):
        for kind in ("load", "conf"):
            if (copy / "mods-available" / f"{module}.{kind}").exists():
                link = copy / "mods-enabled" / f"{module}.{kind}"
                link.unlink(missing_ok=True)
                link.symlink_to(f"../mods-available/{module}.{kind}")
    for one in (copy / "sites-enabled").iterdir():
        one.unlink()
    (copy / "sites-enabled" / "pressroom.conf").symlink_to(included)
    (copy / "conf-enabled" / "meddling.conf").write_text(MEDDLING)
    ports = (setup.place.http_port, setup.place.https_port)
    (copy / "ports.conf").write_text("".join(f"Listen 127.0.0.1:{port}\n" for port in ports))
    variables = {"RUN_USER": "www-data", "RUN_GROUP": "www-data", "PID_FILE": "apache2.pid"}
    variables |= dict.fromkeys(("RUN_DIR", "LOCK_DIR", "LOG_DIR"), str(folder))
    values = "".join(f"Define APACHE_{name} {value}\n" for name, value in variables.items())
    main = (copy / "apache2.conf").read_text(encoding="utf-8")
    return f"{values}ServerName localhost\nServerRoot {copy}\n{main}"


@pytest.fixture(scope="module")
def debian() -> Iterator[Running]:
    """Debian's main file with its modules and ours, and an administrator's settings."""
    server = dataclasses.replace(APACHE, main=_debian_main)
    with _roots("hub") as roots, served(server, deployed_setup(*REDIRECTS), roots=roots) as one:
        yield one


@pytest.fixture(params=["alone", "debian"])
def site(request: pytest.FixtureRequest) -> Running:
    """Both."""
    one: Running = request.getfixturevalue(request.param)
    return one


def _origin(one: Running, host: str = HUB) -> str:
    return f"https://{host}:{one.setup.place.https_port}"


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/dir/", "/latest.json", "/feed.xml", "/assets/x.json"]
)
def test_a_page_has_every_header(site: Running, path: str) -> None:
    """A file is served with what the policy says, whatever its class."""
    reply = ask(site, path)

    assert (200, ()) == (reply.status, reply.values("Content-Encoding"))
    copied = path in {"/", "/index.html", "/latest.json"}
    assert ("Accept-Encoding",) * copied == reply.values("Vary")


def test_what_has_not_changed_has_every_header(site: Running) -> None:
    """A 304 carries the promise, for the page and for its compressed copy, which are told apart."""
    tags = []
    for accepted in ("identity", "gzip"):
        encoding = f"Accept-Encoding: {accepted}"
        (tag,) = ask(site, "/", encoding).values("ETag")
        again = ask(site, "/", encoding, f"If-None-Match: {tag}")
        assert (304, ("Accept-Encoding",), b"") == (again.status, again.values("Vary"), again.body)
        assert 200 == ask(site, "/assets/x.0123abcd.js", encoding, f"If-None-Match: {tag}").status
        tags.append(tag)

    assert tags[0] != tags[1]


@pytest.mark.parametrize("path", ["/assets/x.0123abcd.js", "/latest.json", "/index.html"])
def test_parts_of_files(site: Running, path: str) -> None:
    """A part is one of the file itself, never of its copy; an impossible one is refused and not kept."""
    part = ask(site, path, "Range: bytes=1-2", "Accept-Encoding: gzip")
    none = ask(site, path, "Range: bytes=999999-", "Accept-Encoding: gzip")

    assert (206, ask(site, path).body[1:3]) == (part.status, part.body)
    assert () == part.values("Content-Encoding")
    assert 416 == none.status


@pytest.mark.parametrize("extension", media.TYPES)
def test_each_kind_of_file_has_its_type(site: Running, extension: str) -> None:
    """Content-Type is what the table says, and nothing is said to be packed."""
    reply = ask(site, f"/types/x.{extension}")

    assert (200, (media.TYPES[extension],)) == (reply.status, reply.values("Content-Type"))
    assert () == reply.values("Content-Encoding")


@pytest.mark.parametrize(
    "name",
    [
        "x.fr.html",
        "x.latin1.gz.html",
        "x.html.foo",
        "README",
        "x.HTML",
        "x.tar.gz.asc",
        "x.tar",
        "x.",
        "x.var",
        "x.tar.gz",
    ],
)
def test_only_the_last_extension_counts(site: Running, name: str) -> None:
    """Neither languages nor charsets nor encodings are read out of a name, nor is a type map run."""
    reply = ask(site, f"/types/{name}", "Accept-Encoding: gzip", "Accept-Language: fr")

    assert (200, (media.content_type(name, media.TYPES),)) == (
        reply.status,
        reply.values("Content-Type"),
    )
    assert () == reply.values("Content-Encoding")


@pytest.mark.parametrize("path", ["/", "/latest.json", "/assets/x.0123abcd.js"])
@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, GZip;q=0.5 , *", True),
        ("gzip;q=0.001", True),
        ("gzip; q=1.0", True),
        ("gzip;q=0", False),
        ("gzip;q=0.0, br", False),
        ("xgzip", False),
        ("*", False),
        ("", False),
    ],
)
def test_a_compressed_copy_is_for_whoever_accepts_it(
    site: Running, path: str, accepted: str, packed: bool
) -> None:
    """The copy has the type of the file, its encoding, and says that it varies."""
    file = "index.html" if path == "/" else path[1:]
    whole = (Path(site.setup.sites[0].root) / file).read_bytes()

    reply = ask(site, path, f"Accept-Encoding: {accepted}")

    assert ("gzip",) * packed == reply.values("Content-Encoding")
    assert whole == (gzip.decompress(reply.body) if packed else reply.body)
    assert (media.content_type(file, media.TYPES),) == reply.values("Content-Type")
    assert ("Accept-Encoding",) == reply.values("Vary")


def test_a_copy_asked_for_by_its_name_is_a_file(site: Running) -> None:
    """`/index.html.gz` is an archive, and no page that is packed for the way."""
    reply = ask(site, "/index.html.gz", "Accept-Encoding: gzip")

    assert ("application/gzip",) == reply.values("Content-Type")
    assert ((), ()) == (reply.values("Content-Encoding"), reply.values("Vary"))


@pytest.mark.parametrize(
    "path",
    [
        "/nope",
        "/assets/nope.0123abcd.js",
        "/nope.json",
        "/404.html",
        "/50x.html",
        "/404.html.gz",
        "/.git/config",
        "/dir/.x",
        "/.well-known/.x",
        "/folder/",
        "/index.html/x",
        "/icons/",
        "/icons/text.gif",
        "/server-status",
        "/cgi-bin/x",
        "/dir/text.gif",
        "/a%2Fb",
        "/a%00b",
        "/x%0d%0aX-Inj:%201",
        "//evil.example/x",
        "/up%2f",
        "/a%3Fb/",
        "/404.html/",
    ],
)
@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_what_is_not_there_is_the_sites_own_page(site: Running, path: str, accepted: str) -> None:
    """404 with the site's page: nothing hidden, no page of an error, nothing of other folders' files."""
    reply = ask(site, path, f"Accept-Encoding: {accepted}")

    body = gzip.decompress(reply.body) if reply.values("Content-Encoding") else reply.body
    assert (404, b"<!doctype html><title>Page not found</title>") == (reply.status, body)
    assert ("text/html; charset=utf-8",) == reply.values("Content-Type")


@pytest.mark.parametrize("path", ["/link.html", "/up", "/up/passwd", "/up/"])
def test_no_symbolic_link_is_followed(site: Running, path: str) -> None:
    """Below a root that is behind a link itself, a link leads nowhere."""
    reply = ask(site, path)

    assert 403 == reply.status
    assert b"root:" not in reply.body


def test_a_folders_own_settings_are_not_shown(site: Running) -> None:
    """.htaccess is refused; Debian's main file forbids it before we deny that it is there."""
    reply = ask(site, "/dir/.htaccess")

    assert reply.status in {403, 404}
    assert b"dir/.htaccess" not in reply.body


def test_hidden_files_that_are_meant_to_be_seen(site: Running) -> None:
    """/.well-known/ is served."""
    assert b".well-known/security.txt\n" == ask(site, "/.well-known/security.txt").body


def test_a_failure_is_the_sites_own_page(site: Running) -> None:
    """The path that fails answers 503 with 50x.html, packed for whoever accepts it."""
    reply = ask(site, FAILING)
    packed = ask(site, FAILING, "Accept-Encoding: gzip")

    assert (503, b"<!doctype html><title>Out of order</title>") == (reply.status, reply.body)
    assert reply.body == gzip.decompress(packed.body)


@pytest.mark.parametrize("path", ["/", "/nope", "/dir", "/plain.html", "/part?x"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PUT", "X", "TRACE"])
@pytest.mark.parametrize("where", ["https", "alias", "http"])
def test_only_get_and_head(site: Running, path: str, method: str, where: str) -> None:
    """Other methods are refused with an Allow, also for redirects, and nothing is echoed."""
    host = f"www.{HUB}" if where == "alias" else HUB

    reply = ask(
        site,
        path,
        "X-Echo: secret",
        "Accept-Encoding: gzip",
        method=method,
        host=host,
        secure=where != "http",
    )

    assert (405, ()) == (reply.status, reply.values("Location"))
    assert b"secret" not in reply.body
    assert ("text/html; charset=utf-8",) == reply.values("Content-Type")


def test_a_head_has_no_body(site: Running) -> None:
    """HEAD has what GET has, without the body."""
    get, head = ask(site, "/"), ask(site, "/", method="HEAD")

    assert (200, b"") == (head.status, head.body)
    assert get.values("Content-Length") == head.values("Content-Length")


@pytest.mark.parametrize("host", [HUB, f"{HUB}:1", f"{HUB}.", HUB.upper()])
def test_a_folder_gets_its_slash(site: Running, host: str) -> None:
    """The redirect has our name and our port, whatever the request names, and the query."""
    reply = ask(site, "/dir?x=%20", host=host, name=HUB)

    assert (301, (f"{_origin(site)}/dir/?x=%20",)) == (reply.status, reply.values("Location"))


def test_an_absolute_form_leads_to_no_other_host(site: Running) -> None:
    """`GET http://evil.example/dir` beside a Host of ours gets the slash at our own host."""
    payload = f"GET http://evil.example/dir HTTP/1.1\r\nHost: {HUB}\r\nConnection: close\r\n\r\n"

    reply = answer_in(hear(site, payload.encode()))

    assert (f"{_origin(site)}/dir/",) == reply.values("Location")


@pytest.mark.parametrize(("source", "target", "sent"), HOSTILE, ids=lambda value: value[:20])
def test_an_old_address_leads_to_exactly_its_target(
    site: Running, source: str, target: str, sent: str
) -> None:
    """The target is sent as it is, the visitor's query with it; what is nearly the source is not there."""
    own = _origin(site) if target.startswith("/") else ""
    plain, query = ask(site, source), ask(site, f"{source}?a=1&b=%20")

    assert (301, (own + target,)) == (plain.status, plain.values("Location"))
    assert (301, (own + sent,)) == (query.status, query.values("Location"))
    for near in (f"{source}x", f"{source}/", f"{source}%0a", f"/dir{source}"):
        assert 404 == ask(site, near).status, near
    assert source.swapcase() == source or 301 != ask(site, source.swapcase()).status


def test_hundreds_of_redirects(site: Running) -> None:
    """The last of 400 is found."""
    reply = ask(site, "/old/399.html?x", host=DOCS)

    assert (f"{_origin(site, DOCS)}/dir/?x#399",) == reply.values("Location")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/dir?x=1",
        "/a%3Fb?c=%3f",
        "/x%0d%0aX-Inj:%20yes?x%0d%0aX-Inj:%20yes",
        "/nope",
        "/.git/x",
        "/plain.html",
        "/404.html",
        "/50x.html",
        FAILING,
        "/a+b;c,d=&'()%22%7b",
        "/caf%c3%a9/",
    ],
)
@pytest.mark.parametrize("first", ["http", "http alias", "alias"])
def test_http_and_other_names_lead_on(site: Running, path: str, first: str) -> None:
    """First to https on the same host, then to the site's own, with the same path and query."""
    host = f"www.{HUB}" if "alias" in first else HUB
    goal = host if "http" in first else HUB

    reply = ask(site, path, host=host, secure=first == "alias")

    # Apache escapes the path anew; small letters mean the same (RFC 3986, 6.2.2.1).
    before, mark, query = path.partition("?")
    lower = re.sub("%..", lambda found: found[0].lower(), before)
    expected = f"{_origin(site, goal)}{lower}{mark}{query}"
    assert (301, (expected,)) == (reply.status, reply.values("Location"))


@pytest.mark.parametrize("first", ["http", "alias"])
def test_two_slashes_lead_to_no_other_host(site: Running, first: str) -> None:
    """`//evil.example/` stays a path."""
    host = HUB if first == "http" else f"www.{HUB}"
    reply = ask(site, "//evil.example/%2e%2e/x", host=host, secure=first != "http")

    assert (f"{_origin(site)}/x",) == reply.values("Location")


def test_challenges_are_answered_without_tls(site: Running) -> None:
    """A token is shown over plain http, and nothing else is."""
    reply = ask(site, f"{ACME}token", secure=False)

    assert (200, b"proof", (media.UNKNOWN,)) == (
        reply.status,
        reply.body,
        reply.values("Content-Type"),
    )
    assert 404 == ask(site, f"{ACME}nope", secure=False).status
    for path in (ACME, f"{ACME}token/", f"{ACME}token%0a", f"{ACME}.x", "/.well-known/x"):
        assert 301 == ask(site, path, secure=False).status, path


@pytest.mark.parametrize("host", ["evil.example", f"x.{HUB}", "127.0.0.1", "unknown.invalid"])
def test_an_unknown_host_is_misdirected(site: Running, host: str) -> None:
    """421 with and without TLS, whatever the path and the method."""
    for path, method in (("/", "GET"), ("/dir", "GET"), (f"{ACME}token", "GET"), ("/", "TRACE")):
        for secure in (True, False):
            reply = ask(site, path, method=method, host=host, secure=secure)
            assert (421, ()) == (reply.status, reply.values("Location"))


@pytest.mark.parametrize("name", ["evil.example", None, DOCS])
def test_a_name_that_tls_was_not_told_is_misdirected(site: Running, name: str | None) -> None:
    """A site answers only who named it to TLS, and is shown its own certificate."""
    # TLS tells no name that is an address.
    assert 421 == ask(site, "/", name=name or "127.0.0.1").status


@pytest.mark.parametrize(
    ("payload", "statuses"),
    [
        (b"this is no HTTP\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", {400}),
        (b"GET /%zz HTTP/1.1\r\nHost: widget.example\r\nConnection: close\r\n\r\n", {400}),
        (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: widget.example\r\n\r\n", {400}),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: widget.example\r\n\r\n", {414}),
        (b"GET / HTTP/1.1\r\nHost: widget.example\r\nX: " + b"x" * 40_000 + b"\r\n\r\n", {400}),
    ],
)
def test_what_is_malformed_has_every_header(
    site: Running, payload: bytes, statuses: set[int]
) -> None:
    """Errors of the parser carry the promise, over TLS and without."""
    for secure in (True, False):
        reply = answer_in(hear(site, payload, secure=secure))
        assert reply.status in statuses
        assert_promised(site, reply, "/", secure=secure)


def test_plain_http_at_the_port_for_tls(site: Running) -> None:
    """400 with every header but Strict-Transport-Security."""
    payload = b"GET / HTTP/1.1\r\nHost: widget.example\r\n\r\n"
    reply = answer_in(hear(site, payload, secure=False, port=site.setup.place.https_port))

    assert 400 == reply.status
    assert_promised(site, reply, "/", secure=False)


@pytest.mark.parametrize("host", [HUB, f"www.{HUB}", DOCS])
def test_http_2_and_the_certificate_of_each_name(site: Running, host: str) -> None:
    """h2 is offered, with TLS 1.3, and the certificate is the host's own."""
    context = ssl.create_default_context(cafile=str(site.authority))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", site.setup.place.https_port), 5) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        assert ("h2", "TLSv1.3") == (tls.selected_alpn_protocol(), tls.version())


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("host", [HUB, f"www.{HUB}", "evil.example"])
def test_old_tls_is_refused(site: Running, host: str) -> None:
    """TLS 1.1 gets no further than the handshake; TLS 1.2 does."""
    for version, fine in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)):
        context = ssl.create_default_context(cafile=str(site.authority))
        context.check_hostname = False
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        with (
            socket.create_connection(("127.0.0.1", site.setup.place.https_port), 5) as plain,
            contextlib.nullcontext() if fine else pytest.raises(ssl.SSLError),
            context.wrap_socket(plain, server_hostname=host) as tls,
        ):
            assert "TLSv1.2" == tls.version()


def test_all_it_writes_is_in_its_folder(alone: Running) -> None:
    """Log and pid are beside the configuration, and the log tells of nothing broken."""
    log = (alone.authority.parent / "error.log").read_text(encoding="utf-8")

    assert (alone.authority.parent / "apache2.pid").exists()
    assert not re.search(r":(emerg|alert|crit)\]", log), log


def test_debian_has_no_other_languages() -> None:
    """What is taken out of names is what Debian's mime.conf puts into them."""
    text = (DEBIAN / "mods-available" / "mime.conf").read_text(encoding="utf-8")
    found = re.findall(r"^\s*AddLanguage\s+\S+\s+(.*)", text, re.MULTILINE)

    assert {one.removeprefix(".") for line in found for one in line.split()} == set(LANGUAGES)


def test_the_number_of_lines_depends_on_no_place(tmp_path: Path) -> None:
    """Both renderings can be compared line by line, and lines of one text become lines of one text."""
    setup = deployed_setup(*REDIRECTS)
    place = Place(address="::1", http_port=1, https_port=2, acme=f"/{ODD}", failing=FAILING)
    roots = {site.name: tmp_path / ODD / site.name for site in setup.sites}
    there = APACHE.render(setup).splitlines()
    here = APACHE.render(local_setup(setup, place, roots, tmp_path, suffix=".x")).splitlines()

    pairs = set(zip(there, here, strict=True))

    assert len({old for old, _ in pairs}) == len(pairs)


def test_what_we_render_has_no_trap() -> None:
    """Our own check finds nothing, whatever is rendered."""
    assert [] == check_apache(APACHE.render(deployed_setup(*REDIRECTS)), where="x")


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "\0", "\x7f", "\u2028", "${HOME}", "\ud800"])
def test_a_text_that_apache_cannot_hold_is_refused(text: str) -> None:
    """Control characters and variables never reach a file, wherever they are tried."""
    setup = deployed_setup()
    site = setup.sites[0]
    source = "".join(f"%{ord(one):02X}" if ord(one) < 128 else "%E2%80%A8" for one in text)
    for changed in (
        dataclasses.replace(site, root=f"/srv/{text}"),
        dataclasses.replace(site, host=f"{text}.example"),
        dataclasses.replace(site, aliases=(f"{text}.example",)),
        dataclasses.replace(site, certificate=f"/etc/{text}"),
        dataclasses.replace(site, key=f"/etc/{text}"),
        dataclasses.replace(
            site, redirects=(Redirect(site="hub", source="/x", target=f"/{text}"),)
        ),
        dataclasses.replace(
            site, redirects=(Redirect(site="hub", source=f"/{source}", target="/dir/"),)
        ),
    ):
        with pytest.raises(ValueError, match=r"."):
            APACHE.render(dataclasses.replace(setup, sites=(changed, *setup.sites[1:])))
    for place in (
        dataclasses.replace(DEPLOYED, acme=f"/var/{text}"),
        dataclasses.replace(DEPLOYED, failing=f"/{text}"),
    ):
        with pytest.raises(ValueError, match=r"."):
            APACHE.render(dataclasses.replace(setup, place=place))
    with pytest.raises(ValueError, match=r"."):
        APACHE.render(deployed_setup(policy=Policy(x_frame_options=text)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"root": "/srv/*"}, "without wildcards"),
        ({"root": "/srv/[ab]?"}, "without wildcards"),
        ({"root": "srv"}, "without wildcards"),
        ({"host": "a b.example"}, "no host name"),
        ({"host": 'a"b.example'}, "no host name"),
        ({"aliases": ("*.widget.example",)}, "no host name"),
        ({"redirects": (Redirect(site="hub", source="/x", target="/two words"),)}, "no address"),
        ({"redirects": (Redirect(site="hub", source="/x", target="/é"),)}, "no address"),
        ({"redirects": (Redirect(site="hub", source="/x", target="http://x/"),)}, "no address"),
        ({"redirects": (Redirect(site="hub", source="/x", target='/"#x'),)}, "quotation mark"),
        ({"redirects": (Redirect(site="hub", source="x", target="/"),)}, "no path"),
        ({"redirects": (Redirect(site="hub", source="/x%2F/y", target="/"),)}, "no path"),
    ],
)
def test_what_apache_would_misread_is_refused(change: dict[str, object], message: str) -> None:
    """A wildcard for a folder, a name that is none, an address that is none: ValueError."""
    setup = deployed_setup()
    site = dataclasses.replace(setup.sites[0], **change)  # type: ignore[arg-type]

    with pytest.raises(ValueError, match=message):
        APACHE.render(dataclasses.replace(setup, sites=(site, *setup.sites[1:])))


def test_a_header_means_itself() -> None:
    """Percent signs and backslashes of a value are doubled where mod_headers reads them as more."""
    assert "100%% %%{x}e \\\\t" == quoting.header_format("100% %{x}e \\t")
    with pytest.raises(ValueError, match="expression"):
        quoting.header_format("expr=%{HTTP_HOST}")


def test_a_strange_policy_is_sent_as_it_is() -> None:
    """A value with quotes, percent signs and backslashes arrives byte for byte."""
    value = "a \"b\" 'c' 100% %{HTTP_HOST}e %t \\t \\\\ $1 {} ; expr=1 #"
    policy = Policy(referrer_policy=value, open_suffixes=(".json", ".#'\"|)( x"))
    with served(APACHE, deployed_setup(policy=policy, names=("hub",))) as one:
        assert Header(name="Referrer-Policy", value=value) in one.setup.policy.always
        assert 200 == ask(one, "/").status
        assert 200 == ask(one, "/latest.json").status
