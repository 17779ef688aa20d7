"""A scan of a live host: what is asked, in which order, and what the answers become."""

from __future__ import annotations

import socket
import threading
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from observatory_hosts import HOST, Hosts, answer, moved, page, to_https

from pressroom.errors import ConfigError
from pressroom.observatory.fetch import Fetcher
from pressroom.observatory.model import Hop, Scan
from pressroom.observatory.targets import Target, parse_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from observatory_hosts import Question, Reply

    from pressroom.observatory.fetch import Fetched


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    made = Hosts(tmp_path)
    yield made
    made.close()


def scanned(fetched: Fetched) -> Scan:
    assert fetched.trouble is None
    assert fetched.scan is not None
    return fetched.scan


def hops(fetched: Fetched, *, secure: bool = True) -> list[tuple[str, int]]:
    scan = scanned(fetched)
    visit = scan.https if secure else scan.http
    assert visit is not None
    return [(hop.url, hop.status) for hop in visit.hops]


def test_both_schemes_are_visited_and_options_asked(hosts: Hosts) -> None:
    """A scan is a visit over TLS, one without, and OPTIONS at the page's last URL: nothing else is asked."""
    hosts.plain(to_https)
    hosts.secure(page)

    scan = scanned(hosts.scan(f"{HOST}/Docs/?q"))

    assert scan.https is not None
    assert scan.http is not None
    assert (HOST, None) == (scan.host, scan.cors_origin)
    assert (Hop(url=f"https://{HOST}/Docs/", status=200),) == scan.https.hops
    assert (
        Hop(url=f"http://{HOST}/Docs/", status=301),
        Hop(url=f"https://{HOST}/Docs/", status=200),
    ) == scan.http.hops
    assert b"<title>widget</title>" == scan.https.answer.body
    assert (("Content-Type", "text/html"), ("Content-Length", "21")) == scan.https.answer.headers
    assert scan.https.verified
    assert ["GET", "GET", "GET", "OPTIONS"] == [one.method for one in hosts.questions]
    assert {"/Docs/"} == {one.path for one in hosts.questions}


def test_questions_say_what_the_observatory_says(hosts: Hosts) -> None:
    """Host, agent, Accept and codings of a GET; Origin and method of OPTIONS; no cookie, no password."""
    hosts.plain(to_https)
    hosts.secure(page)

    hosts.scan()

    get, options = hosts.questions[0], hosts.questions[-1]
    assert {"host", "user-agent", "accept", "accept-encoding"} == set(get.headers)
    assert HOST == get.headers["host"]
    assert get.headers["user-agent"].startswith("Mozilla/5.0 (")
    assert get.headers["user-agent"].endswith(" Observatory/129.0")
    assert get.headers["accept"].startswith("text/html,")
    assert "gzip, deflate" == get.headers["accept-encoding"]
    assert "https://http-observatory.security.mozilla.org" == options.headers["origin"]
    assert "GET" == options.headers["access-control-request-method"]


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (answer(b"", "Access-Control-Allow-Origin: *", status="204 No Content"), 204),
        (answer(b"x" * 900_000, "Access-Control-Allow-Origin: *", status="405 No"), 405),
        (moved("https://other.example/"), 301),
        (b"HTTP/1.1 200 OK\r\nA: b\rC: d\r\n\r\n", None),
        (lambda _: None, None),
    ],
)
def test_the_answer_to_options_is_handed_on_as_it_is(
    reply: bytes, status: int | None, hosts: Hosts
) -> None:
    """Any status is, without a body and without following; what is no answer is None, and no trouble."""
    hosts.closed(port=80)
    hosts.secure(lambda question: reply if question.method == "OPTIONS" else page(question))

    cors = scanned(hosts.scan()).cors

    assert status == (cors and cors.status)
    assert cors is None or b"" == cors.body


def test_every_redirect_is_a_hop(hosts: Hosts) -> None:
    """http, http again on another host, https: relative and protocol-relative Locations are resolved."""
    hosts.plain(
        lambda question: moved("/b c") if question.path == "/" else moved("//www.widget.example/#x")
    )
    hosts.plain(
        lambda _: moved(f"HTTPS://{HOST}:443/../z?é", "302 Found"), host="www.widget.example"
    )
    hosts.secure(page)

    assert [
        (f"http://{HOST}/", 301),
        (f"http://{HOST}/b%20c", 301),
        ("http://www.widget.example/#x", 302),
        (f"https://{HOST}/z?%C3%A9", 200),
    ] == hops(hosts.scan(), secure=False)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_without_location_goes_to_undefined(status: int, hosts: Hosts) -> None:
    """As the Observatory goes: to the relative URL `undefined`."""
    hosts.closed(port=80)
    hosts.secure(
        lambda question: (
            page(question) if question.path == "/a/undefined" else moved(None, f"{status} X")
        )
    )

    assert [(f"https://{HOST}/a/b", status), (f"https://{HOST}/a/undefined", 200)] == hops(
        hosts.scan(f"{HOST}/a/b")
    )


@pytest.mark.parametrize("status", [300, 304, 305, 306, 399])
def test_other_statuses_of_300_are_final(status: int, hosts: Hosts) -> None:
    """A Location of theirs is not followed."""
    hosts.closed(port=80)
    hosts.secure(lambda _: answer(b"", "Location: /x", status=f"{status} X"))

    assert [(f"https://{HOST}/", status)] == hops(hosts.scan())


def test_at_most_ten_redirects_are_followed(hosts: Hosts) -> None:
    """What is there after the tenth is the answer, a redirect too, with its body."""
    hosts.closed(port=80)
    hosts.secure(
        lambda question: answer(
            b"moved", f"Location: {question.path}a", status="301 Moved Permanently"
        )
    )

    fetched = hosts.scan()

    assert [(f"https://{HOST}/{'a' * number}", 301) for number in range(11)] == hops(fetched)
    visit = scanned(fetched).https
    assert visit is not None
    assert b"moved" == visit.answer.body


def test_headers_come_as_they_were_sent(hosts: Hosts) -> None:
    """In order, repeated ones apart, in their case, as ISO 8859-1, and as many as there are."""
    many = [f"X-{number}: {number}" for number in range(300)]
    hosts.closed(port=80)
    hosts.secure(lambda _: answer(b"", "x-A: 1", "B: é", "X-a:\t2 ", "B:", *many))

    visit = scanned(hosts.scan()).https

    assert visit is not None
    assert (("x-A", "1"), ("B", "é"), ("X-a", "2"), ("B", "")) == visit.answer.headers[:4]
    assert 305 == len(visit.answer.headers)


def test_long_policies_are_read(hosts: Hosts) -> None:
    """A CSP of 60 kB is a header as any other."""
    hosts.closed(port=80)
    hosts.secure(lambda _: answer(b"", "Content-Security-Policy: " + "x" * 60_000))

    visit = scanned(hosts.scan()).https

    assert visit is not None
    assert 60_000 == len(visit.answer.headers[0][1])


def _deflated(data: bytes, bits: int) -> bytes:
    packer = zlib.compressobj(wbits=bits)
    return packer.compress(data) + packer.flush()


def _chunked(_: Question) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\n<p>\r\n6;x=y\r\nwidget\r\n0\r\nX-Trailer: 1\r\n\r\n"
    )


def _to_the_end(_: Question) -> bytes:
    return b"HTTP/1.0 200 OK\r\nConnection: close\r\n\r\n<p>widget"


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"<p>widget"),
        answer(_deflated(b"<p>widget", 31), "Content-Encoding: GZip"),
        answer(_deflated(b"<p>", 31) + _deflated(b"widget", 31), "Content-Encoding: x-gzip"),
        answer(_deflated(b"<p>widget", 31) + b"garbage", "Content-Encoding: gzip"),
        answer(_deflated(b"<p>widget", 15), "Content-Encoding: deflate"),
        answer(_deflated(b"<p>widget", -15), "Content-Encoding: deflate"),
        answer(b"<p>widget", "Content-Encoding: utf-8"),
        _chunked,
        lambda _: lambda connection: connection.sendall(_to_the_end(_)),
    ],
)
def test_bodies_are_unpacked(reply: bytes, hosts: Hosts) -> None:
    """gzip, deflate in both spellings, chunks, and what ends with the connection; unknown codings are none."""
    hosts.closed(port=80)
    hosts.secure(lambda question: reply if isinstance(reply, bytes) else reply(question))

    visit = scanned(hosts.scan()).https

    assert visit is not None
    assert b"<p>widget" == visit.answer.body


def test_cookies_are_sent_on_within_a_visit_only(hosts: Hosts) -> None:
    """Each visit has a jar of its own; the lines of all hops are recorded with their URL."""
    hosts.plain(to_https)
    hosts.secure(
        lambda question: (
            answer(
                b"", "Location: /in", "Set-Cookie: a=1; Path=/", "Set-Cookie: =;;", status="302 F"
            )
            if question.path == "/"
            else answer(b"", "Set-Cookie: b=2")
        )
    )

    scan = scanned(hosts.scan())

    assert scan.https is not None
    assert (
        (f"https://{HOST}/", "a=1; Path=/"),
        (f"https://{HOST}/", "=;;"),
        (f"https://{HOST}/in", "b=2"),
    ) == scan.https.cookies
    assert [
        ("/", None),
        ("/in", "a=1"),
        ("/", None),
        ("/", None),
        ("/in", "a=1"),
        ("/in", None),
    ] == [(one.path, one.headers.get("cookie")) for one in hosts.questions]


@pytest.mark.parametrize(("http", "https"), [(True, False), (False, True)])
def test_a_closed_port_is_a_fact(http: bool, https: bool, hosts: Hosts) -> None:
    """Where nobody listens, there is no visit, and what the other port says is judged."""
    (hosts.plain(page) if http else hosts.closed(port=80))
    (hosts.secure(page) if https else hosts.closed(port=443))

    scan = scanned(hosts.scan())

    assert (http, https) == (scan.http is not None, scan.https is not None)
    assert https == scan.is_secure
    assert scan.cors is not None


def test_a_port_80_that_drops_is_as_good_as_closed(hosts: Hosts) -> None:
    """A firewall that drops is a fact when https answers, and is waited for once, not once a page."""
    hosts.silent(port=80)
    hosts.secure(page)
    targets = [Target(host=HOST, path=f"/{number}") for number in range(20)]

    begin = time.monotonic()
    with hosts.fetcher(seconds=0.4, workers=1) as fetcher:
        scans = list(fetcher.scan_all(targets, scanned))

    assert {None} == {scan.http for scan in scans}
    assert time.monotonic() - begin < 2


def test_connections_are_kept(hosts: Hosts) -> None:
    """Forty questions take one connection to each port."""
    hosts.plain(to_https)
    hosts.secure(page)
    targets = [Target(host=HOST, path=f"/{number}") for number in range(10)]

    with hosts.fetcher(workers=1) as fetcher:
        scans = list(fetcher.scan_all(targets, scanned))

    assert 40 == len(hosts.questions)
    assert 2 == hosts.connections
    assert [f"/{number}" for number in range(10)] == [
        scan.https.answer.url.removeprefix(f"https://{HOST}") for scan in scans if scan.https
    ]


@pytest.mark.parametrize("waits", [True, False])
def test_a_kept_connection_that_ends_is_opened_again(waits: bool, hosts: Hosts) -> None:
    """A server may close after an answer, or when it hears the next question: that is no trouble."""

    def answer_once(question: Question) -> Reply:
        def send(connection: socket.socket) -> None:
            connection.sendall(page(question))
            if waits:
                connection.recv(1)

        return send

    hosts.closed(port=80)
    hosts.secure(answer_once)
    targets = [Target(host=HOST, path=f"/{number}") for number in range(20)]

    with hosts.fetcher(workers=2) as fetcher:
        troubles = list(fetcher.scan_all(targets, lambda fetched: fetched.trouble))

    assert [None] * 20 == troubles


def test_results_are_in_order_and_early(hosts: Hosts) -> None:
    """What is slow delays its own result and those behind it; the first comes before the last is begun."""
    hosts.closed(port=80)

    def slow(question: Question) -> bytes:
        time.sleep(0.2 if question.path == "/1" else 0)
        return page(question)

    hosts.secure(slow)
    begun: list[int] = []

    def targets() -> Iterator[Target]:
        for number in range(100):
            begun.append(number)
            yield Target(host=HOST, path=f"/{number}")

    with hosts.fetcher(workers=2) as fetcher:
        paths = fetcher.scan_all(targets(), lambda fetched: fetched.target.path)
        assert "/0" == next(paths)
        assert len(begun) < 50
        assert [f"/{number}" for number in range(1, 100)] == list(paths)


@pytest.mark.parametrize("kind", ["answer", "connection", "name"])
def test_stopping_early_ends_what_is_going_on(
    kind: str, hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupt waits for no answer, no connection and no name."""
    gate = threading.Event()

    def slow(*_: object, **__: object) -> bytes:
        gate.wait(10)
        return b""

    hosts.closed(port=80)
    hosts.secure(page)
    if kind == "answer":
        hosts.secure(slow, host="slow.example")
    elif kind == "connection":
        hosts.silent(port=443, host="slow.example")
    else:
        known = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda name, *rest, **more: (
                slow() and [] if name == "slow.example" else known(name, *rest, **more)
            ),
        )

    def interrupted(fetched: Fetched) -> None:
        if fetched.target.host == HOST:
            time.sleep(0.2)  # the others have begun
            raise KeyboardInterrupt

    targets = [Target(host=HOST)] + [Target(host="slow.example")] * 8
    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt), hosts.fetcher(seconds=9, workers=4) as fetcher:
        list(fetcher.scan_all(targets, interrupted))
    end = time.monotonic()
    gate.set()

    assert end - begin < 2


@pytest.mark.parametrize(
    ("is_secure", "status", "https", "http"),
    [
        (True, "200 OK", f"https://{HOST}:8443/a", f"http://{HOST}/a"),
        (True, "404 No", f"https://{HOST}:8443/a", f"http://{HOST}/a"),
        (False, "200 OK", f"https://{HOST}/a", f"http://{HOST}:8443/a"),
        (False, "404 No", f"https://{HOST}/a", f"http://{HOST}:8443/a"),
    ],
)
def test_a_port_belongs_to_what_it_speaks(
    is_secure: bool, status: str, https: str, http: str, hosts: Hosts
) -> None:
    """To https, if that answers below 500, else to http; the other visit goes to the usual port."""
    hosts.plain(page)
    hosts.secure(page)
    (hosts.secure if is_secure else hosts.plain)(lambda _: answer(status=status), port=8443)

    scan = scanned(hosts.scan(f"{HOST}:8443/a"))

    assert scan.https is not None
    assert scan.http is not None
    assert (https, http, HOST) == (scan.https.hops[0].url, scan.http.hops[0].url, scan.host)
    assert ("HEAD", f"{HOST}:8443") == (
        hosts.questions[0].method,
        hosts.questions[0].headers["host"],
    )


def test_what_a_port_speaks_is_found_out_once(hosts: Hosts) -> None:
    """One HEAD for a hundred pages."""
    hosts.plain(page)
    hosts.secure(page, port=8443)
    targets = [Target(host=HOST, port=8443, path=f"/{number}") for number in range(5)]

    with hosts.fetcher(workers=1) as fetcher:
        list(fetcher.scan_all(targets, scanned))

    assert 1 == [one.method for one in hosts.questions].count("HEAD")


def test_a_port_that_fails_over_tls_is_down(hosts: Hosts) -> None:
    """An https that answers 500, and no http there: the site is down, as the Observatory says."""
    hosts.secure(lambda _: answer(status="500 X"), port=8443)

    trouble = hosts.scan(f"{HOST}:8443").trouble

    assert trouble is not None
    assert f"{HOST} is down: nothing answers at port 8443" == trouble.message
    assert "start its server, or check the name and the port" == trouble.hint


def test_an_address_of_ipv6_can_be_named(hosts: Hosts) -> None:
    """As a host of its own, and as the end of a route."""
    hosts.secure(page, host="[::1]", address="::1")
    hosts.closed(port=80, host="[::1]")
    hosts.secure(page, address="::1")
    hosts.closed(port=80)

    assert [("https://[::1]/", 200)] == hops(hosts.scan("[::1]"))
    assert "[::1]" == hosts.questions[0].headers["host"]
    assert [(f"https://{HOST}/", 200)] == hops(hosts.scan())


def test_a_password_in_a_redirect_goes_nowhere(hosts: Hosts) -> None:
    """User and password of a Location are dropped."""
    hosts.closed(port=80)
    hosts.secure(
        lambda question: (
            page(question) if question.path == "/x" else moved(f"https://me:pw@{HOST}/x")
        )
    )

    assert [(f"https://{HOST}/", 301), (f"https://{HOST}/x", 200)] == hops(hosts.scan())
    assert not any("authorization" in one.headers for one in hosts.questions)


def test_the_environment_is_not_asked(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies and authorities of the environment change nothing."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    hosts.plain(page)
    hosts.secure(page)

    assert [(f"https://{HOST}/", 200)] == hops(hosts.scan())


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_authorities_is_refused(content: str | None, tmp_path: Path) -> None:
    """A file that is not there or holds no certificate is wrong usage."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)

    with pytest.raises(ConfigError) as raised:
        Fetcher(ca=file, workers=1)

    assert str(file) == raised.value.where
    assert "no authorities can be read from it" == raised.value.message
    assert "name a file with certificates in PEM: -----BEGIN CERTIFICATE-----" == raised.value.hint


def test_a_name_that_does_not_resolve_is_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS says no, or nothing in time: the host was not looked at."""

    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for look_up, detail in ((fails, "Name or service not known"), (_hang, "no answer in time")):
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        begin = time.monotonic()
        with Fetcher(ca=None, workers=1, request_seconds=0.2) as fetcher:
            fetched = fetcher.scan(parse_target("nowhere.test"))
        assert fetched.scan is None
        assert fetched.trouble is not None
        assert f"the name nowhere.test cannot be resolved ({detail})" == fetched.trouble.message
        assert (
            "check its spelling, the network and DNS; --resolve names the address of a host"
            == fetched.trouble.hint
        )
        assert time.monotonic() - begin < 1


def _hang(*_: object, **__: object) -> list[object]:
    time.sleep(0.5)
    return []
