"""A tiny index on loopback that does what it is told: answers by script, with raw sockets for the faults."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import datetime as dt
import email.parser
import email.policy
import hashlib
import ipaddress
import json
import logging
import socket
import ssl
import struct
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pressroom.release.index.listing import MEDIA_TYPE
from pressroom.release.index.patience import Patience
from pressroom.release.index.simple import Index

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Planted as the token wherever one is needed; a test that finds it anywhere fails.
CANARY = "pypi-AgEIcHlwaS5vcmcCJGNhbmFyeS1jYW5hcnktY2FuYXJ5LTEyMzQ1Njc4OTAxMg"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]


class Line:
    """One connection: its request's head is read; its body when somebody asks for it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._rest = b""
        while b"\r\n\r\n" not in self._rest:
            block = sock.recv(65536)
            if not block:
                raise ConnectionError
            self._rest += block
            if self._rest[0] == 0x16:  # TLS, where none is spoken
                sock.sendall(http(400))
                raise ConnectionError
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        self.seen = Seen(method=method, path=path, headers=headers)

    def body(self) -> bytes:
        """All of the request's body."""
        length = int(self.seen.headers.get("content-length", "0"))
        while len(self._rest) < length:
            block = self.sock.recv(65536)
            if not block:
                raise ConnectionError
            self._rest += block
        return self._rest

    def reset(self) -> None:
        """End it the hard way."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def wait_for_end(self) -> None:
        """Say nothing until the other side goes away."""
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass


def http(status: int, reason: str = "Said", body: bytes = b"", **headers: str) -> bytes:
    """An answer, byte for byte; `retry_after="3"` becomes a header."""
    given = {"Content-Length": str(len(body)), "Connection": "close"}
    given |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode("latin-1") + body


def says(status: int, reason: str = "Said", body: bytes = b"", **headers: str) -> Any:
    """A play: reads all of the request, then answers."""

    def play(line: Line) -> bytes:
        line.body()
        return http(status, reason, body, **headers)

    return play


def resets(line: Line) -> None:
    """A play: cuts the connection in the middle of the request."""
    line.reset()


def is_silent(line: Line) -> None:
    """A play: reads everything and never answers."""
    line.wait_for_end()


def trickles(data: bytes, pause: float = 0.05) -> Any:
    """A play: the answer, one byte at a time."""

    def play(line: Line) -> None:
        line.body()
        with contextlib.suppress(OSError):
            for byte in data:
                line.sock.sendall(bytes([byte]))
                time.sleep(pause)

    return play


class Server:
    """Plays what is in `plays` for a method, in order, then `otherwise`; `seen` has all requests.

    A play gets a Line and returns the bytes to send, or None when it has done all itself.
    """

    def __init__(self, otherwise: Any, tls: ssl.SSLContext | None = None) -> None:
        self.otherwise = otherwise
        self.plays: dict[str, collections.deque[Any]] = collections.defaultdict(collections.deque)
        self.seen: list[Seen] = []
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._socket.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def count(self, method: str) -> int:
        """How many requests of a method came."""
        return sum(seen.method == method for seen in self.seen)

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._socket.accept()
                sock.settimeout(10)
                thread = threading.Thread(target=self._serve, args=(sock,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(sock.close)
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
                stack.callback(sock.close)
            line = Line(sock)
            self.seen.append(line.seen)
            plays = self.plays[line.seen.method]
            data = (plays.popleft() if plays else self.otherwise)(line)
            if data is not None:
                sock.sendall(data)


class FakeIndex:
    """What an index does with files, as far as these tests need: it shows them and takes them once."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.stored: list[str] = []
        self.stale = 0  # how many times more the page shows nothing new
        self.status: dict[str, str] = {"status": "active"}
        self._shown: dict[str, bytes] | None = None

    def __call__(self, line: Line) -> bytes:
        """What the index answers."""
        if line.seen.method == "POST":
            return self.take(line)
        if line.seen.path.startswith("/files/"):
            data = self.files.get(line.seen.path.removeprefix("/files/"))
            return http(404) if data is None else http(200, "OK", data)
        return self.page()

    def page(self) -> bytes:
        """The JSON page of the project `widget`."""
        if self.stale > 0:
            self.stale -= 1
            files = self._shown or {}
        else:
            files = self._shown = dict(self.files)
        if not files and self.status == {"status": "active"}:
            return http(404, "Not Found")
        return http(200, "OK", listing(files, status=self.status), content_type=MEDIA_TYPE)

    def take(self, line: Line) -> bytes:
        """An upload: stored, or what Warehouse says when the name is there already."""
        head = f"Content-Type: {line.seen.headers['content-type']}\r\n\r\n".encode()
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + line.body())
        for part in message.iter_parts():
            name = part.get_filename()
            if name is None:
                continue
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            if self.files.get(name, data) != data:
                return http(400, f"File already exists ('{name}')")
            if name not in self.files:
                self.files[name] = data
                self.stored.append(name)
        return http(200, "OK")


def listing(files: dict[str, bytes], status: dict[str, str] | None = None, **more: object) -> bytes:
    """The JSON of a page of `widget` (PEP 691)."""
    rows = [
        {
            "filename": name,
            "url": f"/files/{name}",
            "hashes": {"sha256": hashlib.sha256(data).hexdigest()},
            "size": len(data),
            "upload-time": "2026-08-01T10:20:30.123456Z",
            "yanked": False,
        }
        for name, data in files.items()
    ]
    page: dict[str, object] = {
        "meta": {"api-version": "1.4", "_last-serial": 7},
        "name": "widget",
        "files": rows,
        "versions": ["1.0"],
        "project-status": status or {"status": "active"},
    }
    return json.dumps(page | more).encode()


def index_of(server: Server, ca: Path | None = None) -> Index:
    """How a client names that server."""
    return Index(simple_url=f"{server.url}/simple/", upload_url=f"{server.url}/legacy/", ca=ca)


@dataclasses.dataclass(slots=True, kw_only=True)
class Clock:
    """Time that passes only when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = dataclasses.field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """It is later."""
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, **more: Any) -> Patience:
        """Patience by this clock; a pause is as long as it can be."""
        facts: dict[str, Any] = {"sleep": self.sleep, "clock": lambda: self.now}
        return Patience(**(facts | {"jitter": lambda: 1.0} | more))


def certificate(folder: Path, *, host: str = "127.0.0.1", days: int = 2) -> tuple[Path, Any]:
    """A certificate for a host that signs itself, `days` negative: expired; and a server's TLS with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an index of a test")])
    try:
        general: x509.GeneralName = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        general = x509.DNSName(host)
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([general]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, secret = folder / "certificate.pem", folder / "key.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return path, context


def shown(error: BaseException) -> str:
    """All that a traceback could show of an error: its text, its causes, and every local variable."""
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    texts = ["".join(found.format()), str(error), repr(error), repr(vars(error))]
    step: BaseException | None = error
    while step is not None:  # also what `from None` hides
        hidden = traceback.TracebackException.from_exception(step, capture_locals=True)
        texts.append("".join(hidden.format(chain=False)))
        step = step.__cause__ or step.__context__
    return "\n".join(texts)


@contextlib.contextmanager
def all_logs() -> Iterator[list[str]]:
    """Every line that anybody logs, at any level."""
    lines: list[str] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.name} {record.getMessage()} {record.exc_text} {record.args}")

    root, keeper = logging.getLogger(), Keeper(level=0)
    before = root.level
    root.addHandler(keeper)
    root.setLevel(1)
    try:
        yield lines
    finally:
        root.removeHandler(keeper)
        root.setLevel(before)


def in_argv(canary: str) -> bool:
    """Whether this process shows a text to everybody who lists processes."""
    return any(canary in argument for argument in sys.argv)
