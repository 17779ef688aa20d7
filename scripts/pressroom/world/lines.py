"""Connections that end in time: every read knows its deadline and how much may come."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

from pressroom.world.reply import one_line
from pressroom.world.unanswered import Reason, UnansweredError

if TYPE_CHECKING:
    from collections.abc import Callable

_SOONEST = 0.001


@dataclasses.dataclass(slots=True, kw_only=True)
class Budget:
    """What one exchange on a connection may still take."""

    until: float
    room: int
    received: int = 0
    # How many answers the connection has given, and whether the other side has ended it.
    answers: int = 0
    is_over: bool = False

    def arm(self, until: float, room: int) -> None:
        """Begin with the next exchange: to be over at `until` (monotonic), and `room` bytes at most."""
        self.until, self.room, self.received = until, room, 0

    @property
    def left(self) -> float:
        """The seconds that are left; never 0, which means something else to a socket."""
        return max(self.until - time.monotonic(), _SOONEST)

    def receive(self, line: socket.socket, take: Callable[[], int]) -> int:
        """How many bytes came. A server that sends one byte a second does not get more time for each."""
        if time.monotonic() >= self.until:
            raise UnansweredError(Reason.LATE)
        line.settimeout(self.left)
        try:
            count = take()
        except TimeoutError as error:
            raise UnansweredError(Reason.LATE) from error
        except OSError as error:
            raise UnansweredError(Reason.CLOSED, one_line(error.strerror or "")) from error
        self.received += count
        self.is_over = not count
        if self.received > self.room:
            raise UnansweredError(Reason.TOO_LONG, f"it is longer than {self.room} bytes")
        return count


class Line(socket.socket):
    """A connection over TCP."""

    budget: Budget

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:  # noqa: ANN401 - as socket has it
        """Take what comes, within the budget. Raises UnansweredError."""
        return self.budget.receive(self, lambda: super(Line, self).recv_into(buffer, nbytes, flags))

    def sendall(self, data: Any, flags: int = 0) -> None:  # noqa: ANN401 - as socket has it
        """Send, or give up: what the other side has said before it closed is still to be read."""
        self.settimeout(self.budget.left)
        with contextlib.suppress(OSError):
            super().sendall(data, flags)


class SecureLine(ssl.SSLSocket):
    """A connection over TLS."""

    budget: Budget

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:  # noqa: ANN401 - as SSLSocket has it
        """See Line.recv_into."""
        return self.budget.receive(
            self, lambda: super(SecureLine, self).recv_into(buffer, nbytes, flags)
        )

    def sendall(self, data: Any, flags: int = 0) -> None:  # noqa: ANN401 - as SSLSocket has it
        """See Line.sendall."""
        self.settimeout(self.budget.left)
        with contextlib.suppress(OSError):
            super().sendall(data, flags)
