"""`pressroom observatory check` at a prompt: help, wrong usage, terminals, Ctrl-C, and the script of the same name."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from observatory_hosts import HOST, page
from observatory_sites import DOOR, check, hosts_of, make_press, need_server, serve, started, typed

from pressroom.config import find_root

if TYPE_CHECKING:
    from collections.abc import Iterator

    from observatory_hosts import Hosts

SCRIPT = find_root(Path(__file__)) / "scripts/check_headers.py"


@pytest.fixture
def hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hosts]:
    with hosts_of(tmp_path, monkeypatch) as made:
        yield made


def test_help_teaches() -> None:
    """Every option, what the exit codes mean, and a way to begin."""
    done = typed("check", "--help")

    assert 0 == done.code
    for words in (
        *("--hosts", "--built", "--server", "--pages", "--min-grade", "--min-score", "--baseline"),
        *("--record", "--ca", "--resolve", "--preload", "--api", "--drift", "--service", "--json"),
        *("Exit code", "sitemap", "Examples:", "check --built --min-score 155"),
    ):
        assert words in done.out
    assert "check" in typed("--help").out
    assert typed("check", "-h").out == done.out


def run_script(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The script as a person starts it from some folder."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def test_the_script_is_the_same_command(hosts: Hosts, tmp_path: Path) -> None:
    """`scripts/check_headers.py` has its help and its exit codes, wherever it is started."""
    hosts.secure(page, host="127.0.0.1", port=8443)
    hosts.closed(port=8444)
    ports = {one.port: one.to_port for one in hosts.routes}
    (tmp_path / "pyproject.toml").unlink()

    shown = run_script("-h", cwd=tmp_path).stdout
    ours = subprocess.run([*DOOR, "check", "-h"], capture_output=True, text=True, check=True)
    assert "Usage: check_headers.py [OPTIONS] [URL]..." in shown
    assert ours.stdout.partition("\n")[2] == shown.partition("\n")[2]
    wanted = (f"127.0.0.1:{ports[8443]}/", "--pages=root", f"--ca={hosts.authority}")
    bad = run_script(*wanted, cwd=tmp_path)
    assert (1, "") == (bad.returncode, bad.stderr)
    assert "csp-not-implemented (-25)" in bad.stdout
    assert 0 == run_script(*wanted, "--min-score=0", cwd=tmp_path).returncode
    assert 3 == run_script(f"127.0.0.1:{ports[8444]}", cwd=tmp_path).returncode
    lost = run_script("--built", cwd=tmp_path)
    assert 2 == lost.returncode
    assert "no pyproject.toml with [tool.pressroom]" in lost.stderr
    assert "hint: start in the checkout" in lost.stderr


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["nodot", "x y.example"], "x y.example: it has a space", "hint: take it out"),
        (["nodot", "x y.example"], "nodot: the name of the host needs a dot", "hint: write the full name"),
        (["--resolve", "x:y"], "x:y: it is not host:port:address", "hint: write it as www.widget.example:443"),
        (["--hosts", "bytes"], "bytes:2: byte 0xff is not UTF-8", "hint: convert the file: iconv"),
        (["--hosts", "empty"], "empty: it names no host", "hint: write one host a line"),
        (["--ca", "empty"], "empty: no authorities can be read from it", "hint: name a file with certificates in PEM"),
        (["--preload", "empty"], "empty: no list of preloaded hosts", 'hint: a list is {"entries"'),
        (["--baseline", "empty"], "empty: no result of a check", "hint: make one with: pressroom observatory check --json"),
        (["--baseline", "bytes"], "bytes:2: byte 0xff", "hint: convert the file"),
        (["--hosts", "no-such"], "File 'no-such' does not exist", "--help"),
        (["--pages", "0"], "'0' is not `all`, `root` or a number of pages", "--help"),
        (["--pages", "-1"], "'-1' is not `all`", "--help"),
        (["--min-grade", "E"], "'E' is not one of 'A+', 'A'", "--help"),
        (["--min-score", "many"], "'many' is not a valid integer", "--help"),
        (["--built", HOST], "--built does not go with a URL", "hint: the built sites are looked at, and nothing else"),
        (["--built", "--ca", "empty"], "--built does not go with --ca", "leave one out"),
        (["--api", "--built"], "--api does not go with --built", "hint: --api compares verdicts and demands nothing"),
        (["--api", "--min-score", "0"], "--api does not go with --min-score", "check first, then compare"),
        (["--drift", HOST], "--drift does not go with a URL", "hint: --drift compares tables and looks at no host"),
        (["--service", "https://x.example/", HOST], "a check of hosts does not go with --service", "hint: only --api"),
        (["--drift", "--service", "x.example"], "--service: is no address of a service", "hint: write it whole"),
        (["--drift", "--service", "https://["], "--service: is no address of a service", "hint: write it whole"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    hosts: Hosts, tmp_path: Path, arguments: list[str], message: str, hint: str
) -> None:
    """Exit code 2 with what to do, before anything is looked at."""
    serve(hosts)
    (tmp_path / "empty").touch()
    (tmp_path / "bytes").write_bytes(b"\n\xff")
    done = typed("check", *arguments)

    assert 2 == done.code
    assert message in done.err
    assert hint in done.err
    assert "" == done.out
    assert 0 == hosts.connections


def test_without_a_configuration_a_host_has_to_be_named(hosts: Hosts, tmp_path: Path) -> None:
    """Exit code 2, and what is missing."""
    (tmp_path / "pyproject.toml").unlink()
    done = check(hosts)

    assert 2 == done.code
    assert "no pyproject.toml with [tool.pressroom]" in done.err
    assert "hint: start in the checkout" in done.err


def test_all_that_is_wrong_with_a_file_is_said_at_once(hosts: Hosts, tmp_path: Path) -> None:
    """Exit code 2, each line with its number and a hint, and nothing is looked at."""
    serve(hosts)
    (tmp_path / "hosts").write_text(f"nodot\n{HOST}\nhttp://{HOST}\na b.example\n")
    done = check(hosts, "--hosts", "hosts")

    assert 2 == done.code
    assert "" == done.out
    assert [1, 3, 4] == [
        int(line) for line in re.findall(r"^hosts:(\d+): ", done.err, re.MULTILINE)
    ]
    assert 3 == done.err.count("\n  hint: ")
    assert "hint: leave the scheme out: http:// and https:// are both asked" in done.err
    assert 0 == hosts.connections


def read_until(terminal: int, wanted: bytes) -> bytes:
    """What comes out at a terminal, up to something or its end."""
    seen = b""
    with contextlib.suppress(OSError):  # Linux: the other side is closed
        while wanted not in seen and (more := os.read(terminal, 4096)):
            seen += more
    return seen


def test_a_terminal_is_shown_how_far_it_is(tmp_path: Path) -> None:
    """A bar on standard error while pages are judged; standard output is what it is elsewhere."""
    need_server("nginx")
    press = make_press(tmp_path)
    ours, theirs = pty.openpty()
    with started("check", "--built", cwd=press.root, stderr=theirs) as process:
        os.close(theirs)
        shown = read_until(ours, b"never")
        assert process.stdout is not None
        out = process.stdout.read()
        assert 0 == process.wait(10)
    os.close(ours)

    assert b"3 pages" in shown
    assert b"100%" in shown
    assert out.startswith(b"host ")
    with started("check", "--built", cwd=press.root) as process:
        assert (out, b"") == process.communicate(timeout=10)


def test_ctrl_c_ends_the_server_too(tmp_path: Path) -> None:
    """In the middle of many pages: at once, without a traceback, and nginx does not stay."""
    need_server("nginx")
    press = make_press(tmp_path)
    for number in range(800):
        press.write_page(f"/{number}/")
    ours, theirs = pty.openpty()
    with started("check", "--built", cwd=press.root, stderr=theirs) as process:
        os.close(theirs)
        shown = read_until(ours, b"pages")
        # Its first thread's: that is where nginx was started.
        (server,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        shown += read_until(ours, b"never")
        assert 1 == process.wait(10)
        took = time.monotonic() - begin
    os.close(ours)

    assert 3 > took
    assert not Path(f"/proc/{server}").exists()
    assert b"Traceback" not in shown
    assert b"Aborted!" in shown


def test_ctrl_c_waits_for_no_host(hosts: Hosts, tmp_path: Path) -> None:
    """A host that never answers does not hold it."""
    asked, over = threading.Event(), threading.Event()

    def silent(_: object) -> None:
        asked.set()
        over.wait(20)

    hosts.secure(lambda _: silent, host="127.0.0.1", port=8443)
    (route,) = hosts.routes
    with started("check", f"127.0.0.1:{route.to_port}", cwd=tmp_path) as process:
        assert asked.wait(10)
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=3)
        finally:
            over.set()

    assert (b"", b"Aborted!") == (out, err.strip())
    assert 1 == process.returncode
