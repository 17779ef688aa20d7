"""Two deployed versions behind a `current` link, its switch, and a client that asks all the while."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import itertools
import os
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from headers_asking import answers_in, hear, request
from headers_setup import write_site

from pressroom.world import process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.headers.local import Running
    from pressroom.headers.proof.answer import Answer

SITE = "hub"
OLD, NEW = "0123456789abcdef", "fedcba9876543210"
GZIP = "Accept-Encoding: gzip"
# What the two have different of each other, and where it is asked for.
PAGES = {
    "/": "index.html",
    "/dir/": "dir/index.html",
    "/latest.json": "latest.json",
    "/nope": "404.html",
}
ASSETS = {f"/assets/app.{version[:8]}.js": f"assets/app.{version[:8]}.js" for version in (OLD, NEW)}
# A day long past, so that no clock is asked.
DAY = 1_700_000_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A folder as a deploy leaves it: versions/<id>/<site>, and the link to the one that is live."""

    folder: Path

    @property
    def root(self) -> Path:
        """The root of the site, as a server is told."""
        return self.folder / "current" / SITE

    def site(self, version: str) -> Path:
        """The site in a version."""
        return self.folder / "versions" / version / SITE

    def switch(self, version: str) -> None:
        """The version is live: the same two commands as a deploy runs."""
        command = f"ln -s versions/{version} .current && mv -T .current current"
        result = process.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            environment={"PATH": os.defpath},
            timeout=10,
        )
        assert 0 == result.code, result.tail

    def stamp(self, version: str, *, live: str, when: int) -> None:
        """What the version has and the live one has not, or has otherwise, is of that time."""
        for path in self.site(version).rglob("*"):
            same = self.site(live) / path.relative_to(self.site(version))
            if path.is_file() and not (same.exists() and same.read_bytes() == path.read_bytes()):
                os.utime(path, (when, when))

    def is_of(self, path: str, body: bytes) -> str:
        """The version that has a body at an address; "" if none has."""
        file = (PAGES | ASSETS)[path]
        return next((one for one in (NEW, OLD) if body == (self.site(one) / file).read_bytes()), "")


@contextlib.contextmanager
def two_versions() -> Iterator[Target]:
    """The old version is live, the new one is there; each has the other's assets, and compressed copies."""
    with tempfile.TemporaryDirectory(prefix="pressroom-current-") as name:
        target = Target(folder=Path(name))
        target.folder.chmod(0o755)
        for number, version in enumerate((OLD, NEW)):
            root = target.site(version)
            write_site(root)
            for file in PAGES.values():
                text = f"<!doctype html><title>{version}</title>" + version * (40 + 400 * number)
                (root / file).write_text(text, encoding="utf-8")
                (root / f"{file}.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
            for asset in ASSETS.values():
                (root / asset).write_text(asset * 300, encoding="utf-8")
                (root / f"{asset}.gz").write_bytes(gzip.compress(asset.encode() * 300, mtime=0))
            (root / "version.txt").write_text(f"{version}\n", encoding="utf-8")
            for path in root.rglob("*"):
                os.utime(path, (DAY, DAY))
        target.stamp(NEW, live=OLD, when=DAY + 100)
        target.switch(OLD)
        yield target


def ask_each(one: Running, *asked: tuple[str, tuple[str, ...]]) -> tuple[Answer, ...]:
    """The answers to a path with headers each, all over one connection."""
    payload = b"".join(
        request(path, *lines, last=number == len(asked))
        for number, (path, lines) in enumerate(asked, 1)
    )
    answers = answers_in(hear(one, payload))
    assert len(asked) == len(answers), answers
    return answers


def unpacked(reply: Answer) -> bytes:
    """The body of an answer as it is in a file."""
    return gzip.decompress(reply.body) if reply.values("Content-Encoding") else reply.body


class Client:
    """Asks at full speed from several threads, each request over a connection of its own, or ten over one."""

    def __init__(self, one: Running, target: Target) -> None:
        self.wrong: list[str] = []
        self.heard = 0
        self._one, self._target = one, target
        self._over = threading.Event()

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Asks as long as the block runs."""
        threads = [threading.Thread(target=self._ask, args=(count,)) for count in (10, 10, 1, 1)]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            self._over.set()
            for one in threads:
                one.join()

    def wait_for(self, more: int) -> None:
        """So many more answers were heard."""
        wanted, deadline = self.heard + more, time.monotonic() + 20
        while self.heard < wanted and not self.wrong:
            assert time.monotonic() < deadline, self.heard
            time.sleep(0.002)

    def _ask(self, count: int) -> None:
        asked = itertools.cycle(itertools.product(PAGES | ASSETS, ((), (GZIP,))))
        while not self._over.is_set():
            some = [next(asked) for _ in range(count)]
            try:
                for (path, _), reply in zip(some, ask_each(self._one, *some), strict=True):
                    self._judge(path, reply)
            except Exception as error:  # noqa: BLE001 - whatever went wrong with a request is told by the test
                self.wrong.append(f"{some}: {error!r}"[:600])

    def _judge(self, path: str, reply: Answer) -> None:
        assert (404 if path == "/nope" else 200) == reply.status, (path, reply)
        assert self._target.is_of(path, unpacked(reply)), (path, reply)
        self.heard += 1
