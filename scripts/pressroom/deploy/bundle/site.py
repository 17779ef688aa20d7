"""One site of a bundle on disk, as a folder or an archive: written, and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.config import DEPLOY, OUTPUT
from pressroom.deploy.bundle.archive import in_upload_order, read_archive, write_archive
from pressroom.deploy.bundle.earlier import ARCHIVE, file_of
from pressroom.errors import PressroomError
from pressroom.world import disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from pressroom.deploy.bundle.packing import Packed
    from pressroom.deploy.manifest import File


def write_site(
    path: Path,
    packed: Packed,
    carried: Mapping[str, bytes],
    trees: Mapping[str, Mapping[str, bytes]],
) -> dict[str, File]:
    """The site is at `path`, a folder or an archive by its name; the lines of what was carried, by path in the site.

    `trees` are the folders that `packed.sources` begin with. Raises PressroomError where their files, or what was
    written, are not what the manifest says.
    """
    kept = {name: file_of(data) for name, data in carried.items()}
    expected = {**packed.files, **kept}
    ordered = _ordered(in_upload_order(expected), packed, carried, trees)
    if path.suffix == ARCHIVE:
        write_archive(path, ordered)
        written = read_archive(path)
    else:
        _write_folder(path, ordered)
        written = iter(disk.Tree(path).items())
    found = {name: file_of(data) for name, data in written}
    for name, file in expected.items():
        if found.get(name) != file:
            raise _changed(packed.sources.get(name, f"{path.stem}/{name}"), "has other bytes")
    return kept


def _ordered(
    names: Iterable[str],
    packed: Packed,
    carried: Mapping[str, bytes],
    trees: Mapping[str, Mapping[str, bytes]],
) -> Iterator[tuple[str, bytes]]:
    """The files with their bytes, read when it is their turn."""
    for name in names:
        source = packed.sources.get(name)
        if source is None:
            yield name, carried[name] if name in carried else packed.made[name]
            continue
        top, _, path = source.partition("/")
        if path not in trees[top]:
            raise _changed(source, "is gone")
        yield name, trees[top][path]


def _write_folder(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, data in files:
        path = folder / name
        with disk.explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def _changed(path: str, how: str) -> PressroomError:
    return PressroomError(
        f"{how}: it is not as it was when the sites were listed",
        where=path if path.startswith(f"{DEPLOY}/") else f"{OUTPUT}/{path}",
        hint="they were built again meanwhile: let the build end, and start again",
    )
