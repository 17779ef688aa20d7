"""Assets of other versions, linked into one: pages that are open in browsers go on working."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.deploy.far import orders, questions
from pressroom.deploy.far.answers import not_understood, parse_hashes, shown
from pressroom.deploy.far.script import ABSENT
from pressroom.deploy.manifest import Manifest, parse_manifest, render_manifest
from pressroom.deploy.state import CARRIED
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pressroom.deploy.far.line import Line
    from pressroom.deploy.manifest import File

# Signs in one script: far below what a kernel hands to a program (128 KiB), in case a shell hands it on.
_CHUNK = 30_000


def link_assets(
    line: Line,
    version: str,
    carried: Sequence[tuple[str, str]],
    sources: Mapping[str, Manifest],
) -> tuple[str, ...]:
    """Link what is as it was, and say what is not. The list of all that was carried is written before the first link."""
    wanted: dict[str, dict[str, File]] = {}
    for path, source in carried:
        file = sources[source].files.get(path)
        if file is None:
            raise PressroomError(
                f"{shown(path)} is no asset that could be carried over",
                where=f"{line.where}: {source}",
                hint="that version was changed by hand: deploy again with --despite changed",
            )
        wanted.setdefault(source, {})[path] = file
    troubles: list[str] = []
    good: dict[str, dict[str, File]] = {}
    for source, files in wanted.items():
        found = _hashes(line, source, files)
        good[source] = {
            path: file for path, file in files.items() if found.get(path) == file.sha256
        }
        for path in sorted(set(files) - set(good[source])):
            how = "was changed in" if path in found else "is not there any more in"
            troubles.append(f"{shown(path)} {how} {source}")
    if any(good.values()):
        _write_carried(line, version, list(good.values()))
    for source, files in good.items():
        for paths in chunks([f"{path}\n" for path in files]):
            values = {"version": version, "source": source, "paths": paths.removesuffix("\n")}
            line.run(orders.LINK_ASSETS, values, timeout=300.0)
    return tuple(troubles)


def _hashes(line: Line, source: str, paths: Mapping[str, File]) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in chunks([f"{path}\n" for path in paths]):
        values = {"source": source, "paths": chunk.removesuffix("\n")}
        out = line.run(questions.HASH_ASSETS, values, timeout=300.0)
        if out and not out.endswith(b"\0"):
            raise not_understood(line.where)
        found |= parse_hashes(out.split(b"\0")[:-1], where=line.where)
    return found


def _write_carried(line: Line, version: str, more: Sequence[Mapping[str, File]]) -> None:
    """The list in the version has these too, by one rename."""
    values = {"version": version, "name": CARRIED, "most": str(_CHUNK * 1_000)}
    done = line.try_run(questions.READ, values)
    files: dict[str, File] = {}
    if done.code != ABSENT:
        text = line.check(done).decode("utf-8", "replace")
        files |= parse_manifest(text, where=f"{line.where}: {version}/{CARRIED}").files
    known = dict(files)
    for one in more:
        files |= one
    if files == known:
        return
    text = render_manifest(Manifest(files=dict(sorted(files.items()))))
    for number, chunk in enumerate(chunks(text.splitlines(keepends=True))):
        first = "no" if number else "yes"
        line.run(orders.APPEND_CARRIED, {"first": first, "text": chunk})
    line.run(orders.FINISH_CARRIED, {"version": version})


def chunks(lines: Sequence[str]) -> Iterator[str]:
    """The lines, put together as far as a script may hold them."""
    chunk: list[str] = []
    size = 0
    for one in lines:
        if chunk and size + len(one) > _CHUNK:
            yield "".join(chunk)
            chunk, size = [], 0
        chunk.append(one)
        size += len(one)
    if chunk:
        yield "".join(chunk)
