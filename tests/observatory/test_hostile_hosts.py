"""Hosts that mean no good, or can do no better: a verdict or a clear "could not look", in bounded time."""

from __future__ import annotations

import gzip
import socket
import ssl
import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from observatory_hosts import HOST, Hosts, answer, moved, page, to_https

from pressroom.observatory.content_coding import decode
from pressroom.observatory.targets import Target
from pressroom.observatory.visiting import next_url
from pressroom.world.unanswered import Reason, UnansweredError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from observatory_hosts import Question, Reply

URL = f"https://{HOST}/"
_LATE = (
    f"{URL} gave no whole answer in time",
    "start again; if it stays so, the server is too slow, or does not end its answers",
)
_CLOSED = "start again; if it stays so, the log of the server says why"
_BROKEN = "look at what the server sends (curl -v --http1.1), and at what stands before it"
_LONG = "such a page is not read to its end: check that it is the right one"
_NOWHERE = "mend the Location of that redirect: it has to lead to http:// or https://"
OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def hosts(tmp_path: Path) -> Iterator[Hosts]:
    made = Hosts(tmp_path)
    yield made
    made.close()


def sends(*blocks: bytes) -> Callable[[Question], Reply]:
    """A host that sends that, whatever it was asked, and closes."""

    def send(connection: socket.socket) -> None:
        for block in blocks:
            connection.sendall(block)

    return lambda _: send


def trickles(block: bytes, *, first: bytes = OK) -> Callable[[Question], Reply]:
    """A host that sends a block every 20 ms, for ever."""

    def send(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(block)
            time.sleep(0.02)

    return lambda _: send


def floods(block: bytes, *, first: bytes = OK) -> Callable[[Question], Reply]:
    """A host that sends as fast as it can, for ever."""

    def send(connection: socket.socket) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(block)

    return lambda _: send


def never(_: Question) -> Reply:
    """A host that says nothing."""
    return lambda connection: (connection.recv(1), None)[1]


def trouble_of(hosts: Hosts, *, seconds: float = 5.0, limit: int = 100_000) -> tuple[str, str]:
    fetched = hosts.scan(seconds=seconds, limit=limit)
    assert fetched.scan is None
    assert fetched.trouble is not None
    return fetched.trouble.message, fetched.trouble.hint


@pytest.mark.parametrize(
    "answerer",
    [
        never,
        trickles(b"A"),
        trickles(b"A: b\r\n"),
        trickles(b"HTTP/1.1 103 Hints\r\n\r\n", first=b""),
        trickles(b"x", first=OK + b"Content-Length: 9000\r\n\r\n"),
        trickles(b"1\r\nx\r\n", first=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        trickles(b"1", first=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        trickles(b"x", first=OK + b"\r\n"),
        trickles(b"A: b\r\n", first=OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"),
    ],
)
def test_a_host_that_does_not_end_is_left(
    answerer: Callable[[Question], Reply], hosts: Hosts
) -> None:
    """Silence, and bytes that trickle in any part of an answer: the limit is for all of it."""
    hosts.closed(port=80)
    hosts.secure(answerer)

    begin = time.monotonic()

    assert _LATE == trouble_of(hosts, seconds=0.2)
    assert time.monotonic() - begin < 1.5


def test_slow_redirects_end_with_the_visit(hosts: Hosts) -> None:
    """Each is fast enough for a request; together they are not."""

    def slow(question: Question) -> Reply:
        time.sleep(0.15)
        return moved(f"{question.path}a")

    hosts.closed(port=80)
    hosts.secure(slow)

    begin = time.monotonic()
    message, hint = trouble_of(hosts, seconds=0.4)

    assert message.startswith(URL + "a")
    assert message.endswith(" gave no whole answer in time")
    assert _LATE[1] == hint
    assert time.monotonic() - begin < 1.5


def test_a_handshake_that_does_not_end_is_left(hosts: Hosts) -> None:
    """Something accepts connections and never speaks TLS."""
    hosts.closed(port=80)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        hosts._route(HOST, 443, mute)

        message, hint = trouble_of(hosts, seconds=0.2)

    assert f"{_LATE[0]} (within the TLS handshake)" == message
    assert _LATE[1] == hint


def test_a_firewall_at_https_is_trouble(hosts: Hosts) -> None:
    """No connection at port 443, not even a refusal: whether there is a server nobody knows."""
    hosts.plain(page)
    hosts.silent(port=443)

    assert (
        f"{HOST} accepts no connection at port 443 (it does not answer)",
        (
            "check that it is up, and that this machine reaches it directly: "
            "proxies of the environment are not used"
        ),
    ) == trouble_of(hosts, seconds=0.2)


def test_a_firewall_at_http_needs_an_answer_over_tls(hosts: Hosts) -> None:
    """A port 80 that drops says nothing about a host whose port 443 is closed."""
    hosts.silent(port=80)
    hosts.closed(port=443)

    assert (
        f"{HOST} accepts no connection at port 80 (it does not answer)"
        == trouble_of(hosts, seconds=0.2)[0]
    )


def test_a_host_without_any_port_is_down(hosts: Hosts) -> None:
    """Both refused: nothing to judge, and it is said plainly."""
    hosts.closed(port=80)
    hosts.closed(port=443)

    assert (
        f"{HOST} is down: nothing answers at ports 443 and 80",
        "start its server, or check the name and the port",
    ) == trouble_of(hosts)


def test_a_redirect_to_a_closed_port_is_trouble(hosts: Hosts) -> None:
    """It is no closed port 80: something answers there, and leads where nobody can go."""
    hosts.plain(lambda _: moved(f"https://{HOST}:8443/"))
    hosts.secure(page)
    hosts.closed(port=8443)

    assert (
        f"{HOST} refuses connections at port 8443",
        "start the server that should listen there, or redirect elsewhere",
    ) == trouble_of(hosts)


@pytest.mark.parametrize(
    ("answerer", "detail", "hint"),
    [
        (sends(b""), "", _CLOSED),
        (sends(OK), " (within its headers)", _CLOSED),
        (sends(OK, b"A: b"), " (within its headers)", _CLOSED),
        (sends(OK, b"Content-Length: 9\r\n\r\n<p>"), " (within its body)", _CLOSED),
        (
            sends(OK, b"Transfer-Encoding: chunked\r\n\r\n9\r\n<p>"),
            " (within its body)",
            _CLOSED,
        ),
        (
            sends(OK, b"Transfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n"),
            " (within its body)",
            _CLOSED,
        ),
    ],
)
def test_an_answer_that_is_cut_is_trouble(
    answerer: Callable[[Question], Reply], detail: str, hint: str, hosts: Hosts
) -> None:
    """Half a page is not judged."""
    hosts.closed(port=80)
    hosts.secure(answerer)

    assert (
        f"{URL} closed the connection before its answer was whole{detail}",
        hint,
    ) == trouble_of(hosts)


@pytest.mark.parametrize(
    ("block", "detail"),
    [
        (b"X-A: b\0c\r\n\r\n", "a header line is none, or has a control character"),
        (b"X-A: b\rSet-Cookie: c=d\r\n\r\n", "a header line is none, or has a control character"),
        (b"X-A: b\nSet-Cookie: c=d\r\n\r\n", "a header line is none, or has a control character"),
        (b"Location: /a\x1b[31m\r\n\r\n", "a header line is none, or has a control character"),
        (b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "it states its length twice"),
        (b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "its chunks are broken"),
        (b"Content-Encoding: gzip\r\n\r\nno", "its body is not gzip, as its header says"),
        (b"Content-Encoding: br\r\n\r\nno", "its body is coded as br, which was not asked for"),
    ],
)
def test_what_is_no_http_is_trouble(block: bytes, detail: str, hosts: Hosts) -> None:
    """CR, LF, NUL and escapes in values make no header and no verdict; nor do lengths that are none."""
    hosts.closed(port=80)
    hosts.secure(sends(OK, block))

    message, hint = trouble_of(hosts)

    assert message.startswith(f"the answer of {URL} is not HTTP as it has to be ({detail}")
    assert message.isprintable()
    assert _BROKEN == hint


def test_other_protocols_are_trouble(hosts: Hosts) -> None:
    """SSH at the port of http, and plain HTTP at that of https."""
    hosts.plain(sends(b"SSH-2.0-OpenSSH_9\r\n"))
    hosts.secure(page)

    assert (
        (
            f"the answer of http://{HOST}/ is not HTTP as it has to be "
            "(it does not begin with a status of HTTP/1)"
        ),
        _BROKEN,
    ) == trouble_of(hosts)

    hosts.routes.clear()
    hosts.plain(sends(b"HTTP/1.1 400 Bad Request\r\n\r\n"), port=443)
    message, hint = trouble_of(hosts)
    assert message.startswith(f"no TLS connection to port 443 of {HOST} can be made (")
    assert "check address and port; the server has to speak TLS 1.2 or 1.3" == hint


def test_an_alert_is_no_certificate(hosts: Hosts) -> None:
    """A handshake that the server refuses is trouble, not a visit that was not verified."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    hosts.ca.issue_cert(HOST).configure_cert(context)
    hosts.ca.configure_trust(context)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    hosts.closed(port=80)
    hosts.with_context(page, context)

    message, _ = trouble_of(hosts)

    assert message.startswith(f"no TLS connection to port 443 of {HOST} can be made (")
    assert "alert" in message


@pytest.mark.parametrize(
    ("answerer", "detail"),
    [
        (
            floods(b"X-Widget: " + b"x" * 60_000 + b"\r\n"),
            "its headers are longer than 65536 bytes",
        ),
        (floods(b"x" * 65_536), "its headers are longer than 65536 bytes"),
        (floods(b"HTTP/1.1 100 C\r\n\r\n", first=b""), "its headers are longer than 65536 bytes"),
        (floods(b"x" * 65_536, first=OK + b"\r\n"), "its body is longer than 100000 bytes"),
        (
            floods(b"x" * 65_536, first=OK + b"Content-Length: 999999999999\r\n\r\n"),
            "its body is longer than 100000 bytes",
        ),
        (
            floods(b"1\r\nx\r\n" * 9_000, first=OK + b"Transfer-Encoding: chunked\r\n\r\n"),
            "it is longer than 265536 bytes",
        ),
        (
            floods(b"A: b\r\n" * 9_000, first=OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"),
            "it is longer than 265536 bytes",
        ),
    ],
)
def test_a_flood_is_bounded(
    answerer: Callable[[Question], Reply], detail: str, hosts: Hosts
) -> None:
    """Headers, bodies, chunks and trailers without end are left after their limit, and not kept."""
    hosts.closed(port=80)
    hosts.secure(answerer)

    begin = time.monotonic()

    assert (f"the answer of {URL} is too long ({detail})", _LONG) == trouble_of(hosts)
    assert time.monotonic() - begin < 2


def test_a_size_of_a_chunk_that_does_not_end_is_broken(hosts: Hosts) -> None:
    """No number is that long."""
    hosts.closed(port=80)
    hosts.secure(floods(b"1" * 65_536, first=OK + b"Transfer-Encoding: chunked\r\n\r\n"))

    assert (
        f"the answer of {URL} is not HTTP as it has to be (its chunks are broken)",
        _BROKEN,
    ) == trouble_of(hosts)


def test_ten_megabytes_of_headers_are_not_kept(hosts: Hosts) -> None:
    """They take 65,536 bytes of memory, not ten million."""
    hosts.closed(port=80)
    hosts.secure(sends(OK, *[b"X-A: " + b"x" * 993 + b"\r\n"] * 10_000, b"\r\n"))

    tracemalloc.start()
    try:
        message, _ = trouble_of(hosts)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert "headers are longer" in message
    assert peak < 4_000_000


def test_bombs_do_not_go_off(hosts: Hosts) -> None:
    """A small body that unpacks to 30 MB, and one in a thousand members, stop at the limit."""
    hosts.closed(port=80)
    bomb = gzip.compress(bytes(30_000_000))
    hosts.secure(lambda _: answer(bomb, "Content-Encoding: gzip"))

    assert (
        f"the answer of {URL} is too long (its body unpacks to more than 100000 bytes)",
        _LONG,
    ) == trouble_of(hosts)

    for coding, body in (
        ("gzip", gzip.compress(bytes(10_000)) * 1_000),
        ("deflate", gzip.zlib.compress(bytes(30_000_000))),  # type: ignore[attr-defined]
    ):
        with pytest.raises(UnansweredError) as raised:
            decode(body, coding, limit=1_000_000)
        assert Reason.TOO_LONG is raised.value.reason


def test_a_body_that_ends_within_its_coding_is_what_there_is() -> None:
    """As Node.js takes it; and the limit is exact."""
    packed = gzip.compress(b"<p>widget" * 100)

    assert (b"<p>widget" * 100).startswith(decode(packed[:-20], "gzip", limit=900))
    assert b"<p>widget" * 100 == decode(packed, "gzip", limit=900)
    with pytest.raises(UnansweredError):
        decode(packed, "gzip", limit=899)


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("ftp://widget.example/", "ftp://widget.example/"),
        ("https://", "https://"),
        ("https://widget.example:99999/", "https://widget.example:99999/"),
        ("//%zz/", "//%zz/"),
        ("data:text/html,<p>", "data:text/html,<p>"),
    ],
)
def test_a_redirect_to_nowhere_is_trouble(location: str, shown: str, hosts: Hosts) -> None:
    """Another scheme, or no URL: the page was not seen."""
    hosts.closed(port=80)
    hosts.secure(lambda _: moved(location))

    assert (
        f"{URL} redirects to what is no address of a page: {shown}",
        _NOWHERE,
    ) == trouble_of(hosts)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/a", "https://widget.example/a"),
        ("a b\tc", "https://widget.example/x/a%20bc"),
        ("", "https://widget.example/x/y?z"),
        ("?q", "https://widget.example/x/y?q"),
        ("#f", "https://widget.example/x/y?z#f"),
        ("\\\\other.example\\x", "https://other.example/x"),
        ("hTTp:/x", "http://x/"),
        ("https:x", "https://widget.example/x/x"),
        ("https://Ü.example/", "https://xn--tda.example/"),
        ("https://a:b@other.example/", "https://other.example/"),
        (None, "https://widget.example/x/undefined"),
    ],
)
def test_locations_resolve_as_in_browsers(location: str | None, url: str) -> None:
    """WHATWG's rules, with what Node.js makes of a Location that is not there."""
    assert url == next_url("https://widget.example/x/y?z", location)


def test_redirects_for_ever_end_in_a_verdict(hosts: Hosts) -> None:
    """From http to https and back: the answer is what comes after the tenth."""
    hosts.plain(to_https)
    hosts.secure(lambda _: moved(f"http://{HOST}/"))

    scan = hosts.scan().scan

    assert scan is not None
    assert scan.http is not None
    assert scan.https is not None
    assert (11, 11) == (len(scan.http.hops), len(scan.https.hops))
    assert 301 == scan.https.answer.status


def test_a_huge_body_of_a_redirect_is_not_read(hosts: Hosts) -> None:
    """Nobody looks at it: it is no trouble, however long."""
    hosts.plain(
        floods(b"x" * 65_536, first=b"HTTP/1.1 301 M\r\nLocation: https://widget.example/\r\n\r\n")
    )
    hosts.secure(page)

    assert hosts.scan().trouble is None


def test_a_location_with_line_breaks_is_what_the_wire_says(hosts: Hosts) -> None:
    """CR LF ends the header, wherever it came from: what follows is another one, and is judged."""
    hosts.plain(lambda _: moved(f"https://{HOST}/\r\nSet-Cookie: evil=1"))
    hosts.secure(page)

    scan = hosts.scan().scan

    assert scan is not None
    assert scan.http is not None
    assert ((f"http://{HOST}/", "evil=1"),) == scan.http.cookies
    assert 2 == len(scan.http.hops)


@pytest.mark.parametrize(
    "line",
    [
        "=",
        ";;;",
        "a=b; Domain=.; Path=; Max-Age=x; Expires=never; SameSite=; Secure=no",
        "a=b; Domain=" + "x." * 5_000,
        "\x80\xff=\xfe; Path=\xff",
        "a=" + "b;" * 20_000,
        "__Host-a=1; Domain=widget.example",
    ],
)
def test_broken_cookies_are_recorded_as_they_are(line: str, hosts: Hosts) -> None:
    """Nothing raises, and the line is kept for the judge."""
    hosts.closed(port=80)
    hosts.secure(
        lambda question: (
            page(question)
            if question.path == "/x"
            else answer(b"", "Location: /x", f"Set-Cookie: {line}", status="302 F")
        )
    )

    scan = hosts.scan().scan

    assert scan is not None
    assert scan.https is not None
    assert ((URL, line),) == scan.https.cookies


def test_one_bad_host_does_not_spoil_the_others(hosts: Hosts) -> None:
    """Each target has its own trouble or scan."""
    hosts.secure(page)
    hosts.closed(port=80)
    for number, bad in enumerate((sends(b""), sends(OK, b"\0"), floods(b"x"), trickles(b"x"))):
        hosts.secure(bad, host=f"bad{number}.example")
    targets = [Target(host=f"bad{number}.example") for number in range(4)] * 3

    with hosts.fetcher(seconds=0.4, workers=4) as fetcher:
        mixed = [one for bad in targets for one in (bad, Target(host=HOST))]
        found = list(fetcher.scan_all(mixed, lambda fetched: fetched.scan is not None))

    assert [False, True] * 12 == found
