"""Mail servers on loopback: aiosmtpd with faults at any stage, and lines of bytes for what no server says by itself."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

HOST = "127.0.0.1"
USER, PASSWORD = "maintainer", "CANARY-91b7e2"


class Handler:
    """Takes mail as `answers` say, by stage; `accepted` is what it is answerable for."""

    def __init__(self, answers: Mapping[str, str], *, drop: str = "", wait: float = 0) -> None:
        self.answers = dict(answers)
        self.drop = drop
        self.wait = wait
        self.accepted: list[bytes] = []
        self.connections = 0
        self.logins: list[tuple[bytes, bytes]] = []
        self.got_all = threading.Event()

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        """Greet."""
        del server, envelope
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take the sender, or say no."""
        del server, session, options
        if said := self.answers.get("MAIL"):
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or say no."""
        del server, session, options
        if said := self.answers.get(address, self.answers.get("RCPT")):
            return said
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        """The whole mail is there: it is accepted here, whatever becomes of the answer."""
        del session
        said = self.answers.get("DOT", "250 taken")
        if said.startswith("2"):
            self.accepted.append(envelope.content)
        self.got_all.set()
        if self.wait:
            await asyncio.sleep(self.wait)
        if self.drop == "DOT":
            server.transport.abort()
        return said


class _Smtp(SMTP):
    """As aiosmtpd, with an answer to DATA itself."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - as above
        if said := self.event_handler.answers.get("DATA"):
            await self.push(said)
            return
        if self.event_handler.drop == "DATA":
            assert isinstance(self.transport, asyncio.Transport)
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MailHost:
    """A server that runs, and what it did."""

    port: int
    handler: Handler
    ca: Path

    @property
    def accepted(self) -> list[bytes]:
        """The mails that it took."""
        return self.handler.accepted


@contextlib.contextmanager
def mail_host(
    folder: Path,
    answers: Mapping[str, str] | None = None,
    *,
    tls: str = "starttls",
    name: str = HOST,
    expired: bool = False,
    drop: str = "",
    wait: float = 0,
    auth: bool = False,
) -> Iterator[MailHost]:
    """A real server; `tls` is starttls, tls or none, `name` what its certificate is for."""
    authority = trustme.CA()
    ca = folder / "mail-ca.pem"
    authority.cert_pem.write_to_path(ca)
    past = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    certificate = authority.issue_cert(name, not_after=past if expired else None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    handler = Handler(answers or {}, drop=drop, wait=wait)

    def log_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        del server, session, envelope, mechanism
        handler.logins.append((data.login, data.password))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False)

    options: dict[str, Any] = {"authenticator": log_in if auth else None}
    if tls == "starttls":
        options["tls_context"] = context
    controller = _Controller(
        handler,
        hostname=HOST,
        port=_free_port(),
        ssl_context=context if tls == "tls" else None,
        **options,
    )
    controller.start()
    try:
        handler.connections = 0
        yield MailHost(port=controller.port, handler=handler, ca=ca)
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def lines_host(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where every connection is handed to `talk`."""
    with socket.create_server((HOST, 0)) as listening:
        listening.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = listening.accept()
                    with connection, contextlib.suppress(OSError):
                        connection.settimeout(5)
                        talk(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            over.set()
            thread.join()


def saying(*answers: bytes, drip: float = 0) -> Callable[[socket.socket], None]:
    """One answer to each thing that comes, the first one unasked; then it listens and says no more."""

    def talk(connection: socket.socket) -> None:
        for answer in answers:
            for byte in [answer] if not drip else [bytes([one]) for one in answer]:
                connection.sendall(byte)
                time.sleep(drip)
            if not connection.recv(100_000):
                return
        while connection.recv(100_000):
            pass

    return talk
