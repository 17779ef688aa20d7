"""A small press, and a server that it is deployed to: a folder, a real nginx before it, a real sshd if wanted.

    with deploy_world(ssh=True) as world:
        done = world.press("deploy", "production", "--yes")     # as a person types it
        world.get("/")                                          # what nginx answers over TLS
        world.use("second")                                     # another version is built (see deploy_builds.py)

nginx runs the deployed file as it is, but for its `listen` lines: a test may not listen at ports below 1024. `check` and
`reload` of the target are commands that put those lines right first. Certificates are where the settings say.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trustme
from build_types import Checkout
from deploy_builds import Builds, make_builds
from deploy_commands import Commands, ready_commands
from sshd import ALIAS, Sshd, sshd

from pressroom.world.serve import free_ports, serving, workshop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "widgets.example"
ADDRESS = "127.0.0.1"
NGINX = "/usr/sbin/nginx"
COMMAND = (sys.executable, "-c", "import pressroom.cli as c; c.main()")
_MAIN = """\
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/local*.conf;
    # Somebody listens before the first deploy too.
    server {{ listen {address}:{https} ssl; listen {address}:{http}; server_name nobody.example;
        ssl_certificate {folder}/{host}.pem; ssl_certificate_key {folder}/{host}.key; return 404; }}
}}
"""
# Takes the deployed file of a version, puts the lines of places right, has it checked, and then (`reload`) read. A
# test may meddle: its script gets the order, the folder of the version, and the file that may be changed.
_SCRIPT = """\
#!/bin/sh
set -eu
sed -e 's/listen 443\\([^;]*\\);.*/listen {address}:{https}\\1;/' -e 's/listen 80\\([^;]*\\);.*/listen {address}:{http}\\1;/' \\
    "$1/deploy/nginx/pressroom.conf" > {folder}/candidate.conf
if [ -e {folder}/meddle ]; then sh -eu {folder}/meddle "$2" "$1" {folder}/candidate.conf; fi
if [ "$2" = check ]; then
    sed -e 's/local\\*/candidate/' -e '/server_name nobody/,$d' {folder}/main > {folder}/main.check
    echo '}}' >> {folder}/main.check
    exec {nginx} -t -q -e stderr -c {folder}/main.check
fi
mv {folder}/candidate.conf {folder}/local.conf
exec {nginx} -s reload -e stderr -c {folder}/main
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The press, its server, and how to type commands and ask for pages."""

    checkout: Checkout
    # The target's folder, with versions/ and current.
    folder: Path
    plain: int
    https: int
    authority: Path
    environment: dict[str, str]
    # Where nginx is kept.
    server: Path
    ssh: Sshd | None
    builds: Builds
    commands: Commands
    # What is behind the settings of each build.
    settings: str
    # What runs the server, while it runs.
    running: contextlib.ExitStack

    def press(
        self, *arguments: str, timeout: float = 60, before: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """A command of ours, as a person types it in the checkout, to its end; `before`: Python to run first."""
        return self.commands.run(
            arguments,
            cwd=self.checkout.root,
            environment=self.environment,
            timeout=timeout,
            before=before,
        )

    def told(self, *arguments: str, code: int = 0, before: str = "") -> dict[str, Any]:
        """What the command says with --json; it has to end with `code`."""
        done = self.press(*arguments, "--json", before=before)
        assert code == done.returncode, done.stdout + done.stderr
        told = json.loads(done.stdout)
        assert isinstance(told, dict)
        return told

    def start(self, *arguments: str, command: tuple[str, ...] = COMMAND) -> subprocess.Popen[str]:
        """The same, at work; in a process group of its own, so that it can be killed whole."""
        return subprocess.Popen(
            [*command, *arguments],
            cwd=self.checkout.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def build(self) -> None:
        """`mkdocs build --strict`, without compressed copies."""
        result = self.checkout.build()
        assert 0 == result.returncode, result.stderr

    def use(self, kind: str) -> None:
        """That version is what is built, and nothing else is left in the checkout."""
        self.builds.put(kind, self.checkout.root, self.settings)

    def connect(self) -> http.client.HTTPSConnection:
        """A connection to nginx that trusts its certificate."""
        context = ssl.create_default_context(cafile=str(self.authority))
        return Connection(self.https, context)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a page over TLS."""
        with contextlib.closing(self.connect()) as connection:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()

    @property
    def live(self) -> str:
        """The id of the version that `current` leads to."""
        return (self.folder / "current").readlink().name

    @property
    def shown(self) -> str:
        """The id that nginx says."""
        return self.get("/version.txt")[2].decode().strip()

    def below(self) -> dict[str, tuple[int, int]]:
        """Everything below versions/, and `current`: path, and what tells whether it is still that file."""
        found = {
            str(path.relative_to(self.folder)): (path.lstat().st_ino, path.lstat().st_mtime_ns)
            for path in (self.folder / "versions").rglob("*")
        }
        link = self.folder / "current"
        return {**found, **({f"-> {link.readlink()}": (0, 0)} if link.is_symlink() else {})}

    def meddle(self, script: str) -> None:
        """From now on that is run by `check` and `reload`, with the order, the version, the file; "" for nothing."""
        if script:
            (self.server / "meddle").write_text(script)
        else:
            (self.server / "meddle").unlink(missing_ok=True)

    def stop_server(self) -> None:
        """Nginx is not there any more."""
        self.running.close()

    def start_server(self) -> None:
        """Nginx is there, with what was deployed last."""
        self.running.enter_context(
            serving(
                [NGINX, "-e", "stderr", "-c", str(self.server / "main")],
                cwd=self.server,
                environment={"PATH": os.defpath},
                address=ADDRESS,
                ports=(self.plain, self.https),
                log=self.server / "output.log",
            )
        )

    def keep(self) -> None:
        """What is deployed now is kept aside: `restore` brings it back."""
        shutil.copytree(self.folder, self._kept / "srv", symlinks=True)
        shutil.copy(self.server / "local.conf", self._kept)

    def restore(self) -> None:
        """What was kept is deployed, and nothing else; the first version is built, and nobody meddles."""
        self.stop_server()
        self.meddle("")
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._kept / "srv", self.folder, symlinks=True)
        shutil.copy(self._kept / "local.conf", self.server)
        self.use("first")
        self.start_server()

    @property
    def _kept(self) -> Path:
        return self.server.parent / "kept"


class Connection(http.client.HTTPSConnection):
    """To the port of a test, under the host's own name."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        super().__init__(HOST, port, context=context, timeout=10)
        self._place, self._tls = (ADDRESS, port), context

    def connect(self) -> None:
        """TCP and TLS."""
        plain = socket.create_connection(self._place, timeout=10)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = self._tls.wrap_socket(plain, server_hostname=HOST)


@contextlib.contextmanager
def deploy_world(
    *,
    ssh: bool = False,
    builds: Builds | None = None,
    commands: Commands | None = None,
    keep: int = 3,
    days: int = 0,
    force_command: str = "",
) -> Iterator[World]:
    """The press with its first version built, and its server with nothing deployed yet; the target is `production`.

    `builds` and `commands` are those of a session, made here otherwise. The certificate is good for so many `days`, or
    for longer than anybody waits; `force_command` is that of sshd.
    """
    with workshop() as folder, contextlib.ExitStack() as stack:
        commands = commands or stack.enter_context(ready_commands())
        builds = builds or make_builds(folder / "builds", commands)
        root = folder / "press"
        root.mkdir()
        server = folder / "nginx"
        server.mkdir()
        far = folder / "srv"
        http_port, https_port = free_ports(ADDRESS, 2)
        make_certificate(server, days=days)
        places = {"folder": server, "address": ADDRESS, "http": http_port, "https": https_port}
        (server / "main").write_text(_MAIN.format(host=HOST, **places))
        script = server / "order.sh"
        script.write_text(_SCRIPT.format(nginx=NGINX, **places))
        script.chmod(0o755)
        one = (
            stack.enter_context(sshd(folder / "ssh", force_command=force_command)) if ssh else None
        )
        environment = one.environment if one else {"PATH": os.environ["PATH"]}
        world = World(
            checkout=Checkout(root=root),
            folder=far,
            plain=http_port,
            https=https_port,
            authority=server / "authority.pem",
            environment={"HOME": str(folder), "LANG": "C.UTF-8", **environment},
            server=server,
            ssh=one,
            builds=builds,
            commands=commands,
            settings=_settings(
                far, server, ports=(http_port, https_port), host=ALIAS if ssh else "", keep=keep
            ),
            running=stack.enter_context(contextlib.ExitStack()),
        )
        world.use("first")
        world.start_server()
        yield world


def make_certificate(folder: Path, *, days: int = 0) -> None:
    """A new authority and its certificate for the host."""
    authority = trustme.CA()
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days, hours=1) if days else None
    pair = authority.issue_cert(HOST, f"www.{HOST}", not_after=ends)
    (folder / f"{HOST}.pem").write_bytes(b"".join(one.bytes() for one in pair.cert_chain_pems))
    (folder / f"{HOST}.key").write_bytes(pair.private_key_pem.bytes())
    (folder / "authority.pem").write_bytes(authority.cert_pem.bytes())


def _settings(far: Path, server: Path, *, ports: tuple[int, int], host: str, keep: int) -> str:
    routes = [
        f"{name}:{official}:{ADDRESS}:{port}"
        for official, port in zip((80, 443), ports, strict=True)
        for name in (HOST, f"www.{HOST}")
    ]
    script = server / "order.sh"
    return f"""
[tool.pressroom.hosting]
folder = "{far}/current"
certificate = "{server}/{{host}}.pem"
key = "{server}/{{host}}.key"

[tool.pressroom.deploy.production]
host = "{host}"
folder = "{far}"
check = 'sh {script} "$VERSION" check'
reload = 'sh {script} "$VERSION" reload'
keep = {keep}
resolve = {routes}
ca = "{server}/authority.pem"
"""


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to all of it, and its end."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Until it holds; AssertionError if that takes too long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)
