"""A connection to a mail server: lines there and back, each with a deadline, all of them with another and a bound."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import socket
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import io
    import ssl
    from collections.abc import Callable

# All that a server may say to one mail; a wordy one says a few thousand bytes.
_LIMIT = 64 * 1024


class _TooMuchError(OSError):
    """The bound of all answers is reached."""


class _Bounded:
    """The answers of a server, which end at a bound."""

    def __init__(self, file: io.BufferedReader) -> None:
        self._file = file
        self._left = _LIMIT

    def readline(self, size: int) -> bytes:
        """The next line."""
        line = self._file.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise _TooMuchError("it said more than anybody would read")
        return line

    def close(self) -> None:
        """No more."""
        self._file.close()


class Line:
    """A connection, and smtplib on it; raises OSError for whatever ends it.

    At the end of `whole` seconds the connection is cut from outside: a server that says a byte now and then
    keeps within every single deadline.
    """

    def __init__(self, host: str, port: int, *, once: float, whole: float) -> None:
        self._host = host
        self._is_late = threading.Event()
        self._socket: socket.socket = socket.create_connection((host, port), timeout=once)
        # TLS takes the first descriptor over; this one stays good for cutting.
        self._twin = self._socket.dup()
        self._cut = threading.Timer(whole, self._end)
        self._cut.daemon = True
        own = self._socket.getsockname()[0]
        self.name = f"[IPv6:{own}]" if ":" in own else f"[{own}]"
        # Without a host it connects to nobody; with a name of ours it asks no resolver.
        self._smtp = smtplib.SMTP(local_hostname=self.name)
        self._take(self._socket)

    def __enter__(self) -> Self:
        self._cut.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._cut.cancel()
        with contextlib.suppress(OSError):
            self._smtp.close()
        self._twin.close()

    def _end(self) -> None:
        self._is_late.set()
        with contextlib.suppress(OSError):
            self._twin.shutdown(socket.SHUT_RDWR)

    def _take(self, connection: socket.socket) -> None:
        self._socket = connection
        self._smtp.sock = connection
        # What came before TLS does not count after it (RFC 3207, 4.2).
        self._smtp.file = _Bounded(connection.makefile("rb"))

    def encrypt(self, context: ssl.SSLContext) -> None:
        """TLS from here on, with a certificate for the host."""
        self._take(context.wrap_socket(self._socket, server_hostname=self._host))

    def send(self, data: bytes) -> None:
        """All of it is with the system."""
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise self._late(error) from error

    def reply(self) -> tuple[int, str]:
        """The next answer: its code (-1: none) and its words."""
        try:
            code, words = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise self._late(error) from error
        return code, _plain(words)

    def command(self, text: str) -> tuple[int, str]:
        """The answer to a line."""
        if "\r" in text or "\n" in text:
            raise ValueError("a line end inside a command")
        self.send(text.encode("ascii") + b"\r\n")
        return self.reply()

    def log_in(
        self, user: str, password: str, known: dict[str, str], refuse: Callable[[int], None]
    ) -> Callable[[str], str]:
        """Log in as the server offers; gives what takes the password out of a text. `refuse` raises."""
        ways = known.get("auth", "").upper().split()
        plain = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        single = base64.b64encode(password.encode()).decode()
        if "PLAIN" in ways:
            code = self.command(f"AUTH PLAIN {plain}")[0]
        elif "LOGIN" not in ways:
            code = 0
        else:
            code = self.command("AUTH LOGIN")[0]
            for answer in (base64.b64encode(user.encode()).decode(), single):
                code = self.command(answer)[0] if code == 334 else code
        if code != 235:
            refuse(code)

        def hide(text: str) -> str:
            for form in (password, single, plain):
                text = text.replace(form, "…")
            return text

        return hide

    def quit(self) -> None:
        """Say good-bye; what is answered, and whether, changes nothing any more."""
        with contextlib.suppress(OSError):
            self.send(b"QUIT\r\n")

    def _late(self, error: Exception) -> OSError:
        """Why it ended, as far as anybody can tell."""
        if self._is_late.is_set() or isinstance(error.__context__, TimeoutError):
            return TimeoutError()
        if isinstance(error.__context__, _TooMuchError):
            return error.__context__
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return OSError("the connection was closed")
        if isinstance(error, smtplib.SMTPException):
            return OSError("it sent a line without an end")
        return error if isinstance(error, OSError) else OSError(str(error))


def _plain(words: bytes) -> str:
    """What a server says, without what a terminal would obey."""
    text = words.decode("utf-8", "replace")
    return "".join(one if one.isprintable() or one == "\n" else "�" for one in text)
