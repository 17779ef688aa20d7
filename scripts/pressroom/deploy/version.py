"""A version that is there: its files and what is kept with it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.deploy.manifest import Manifest, is_version_file
from pressroom.errors import ExitCode, PressroomError

if TYPE_CHECKING:
    from pressroom.deploy.far.side import Far
    from pressroom.deploy.state import Record


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a target; its manifest is without the version.txt of its sites, like that of the built ones."""

    id: str
    manifest: Manifest
    record: Record


def load_version(far: Far, version: str) -> Version:
    """The version as it was copied; raises PressroomError where what is kept of it cannot be read."""
    files = far.manifest(version).files
    own = {path: file for path, file in files.items() if not is_version_file(path)}
    return Version(id=version, manifest=Manifest(files=own), record=far.record(version))


def try_to_load(far: Far, version: str) -> Version | str:
    """The version, or why it cannot be read: somebody changed what is kept of it."""
    try:
        return load_version(far, version)
    except PressroomError as error:
        if error.exit_code is ExitCode.OUTSIDE:  # the connection
            raise
        return f"{error.where} {error.message}"
