"""A target on this machine or behind a real sshd, and small built sites to put there."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from sshd import ALIAS

from pressroom.deploy.far.side import Far
from pressroom.deploy.manifest import Manifest, make_manifest
from pressroom.deploy.record import Record
from pressroom.deploy.target import Target
from pressroom.headers.policy import Policy
from pressroom.world.shell import open_shell

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sshd import Sshd

    from pressroom.deploy.far.side import Copied

AT = dt.datetime(2026, 11, 24, 18, 5, 12, tzinfo=dt.UTC)
LOCAL = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "LANG": "C.UTF-8"}
ONE = {
    "hub/index.html": b"one",
    "hub/same.html": b"the same in all versions",
    "hub/assets/a.1.css": b"old colours",
    "deploy/nginx/pressroom.conf": b"server {}",
}
TWO = {
    "hub/index.html": b"two",
    "hub/same.html": b"the same in all versions",
    "hub/assets/a.2.css": b"new colours",
    "deploy/nginx/pressroom.conf": b"server {}",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Where a target is: its folder, and how it is reached."""

    folder: Path
    host: str
    environment: Mapping[str, str]
    work: Path

    @contextlib.contextmanager
    def open(self, **target: str) -> Iterator[Far]:
        """A session with the target."""
        with open_shell(self.host, environment=self.environment) as shell:
            yield Far(
                Target(folder=str(self.folder), host=self.host, **target),  # type: ignore[arg-type]
                shell,
                environment=self.environment,
                wait=0.1,
            )

    def build(self, files: Mapping[str, bytes]) -> tuple[Manifest, tuple[Path, ...]]:
        """Built sites with these files, and what a deploy knows of them."""
        root = self.work / f"built-{len(list(self.work.iterdir()))}"
        trees: dict[str, dict[str, bytes]] = {}
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
            folder, _, name = path.partition("/")
            trees.setdefault(folder, {})[name] = data
        return make_manifest(trees), tuple(root / name for name in trees)

    def copy(
        self, far: Far, files: Mapping[str, bytes], *, base: str = ""
    ) -> tuple[Manifest, Copied]:
        """Built sites on their way."""
        manifest, sources = self.build(files)
        stage = self.work / f"stage-{len(list(self.work.iterdir()))}"
        stage.mkdir()
        record = Record(id=manifest.id, made=AT, policy=Policy(), scores={})
        return manifest, far.copy(manifest, sources, base=base, stage=stage, record=record)

    def place(self, far: Far, files: Mapping[str, bytes], *, base: str = "") -> str:
        """The id of a version that is there now, and not live."""
        far.lock()
        manifest, _ = self.copy(far, files, base=base)
        far.place(manifest)
        return manifest.id

    def tree(self, version: str) -> Path:
        """The folder of a version."""
        return self.folder / "versions" / version


def side_here(folder: Path) -> Side:
    """A target on this machine."""
    return _side(folder, "", LOCAL)


def side_again(folder: Path) -> Side:
    """A target of this machine that `side_here` made."""
    return Side(folder=folder / "srv" / "press", host="", environment=LOCAL, work=folder / "work")


def side_there(folder: Path, server: Sshd) -> Side:
    """A target behind the server."""
    return _side(folder, ALIAS, server.environment)


def _side(folder: Path, host: str, environment: Mapping[str, str]) -> Side:
    work = folder / "work"
    work.mkdir()
    return Side(folder=folder / "srv" / "press", host=host, environment=environment, work=work)
