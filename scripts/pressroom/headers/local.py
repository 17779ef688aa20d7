"""A generated configuration on this machine: its lines about places are exchanged, all others stay as they are.

What is proved is the deployed file itself, edits by hand included: it is rendered twice, for the places of the
server and for those of this machine. The lines in which both differ are about places; where they stand in the file,
this machine's take their place.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
from typing import TYPE_CHECKING

import trustme

from pressroom.errors import PressroomError
from pressroom.headers.model import Place, Setup
from pressroom.world import disk, process
from pressroom.world.serve import serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from pressroom.headers.servers.server import Server

_CHECK_SECONDS = 30.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A server that runs on this machine, and what one needs to talk to it."""

    setup: Setup
    # The certificate of the throw-away authority that signed the sites' certificates (PEM).
    authority: Path


def relocate(text: str, *, deployed: str, local: str) -> str:
    """A deployed file with this machine's places; `deployed` and `local` are its renderings for both.

    Raises ValueError when the two do not have as many lines: a template must not depend on places otherwise.
    """
    there, here = deployed.splitlines(), local.splitlines()
    exchanged = {old: new for old, new in zip(there, here, strict=True) if old != new}
    return "".join(f"{exchanged.get(line, line)}\n" for line in text.splitlines())


def local_setup(
    setup: Setup, place: Place, roots: Mapping[str, Path], folder: Path, *, suffix: str = ""
) -> Setup:
    """The same sites at another place: files in `roots` by name, keys in `folder`; `suffix` goes behind hosts."""
    sites = tuple(
        dataclasses.replace(
            site,
            host=site.host + suffix,
            aliases=tuple(alias + suffix for alias in site.aliases),
            root=str(roots[site.name]),
            certificate=str(folder / f"{site.name}.pem"),
            key=str(folder / f"{site.name}.key"),
        )
        for site in setup.sites
    )
    return dataclasses.replace(setup, sites=sites, place=place)


@contextlib.contextmanager
def running(
    server: Server, text: str, *, deployed: Setup, local: Setup, folder: Path
) -> Iterator[Running]:
    """Run a deployed file, `text`, for the sites of `local`; `folder` is empty and ours, any user may look into it.

    Raises ProgramError with the server's own words when it refuses the file or cannot be started.
    """
    authority = _make_certificates(local, folder)
    here = relocate(text, deployed=server.render(deployed), local=server.render(local))
    included, main = folder / server.file.rpartition("/")[2], folder / f"{server.name}.main"
    disk.save_text(included, here)
    disk.save_text(main, server.main(local, included, folder))
    environment = {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    check = server.check(main, folder)
    result = process.run(check, cwd=folder, environment=environment, timeout=_CHECK_SECONDS)
    if result.code:
        raise PressroomError(
            f"{server.name} refuses its configuration:\n{result.tail}",
            where=str(included),
            hint="if deploy/ was not edited by hand, this is a mistake of ours: please report it",
        )
    with serving(
        server.command(main, folder),
        cwd=folder,
        environment=environment,
        address=local.place.address,
        ports=(local.place.http_port, local.place.https_port),
        log=folder / "output.log",
    ):
        yield Running(setup=local, authority=authority)


def _make_certificates(setup: Setup, folder: Path) -> Path:
    """A certificate a site, signed by an authority that is thrown away; the path of the authority's own."""
    authority = trustme.CA()
    for site in setup.sites:
        pair = authority.issue_cert(site.host, *site.aliases)
        chain = "".join(blob.bytes().decode() for blob in pair.cert_chain_pems)
        disk.save_text(folder / f"{site.name}.pem", chain)
        disk.save_text(folder / f"{site.name}.key", pair.private_key_pem.bytes().decode())
    disk.save_text(folder / "authority.pem", authority.cert_pem.bytes().decode())
    return folder / "authority.pem"
