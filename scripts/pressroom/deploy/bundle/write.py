"""A ready folder or archive a site, for hosts that take nothing else; all of them appear in one step."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pressroom.config import DEPLOY, FILE
from pressroom.deploy.bundle.earlier import (
    ARCHIVE,
    MARKER,
    Earlier,
    find_earlier,
    read_assets,
    render_marker,
    to_carry,
)
from pressroom.deploy.bundle.packing import pack
from pressroom.deploy.bundle.site import write_site
from pressroom.deploy.manifest import Manifest
from pressroom.deploy.words import amount, counted
from pressroom.errors import ConfigError
from pressroom.world import disk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.deploy.bundle.packing import Packed
    from pressroom.deploy.manifest import File
    from pressroom.deploy.target import Bundle

_FOLDER_MODE, _FILE_MODE = 0o755, 0o644


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BundledSite:
    """A site in a bundle: the folder or archive to be uploaded, how many files it has, and their bytes.

    `carried` are the assets among them that are there for pages of the version before.
    """

    name: str
    path: Path
    files: int
    size: int
    carried: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """What was written: the id of the version, the folder, and a site each."""

    version: str
    folder: Path
    sites: tuple[BundledSite, ...]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(site.size for site in self.sites)


def write_bundle(
    bundle: Bundle, manifest: Manifest, *, public: Path, deploy: Path, root: Path
) -> Bundled:
    """The bundle's folder has every site of the manifest, in one step; what an earlier one had there is replaced.

    `public` and `deploy` hold the files of the manifest; `root` is the checkout.
    Raises ConfigError for a folder at a place where none may be, FindingsError for files of a site that are in the
    way, and PressroomError for a folder that holds something else, for files that are no longer as the manifest
    says, and for what the disk refuses. Then the folder is as it was.
    """
    folder = bundle_folder(bundle, public=public, deploy=deploy, root=root)
    packed = pack(bundle.bundle, manifest)
    names = {site: f"{site}{ARCHIVE}" if bundle.tar else site for site in packed}
    with disk.build_lock(folder.parent, folder.name):
        disk.remove_leftovers(folder.parent, folder.name)
        carry = _to_carry(folder, manifest, packed)
        with disk.staging(folder.parent, folder.name) as stage:
            new = stage / folder.name
            with disk.explained(new):
                new.mkdir()
            carried = {}
            for site, one in packed.items():
                trees = {site: disk.Tree(public / site), DEPLOY: disk.Tree(deploy)}
                assets = read_assets(folder, site, carry)
                carried[site] = write_site(new / names[site], one, assets, trees)
            own = _join({site: one.files for site, one in packed.items()})
            marker = Earlier(version=manifest.id, files=own, carried=_join(carried))
            disk.save_text(new / MARKER, render_marker(marker))
            _let_all_read(new)
            disk.exchange(new, folder)
    sites = tuple(
        _report(site, folder / names[site], one.files, carried[site])
        for site, one in packed.items()
    )
    return Bundled(version=manifest.id, folder=folder, sites=sites)


def bundle_folder(bundle: Bundle, *, public: Path, deploy: Path, root: Path) -> Path:
    """Where a bundle is written; raises ConfigError for a place where it would harm what lies there."""

    def refuse(message: str) -> ConfigError:
        return ConfigError(
            f"folder {bundle.folder!r} {message}",
            where=FILE,
            hint="name a folder for the bundle alone: dist/pages",
        )

    if not bundle.folder.isprintable() or ".." in Path(bundle.folder).parts:
        raise refuse("is no folder for a bundle")
    folder = root / bundle.folder
    with disk.explained(folder):
        found = folder.resolve()
        if root.resolve().is_relative_to(found):
            raise refuse("holds the checkout")
        for built in (public, deploy):
            place = built.resolve()
            if found.is_relative_to(place) or place.is_relative_to(found):
                raise refuse(f"and {built.name}/, which it is made from, hold each other")
        return folder.parent.resolve() / folder.name


def _to_carry(folder: Path, manifest: Manifest, packed: Mapping[str, Packed]) -> Manifest:
    earlier = find_earlier(folder)
    if earlier is None:
        return Manifest(files={})
    files = {f"{site}/{name}" for site, one in packed.items() for name in one.files}
    return to_carry(earlier, version=manifest.id, files=files)


def _join(sites: Mapping[str, Mapping[str, File]]) -> Manifest:
    files = {f"{site}/{name}": file for site, some in sites.items() for name, file in some.items()}
    return Manifest(files=dict(sorted(files.items())))


def _let_all_read(new: Path) -> None:
    """Whatever the umask is: all of it is public."""
    for path in (new, *new.rglob("*")):
        with disk.explained(path):
            path.chmod(_FOLDER_MODE if path.is_dir() else _FILE_MODE)


def _report(
    site: str, path: Path, own: Mapping[str, File], carried: Mapping[str, File]
) -> BundledSite:
    files = {**own, **carried}
    return BundledSite(
        name=site,
        path=path,
        files=len(files),
        size=sum(file.size for file in files.values()),
        carried=len(carried),
    )


def render_bundled(target: str, done: Bundled) -> str:
    """What was written, for a person."""
    lines = [f"{target}: {done.version} is in {done.folder}, {amount(done.size)}"]
    lines += [
        f"  {site.path}: {counted(site.files, 'file')}, {amount(site.size)}"
        + (f", {counted(site.carried, 'asset')} of the version before" if site.carried else "")
        for site in done.sites
    ]
    lines.append(f"upload it as its host wants it; then: pressroom deploy {target} --verify")
    return "\n".join(lines)


def bundled_as_dict(target: str, done: Bundled) -> dict[str, Any]:
    """The same for machines."""
    return {
        "target": target,
        "id": done.version,
        "folder": str(done.folder),
        "sites": {
            site.name: {
                "path": str(site.path),
                "files": site.files,
                "size": site.size,
                "carried": site.carried,
            }
            for site in done.sites
        },
    }
