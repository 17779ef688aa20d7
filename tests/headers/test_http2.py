"""The same promise over HTTP/2 (RFC 9113), which browsers speak; the proofs speak HTTP/1.1."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import h2.config
import h2.connection
import h2.events
import pytest
from headers_setup import FAILING, deployed_setup, served

from pressroom.addresses.model import Redirect
from pressroom.headers.servers.all_servers import SERVERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.local import Running

HOST = "widget.example"
SETUP = deployed_setup(Redirect(site="hub", source="/old", target="/dir/"))
# What is asked (method, host, path), and the statuses that may come.
REQUESTS = (
    ("GET", HOST, "/", (200,)),
    ("HEAD", HOST, "/", (200,)),
    ("GET", HOST, "/assets/x.0123abcd.js", (200,)),
    ("GET", HOST, "/latest.json", (200,)),
    ("GET", HOST, "/dir", (301,)),
    ("GET", HOST, "/old", (301,)),
    ("GET", HOST, "/nope", (404,)),
    ("GET", HOST, "/assets/nope.0123abcd.js", (404,)),
    ("GET", HOST, "/404.html", (404,)),
    ("GET", HOST, FAILING, (503,)),
    ("DELETE", HOST, "/", (405,)),
    ("GET", f"www.{HOST}", "/?x=%2F", (301, 421)),
    ("GET", "unknown.example", "/", (421, 403)),
)


def exchange(running: Running) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """The status and the headers of each answer, all over one connection."""
    place = running.setup.place
    context = ssl.create_default_context(cafile=str(running.authority))
    context.set_alpn_protocols(["h2"])
    raw = socket.create_connection((place.address, place.https_port), 10)
    with raw, context.wrap_socket(raw, server_hostname=HOST) as tls:
        assert "h2" == tls.selected_alpn_protocol()
        talk = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        talk.initiate_connection()
        for number, (method, host, path, _) in enumerate(REQUESTS):
            pairs = [(":method", method), (":scheme", "https"), (":path", path)]
            authority = f"{host}{place.port}"
            stream = 2 * number + 1
            talk.send_headers(stream, [*pairs, (":authority", authority)], end_stream=True)
            tls.sendall(talk.data_to_send())
            yield _answer(talk, tls, stream)


def _answer(
    talk: h2.connection.H2Connection, tls: ssl.SSLSocket, stream: int
) -> tuple[int, list[tuple[str, str]]]:
    status, headers = 0, []
    while True:
        data = tls.recv(65_536)
        assert data, "closed before the answer"
        for event in talk.receive_data(data):
            if isinstance(event, h2.events.ResponseReceived):
                pairs = [(str(name), str(value)) for name, value in event.headers or ()]
                status = int(dict(pairs)[":status"])
                headers = [pair for pair in pairs if not pair[0].startswith(":")]
            if isinstance(event, h2.events.DataReceived):
                talk.acknowledge_received_data(event.flow_controlled_length or 0, stream)
            assert not isinstance(event, h2.events.StreamReset), event
            if isinstance(event, h2.events.StreamEnded):
                tls.sendall(talk.data_to_send())
                return status, headers
        tls.sendall(talk.data_to_send())


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.server(name)) for name in SERVERS]
)
def test_every_header_is_there_over_http2(name: str) -> None:
    """Files, redirects, errors, an alias and an unknown host: each promised header once, with its value."""
    with served(SERVERS[name], SETUP) as running:
        answers = list(exchange(running))

    for (method, host, path, statuses), (status, headers) in zip(REQUESTS, answers, strict=True):
        asked = f"{method} {host}{path}"
        assert status in statuses, asked
        promised = SETUP.policy.headers_for(path, status=status, secure=True)
        for header in promised:
            got = [value for key, value in headers if key == header.name.lower()]
            assert [header.value] == got, (asked, header.name)
        assert "alt-svc" not in dict(headers)
        if "Access-Control-Allow-Origin" not in {header.name for header in promised}:
            assert "access-control-allow-origin" not in dict(headers)
