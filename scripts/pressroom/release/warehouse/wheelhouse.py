"""A folder of wheels and sdists as an index shows them: what builds need, without any network."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from typing import TYPE_CHECKING

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from pressroom.release.warehouse.model import IndexFile, IndexProject, gather
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from pathlib import Path


class Wheelhouse:
    """The files of a folder, looked at again at every question; a file is read once as long as it is the same."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[tuple[str, int, int], IndexFile | None] = {}
        self._lock = threading.Lock()

    def projects(self) -> dict[str, IndexProject]:
        """What is there, by normalized name; what has no name of a wheel or sdist is not."""
        if self._folder is None:
            return {}
        with self._lock, explained(self._folder):
            files = [self._file(path) for path in sorted(self._folder.iterdir()) if path.is_file()]
        return gather(file for file in files if file is not None)

    def path(self, file: IndexFile) -> Path | None:
        """Where a file of the folder is."""
        return self._folder / file.filename if self._folder is not None else None

    def _file(self, path: Path) -> IndexFile | None:
        facts = path.stat()
        key = (path.name, facts.st_mtime_ns, facts.st_size)
        if key not in self._known:
            self._known[key] = _look(path)
        return self._known[key]


def _look(path: Path) -> IndexFile | None:
    try:
        if path.name.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(path.name)
            filetype, pyversion = "bdist_wheel", path.name.removesuffix(".whl").split("-")[-3]
        else:
            name, version = parse_sdist_filename(path.name)
            filetype, pyversion = "sdist", "source"
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    data = path.read_bytes()
    return IndexFile(
        project=name,
        version=str(version),
        filename=path.name,
        filetype=filetype,
        pyversion=pyversion,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        requires_python=_requires_python(data) if filetype == "bdist_wheel" else None,
    )


def _requires_python(wheel: bytes) -> str | None:
    from pressroom.release.warehouse.metadata_rules import requires_python  # noqa: PLC0415 - loaded by an upload: a page takes a moment

    try:
        with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
            for name in archive.namelist():
                folder, _, rest = name.partition("/")
                if rest == "METADATA" and folder.endswith(".dist-info"):
                    return requires_python(archive.read(name))
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        # A broken file, or a compression that zipfile does not know, is shown too: an installer
        # will say what is wrong with it.
        pass
    return None
