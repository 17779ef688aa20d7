"""A folder over HTTP on this machine, for the time of a block: files to read, and nothing else."""

from __future__ import annotations

import contextlib
import functools
import http.server
import socketserver
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextlib.contextmanager
def serve_folder(folder: Path, *, port: int = 0) -> Iterator[str]:
    """The address of `folder` on 127.0.0.1, with a slash at its end; port 0 is any that is free. Raises OSError."""
    handler = functools.partial(_Handler, directory=str(folder))
    with _Server(("127.0.0.1", port), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    # Not http.server.HTTPServer: it asks the resolver for the name of this machine.
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is nobody's failure."""


class _Handler(http.server.SimpleHTTPRequestHandler):
    timeout = 30

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server calls it
        """Nothing: who rehearses wants to read what the release says."""
