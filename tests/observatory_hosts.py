"""Hosts on loopback, good and hostile, with names, certificates and an authority of their own."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import socket
import ssl
import threading
from typing import TYPE_CHECKING, TypeAlias

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pressroom.observatory.fetch import Fetcher
from pressroom.observatory.targets import Route, parse_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pressroom.observatory.fetch import Fetched

HOST = "widget.example"
NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]


# What to send back; or what to do with the connection, which is then closed.
Reply: TypeAlias = "bytes | Callable[[socket.socket], None]"
Answerer: TypeAlias = "Callable[[Question], Reply]"


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """A well-formed answer."""
    lines = (f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}")
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1") + body


def moved(location: str | None, status: str = "301 Moved") -> bytes:
    """A redirect, with a Location or without."""
    return answer(b"", *([] if location is None else [f"Location: {location}"]), status=status)


def page(_: Question) -> bytes:
    """The same page for all questions."""
    return answer(b"<title>widget</title>", "Content-Type: text/html")


def to_https(question: Question) -> bytes:
    """A redirect to the same path over TLS."""
    return moved(f"https://{question.headers['host']}{question.path}")


class Hosts:
    """Hosts by name and port; `routes` leads to them, `authority` (PEM) signed their certificates."""

    def __init__(self, folder: Path) -> None:
        self.ca = trustme.CA()
        self.authority = folder / "authority.pem"
        self.ca.cert_pem.write_to_path(str(self.authority))
        self.routes: list[Route] = []
        self.questions: list[Question] = []
        self.connections = 0
        self._ends = contextlib.ExitStack()

    def close(self) -> None:
        """Nobody listens any more."""
        self._ends.close()

    def plain(self, answerer: Answerer, *, host: str = HOST, port: int = 80) -> None:
        """A host that speaks HTTP."""
        self._serve(answerer, None, host, port, "127.0.0.1")

    def secure(
        self,
        answerer: Answerer,
        *,
        host: str = HOST,
        port: int = 443,
        pair: trustme.LeafCert | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        """A host that speaks HTTP over TLS, with a good certificate if no other is given."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (pair or self.ca.issue_cert(host.strip("[]"))).configure_cert(context)
        self._serve(answerer, context, host, port, address)

    def with_context(self, answerer: Answerer, context: ssl.SSLContext) -> None:
        """The host with TLS of one's own."""
        self._serve(answerer, context, HOST, 443, "127.0.0.1")

    def closed(self, *, host: str = HOST, port: int) -> None:
        """A port where nobody listens, for as long as we are here."""
        held = self._ends.enter_context(socket.socket())
        held.bind(("127.0.0.1", 0))
        self._route(host, port, held)

    def silent(self, *, host: str = HOST, port: int) -> None:
        """A port that neither takes nor refuses a connection, as behind a firewall that drops."""
        listener = self._ends.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):  # its queue is full
            waiting = self._ends.enter_context(socket.socket())
            waiting.setblocking(False)  # noqa: FBT003 - its only parameter
            waiting.connect_ex(listener.getsockname())
        self._route(host, port, listener)

    def scan(self, text: str = HOST, *, seconds: float = 5.0, limit: int = 100_000) -> Fetched:
        """The target fetched from these hosts."""
        with self.fetcher(seconds=seconds, limit=limit) as fetcher:
            return fetcher.scan(parse_target(text))

    def fetcher(self, *, seconds: float = 5.0, limit: int = 100_000, workers: int = 4) -> Fetcher:
        """A Fetcher that knows the way."""
        return Fetcher(
            ca=self.authority,
            routes=tuple(self.routes),
            workers=workers,
            request_seconds=seconds,
            visit_seconds=seconds,
            body_limit=limit,
            now=NOW,
        )

    def _route(self, host: str, port: int, listener: socket.socket) -> None:
        address, here = listener.getsockname()[:2]
        self.routes.append(Route(host=host, port=port, address=address, to_port=here))

    def _serve(
        self,
        answerer: Answerer,
        context: ssl.SSLContext | None,
        host: str,
        port: int,
        address: str,
    ) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.create_server((address, 0), family=family)
        self._route(host, port, listener)
        thread = threading.Thread(
            target=self._accept, args=(listener, answerer, context), daemon=True
        )
        thread.start()
        self._ends.callback(thread.join, 5)
        self._ends.enter_context(listener)
        # A thread that waits in accept() does not see a close.
        self._ends.callback(listener.shutdown, socket.SHUT_RDWR)

    def _accept(
        self, listener: socket.socket, answerer: Answerer, context: ssl.SSLContext | None
    ) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(
                target=self._talk, args=(connection, answerer, context), daemon=True
            ).start()

    def _talk(
        self, connection: socket.socket, answerer: Answerer, context: ssl.SSLContext | None
    ) -> None:
        # Clients go away in the middle: that is what the tests are about.
        with contextlib.suppress(OSError), contextlib.closing(connection):
            connection.settimeout(20)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line = context.wrap_socket(connection, server_side=True) if context else connection
            with contextlib.closing(line):
                for question in _questions(line):
                    self.questions.append(question)
                    reply = answerer(question)
                    if callable(reply):
                        reply(line)
                        return
                    line.sendall(reply)


def _questions(connection: socket.socket) -> Iterator[Question]:
    with connection.makefile("rb") as stream:
        while not stream.peek(1).startswith(b"\x16") and (line := stream.readline()):  # TLS: no
            method, path, _ = line.decode("latin-1").split(" ")
            headers = {}
            while (field := stream.readline()) not in {b"\r\n", b""}:
                name, _, value = field.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            yield Question(method=method, path=path, headers=headers)


def self_signed(name: str) -> trustme.LeafCert:
    """A certificate that no authority has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2900, 1, 1, tzinfo=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return trustme.LeafCert(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate.public_bytes(pem),
        [],
    )
