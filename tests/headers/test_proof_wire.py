"""Raw exchanges with servers that behave badly, on loopback."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from typing import TYPE_CHECKING

import pytest
import trustme

from pressroom.world.serve import free_ports
from pressroom.world.wire import End, Tls, Wire, _Transfer, exchange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextlib.contextmanager
def peer(behave: Callable[[socket.socket], object]) -> Iterator[int]:
    """The port of a server that takes one connection and does that with it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):
                behave(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(5)
        assert not thread.is_alive()


def talk(
    port: int,
    payload: bytes = b"x",
    *,
    tls: Tls | None = None,
    deadline: float = 5,
    limit: int = 10**6,
) -> Wire:
    """One exchange."""
    return exchange("127.0.0.1", port, payload, tls=tls, deadline=deadline, limit=limit)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def authority_file(authority: trustme.CA, tmp_path: Path) -> Path:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    return tmp_path / "authority.pem"


def tls_context(authority: trustme.CA, name: str = "widget.example") -> ssl.SSLContext:
    """A server's side of TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_every_byte_is_kept() -> None:
    """What is received is what was sent, up to the close, and so is what went out."""

    def behave(connection: socket.socket) -> None:
        got = connection.recv(100)
        for byte in ANSWER + got:
            connection.sendall(bytes([byte]))

    with peer(behave) as port:
        wire = talk(port, b"hello")

    assert Wire(sent=b"hello", received=ANSWER + b"hello", end=End.CLOSED) == wire


def test_half_a_connection_is_a_whole_answer() -> None:
    """A server that closes its direction alone is not waited for."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(ANSWER)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(100)
        time.sleep(0.3)

    started = time.monotonic()
    with peer(behave) as port:
        wire = talk(port)
        took = time.monotonic() - started

    assert (ANSWER, End.CLOSED) == (wire.received, wire.end)
    assert took < 0.25


def test_silence_ends_in_time() -> None:
    """A server that never closes costs the deadline and no more; what it said is kept."""

    def behave(connection: socket.socket) -> None:
        connection.sendall(ANSWER)
        while connection.recv(100):
            pass

    started = time.monotonic()
    with peer(behave) as port:
        wire = talk(port, deadline=0.2)

    assert (ANSWER, End.DEADLINE) == (wire.received, wire.end)
    assert time.monotonic() - started < 2


def test_a_trickle_ends_in_time() -> None:
    """A byte now and then does not move the deadline."""

    def behave(connection: socket.socket) -> None:
        for _ in range(100):
            connection.sendall(b"x")
            time.sleep(0.02)

    with peer(behave) as port:
        wire = talk(port, deadline=0.2)

    assert End.DEADLINE == wire.end
    assert 0 < len(wire.received) < 50


def test_a_flood_is_cut() -> None:
    """No more than the limit is kept, or waited for."""

    def behave(connection: socket.socket) -> None:
        for _ in range(10_000):
            connection.sendall(b"x" * 10_000)

    with peer(behave) as port:
        wire = talk(port, limit=1_000)

    assert (b"x" * 1_000, End.LIMIT) == (wire.received, wire.end)


@pytest.mark.parametrize("secure", [False, True])
def test_an_answer_before_the_request_is_over_is_heard(
    secure: bool, authority: trustme.CA, authority_file: Path
) -> None:
    """A server that answers, and resets while megabytes are still to be sent, has answered."""

    def behave(connection: socket.socket) -> None:
        if secure:
            connection = tls_context(authority).wrap_socket(connection, server_side=True)
        # Without it the answer may still wait behind TLS tickets here, and the reset throws it away.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.recv(10)
        connection.sendall(ANSWER)
        # Unread bytes are in its buffer: closing is a reset.
        connection.close()

    tls = Tls(server_name="widget.example", authority=authority_file) if secure else None
    with peer(behave) as port:
        wire = talk(port, b"x" * 50_000_000, tls=tls)

    assert ANSWER == wire.received
    assert wire.end in {End.RESET, End.CLOSED}
    assert len(wire.sent) < 50_000_000


def test_a_reset_without_an_answer_is_a_reset() -> None:
    """A connection that is thrown away is told from one that is closed."""

    def behave(connection: socket.socket) -> None:
        connection.recv(10)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with peer(behave) as port:
        wire = talk(port)

    assert (b"", End.RESET, "connection reset by peer") == (wire.received, wire.end, wire.detail)


def test_nobody_there_is_no_connection() -> None:
    """A port at which nobody listens is neither closed nor refused TLS."""
    wire = talk(free_ports("127.0.0.1", 1)[0])

    assert (End.UNREACHABLE, "connection refused") == (wire.end, wire.detail)


def test_tls_is_spoken_and_checked(authority: trustme.CA, authority_file: Path) -> None:
    """A certificate of the authority, for the name that was asked for, carries an answer."""
    names: list[str] = []

    def behave(connection: socket.socket) -> None:
        context = tls_context(authority)
        context.sni_callback = lambda _socket, name, _context: names.append(str(name))
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.sendall(secure.recv(100) * 10_000)

    tls = Tls(server_name="widget.example", authority=authority_file)
    with peer(behave) as port:
        wire = talk(port, b"hello", tls=tls)

    assert (b"hello" * 10_000, End.CLOSED) == (wire.received, wire.end)
    assert ["widget.example"] == names


@pytest.mark.parametrize(
    ("name", "check", "end"),
    [
        ("widget.example", True, End.CLOSED),
        ("stranger.example", True, End.REFUSED),
        ("stranger.example", False, End.CLOSED),
    ],
)
def test_the_name_of_a_certificate_counts_unless_nobody_can_have_it(
    name: str, check: bool, end: End, authority: trustme.CA, authority_file: Path
) -> None:
    """A certificate for another name is refused, if names are checked."""

    def behave(connection: socket.socket) -> None:
        with tls_context(authority).wrap_socket(connection, server_side=True) as secure:
            secure.recv(10)

    tls = Tls(server_name=name, authority=authority_file, check_name=check)
    with peer(behave) as port:
        wire = talk(port, tls=tls)

    assert end == wire.end
    assert (end is End.REFUSED) == ("hostname mismatch" in wire.detail)


def test_another_authority_is_refused_whatever_the_name(
    authority: trustme.CA, tmp_path: Path
) -> None:
    """Without a check of the name, the signature is still checked."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "other.pem"))

    def behave(connection: socket.socket) -> None:
        tls_context(authority).wrap_socket(connection, server_side=True)

    tls = Tls(server_name="x.example", authority=tmp_path / "other.pem", check_name=False)
    with peer(behave) as port:
        wire = talk(port, tls=tls)

    assert (b"", End.REFUSED) == (wire.received, wire.end)
    assert "certificate" in wire.detail


def test_a_refused_handshake_says_its_alert(authority: trustme.CA, authority_file: Path) -> None:
    """The alert of the server is the detail, in words."""

    def refuse(_socket: object, _name: object, _context: object) -> int:
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    def behave(connection: socket.socket) -> None:
        context = tls_context(authority)
        context.sni_callback = refuse
        context.wrap_socket(connection, server_side=True)

    tls = Tls(server_name="stranger.example", authority=authority_file)
    with peer(behave) as port:
        wire = talk(port, tls=tls)

    assert End.REFUSED == wire.end
    assert "unrecognized name" in wire.detail


def test_a_handshake_that_never_ends_ends_in_time(authority_file: Path) -> None:
    """A server that is silent when TLS begins costs the deadline."""
    tls = Tls(server_name="widget.example", authority=authority_file)
    started = time.monotonic()
    with peer(lambda connection: [None for _ in iter(lambda: connection.recv(99), b"")]) as port:
        wire = talk(port, tls=tls, deadline=0.2)

    assert End.REFUSED == wire.end
    assert time.monotonic() - started < 2


def test_a_server_that_is_gone_may_have_answered() -> None:
    """An answer is heard although not a byte can be sent any more."""
    ours, theirs = socket.socketpair()
    with ours:
        theirs.sendall(ANSWER)
        theirs.close()
        ours.setblocking(False)  # noqa: FBT003 - its only parameter
        wire = _Transfer(ours, b"hello", 100).run(time.monotonic() + 5)

    assert (b"", ANSWER, End.CLOSED) == (wire.sent, wire.received, wire.end)
