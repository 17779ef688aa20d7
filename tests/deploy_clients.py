"""Clients of a live site at full speed, that know of each answer whether it may be so.

A page has to be, byte by byte, that of one version; while no switch is on its way, that of the live one. Each asset that it
names is asked for then, and has to have the bytes that its name stands for, and those that its integrity hash says.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import gzip
import hashlib
import http.client
import random
import re
import ssl
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from deploy_world import HOST, Connection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from deploy_world import World

_TAG = re.compile(r"<(?:link|script|img)\b[^>]*>")
_NAMED = re.compile(r'\b(?:href|src)="([^"]+)"')
_INTEGRITY = re.compile(r'\bintegrity="sha384-([^"]+)"')
_ERRORS = ("404.html", "50x.html", "version.txt")
# Nothing came back on a connection that had been used: browsers ask again on a new one (RFC 9110, 9.2.2).
_CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)


@dataclasses.dataclass(kw_only=True)
class Known:
    """What there may be: the files of each version by address, and which version is live while nobody switches."""

    trees: dict[str, dict[str, bytes]] = dataclasses.field(default_factory=dict)
    # The number of the switch, and the id; None while one is on its way.
    settled: tuple[int, str] | None = None

    def learn(self, version: str, site: Path) -> None:
        """The files of a built site are those of that version."""
        self.trees[version] = {
            _address(str(path.relative_to(site))): path.read_bytes()
            for path in sorted(site.rglob("*"))
            if path.is_file() and path.suffix != ".gz" and path.name not in _ERRORS
        }

    @property
    def pages(self) -> list[str]:
        """The addresses that all versions have, without assets."""
        common = set.intersection(*(set(tree) for tree in self.trees.values()))
        return sorted(one for one in common if not one.startswith("/assets/"))

    def asset(self, path: str) -> set[bytes]:
        """What may be there: one file for one name."""
        return {tree[path] for tree in self.trees.values() if path in tree}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Asset:
    """What a page names: its path, and the SHA-384 that it must have, "" if the page does not say."""

    path: str
    integrity: str


def assets_of(path: str, page: bytes) -> list[Asset]:
    """The assets that a page at a path names."""
    found = []
    for tag in _TAG.findall(page.decode()):
        for name in _NAMED.findall(tag):
            place = urlsplit(urljoin(f"https://{HOST}{path}", name)).path
            if place.startswith("/assets/"):
                said = _INTEGRITY.search(tag)
                found.append(Asset(path=place, integrity=said[1] if said else ""))
    return found


class Client(threading.Thread):
    """One that asks until it is told to stop; its numbers and what went wrong are read then."""

    def __init__(
        self, world: World, known: Known, number: int, *, keeps: bool, gzips: bool, asks_again: bool
    ) -> None:
        super().__init__(daemon=True)
        self.requests = self.retries = self.unchanged = self.connections = 0
        self.failures: list[str] = []
        self.seen: set[str] = set()
        self._port, self._known, self._random = world.https, known, random.Random(number)  # noqa: S311 - which page is next
        self._tls = ssl.create_default_context(cafile=str(world.authority))
        self._keeps, self._gzips, self._asks_again = keeps, gzips, asks_again
        self._cache: dict[str, tuple[str, bytes]] = {}
        self._connection: Connection | None = None
        self._stopped = threading.Event()

    def stop(self) -> None:
        """At the end of the page that it is at."""
        self._stopped.set()

    def run(self) -> None:
        """Page after page, each with all its assets."""
        pages = self._known.pages
        while not self._stopped.is_set() and len(self.failures) < 20:
            try:
                self._visit(self._random.choice(pages))
            except Exception as error:  # noqa: BLE001 - each is a request that failed
                self.failures.append(f"{type(error).__name__}: {error}")
                self._connection = None
        if self._connection is not None:
            self._connection.close()

    def _visit(self, path: str) -> None:
        before = self._known.settled
        page = self._ask(path)
        versions = {one for one, tree in self._known.trees.items() if tree.get(path) == page}
        if not versions:
            self.failures.append(f"{path}: is of no version, {len(page)} bytes")
            return
        after = self._known.settled
        if before is not None and before == after and before[1] not in versions:
            self.failures.append(f"{path}: is of {versions}, and {before[1]} is live")
        if before is not None and before == after:
            self.seen.add(before[1])
        if path.endswith("/"):
            for asset in assets_of(path, page):
                self.failures += wrong(asset, self._ask(asset.path), self._known)

    def _ask(self, path: str) -> bytes:
        """The body, decoded; what has not changed is taken from what was kept. Raises for any other answer."""
        is_new = self._connection is None
        try:
            return self._exchange(path)
        except _CLOSED:
            self._connection = None
            if is_new:
                raise
            self.retries += 1
            return self._exchange(path)
        finally:
            if not self._keeps and self._connection is not None:
                self._connection.close()
                self._connection = None

    def _exchange(self, path: str) -> bytes:
        if self._connection is None:
            self._connection = Connection(self._port, self._tls)
            self.connections += 1
        headers = {"Accept-Encoding": "gzip"} if self._gzips else {}
        kept = self._cache.get(path)
        if kept is not None:
            headers["If-None-Match"] = kept[0]
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        self.requests += 1
        if answer.status == 304 and kept is not None:
            self.unchanged += 1
            return kept[1]
        if answer.status != 200:
            raise AssertionError(f"{path}: {answer.status}")
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if self._asks_again:
            self._cache[path] = (answer.headers["ETag"], body)
        return body


def wrong(asset: Asset, data: bytes, known: Known) -> list[str]:
    """What is wrong with the bytes of an asset."""
    found = []
    if {data} != known.asset(asset.path):
        found.append(f"{asset.path}: other bytes than those of its name")
    got = base64.b64encode(hashlib.sha384(data).digest()).decode()
    if asset.integrity and asset.integrity != got:
        found.append(f"{asset.path}: not what the page says by its integrity")
    return found


@contextlib.contextmanager
def clients(world: World, known: Known) -> Iterator[list[Client]]:
    """One of each kind, at work as long as the block is."""
    kinds = [
        {"keeps": True, "gzips": True, "asks_again": True},
        {"keeps": True, "gzips": False, "asks_again": False},
        {"keeps": False, "gzips": True, "asks_again": False},
        {"keeps": False, "gzips": False, "asks_again": True},
    ]
    started = [Client(world, known, number, **kind) for number, kind in enumerate(kinds)]
    for one in started:
        one.start()
    try:
        yield started
        time.sleep(0.2)
    finally:
        for one in started:
            one.stop()
        for one in started:
            one.join(30)


def _address(name: str) -> str:
    return f"/{name.removesuffix('index.html')}" if name.endswith("index.html") else f"/{name}"
