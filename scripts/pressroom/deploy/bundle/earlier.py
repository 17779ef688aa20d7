"""The bundle that a folder holds already: which version it is of, and the assets of it that a new one carries on."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING

from pressroom.deploy.bundle.archive import read_archive
from pressroom.deploy.changes import is_asset
from pressroom.deploy.history import is_version
from pressroom.deploy.manifest import File, Manifest, parse_manifest, render_manifest
from pressroom.errors import PressroomError
from pressroom.world import disk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

# Beside the sites of a bundle, so that no site serves it: by this file a bundle of ours is known.
MARKER = ".pressroom-bundle"
ARCHIVE = ".tar"
_TITLE = "pressroom bundle 1 "
_SHOWN = 3
_HINT = "move it away, or name a folder in pyproject.toml that is not there yet"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What was written into a folder: the id of the version, its files by path (`hub/index.html`), and those carried."""

    version: str
    files: Manifest
    carried: Manifest


def render_marker(bundle: Earlier) -> str:
    """The marker of a bundle: its version, a line a file, an empty line, a line for each that was carried."""
    own, carried = render_manifest(bundle.files), render_manifest(bundle.carried)
    return f"{_TITLE}{bundle.version}\n{own}\n{carried}"


def parse_marker(text: str, *, where: str) -> Earlier:
    """What `render_marker` wrote; raises PressroomError for anything else."""
    title, _, rest = text.partition("\n")
    version = title.removeprefix(_TITLE)
    own, separator, carried = rest.partition("\n\n")
    if not title.startswith(_TITLE) or not is_version(version) or not separator:
        raise PressroomError("is no marker of a bundle", where=where, hint=_HINT)
    return Earlier(
        version=version,
        files=parse_manifest(own, where=where),
        carried=parse_manifest(carried, where=where),
    )


def find_earlier(folder: Path) -> Earlier | None:
    """The bundle in a folder; None where there is no folder, or an empty one.

    Raises PressroomError for a folder that holds anything else: it would be replaced, and that with it.
    """

    def refuse(message: str) -> PressroomError:
        return PressroomError(message, where=str(folder), hint=_HINT)

    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise refuse("there is something else than a folder")
    if not folder.exists():
        return None
    tree = disk.Tree(folder)
    if MARKER not in tree:
        with disk.explained(folder):
            if not any(folder.iterdir()):
                return None
        raise refuse("holds something, and nothing says that it is a bundle of ours")
    try:
        earlier = parse_marker(tree[MARKER].decode(), where=str(folder / MARKER))
    except (PressroomError, UnicodeDecodeError) as error:
        raise refuse(f"its {MARKER} is not as a bundle leaves it") from error
    ours = {MARKER, *earlier.files.files, *earlier.carried.files}
    ours |= {f"{path.partition('/')[0]}{ARCHIVE}" for path in earlier.files.files}
    foreign = [path for path in (*tree, *tree.odd) if path not in ours]
    if foreign:
        more = f" and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
        raise refuse(
            f"holds what no bundle put there: {', '.join(map(ascii, foreign[:_SHOWN]))}{more}"
        )
    return earlier


def to_carry(earlier: Earlier, *, version: str, files: Collection[str]) -> Manifest:
    """The assets of an earlier bundle that one of `version` with these files carries on, for pages in open browsers.

    One generation: what the earlier version had itself, and not what it carried. The same version once more
    carries what it carried.
    """
    folders = {folder for path in files for folder in _folders(path)}
    sites = {path.partition("/")[0] for path in files}
    last = earlier.carried if earlier.version == version else earlier.files
    return Manifest(
        files={
            path: file
            for path, file in last.files.items()
            if is_asset(path)
            and path.partition("/")[0] in sites
            and path not in files
            # A file has no place where a folder is, nor below a file.
            and path not in folders
            and not any(folder in files for folder in _folders(path))
        }
    )


def read_assets(folder: Path, site: str, wanted: Manifest) -> dict[str, bytes]:
    """Those of the wanted files of one site that an earlier bundle still has as they were written, by path in the site."""
    names = {
        path.removeprefix(f"{site}/"): file
        for path, file in wanted.files.items()
        if path.startswith(f"{site}/")
    }
    if not names:
        return {}
    return {
        name: data
        for name, data in _read(folder, site, names)
        if name in names and names[name] == file_of(data)
    }


def file_of(data: bytes) -> File:
    """The line of a manifest for these bytes."""
    return File(sha256=hashlib.sha256(data).hexdigest(), size=len(data))


def _read(folder: Path, site: str, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    if (folder / site).is_dir():
        tree = disk.Tree(folder / site)
        yield from ((name, tree[name]) for name in names if name in tree)
    elif (folder / f"{site}{ARCHIVE}").is_file():
        yield from read_archive(folder / f"{site}{ARCHIVE}")


def _folders(path: str) -> Iterator[str]:
    """The folders that a path lies in."""
    for index, character in enumerate(path):
        if character == "/":
            yield path[:index]
