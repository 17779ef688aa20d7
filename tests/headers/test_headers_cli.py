"""`pressroom headers` and `pressroom serve`, as people type them, on a small press."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from build_types import Checkout
from click.testing import CliRunner

from pressroom import cli
from pressroom.headers.policy import Policy
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.world import wire
from pressroom.world.serve import free_ports, is_free, workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

PRESS = Path(__file__).parent.parent / "fixtures" / "press"
FILE = "deploy/nginx/pressroom.conf"
NOSNIFF = "add_header X-Content-Type-Options nosniff always;\n"


@pytest.fixture(scope="module")
def built() -> Iterator[Checkout]:
    """A small press, built; where a server that gives up being root can read."""
    with workshop() as folder:
        shutil.copytree(PRESS, folder / "press")
        checkout = Checkout(root=folder / "press")
        result = checkout.build()
        assert 0 == result.returncode, result.stderr
        yield checkout


@pytest.fixture
def press(built: Checkout, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    """The same, as the folder in which commands are typed; its nginx file is put back afterwards."""
    monkeypatch.chdir(built.root)
    text = (built.root / FILE).read_text(encoding="utf-8")
    yield built
    built.write(FILE, text)


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and all that was printed, as a person would see it."""
    result = subprocess.run(
        [sys.executable, "-c", "import pressroom.cli as c; c.main()", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return result.returncode, result.stdout + result.stderr


def _two_in_a_row() -> int:
    """A free port with a free one above it, for TLS and plain http."""
    for _ in range(100):
        (port,) = free_ports("127.0.0.1", 1)
        if is_free("127.0.0.1", port + 1):
            return port
    raise AssertionError("no two ports in a row are free")


def test_show_prints_the_policy(press: Checkout) -> None:
    """Every header of every response, and what differs by path, for people and for machines."""
    code, shown = run("headers", "show")
    values = json.loads(CliRunner().invoke(cli.root, ["headers", "show", "--json"]).stdout)

    assert 0 == code
    for header in (*Policy().always, Policy().transport):
        assert f"  {header.name}: {header.value}\n" in shown
    assert "max-age=63072000; includeSubDomains" == values["over TLS"]["Strict-Transport-Security"]
    assert {"Cache-Control": "public, max-age=31536000, immutable"} == values["files at /assets/*"]
    assert press.root.is_dir()


@pytest.mark.server("nginx")
def test_prove_judges_what_was_built(press: Checkout) -> None:
    """The generated file has not one unexplained gap; --json has every answer."""
    code, shown = run("headers", "prove", "--server", "nginx")

    assert 0 == code, shown
    assert f"nginx: {FILE}" in shown
    assert "✗" not in shown.replace("✗ wrong", "")

    code, printed = run("headers", "prove", "--server", "nginx", "--json")
    (proof,) = json.loads(printed).values()

    assert 0 == code
    assert proof["fine"]
    assert len(proof["answers"]) > 40
    assert press.root.is_dir()


@pytest.mark.server("nginx")
@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (NOSNIFF, "", "X-Content-Type-Options"),
        (NOSNIFF, NOSNIFF.replace("nosniff", "sniff"), "X-Content-Type-Options"),
        (NOSNIFF, NOSNIFF * 2, "X-Content-Type-Options"),
        ("frame-ancestors 'none'", "frame-ancestors *", "Content-Security-Policy"),
    ],
)
def test_a_header_that_was_broken_by_hand_is_named(
    press: Checkout, old: str, new: str, named: str
) -> None:
    """Taken out, changed or doubled in the generated file: exit code 1, and the prober names it and no other."""
    press.edit(FILE, old, new)
    code, printed = run("headers", "prove", "--server", "nginx", "--json")
    (proof,) = json.loads(printed).values()
    wrong = {one["subject"] for answer in proof["answers"] for one in answer["failures"]}

    assert 1 == code
    assert {named} == wrong


@pytest.mark.server("nginx")
def test_a_syntax_error_is_told_in_the_servers_words(press: Checkout) -> None:
    """Exit code 1, the file's line as nginx says it, and a hint."""
    press.edit(FILE, NOSNIFF, "add_headr X y;\n")
    code, shown = run("headers", "prove", "--server", "nginx")

    assert 1 == code
    assert 'unknown directive "add_headr"' in shown
    assert "hint: if deploy/ was not edited by hand" in shown


def test_what_was_not_built_cannot_be_proved(
    press: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, and the command that builds."""
    shutil.copytree(PRESS, tmp_path / "press")
    monkeypatch.chdir(tmp_path / "press")
    for command in (["headers", "prove", "--server", "nginx"], ["serve"]):
        code, shown = run(*command)
        assert 2 == code
        assert "hint: run `make site` first" in shown
    assert press.root.is_dir()


def test_a_server_that_is_not_there_could_not_be_looked_at(
    press: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 3 is not exit code 1: nothing is said about headers; the hint installs it."""
    gone = dataclasses.replace(SERVERS["caddy"], program="/no/such/caddy")
    monkeypatch.setattr("pressroom.headers.cli.SERVERS", {"caddy": gone})
    result = CliRunner().invoke(cli.root, ["headers", "prove"])

    assert 3 == result.exit_code
    assert "apt-get install caddy" in result.stderr
    assert press.root.is_dir()


def _listen_to_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`pressroom serve` under way, and what it printed when it was ready."""
    command = [sys.executable, "-c", "import pressroom.cli as c; c.main()", "serve", *arguments]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
        # Whoever runs these tests in the background ignores SIGINT, and so would it.
        preexec_fn=_listen_to_ctrl_c,  # noqa: PLW1509 - sets a signal alone
    ) as process:
        try:
            assert process.stdout is not None
            lines = []
            for line in process.stdout:
                lines.append(line)
                if "signed by" in line:
                    break
            yield process, "".join(lines)
        finally:
            process.kill()


@pytest.mark.server("nginx")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_until_it_is_stopped(press: Checkout, number: int) -> None:
    """Its hosts end in .localhost; Ctrl-C or SIGTERM ends the server too and removes its files."""
    port = _two_in_a_row()
    with serving("--port", str(port)) as (process, shown):
        authority = Path(shown.split("signed by ")[1].strip())
        host = shown.splitlines()[0].removeprefix("https://").rpartition(":")[0]
        answer = wire.exchange(
            "127.0.0.1",
            port,
            f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode(),
            tls=wire.Tls(server_name=host, authority=authority),
            deadline=5,
            limit=1_000_000,
        )
        process.send_signal(number)
        code = process.wait(20)

    assert host.endswith(".localhost")
    assert answer.received.startswith(b"HTTP/1.1 200 ")
    assert 0 == code
    assert not authority.parent.exists()
    for _ in range(100):
        if all(map(_is_free, (port, port + 1))):
            break
        time.sleep(0.02)
    assert all(map(_is_free, (port, port + 1)))
    assert press.root.is_dir()


def test_serve_says_which_port_is_taken(press: Checkout) -> None:
    """Exit code 2, the port, and the option that chooses another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, shown = run("serve", "--port", str(port))

    assert 2 == code
    assert f"port {port} is taken" in shown
    assert "--port" in shown
    assert press.root.is_dir()


@pytest.mark.server("nginx")
def test_serve_says_that_deploy_is_not_what_the_settings_give(press: Checkout) -> None:
    """An old or edited file is served as it is, and that is said."""
    press.edit(FILE, NOSNIFF, "")
    port = _two_in_a_row()
    with serving("--port", str(port)) as (_, shown):
        assert f"{FILE} is not what the settings give: make site" in shown


def _is_free(port: int) -> bool:
    return is_free("127.0.0.1", port)
