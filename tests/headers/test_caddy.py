"""Caddy with the generated file: the answers of a real one, and what it takes or refuses."""

from __future__ import annotations

import dataclasses
import gzip
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote as percent

import headers_asking
import pytest
from headers_asking import HUB, answer_in, ask, ask_all, hear, locations, request
from headers_setup import FAILING, deployed_setup, served, write_site

from pressroom.addresses.model import Redirect
from pressroom.headers.header import Header, PathClass
from pressroom.headers.media import TYPES, UNKNOWN
from pressroom.headers.model import ACME, Place
from pressroom.headers.policy import Policy
from pressroom.headers.servers.caddy import CADDY
from pressroom.headers.servers.caddy_quoting import quote
from pressroom.world import process
from pressroom.world.wire import End

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.local import Running
    from pressroom.headers.proof.answer import Answer

pytestmark = pytest.mark.server("caddy")

# Decoded path, target.
OLD = (
    ("/old", "/new/"),
    ("/whole", "/new/?a=1"),
    ("/off", "https://docs.widget.example/there/#part"),
    ("/sp ace", "/quo\"te's"),
    ('/qu"ote', "/dol$1lar"),
    ("/dol$1", "/semi;colon"),
    ("/{host}", "/$1$$"),
    ("/{$HOME}", "/é"),
    ("/back`tick", "/tick`ed"),
    ("/back\\slash", "/back\\slashed"),
    ("/a;b#c", "/<<EOF"),
    ("/st*r?", "/*"),
    ("/é", "/%7Bpath%7D"),
    ("/.hidden", "/shown/"),
    ("/(.+)", "/group/"),
    ("/dir", "/moved/"),
)
SETUP = deployed_setup(
    *(Redirect(site="hub", source=percent(path), target=target) for path, target in OLD)
)


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with served(CADDY, SETUP) as one:
        root = Path(one.setup.sites[0].root)
        for name in ("index.html", "assets/x.0123abcd.js"):
            (root / f"{name}.gz").write_bytes(gzip.compress((root / name).read_bytes()))
        for extension in TYPES:
            (root / f"file.{extension}").write_text("x")
        for name in ("file", "file.unknown", "file.JSON", ".env", ".well-known/.env"):
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text("held back")
        (root / ".well-known/security.txt").write_text("Contact: us")
        (root / "assets/data.json").write_text("{}")
        for name in ("fol der", "empty"):
            (root / name).mkdir()
        (root / "fol der/index.html").write_text("<title>Folder</title>")
        (root / "locked.txt").write_text("held back")
        (root / "locked.txt").chmod(0)
        yield one


def assert_promised(one: Running, reply: Answer, path: str, *, secure: bool = True) -> None:
    """What the policy promises, no name of the server, and no parts of files."""
    headers_asking.assert_promised(one, reply, path, secure=secure, server="")
    assert () == reply.values("Accept-Ranges")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        ("GET /", 200),
        ("HEAD /", 200),
        ("GET /dir/", 200),
        ("GET /assets/x.0123abcd.js", 200),
        ("GET /assets/data.json", 200),
        ("GET /latest.json", 200),
        ("GET /.well-known/security.txt", 200),
        ("GET /dir/index.html", 200),
        ("GET /fol%20der", 301),
        ("GET /old", 301),
        ("GET /nope", 404),
        ("HEAD /nope", 404),
        ("GET /assets/nope.0123abcd.js", 404),
        ("GET /assets/", 404),
        ("GET /nope.json", 404),
        ("GET /latest.json/", 404),
        ("GET /404.html", 404),
        ("GET /50x.html", 404),
        ("GET //50x%2ehtml", 404),
        ("GET /.env", 404),
        ("GET /%2eenv", 404),
        ("GET /.well-known/.env", 404),
        ("GET /empty/", 404),
        ("GET /empty", 404),
        ("GET /file.*", 404),
        ("GET /locked.txt", 403),
        (f"GET {FAILING}", 503),
        ("POST /", 405),
        ("OPTIONS /", 405),
        ("TRACE /", 405),
        ("GET /../../etc/passwd", 404),
        ("GET /%2e%2e/%2e%2e/etc/passwd", 404),
        ("GET /a%00b", 400),
        ("GET //stranger.example/dir", 404),
        ("GET /x%0d%0aX-Inj:%20yes", 404),
        (f"GET /{'x' * 300}", 404),
        (f"GET /{'x/' * 2_000}", 414),
        (f"GET /{'x' * 20_000}", 414),
    ],
)
def test_every_answer_carries_what_is_promised(
    running: Running, request_line: str, status: int
) -> None:
    """Whatever the path and the status, each header is there once and with its value."""
    method, path = request_line.split(" ")

    answer = ask(running, path, method=method)

    assert status == answer.status
    assert_promised(running, answer, path)


def test_an_error_of_a_file_carries_no_header_of_files(running: Running) -> None:
    """412 below /assets/ is not immutable, and 304 is."""
    path = "/assets/x.0123abcd.js"
    tag = ask(running, path).values("ETag")[0]

    failed = ask(running, path, 'If-Match: "other"')
    unchanged = ask(running, path, f"If-None-Match: {tag}")

    assert (412, 304) == (failed.status, unchanged.status)
    assert_promised(running, failed, path)
    assert_promised(running, unchanged, path)


def test_ranges_are_off(running: Running) -> None:
    """Neither 206 nor 416: the second one would be as immutable as its file."""
    path = "/assets/x.0123abcd.js"

    for asked in ("0-3", "9999-", "x"):
        answer = ask(running, path, f"Range: bytes={asked}")

        assert 200 == answer.status
        assert_promised(running, answer, path)


@pytest.mark.parametrize("path", ["/nope", "/404.html", "/assets/nope.js", "/dir/nope"])
def test_404_is_the_page_of_the_site(running: Running, path: str) -> None:
    """It is HTML whatever the path says, and whole even if the browser has it already."""
    first = ask(running, path)
    again = ask(running, path, f"If-None-Match: {first.values('ETag')[0]}", "Range: bytes=0-3")

    assert b"<!doctype html><title>Page not found</title>" == first.body == again.body
    assert (TYPES["html"],) == first.values("Content-Type")
    assert (404, first.body) == (again.status, again.body)


def test_503_is_the_page_of_the_site(running: Running) -> None:
    """A failure shows 50x.html."""
    answer = ask(running, FAILING)

    assert (503, b"<!doctype html><title>Out of order</title>") == (answer.status, answer.body)


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "TRACE", "DELETE", "BREW"])
@pytest.mark.parametrize("host", [HUB, f"www.{HUB}"])
def test_405_says_what_is_allowed(running: Running, method: str, host: str) -> None:
    """GET and HEAD, and nothing of the request comes back."""
    answer = ask(running, "/", "X-Echo: echo", method=method, host=host)

    assert (405, ("GET, HEAD",)) == (answer.status, answer.values("Allow"))
    assert_promised(running, answer, "/")
    assert b"echo" not in answer.body


def test_files_have_the_types_of_our_table(running: Running) -> None:
    """Each once, with its charset; what has no known extension is bytes."""
    kinds = {
        **{f"/file.{extension}": kind for extension, kind in TYPES.items()},
        "/": TYPES["html"],
        "/dir/": TYPES["html"],
        "/file": UNKNOWN,
        "/file.unknown": UNKNOWN,
        "/file.JSON": UNKNOWN,
    }

    answers = ask_all(running, *kinds)

    assert {path: (200, (kind,)) for path, kind in kinds.items()} == {
        path: (one.status, one.values("Content-Type"))
        for path, one in zip(kinds, answers, strict=True)
    }


@pytest.mark.parametrize("path", ["/", "/index.html", "/assets/x.0123abcd.js"])
def test_a_compressed_copy_is_sent_to_whom_it_suits(running: Running, path: str) -> None:
    """With the type of the file, and both forms say once that there are two."""
    packed = ask(running, path, "Accept-Encoding: gzip, br")
    whole = ask(running, path)

    assert gzip.decompress(packed.body) == whole.body
    assert (("gzip",), ()) == (packed.values("Content-Encoding"), whole.values("Content-Encoding"))
    assert packed.values("Content-Type") == whole.values("Content-Type")
    assert ("Accept-Encoding",) == packed.values("Vary") == whole.values("Vary")
    assert packed.values("ETag") != whole.values("ETag")
    assert_promised(running, packed, path)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/fol%20der", "/fol%20der/"),
        ("/fol%20der?x=%2F&y={host}", "/fol%20der/?x=%2F&y={host}"),
        ("//fol%20der", "/fol%20der/"),
    ],
)
def test_a_folder_gets_its_slash(running: Running, path: str, location: str) -> None:
    """By 301, path and query as they came, and never to another host."""
    answer = ask(running, path)

    assert (301, (location,)) == (answer.status, answer.values("Location"))


@pytest.mark.parametrize("query", ["", "?x=%2F&y=%20b&z={path}&$1", "?"])
def test_old_addresses_lead_where_they_should(running: Running, query: str) -> None:
    """Whatever is in path and target: exactly there, with the visitor's query if there is one."""
    handed = "" if query == "?" else query
    wanted = {}
    for path, target in OLD:
        address, mark, part = target.partition("#")
        wanted[path] = target if "?" in address else address + handed + mark + part

    answers = ask_all(running, *(percent(path) + query for path in wanted))

    assert {path: (301, (target,)) for path, target in wanted.items()} == {
        path: (one.status, locations(one)) for path, one in zip(wanted, answers, strict=True)
    }
    for answer in answers:
        assert_promised(running, answer, "/")


def test_an_old_address_is_one_path(running: Running) -> None:
    """Another case, more of it, or what a pattern would match is not found."""
    paths = ("/OLD", "/old/", "/older", "/x/old", "/stxr%3F", "//old", "/x")

    assert [404] * len(paths) == [one.status for one in ask_all(running, *paths)]


PATHS = ("/", "/dir?x=%2F&y={host}", "/nope", "//a/", "/x%0d%0aX-Inj:%20yes?x%0d%0aX-Inj:%20yes")


def test_an_alias_leads_to_the_host(running: Running) -> None:
    """Path and query as they came, with all promised headers."""
    origin = f"https://{HUB}{running.setup.place.port}"

    answers = ask_all(running, *PATHS, host=f"www.{HUB}")

    assert [(301, (origin + path,)) for path in PATHS] == [
        (one.status, one.values("Location")) for one in answers
    ]
    for answer in answers:
        assert_promised(running, answer, "/")


@pytest.mark.parametrize("host", [HUB, f"www.{HUB}", f"docs.{HUB}"])
def test_http_leads_to_https_on_the_same_host(running: Running, host: str) -> None:
    """With all promised headers but the one for TLS, and to nowhere else."""
    origin = f"https://{host}{running.setup.place.port}"

    answers = ask_all(running, *PATHS, host=host, secure=False)

    assert [(301, (origin + path,)) for path in PATHS] == [
        (one.status, one.values("Location")) for one in answers
    ]
    for answer in answers:
        assert_promised(running, answer, "/", secure=False)


@pytest.mark.parametrize("method", ["POST", "TRACE", "OPTIONS"])
def test_http_takes_no_other_method(running: Running, method: str) -> None:
    """405 there, too."""
    answer = ask(running, "/", method=method, secure=False)

    assert (405, ("GET, HEAD",)) == (answer.status, answer.values("Allow"))
    assert_promised(running, answer, "/", secure=False)


@pytest.mark.parametrize("host", [HUB, f"www.{HUB}"])
def test_certificates_are_proved_over_http(running: Running, host: str) -> None:
    """The file of a challenge is there, others and the folder are not found."""
    paths = ("token", "other.js", "")

    answers = ask_all(running, *(f"{ACME}{one}" for one in paths), host=host, secure=False)

    assert [200, 404, 404] == [one.status for one in answers]
    assert (b"proof", (UNKNOWN,)) == (answers[0].body, answers[0].values("Content-Type"))
    for answer in answers:
        assert_promised(running, answer, "/", secure=False)


def test_unknown_hosts_get_no_page(running: Running) -> None:
    """Over TLS 421 with all headers, over HTTP nothing, and no handshake for an unknown name."""
    stranger = "stranger.example"
    payload = request("/", host=stranger)

    misdirected = ask(running, "/", host=stranger, name=HUB)
    refused = hear(running, payload, name=stranger)
    closed = hear(running, payload, secure=False)

    assert 421 == misdirected.status
    assert_promised(running, misdirected, "/")
    assert End.REFUSED == refused.end
    assert b"" == closed.received


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("GET /%zz HTTP/1.1\r\nHost: widget.example\r\nConnection: close\r\n\r\n", 400),
        ("this is no HTTP\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (f"GET / HTTP/1.1\r\nHost: widget.example\r\nX-Long: {'x' * 40_000}\r\n\r\n", 431),
    ],
)
def test_what_go_answers_itself_has_no_headers_of_ours(
    running: Running, text: str, status: int
) -> None:
    """The reason for what we call unavoidable: as soon as it is not, this fails."""
    answer = answer_in(hear(running, text.encode()))

    assert (status, {"Content-Type", "Connection"}) == (
        answer.status,
        {name for name, _ in answer.headers},
    )


def test_a_416_would_not_be_as_promised() -> None:
    """The reason why ranges are off: it is immutable as its file is, or (2.11) has no Cache-Control."""
    text = CADDY.render(SETUP).replace("\trequest_header -Range\n", "")

    with served(CADDY, SETUP, text=text) as running:
        answer = ask(running, "/assets/x.0123abcd.js", "Range: bytes=999999-")

    assert 416 == answer.status
    assert ("no-cache",) != answer.values("Cache-Control")


def test_it_writes_into_its_folder_alone(running: Running) -> None:
    """Its state is where the test put its home; no certificate was asked for."""
    folder = running.authority.parent

    assert (folder / ".config/caddy").is_dir()
    assert not list(folder.rglob("acme*"))


def test_roots_with_any_name_are_served() -> None:
    """Quotes, blanks, dollar signs, hashes: the files there, with their headers."""
    names = (
        "quo\"te's",
        "sp ace",
        "dol$x",
        "back`tick",
        "semi;colon",
        "ha#sh",
        "é",
        "<<EOF",
        "a,b",
    )
    setup = deployed_setup(names=tuple(f"site{number}" for number in range(len(names))))
    with tempfile.TemporaryDirectory(prefix="pressroom-roots-") as folder:
        Path(folder).chmod(0o755)
        roots = {
            site.name: Path(folder, name) for site, name in zip(setup.sites, names, strict=True)
        }
        for name, root in roots.items():
            write_site(root)
            (root / "latest.json").write_text(name)
        with served(CADDY, setup, roots=roots) as running:
            answers = {
                site.name: ask(running, "/latest.json", host=site.host) for site in setup.sites
            }
            folders = [ask(running, "/dir", host=site.host).status for site in setup.sites]

    assert {name: name.encode() for name in roots} == {
        name: answer.body for name, answer in answers.items()
    }
    for answer in answers.values():
        assert_promised(running, answer, "/latest.json")
    assert [301] * len(names) == folders


@pytest.mark.parametrize(
    "text", ["a\nb", "a\x00", "\x7f", "a\u2028b", "\ud800", "{path}", "{$HOME}", "}", "\\`"]
)
def test_what_cannot_be_written_is_refused(text: str) -> None:
    """A line break never reaches the file, and neither does a placeholder, in whatever field it is."""
    site = SETUP.sites[0]
    for changed in (
        dataclasses.replace(site, root=f"/srv/{text}"),
        dataclasses.replace(site, certificate=f"/etc/{text}"),
        dataclasses.replace(site, key=f"/etc/{text}"),
    ):
        with pytest.raises(ValueError, match="holds a"):
            CADDY.render(dataclasses.replace(SETUP, sites=(changed,)))


@pytest.mark.parametrize("root", ["/srv/*", "/srv/a?", "/srv/[a]", "/srv/a\\b"])
def test_a_root_is_no_pattern(root: str) -> None:
    """What a `file` matcher would take for a pattern is refused."""
    sites = (dataclasses.replace(SETUP.sites[0], root=root),)

    with pytest.raises(ValueError, match="holds a wildcard"):
        CADDY.render(dataclasses.replace(SETUP, sites=sites))


@pytest.mark.parametrize(
    "host", ["a b.example", "a{$x}", "*", "a,b.example", "a.example:1", "a/b", ""]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    """No address of a site means more than one host."""
    sites = (dataclasses.replace(SETUP.sites[0], host=host),)

    with pytest.raises(ValueError, match="is not the name of a host"):
        CADDY.render(dataclasses.replace(SETUP, sites=sites))


@pytest.mark.parametrize("target", ["/{path}", "/a\nb", "https://x.example/{$HOME}"])
def test_a_target_is_no_placeholder(target: str) -> None:
    """Braces and control characters in a target are refused."""
    with pytest.raises(ValueError, match="holds a"):
        CADDY.render(deployed_setup(Redirect(site="hub", source="/old", target=target)))


def test_a_source_is_a_path() -> None:
    """What has no slash in front would be a pattern."""
    with pytest.raises(ValueError, match="starts with no slash"):
        CADDY.render(deployed_setup(Redirect(site="hub", source="~.*", target="/")))


def test_values_are_quoted() -> None:
    """A bare word where it can be, the quotes that fit where not."""
    assert ["nosniff", '"a b"', '"a\\"b"', "`a\\b`", '""', '"import x"', '"-a"'] == [
        quote(one) for one in ("nosniff", "a b", 'a"b', "a\\b", "", "import x", "-a")
    ]


def test_nothing_that_reaches_outside_is_deployed() -> None:
    """No ACME, no OCSP, no HTTP/3; no path that fails."""
    text = CADDY.render(SETUP)

    assert "\tauto_https off\n\tocsp_stapling off\n" in text
    assert "\t\tprotocols h1 h2\n" in text
    assert FAILING not in text


def test_places_change_no_number_of_lines() -> None:
    """What is deployed and what is proved differ in lines about places alone."""
    local = Place(
        address="127.0.0.1", http_port=8080, https_port=8443, acme="/srv/acme", failing="/.failing"
    )
    deployed = CADDY.render(SETUP).splitlines()
    here = CADDY.render(dataclasses.replace(SETUP, place=local)).splitlines()

    changed = [new for old, new in zip(deployed, here, strict=True) if old != new]

    assert {
        "\tdefault_bind 127.0.0.1",
        "\thttp_port 8080",
        "\thttps_port 8443",
        "\t\terror /.failing 503",
    } == {line for line in changed if ":8443{uri}" not in line and "/srv/acme" not in line}


def test_400_redirects_beside_debians_own_file_are_taken(tmp_path: Path) -> None:
    """Caddy checks the whole of it in a moment."""
    redirects = (
        Redirect(site="hub", source=f"/old/{number}/", target=f"/new/{number}/")
        for number in range(400)
    )
    setup = deployed_setup(*redirects)
    text = CADDY.render(setup)
    (tmp_path / "pressroom").write_text(text)
    (tmp_path / "Caddyfile").write_text(
        "import pressroom\n\n:80 {\n\troot * /usr/share/caddy\n\tfile_server\n}\n"
    )

    result = process.run(
        ["/usr/bin/caddy", "adapt", "--adapter", "caddyfile", "--config", "Caddyfile"],
        cwd=tmp_path,
        environment={"HOME": str(tmp_path)},
        timeout=20,
    )

    assert 0 == result.code, result.tail
    assert 400 == result.text.count('"/old/')


def test_the_first_class_counts() -> None:
    """A path of two classes carries what the first of them says, and a class may have both ways to be in it."""

    class Two(Policy):
        @property
        def classes(self) -> tuple[PathClass, ...]:
            first = PathClass(
                name="a b",
                prefix="/dir/",
                suffixes=(".json",),
                headers=(Header(name="X-A", value="1"),),
            )
            return (
                first,
                PathClass(name="all", prefix="/", headers=(Header(name="X-B", value="2"),)),
            )

    with served(CADDY, deployed_setup(policy=Two())) as running:
        answers = [ask(running, path) for path in ("/dir/", "/latest.json", "/", "/nope")]

    assert [(("1",), ()), (("1",), ()), ((), ("2",)), ((), ())] == [
        (one.values("X-A"), one.values("X-B")) for one in answers
    ]
