"""The index on a port of this machine, as PyPI speaks HTTP: for rehearsals and tests."""

from __future__ import annotations

import contextlib
import dataclasses
import http.server
import shutil
import socket
import socketserver
import threading
from typing import TYPE_CHECKING

from pressroom.release.warehouse.answers import Answer, Shelves, refuse
from pressroom.release.warehouse.dispatch import Request, Site, respond
from pressroom.release.warehouse.ledger import Kind, count_events
from pressroom.release.warehouse.store import LEDGER, Store, open_store
from pressroom.release.warehouse.wheelhouse import Wheelhouse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path

_LONGEST_REASON = 500


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """A running index. `store` is for tests that delete, yank, or close a project."""

    url: str
    folder: Path
    store: Store
    failures: list[str]  # tracebacks of defects; the client got a 500

    @property
    def upload_url(self) -> str:
        """Where files are sent to."""
        return f"{self.url}/legacy/"

    @property
    def simple_url(self) -> str:
        """What installers ask."""
        return f"{self.url}/simple/"

    @property
    def uploads(self) -> dict[str, int]:
        """How many uploads of each file name were accepted and stored, by the ledger on the disk."""
        return count_events(self.folder / LEDGER, Kind.UPLOAD)

    @property
    def repeats(self) -> dict[str, int]:
        """How often each file came again with the same bytes: answered with yes, stored once."""
        return count_events(self.folder / LEDGER, Kind.REPEAT)


@contextlib.contextmanager
def serve(  # noqa: PLR0913 - what an index has
    folder: Path,
    *,
    wheelhouse: Path | None,
    token: str | None,
    now: Callable[[], dt.datetime],
    project: str | None = None,
    port: int = 0,
) -> Iterator[Index]:
    """An index on 127.0.0.1 whose state is in `folder`, for as long as the context is open.

    With a `token`, uploads need it; it is good for `project` alone when there is one. The files of
    `wheelhouse` are offered too. Port 0 is any that is free. Raises PressroomError when another process
    has the folder, or its ledger is broken; OSError when one has the port.
    """
    with open_store(folder, now=now) as store:
        shelves = Shelves(store=store, wheelhouse=Wheelhouse(wheelhouse))
        site = Site(shelves=shelves, token=token, project=project)
        with _Server(site, port) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
            thread.start()
            try:
                url = f"http://127.0.0.1:{server.server_address[1]}"
                yield Index(url=url, folder=folder, store=store, failures=site.failures)
            finally:
                server.shutdown()
                server.hang_up()
                thread.join()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    # Not http.server.HTTPServer: it asks the resolver for the name of this machine.
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, site: Site, port: int) -> None:
        self.site = site
        self._open: set[object] = set()
        self._changed = threading.Condition()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def hang_up(self) -> None:
        """No connection is open: an idle client would keep its thread until it leaves."""
        with self._changed:
            for connection in self._open:
                if isinstance(connection, socket.socket):
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=5)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is nobody's failure."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "warehouse-stand-in", ""
    timeout = 60
    wbufsize = 1 << 16  # one packet, not one for each header

    def __getattr__(self, name: str) -> Callable[[], None]:
        # http.server looks for do_GET, do_POST and whatever a client may invent.
        if name.startswith("do_"):
            return self._respond
        raise AttributeError(name)

    def _respond(self) -> None:
        request = Request(
            method=self.command,
            target=self.path,
            headers=dict(self.headers.items()),
            read=self.rfile.read1,
        )
        try:
            self._send(respond(request, self.server.site))
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def _send(self, found: Answer) -> None:
        with contextlib.ExitStack() as stack:
            file, size = None, len(found.body)
            if found.file is not None:
                try:
                    file = stack.enter_context(found.file.open("rb"))
                except OSError:  # it was deleted just now
                    return self._send(refuse(404, "Not Found"))
                size = found.file.stat().st_size
            self.close_connection |= found.close
            self.send_response(found.status, _header(found.reason) or None)
            headers = [("Content-Type", found.kind), ("Content-Length", str(size)), *found.headers]
            for name, value in headers + [("Connection", "close")] * self.close_connection:
                self.send_header(name, value)
            self.end_headers()
            if self.command == "HEAD":
                return None
            if file is None:
                self.wfile.write(found.body)
            else:
                shutil.copyfileobj(file, self.wfile)
            return None

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no request is answered like any other."""
        self.command = getattr(self, "command", None) or "GET"
        self.request_version = self.protocol_version
        self.close_connection = True
        self._send(refuse(code, message or explain or "Bad Request"))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server calls it
        """Nothing: who rehearses wants to read what the release says."""


def _header(text: str) -> str:
    """Text as a status line can carry it."""
    clean = "".join(character if character.isprintable() else " " for character in text)
    return clean.encode("latin-1", "replace").decode("latin-1")[:_LONGEST_REASON]
