"""Connections opened by name, in time, or along a route that was named; another thread can end them all."""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, TypeAlias

from pressroom.world.lines import Budget, Line, SecureLine
from pressroom.world.reply import one_line
from pressroom.world.unanswered import Reason, UnansweredError

if TYPE_CHECKING:
    from collections.abc import Mapping

# How often a thread that waits for a name looks whether it is to stop, in seconds.
_GLANCE = 0.1
# An address as the system wants it: family, and what connect() takes.
_Address: TypeAlias = tuple[int, tuple[Any, ...]]


class Dialler:
    """Opens connections, and can end all of them. Safe to use from several threads.

    `routes` says where to connect instead of looking a host and port up; what the other side is called, and
    its certificate has to say, stays. `refusals` and `certificates` are what TLS told of a host and port, first
    come first kept: OpenSSL's number and words for what it has against a certificate, and the certificate (DER).
    """

    def __init__(self, routes: Mapping[tuple[str, int], tuple[str, int]]) -> None:
        self._routes = routes
        # The routes that nobody has gone yet.
        self.untrodden = set(routes)
        self._found: dict[str, tuple[_Address, ...] | UnansweredError] = {}
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._is_cut = False
        self._reached: set[_Address] = set()
        self._silent: set[_Address] = set()
        self.refusals: dict[tuple[str, int], tuple[int, str]] = {}
        self.certificates: dict[tuple[str, int], bytes] = {}

    def plain(self, host: str, port: int, *, until: float) -> Line:
        """A connection to a host (a name or an address without brackets). Raises UnansweredError."""
        addresses = self._addresses(host, port, until)
        failures = []
        for number, address in enumerate(addresses):
            share = (until - time.monotonic()) / (len(addresses) - number)
            try:
                return self._connect(address, share, until)
            except OSError as error:
                failures.append(error)
        if any(isinstance(one, TimeoutError) for one in failures):
            raise UnansweredError(Reason.UNREACHED, "it does not answer")
        if any(isinstance(one, ConnectionRefusedError) for one in failures):
            raise UnansweredError(Reason.REFUSED)
        words = one_line(failures[0].strerror or "") if failures else ""
        raise UnansweredError(Reason.UNREACHED, words)

    def secure(self, host: str, port: int, context: ssl.SSLContext, *, until: float) -> SecureLine:
        """The same over TLS. Raises UnansweredError, CERTIFICATE among the reasons."""
        with contextlib.ExitStack() as undo:
            line = undo.enter_context(self.plain(host, port, until=until))
            try:
                secure = context.wrap_socket(
                    line, server_hostname=host, do_handshake_on_connect=False
                )
                undo.enter_context(secure)
                assert isinstance(secure, SecureLine)
                secure.budget = line.budget
                self._keep(secure)
                secure.settimeout(secure.budget.left)
                secure.do_handshake()
            except ssl.SSLCertVerificationError as error:
                words = one_line(error.verify_message)
                self.refusals.setdefault((host, port), (error.verify_code, words))
                raise UnansweredError(Reason.CERTIFICATE, words) from error
            except TimeoutError as error:
                raise UnansweredError(Reason.LATE, "within the TLS handshake") from error
            except (OSError, ValueError) as error:  # ValueError: a name that TLS cannot say
                raise UnansweredError(Reason.TLS, _words(error)) from error
            certificate = secure.getpeercert(binary_form=True)
            if certificate is not None:
                self.certificates.setdefault((host, port), certificate)
            undo.pop_all()
            return secure

    def cut(self) -> None:
        """End all that is going on, now; whoever reads sees the end, and nothing is opened any more."""
        with self._lock:
            self._is_cut = True
            lines = list(self._open)
        for line in lines:
            with contextlib.suppress(OSError):  # it has ended by itself
                # The plain one: that of TLS drops its state, which the other thread is using.
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def _keep(self, line: socket.socket) -> None:
        with self._lock:
            self._open.add(line)
            if self._is_cut:
                line.close()
                raise UnansweredError(Reason.CLOSED, "we stopped")

    def _connect(self, address: _Address, seconds: float, until: float) -> Line:
        if seconds <= 0 or address in self._silent:
            raise TimeoutError
        family, place = address
        line = Line(family, socket.SOCK_STREAM)
        line.budget = Budget(until=until, room=0)
        try:
            self._keep(line)
            line.settimeout(seconds)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.connect(place)
        except OSError as error:
            line.close()
            # A port that was never reached is waited for once, not once a page.
            if isinstance(error, TimeoutError) and address not in self._reached:
                self._silent.add(address)
            raise
        self._reached.add(address)
        return line

    def _addresses(self, host: str, port: int, until: float) -> tuple[_Address, ...]:
        self.untrodden.discard((host, port))
        name, port = self._routes.get((host, port), (host, port))
        if name not in self._found:
            self._found[name] = self._look_up(name, until)
        found = self._found[name]
        if isinstance(found, UnansweredError):
            raise UnansweredError(found.reason, found.detail)
        return tuple((family, (place[0], port, *place[2:])) for family, place in found)

    def _look_up(self, name: str, until: float) -> tuple[_Address, ...] | UnansweredError:
        """The addresses of a name. The system's look-up has no deadline: its thread is left behind with it."""
        answers: queue.SimpleQueue[tuple[_Address, ...] | UnansweredError] = queue.SimpleQueue()
        threading.Thread(target=lambda: answers.put(_resolve(name)), daemon=True).start()
        while time.monotonic() < until and not self._is_cut:
            with contextlib.suppress(queue.Empty):
                return answers.get(timeout=min(_GLANCE, max(until - time.monotonic(), 0)))
        return UnansweredError(Reason.NAME, "no answer in time")


def _resolve(name: str) -> tuple[_Address, ...] | UnansweredError:
    try:
        rows = socket.getaddrinfo(name, 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        return UnansweredError(Reason.NAME, one_line(getattr(error, "strerror", None) or ""))
    return tuple((row[0], row[4]) for row in rows)


def _words(error: Exception) -> str:
    """`tlsv1 alert protocol version`, `connection reset by peer`."""
    words = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
    return one_line(words).replace("_", " ").lower()
