"""A small policy setup and small sites, for the tests of everything about headers."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.addresses.model import Redirect
from pressroom.headers.local import Running, local_setup, running
from pressroom.headers.model import Place, ServedSite, Setup
from pressroom.headers.policy import Policy
from pressroom.world.serve import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.servers.server import Server

DEPLOYED = Place(address="", http_port=80, https_port=443, acme="/var/www/acme")
FAILING = "/.failing"


def deployed_setup(
    *redirects: Redirect, names: tuple[str, ...] = ("hub", "docs"), policy: Policy | None = None
) -> Setup:
    """Two sites, widget.example and docs.widget.example, as they would be deployed."""
    sites = tuple(
        ServedSite(
            name=name,
            host="widget.example" if number == 0 else f"{name}.widget.example",
            aliases=("www.widget.example" if number == 0 else f"www.{name}.widget.example",),
            root=f"/srv/pressroom/current/{name}",
            certificate=f"/etc/letsencrypt/live/{name}/fullchain.pem",
            key=f"/etc/letsencrypt/live/{name}/privkey.pem",
            redirects=tuple(one for one in redirects if one.site == name),
        )
        for number, name in enumerate(names)
    )
    return Setup(policy=policy or Policy(), sites=sites, place=DEPLOYED)


def write_site(root: Path) -> None:
    """A site with a file of each kind."""
    for name, text in {
        "index.html": "<!doctype html><title>Home</title>" + "word " * 400,
        "dir/index.html": "<!doctype html><title>Folder</title>",
        "404.html": "<!doctype html><title>Page not found</title>",
        "50x.html": "<!doctype html><title>Out of order</title>",
        "latest.json": "{}\n",
        "feed.xml": "<feed/>\n",
        "robots.txt": "User-agent: *\n",
        "assets/x.0123abcd.js": "1;\n" * 500,
        "assets/x.0123abcd.css": "a{}\n" * 500,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


@contextlib.contextmanager
def served(
    server: Server, setup: Setup, *, roots: dict[str, Path] | None = None, text: str | None = None
) -> Iterator[Running]:
    """The server with its configuration of `setup` (or an edited one, `text`), on free ports of loopback.

    Without `roots` every site has the files of write_site.
    """
    # Not below pytest's own folder: that is root's alone, and servers give up being root.
    with tempfile.TemporaryDirectory(prefix="pressroom-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if roots is None:
            roots = {site.name: folder / "sites" / site.name for site in setup.sites}
            for root in roots.values():
                write_site(root)
        (folder / "acme" / ".well-known" / "acme-challenge").mkdir(parents=True)
        (folder / "acme" / ".well-known" / "acme-challenge" / "token").write_text("proof")
        (folder / "run").mkdir()
        (folder / "run").chmod(0o777)
        http, https = free_ports("127.0.0.1", 2)
        place = Place(
            address="127.0.0.1",
            http_port=http,
            https_port=https,
            acme=str(folder / "acme"),
            failing=FAILING,
        )
        local = local_setup(setup, place, roots, folder / "run")
        text = server.render(setup) if text is None else text
        with running(server, text, deployed=setup, local=local, folder=folder / "run") as one:
            yield one
