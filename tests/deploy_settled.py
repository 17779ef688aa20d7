"""What is wrong with a target after a kill, and once the same command has ended: sentences; read from its files and asked of nginx.

visible(world, was_live=version)                        at any moment: one whole version, and its pages
settled(world, version, previous=earlier)               at the end: confirmed, nothing left over, old assets answered
"""

from __future__ import annotations

import hashlib
import http.client
import re
from typing import TYPE_CHECKING

from deploy_versions import read_list, unwhole

from pressroom.deploy.far.side import LOCK_COPY
from pressroom.deploy.history import parse_history
from pressroom.deploy.state import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from deploy_world import World

KEEP = 3
# Direct requests of these are answered with 404 on purpose.
_ERROR_PAGES = {"hub/404.html", "hub/50x.html"}
_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ [0-9a-f]{16}(?: rollback)?")


def state_of(world: World) -> State:
    """What can be read of the target, by us and not by the far side's scripts."""
    folder = world.folder
    current, history, confirmed = folder / "current", folder / "history", folder / "confirmed"
    return State(
        link=str(current.readlink()) if current.is_symlink() else "",
        history=parse_history(history.read_text()) if history.exists() else (),
        confirmed=confirmed.read_text().strip() if confirmed.exists() else "",
        versions=tuple(path.name for path in _versions(world)),
    )


def visible(world: World, *, was_live: str) -> list[str]:
    """What is wrong with what visitors can see, at this moment; `was_live` is what was before, "" for nothing."""
    for _ in range(20):
        link = _link(world)
        wrong = [f"{path.name}: {text}" for path in _versions(world) for text in unwhole(path)]
        if link:
            wrong += _unserved(world, world.folder / link, is_first=not was_live)
        elif was_live:
            wrong.append("current is gone")
        if link == _link(world):  # else a script of a dead deploy has switched meanwhile
            return wrong
    return ["current does not come to rest"]


def settled(world: World, version: str, *, previous: str | None, tidied: bool = True) -> list[str]:
    """What is wrong with the target, as the command has ended that makes a version live; None: whatever was before it.

    A rollback has not `tidied` what another command left that was killed before.
    """
    wrong = visible(world, was_live=version)
    state, folder = state_of(world), world.folder
    if not (state.live == state.confirmed == version):
        wrong.append(f"live {state.live}, confirmed {state.confirmed}, not {version}")
    if previous is not None and state.previous != previous:
        wrong.append(f"would go back to {state.previous!r}, not to {previous!r}")
    wrong += [state.foreign] if state.foreign else []
    lines = (folder / "history").read_text().splitlines()
    times = [line[:20] for line in lines]
    if not lines or not all(map(_LINE.fullmatch, lines)) or times != sorted(times):
        wrong.append(f"history {lines}")
    if lines and f" {version}" not in lines[-1]:
        wrong.append(f"the last line of the history is {lines[-1]}")
    return [*wrong, *_untidy(world), *_unreachable(world)] if tidied else wrong


def _untidy(world: World) -> Iterator[str]:
    """What lies there and is nothing of a deploy that has ended."""
    names = {path.name for path in world.folder.iterdir()}
    known = {"versions", "current", "history", "confirmed", ".lock", LOCK_COPY}
    for name in sorted(names - known):
        yield f"left over: {name}"
    for path in sorted((world.folder / "versions").iterdir()):
        if path.name != ".newest" and not re.fullmatch(r"[0-9a-f]{16}", path.name):
            yield f"left over: {path.name}"
    if len(_versions(world)) > KEEP:
        yield f"{len(_versions(world))} versions are kept"


def _link(world: World) -> str:
    current = world.folder / "current"
    return str(current.readlink()) if current.is_symlink() else ""


def _versions(world: World) -> list[Path]:
    folder = world.folder / "versions"
    return sorted(folder.glob("[0-9a-f]*")) if folder.is_dir() else []


def _unserved(world: World, folder: Path, *, is_first: bool) -> Iterator[str]:
    """What nginx answers with other bytes than the version has."""
    paths = {path for path in read_list(folder / "manifest") if path.startswith("hub/")}
    for path, status, body in _ask(world, sorted({*paths, "hub/version.txt"} - _ERROR_PAGES)):
        # Before the first reload it knows no host of ours.
        if status == 404 and is_first:
            return
        if status != 200 or body != (folder / path).read_bytes():
            yield f"{path} is answered with {status}, {body[:40]!r}"


def _unreachable(world: World) -> Iterator[str]:
    """Assets of any kept version that the live one does not answer."""
    for version in _versions(world):
        hashes = read_list(version / "manifest")
        assets = [path for path in hashes if path.startswith("hub/assets/")]
        for path, status, body in _ask(world, assets):
            if status != 200 or hashlib.sha256(body).hexdigest() != hashes[path]:
                yield f"{path} of {version.name} is answered with {status}"


def _ask(world: World, paths: Sequence[str]) -> Iterator[tuple[str, int, bytes]]:
    """Each path, and what nginx answers for it: status and body."""
    connection = world.connect()
    try:
        for path in paths:
            address = f"/{path.removeprefix('hub/')}".removesuffix("index.html")
            try:
                connection.request("GET", address)
                answer = connection.getresponse()
            except (http.client.RemoteDisconnected, ConnectionError):
                # A nginx that reloads closes connections that wait; whoever has one asks again, as browsers do.
                connection.close()
                connection = world.connect()
                connection.request("GET", address)
                answer = connection.getresponse()
            yield path, answer.status, answer.read()
    finally:
        connection.close()
