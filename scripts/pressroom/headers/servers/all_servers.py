"""The kinds of server that we know, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.headers.servers.apache import APACHE
from pressroom.headers.servers.caddy import CADDY
from pressroom.headers.servers.lighttpd import LIGHTTPD
from pressroom.headers.servers.nginx import NGINX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.headers.servers.server import Server

SERVERS: Mapping[str, Server] = {server.name: server for server in (NGINX, APACHE, CADDY, LIGHTTPD)}
