"""A small press that is built without MkDocs, and `pressroom observatory` as a person types it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from observatory_hosts import HOST, Hosts, answer, to_https

from pressroom import cli
from pressroom.config import load_config
from pressroom.doors import run_door
from pressroom.headers.built import deployed_setup
from pressroom.headers.deploy import render_deploy, write_deploy
from pressroom.headers.policy import STS, Policy
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.observatory.targets import parse_route

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from observatory_hosts import Answerer, Question

    from pressroom.observatory.targets import Route

NGINX_FILE = "deploy/nginx/pressroom.conf"
PYPROJECT = f"""\
[tool.pressroom]
domain = "{HOST}"
author = "The widget maintainer"
feed_namespace = "0b4b6f0e-2b5d-4f5e-9c1c-5a2f4a1f7a10"
report = "https://{HOST}/support/"
security = {{ contact = "mailto:security@{HOST}", expires = 2099-01-01 }}

[tool.pressroom.sites]
hub = {{ config = "mkdocs.yml" }}
docs = {{ config = "docs.yml", label = "docs" }}
"""
TEXT = "<!doctype html><title>Widget</title>"
OWN_SCRIPT = '<script src="/assets/x.0123abcd.js" integrity="sha384-x"></script>'
PAGE = TEXT + OWN_SCRIPT
# A page of ours as its headers say it over TLS: 155 points.
HEADERS = (
    *(f"{one.name}: {one.value}" for one in Policy().headers_for("/", status=200, secure=True)),
    "Content-Type: text/html; charset=utf-8",
)
DOOR = (sys.executable, "-c", "import pressroom.cli as c; c.main()", "observatory")


# Header: the token of the worst page without it.
COUNTING = {
    "Content-Security-Policy": "csp-not-implemented",
    "X-Content-Type-Options": "x-content-type-options-not-implemented",
    "Referrer-Policy": "referrer-policy-not-implemented",
    "Cross-Origin-Opener-Policy": "coop-not-implemented",
    "Cross-Origin-Embedder-Policy": "coep-not-implemented",
    "Cross-Origin-Resource-Policy": "corp-not-implemented",
    STS: "hsts-not-implemented",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A checkout with built sites; two pages of a hub, one of the docs."""

    root: Path

    def write_page(self, path: str, text: str = PAGE, *, site: str = "hub") -> None:
        """A page of a site at an address that ends with a slash."""
        self.write(f"public/{site}{path}index.html", text)

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        """The text of a file."""
        return (self.root / name).read_text(encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace text that is there once."""
        text = self.read(name)
        assert 1 == text.count(old), (name, old)
        self.write(name, text.replace(old, new))


def make_press(root: Path) -> Press:
    """The press, as `make site` leaves it."""
    press = Press(root=root)
    press.write("pyproject.toml", PYPROJECT)
    (root / "site").mkdir(exist_ok=True)
    for site, path in (("hub", "/"), ("hub", "/guide/"), ("docs", "/")):
        press.write_page(path, site=site)
    for site in ("hub", "docs"):
        press.write(f"public/{site}/404.html", TEXT)
        press.write(f"public/{site}/50x.html", TEXT)
    files, findings = render_deploy(deployed_setup(load_config(root)))
    assert [] == findings
    write_deploy(files, root / "deploy")
    return press


def typed(*arguments: str, stdin: bytes = b"") -> Typed:
    """`pressroom observatory …`, in this process; its exit code as the door gives it."""
    with CliRunner().isolation(input=stdin) as (out, err, _):
        try:
            code = run_door(
                lambda: cli.root.main(args=["observatory", *arguments], prog_name="pressroom")
            )
        except SystemExit as end:
            code = int(end.code or 0)
        return Typed(code=code, out=out.getvalue().decode(), err=err.getvalue().decode())


@contextlib.contextmanager
def started(
    *arguments: str, cwd: Path, stdin: int | None = None, stderr: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[bytes]]:
    """The same in a process of its own, which hears Ctrl-C; killed after the block."""
    with subprocess.Popen(
        [*DOOR, *arguments],
        cwd=cwd,
        # Whoever runs these tests in the background ignores SIGINT, and so would it.
        preexec_fn=_listen_to_ctrl_c,  # noqa: PLW1509 - sets a signal alone
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _listen_to_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def need_server(name: str) -> None:
    """Skip aloud without that web server of Debian's; in CI that is a failure."""
    if Path(SERVERS[name].program).exists():
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is missing; run 'make system' as root")
    pytest.skip(f"no {name}: sudo make system")


@contextlib.contextmanager
def hosts_of(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    """Hosts that --resolve leads to, and a checkout in the folder as the one in which commands are typed."""
    hosts = Hosts(folder)

    def parse(text: str) -> Route:
        # They may not listen at ports below 1024.
        route = parse_route(text)
        known = {(one.host, one.port): one for one in hosts.routes}
        return known.get((route.host, route.port), route)

    monkeypatch.setattr("pressroom.observatory.cli.parse_route", parse)
    monkeypatch.setattr("pressroom.observatory.api.asking.parse_route", parse)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "site").mkdir()
    monkeypatch.chdir(folder)
    yield hosts
    hosts.close()


def ways(hosts: Hosts) -> list[str]:
    """The options that lead to these hosts, and trust them."""
    routes = [f"--resolve={one.host}:{one.port}:127.0.0.1" for one in hosts.routes]
    return [*routes, f"--ca={hosts.authority}"]


def check(hosts: Hosts, *arguments: str) -> Typed:
    """`pressroom observatory check` with the options that lead to these hosts."""
    return typed("check", *arguments, *ways(hosts))


def good(question: Question) -> bytes:
    """A page of ours, wherever it is asked for; there is no sitemap."""
    if question.path == "/sitemap.xml":
        return answer(b"", status="404 Not Found")
    return answer(PAGE.encode(), *HEADERS)


def worse(*names: str, body: str = PAGE) -> Answerer:
    """A host whose pages are good but for these headers, which are not there."""
    headers = [line for line in HEADERS if line.partition(":")[0] not in names]
    return lambda _: answer(body.encode(), *headers)


def listing(*paths: str) -> Answerer:
    """A good host whose sitemap lists these pages."""
    urls = "".join(f"<url><loc>https://{HOST}{path}</loc></url>" for path in paths)
    text = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    sitemap = answer(text.encode(), "Content-Type: application/xml")
    return lambda question: sitemap if question.path == "/sitemap.xml" else good(question)


def hang_up(_: socket.socket) -> None:
    """The connection is closed without an answer."""


def serve(hosts: Hosts, answerer: Answerer = good, *, host: str = HOST) -> None:
    """A host that answers so over TLS, and redirects to that without."""
    hosts.secure(answerer, host=host)
    hosts.plain(to_https, host=host)


def serve_nowhere(hosts: Hosts, host: str) -> None:
    """A host where nobody listens."""
    hosts.closed(host=host, port=443)
    hosts.closed(host=host, port=80)
