"""A world to rehearse in: a loopback index, a bare remote, and copies of both repositories, kept in one folder."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.errors import ConfigError
from pressroom.release.files.place import FilesPlace
from pressroom.release.index.credential import parse_source
from pressroom.release.index.simple import Index
from pressroom.release.warehouse.server import serve
from pressroom.world.disk import explained, remove, save_durably
from pressroom.world.git import Git
from pressroom.world.locks import work_lock
from pressroom.world.process import run
from pressroom.world.static import serve_folder

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pressroom.release.index.credential import Source
    from pressroom.release.warehouse.server import Index as Served

# What builds and installations need in a rehearsal comes from here; `make system` fills it.
WHEELHOUSE = ".wheelhouse"
_LOCKS = frozenset({"lock", "lock.programs"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """The places that stand for the real ones."""

    folder: Path
    checkout: Path
    remote: Path  # bare: what the project's remote would be
    site: Path
    site_remote: Path
    state: Path
    index: Index
    credential: Source
    files: FilesPlace


@contextlib.contextmanager
def rehearsal(
    folder: Path,
    *,
    name: str,
    checkout: Git,
    site: Git,
    now: Callable[[], dt.datetime],
) -> Iterator[Rehearsal]:
    """The world in `folder`, made where it is not there yet; `name` is what is rehearsed.

    A world of the same name and the same commits is gone on with, one of other commits begins anew.
    """
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    wheelhouse = site.folder / WHEELHOUSE
    if not wheelhouse.is_dir():
        raise ConfigError(
            "no wheelhouse: builds in a rehearsal take what they need from there",
            where=str(wheelhouse),
            hint="make system fills it",
        )
    with work_lock(folder / "lock", what=f"the rehearsal in {folder}"):
        _identify(folder, {"name": name, "base": _head(checkout), "site": _head(site)})
        key = _key(folder, checkout)
        remote, own = _copy(folder, "remote.git", "checkout", checkout, key)
        site_remote, site_own = _copy(folder, "site.git", "site", site, key)
        token = _token(folder)
        with _serve(folder, wheelhouse, token[1], now) as served, _serve_files(folder) as files:
            yield Rehearsal(
                folder=folder,
                checkout=own,
                remote=remote,
                site=site_own,
                site_remote=site_remote,
                state=folder / "state",
                index=Index(simple_url=served.simple_url, upload_url=served.upload_url),
                credential=parse_source(f"file:{token[0]}"),
                files=files,
            )


@contextlib.contextmanager
def _serve(
    folder: Path, wheelhouse: Path, token: str, now: Callable[[], dt.datetime]
) -> Iterator[Served]:
    """The index of this world, at the same address every time: what was announced names it."""
    path = folder / "port"
    with explained(path):
        port = int(path.read_text()) if path.exists() else 0
        with serve(
            folder / "index", wheelhouse=wheelhouse, token=token, now=now, port=port
        ) as served:
            if not port:
                save_durably(path, f"{urlsplit(served.url).port}\n".encode())
            yield served


@contextlib.contextmanager
def _serve_files(folder: Path) -> Iterator[FilesPlace]:
    """The files server of this world: a folder, and at the same address every time what is in it."""
    path, files = folder / "files-port", folder / "files"
    with explained(path):
        files.mkdir(exist_ok=True)
        port = int(path.read_text()) if path.exists() else 0
        with serve_folder(files, port=port) as url:
            if not port:
                save_durably(path, f"{urlsplit(url).port}\n".encode())
            yield FilesPlace(folder=str(files.resolve()), url=url)


def _head(git: Git) -> str:
    return git.text("rev-parse", "--verify", "HEAD^{commit}")


def _identify(folder: Path, facts: dict[str, str]) -> None:
    """The folder is the world of this rehearsal; one of older commits begins anew. Raises for other things."""
    path = folder / "world.json"
    with explained(path):
        before = _facts(path.read_bytes()) if path.exists() else {}
        others = [entry for entry in folder.iterdir() if entry.name not in _LOCKS]
    if before == facts:
        return
    if others and before.get("name") != facts["name"]:
        what = f"the rehearsal of {before['name']}" if "name" in before else "other things"
        raise ConfigError(
            f"this folder holds {what}",
            where=str(folder),
            hint="remove it, or name another --world",
        )
    # What says whose it is goes last: a folder of which only half is gone is still known.
    for entry in sorted(others, key=lambda entry: entry == path):
        remove(entry)
    save_durably(path, json.dumps(facts, indent=2, sort_keys=True).encode() + b"\n")


def _facts(data: bytes) -> dict[str, str]:
    try:
        values = json.loads(data)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def _copy(folder: Path, bare: str, tree: str, original: Git, key: Path) -> tuple[Path, Path]:
    """A bare repository that stands for the remote of `original`, and a clone of it to work in."""
    remote, own = folder / bare, folder / tree
    if not own.exists():
        branch = original.text("symbolic-ref", "--short", "HEAD")
        for path in (remote, folder / f"{tree}.new"):
            remove(path)
        original.output("clone", "--quiet", "--bare", "--shared", ".", str(remote), timeout=600)
        original.output(
            *("clone", "--quiet", "--shared", "--branch", branch),
            *(str(remote), str(folder / f"{tree}.new")),
            timeout=600,
        )
        new = folder / f"{tree}.new"
        _configure(dataclasses.replace(original, folder=new), original, key)
        with explained(own):
            new.rename(own)
    return remote, own


def _key(folder: Path, git: Git) -> Path:
    """A key of the rehearsal's own: the real one signs nothing that is not meant."""
    key = folder / "signing-key"
    if not key.with_suffix(".pub").exists():
        remove(key)
        result = run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "rehearsal", "-f", str(key)],
            cwd=folder,
            environment=git.environment,
            timeout=30,
        )
        if result.code != 0:
            raise ConfigError(
                f"no key could be made: {result.tail}",
                where="ssh-keygen",
                hint="install openssh-client",
            )
    return key


def _configure(copy: Git, original: Git, key: Path) -> None:
    """Who commits is who would commit; hooks and the real signing key stay out of it."""
    values = {
        "gpg.format": "ssh",
        "user.signingkey": str(key),
        "gc.auto": "0",
    }
    for name in ("user.name", "user.email"):
        if (value := original.setting(name)) is not None:
            values[name] = value
    for name, value in values.items():
        copy.output("config", name, value)


def _token(folder: Path) -> tuple[Path, str]:
    path = folder / "token"
    if not path.exists():
        save_durably(path, f"pypi-rehearsal-{secrets.token_urlsafe(24)}\n".encode())
        path.chmod(0o600)
    return path, path.read_text(encoding="utf-8").strip()


def difference(world: Rehearsal, environment: Mapping[str, str]) -> str:
    """What the release would change in both repositories, as git shows it."""
    shown = []
    for path, title in ((world.remote, "the project"), (world.site_remote, "this repository")):
        git = Git(folder=path, environment=environment)
        last = git.text("log", "-1", "--format=%B", "--stat=100", "--patch", "HEAD")
        shown.append(f"--- in {title}: {last}")
    return "\n\n".join(shown)
