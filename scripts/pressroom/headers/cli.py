"""The doors of `pressroom headers` and `pressroom serve`."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.config import DEPLOY, OUTPUT, load_config
from pressroom.errors import ConfigError, ExitCode, PressroomError
from pressroom.headers.built import (
    CHALLENGE,
    LOOPBACK,
    deployed_setup,
    is_stale,
    serving_built,
)
from pressroom.headers.proof.report import as_dict, render_proof
from pressroom.headers.proof.run import prove as prove_server
from pressroom.headers.proof.target import choose_target
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.world.disk import Tree
from pressroom.world.serve import free_ports, is_free

if TYPE_CHECKING:
    from pressroom.config import Config
    from pressroom.headers.proof.result import Proof
    from pressroom.headers.servers.server import Server

# Browsers look no such name up: it is this machine (RFC 6761, 6.3).
LOCALHOST = ".localhost"
FAILING = "/.well-known/pressroom-failing"
_SERVER = click.Choice(sorted(SERVERS))


@click.command(
    epilog="\b\nExamples:\n  pressroom serve\n  pressroom serve --server caddy --port 9443"
)
@click.option("--server", "name", type=_SERVER, default="nginx", show_default=True)
@click.option(
    "--port",
    type=click.IntRange(1, 65534),
    default=8443,
    show_default=True,
    help="Where TLS is spoken; the port above it speaks plain http.",
)
def serve(name: str, port: int) -> None:
    """Serve the built sites on this machine over TLS, as a real server with deploy/ would.

    The configuration is the generated one, with this machine's addresses, folders and certificates of a throw-away
    authority in place of the server's. Hosts get `.localhost` behind their names, which browsers take
    to this machine. Ctrl-C ends it. For writing, `mkdocs serve` is quicker: it builds again when a file changes.
    """
    config = load_config(Path.cwd())
    server = SERVERS[name]
    for one in (port, port + 1):
        if not is_free(LOOPBACK, one):
            raise ConfigError(
                f"port {one} is taken, or not for this user",
                where=LOOPBACK,
                hint="choose another with --port",
            )
    # Stopped by a signal it ends as by Ctrl-C: the server, then its files.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with (
        contextlib.suppress(KeyboardInterrupt),
        serving_built(config, server, ports=(port + 1, port), suffix=LOCALHOST) as running,
    ):
        if is_stale(config, server):
            click.echo(f"{DEPLOY}/{server.file} is not what the settings give: make site", err=True)
        for site in running.setup.sites:
            click.echo(f"https://{site.host}:{port}/")
        click.echo(f"{server.name}; its certificates are signed by {running.authority}")
        signal.pause()


@click.group()
def headers() -> None:
    """Show the headers that every response carries, and prove them on real web servers."""


@headers.command(epilog="\b\nExamples:\n  pressroom headers show\n  pressroom headers show --json")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON, for machines.")
def show(*, as_json: bool) -> None:
    """Print what every response promises, and what differs by path."""
    promises = deployed_setup(load_config(Path.cwd())).policy.promises
    if as_json:
        click.echo(json.dumps(promises, indent=2))
        return
    for title, some in promises.items():
        click.echo(f"{title}:")
        for name, value in some.items():
            click.echo(f"  {name}: {value}")


@headers.command(
    epilog="\b\nExamples:\n  pressroom headers prove\n  pressroom headers prove --server nginx --json"
)
@click.option(
    "--server",
    "names",
    type=_SERVER,
    multiple=True,
    help="Which server to prove; more than once for several. All by default.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every answer as JSON, for machines.")
def prove(names: tuple[str, ...], *, as_json: bool) -> None:
    """Send every kind of request to real servers that serve the built sites, and judge every header.

    Each server runs on this machine with its file of deploy/. Every header has to be there once and with the
    policy's value, on pages, redirects and errors alike, and Strict-Transport-Security over TLS alone.
    What a server cannot be brought to do is printed with the reason. Exit code 1 if anything is unexplained, 3 if a server
    is not installed.
    """
    config = load_config(Path.cwd())
    deployed_setup(config)  # what is wrong with it is said once, and not for each server
    proofs: dict[str, Proof] = {}
    problems: list[PressroomError] = []
    for name in names or sorted(SERVERS):
        try:
            proofs[name] = _prove(config, SERVERS[name])
        except ConfigError:
            raise
        except PressroomError as error:
            problems.append(error)
            continue
        if not as_json:
            click.echo(f"{name}: {DEPLOY}/{SERVERS[name].file}\n{render_proof(proofs[name])}")
    if as_json:
        click.echo(json.dumps({name: as_dict(proof) for name, proof in proofs.items()}, indent=2))
    for problem in problems:
        click.echo(str(problem), err=True)
    codes = {problem.exit_code for problem in problems}
    if ExitCode.FINDINGS in codes or any(not proof.fine for proof in proofs.values()):
        sys.exit(int(ExitCode.FINDINGS))
    sys.exit(int(ExitCode.OUTSIDE if problems else ExitCode.FINE))


def _prove(config: Config, server: Server) -> Proof:
    """The proof of one server with the built sites."""
    with serving_built(config, server, ports=_two_ports(), failing=FAILING) as running:
        targets = [
            choose_target(
                Tree(config.root / OUTPUT / site.name),
                site,
                running.setup.place,
                running.setup.policy,
                challenge=(CHALLENGE[0], CHALLENGE[1].encode()),
            )
            # The first is asked most: one that has an old address, if any has.
            for site in sorted(running.setup.sites, key=lambda one: not one.redirects)
        ]
        return prove_server(running, targets, unavoidable=server.unavoidable)


def _two_ports() -> tuple[int, int]:
    http, https = free_ports(LOOPBACK, 2)
    return http, https
