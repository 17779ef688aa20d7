"""The built sites on this machine, behind a real server with the configuration of deploy/."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.addresses.load import load_redirects
from pressroom.config import DEPLOY, OUTPUT
from pressroom.errors import ConfigError, ExitCode, FindingsError, PressroomError
from pressroom.findings import errors_of
from pressroom.headers.local import local_setup, running
from pressroom.headers.model import ACME, Place
from pressroom.headers.setup import load_policy, make_setup
from pressroom.world import disk
from pressroom.world.serve import reachable, workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.config import Config
    from pressroom.headers.local import Running
    from pressroom.headers.model import Setup
    from pressroom.headers.servers.server import Server

LOOPBACK = "127.0.0.1"
# What the authority of certificates would ask for (RFC 8555), as a proof has it: name and content.
CHALLENGE = ("pressroom-proof", "the answer to a challenge\n")


class NoServerError(PressroomError):
    """The program is not on this machine: nothing could be looked at."""

    exit_code = ExitCode.OUTSIDE


def deployed_setup(config: Config) -> Setup:
    """What deploy/ is made from; raises with all that is wrong with policy or redirects."""
    redirects, findings = load_redirects(config)
    if errors_of(findings):
        raise FindingsError(errors_of(findings))
    return make_setup(config, load_policy(config), redirects)


def is_stale(config: Config, server: Server) -> bool:
    """Whether the file in deploy/ is not what the settings of now give."""
    return _deployed_file(config, server) != server.render(deployed_setup(config))


@contextlib.contextmanager
def serving_built(
    config: Config,
    server: Server,
    *,
    ports: tuple[int, int],
    suffix: str = "",
    failing: str = "",
) -> Iterator[Running]:
    """Run the server for the sites of public/, at these ports for http and https; `suffix` goes behind hosts."""
    if not Path(server.program).exists():
        raise NoServerError(
            f"{server.name} is not installed",
            where=server.program,
            hint=f"apt-get install {server.package}, or sudo make system",
        )
    setup = deployed_setup(config)
    text = _deployed_file(config, server)
    with workshop() as folder:
        roots = {
            site.name: reachable(config.root / OUTPUT / site.name, folder) for site in setup.sites
        }
        challenges = folder / "acme" / ACME.strip("/")
        challenges.mkdir(parents=True)
        disk.save_text(challenges / CHALLENGE[0], CHALLENGE[1])
        place = Place(
            address=LOOPBACK,
            http_port=ports[0],
            https_port=ports[1],
            acme=str(folder / "acme"),
            failing=failing,
        )
        local = local_setup(setup, place, roots, folder, suffix=suffix)
        with running(server, text, deployed=setup, local=local, folder=folder) as one:
            yield one


def _deployed_file(config: Config, server: Server) -> str:
    path = config.root / DEPLOY / server.file
    missing = [one for one in (path, config.root / OUTPUT / config.hub) if not one.exists()]
    if missing:
        raise ConfigError(
            "not built yet",
            where=str(missing[0]),
            hint="run `make site` first: it says why if it cannot write this",
        )
    return path.read_text(encoding="utf-8")
