"""A day with the Observatory: web servers as they come out of the box, then with what is in deploy/."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

import pytest
from observatory_hosts import HOST
from observatory_sites import COUNTING, PAGE, check, hosts_of, make_press, need_server, typed

from pressroom.headers.servers.all_servers import SERVERS
from pressroom.observatory.targets import Route
from pressroom.world.serve import free_ports, reachable, serving, workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from observatory_hosts import Hosts

# Debian's nginx.conf and sites-available/default, with TLS as its comments say; what begins with @ is ours.
NGINX = """\
daemon off;
user www-data;
worker_processes auto;
pid @folder/pid;
error_log @folder/error.log;
events { worker_connections 768; }
http {
    sendfile on;
    tcp_nopush on;
    types_hash_max_size 2048;
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_prefer_server_ciphers on;
    access_log @folder/access.log;
    gzip on;
    server {
        listen 127.0.0.1:@http default_server;
        server_name _;
        root @root;
        index index.html index.htm index.nginx-debian.html;
        location / { try_files $uri $uri/ =404; }
        @redirect return 301 https://$host$request_uri;
    }
    server {
        listen 127.0.0.1:@tls ssl default_server;
        ssl_certificate @folder/chain.pem;
        ssl_certificate_key @folder/key.pem;
        server_name _;
        root @root;
        index index.html index.htm index.nginx-debian.html;
        location / { try_files $uri $uri/ =404; }
    }
}
"""
# Debian's apache2.conf, security.conf, 000-default.conf and default-ssl.conf.
APACHE = """\
DefaultRuntimeDir @folder
PidFile @folder/pid
ErrorLog @folder/error.log
Timeout 300
KeepAlive On
MaxKeepAliveRequests 100
KeepAliveTimeout 5
User www-data
Group www-data
@modules
TypesConfig /etc/mime.types
DirectoryIndex index.html index.cgi index.pl index.php index.xhtml index.htm
ServerTokens OS
ServerSignature On
TraceEnable Off
Listen 127.0.0.1:@http
Listen 127.0.0.1:@tls
<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>
<Directory @root>
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>
<VirtualHost *:@http>
    ServerAdmin webmaster@localhost
    DocumentRoot @root
    @redirect Redirect permanent / https://@host/
</VirtualHost>
<VirtualHost *:@tls>
    ServerAdmin webmaster@localhost
    DocumentRoot @root
    SSLEngine on
    SSLCertificateFile @folder/chain.pem
    SSLCertificateKeyFile @folder/key.pem
</VirtualHost>
"""
MODULES = "mpm_event authn_core authz_core authz_host alias autoindex deflate dir env filter mime negotiation setenvif ssl"
STOCK = {
    "nginx": (NGINX, ("/usr/sbin/nginx", "-e", "stderr", "-c")),
    "apache": (APACHE, ("/usr/sbin/apache2", "-DFOREGROUND", "-f")),
}


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    with hosts_of(tmp_path, monkeypatch) as made:
        yield made


@contextlib.contextmanager
def stock(name: str, files: Path, hosts: Hosts, *, redirects: bool) -> Iterator[None]:
    """The server with the files, as Debian ships it."""
    text, command = STOCK[name]
    http, tls = free_ports("127.0.0.1", 2)
    modules = MODULES.split()
    lines = [f"LoadModule {one}_module /usr/lib/apache2/modules/mod_{one}.so" for one in modules]
    with workshop() as folder:
        pair = hosts.ca.issue_cert(HOST)
        (folder / "chain.pem").write_bytes(pair.cert_chain_pems[0].bytes())
        (folder / "key.pem").write_bytes(pair.private_key_pem.bytes())
        for word, value in {
            "@http": str(http),
            "@tls": str(tls),
            "@host": HOST,
            "@folder": str(folder),
            "@root": str(reachable(files, folder)),
            "@redirect ": "" if redirects else "# ",
            "@modules": "\n".join(lines),
        }.items():
            text = text.replace(word, value)
        (folder / "main.conf").write_text(text)
        for port, to_port in ((80, http), (443, tls)):
            hosts.routes.append(Route(host=HOST, port=port, address="127.0.0.1", to_port=to_port))
        with serving(
            (*command, str(folder / "main.conf")),
            cwd=folder,
            environment={"PATH": os.defpath},
            address="127.0.0.1",
            ports=(http, tls),
            log=folder / "log",
        ):
            yield


@pytest.mark.parametrize("name", sorted(STOCK))
@pytest.mark.parametrize(("redirects", "row"), [(True, "D      30"), (False, "F      10")])
def test_a_server_as_it_is_shipped_is_bad_and_ours_is_not(
    name: str, redirects: bool, row: str, hosts: Hosts, tmp_path: Path
) -> None:
    """D with a redirect to https, F without, and advice that names each header; with deploy/ the same files have A+."""
    need_server(name)
    make_press(tmp_path)
    with stock(name, tmp_path / "public/hub", hosts, redirects=redirects):
        done = check(hosts, HOST, f"{HOST}/guide/", "--pages", "root")

    assert 1 == done.code
    assert f"widget.example  {row}     2      /" in done.out
    for header, token in COUNTING.items():
        assert f": {token} (" in done.out
        assert f"    hint: Send `{header}: " in done.out
    assert "`X-Frame-Options: DENY`" in done.out
    assert redirects != ("redirection: redirection-missing (-20), on all 2 pages" in done.out)
    assert redirects != ("hint: Let the server on port 80 answer everything with `301`" in done.out)
    assert "below A+: /, /guide/" in done.out

    done = typed("check", "--built", "--server", name, "--min-score", "155")

    assert 0 == done.code
    assert "widget.example       A+     155    2      /\n" in done.out
    assert PAGE in (tmp_path / "public/hub/index.html").read_text()
    assert name in SERVERS
