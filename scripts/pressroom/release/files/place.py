"""Where the files of a project's releases are put: a folder on this machine or behind ssh, and its address."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from pressroom.errors import ConfigError, ConfigFindingsError
from pressroom.findings import Finding
from pressroom.release.index.listing import is_safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.release.places import FilesSettings

# As ssh takes it: a name of its configuration, or user@host. What starts with a hyphen would be an option, and for rsync
# a path begins behind a colon.
_HOST = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_FOLDER = re.compile(r"(?:/[A-Za-z0-9_.+@~-]+)+", re.ASCII)
# What a record of a release may have as an address (changelog/published_check): host, port, folders.
_URL = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?/(?:[A-Za-z0-9._~+-]+/)*")
CONFIGURATION = "$XDG_CONFIG_HOME/pressroom/config.toml"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FilesPlace:
    """A folder of files, on `host` as ssh knows it (empty: here); `url` is what everybody sees it as, if known."""

    folder: str
    host: str = ""
    url: str = ""
    ca: Path | None = None  # None: certifi's

    @property
    def where(self) -> str:
        """The folder, as rsync would write it."""
        return f"{self.host}:{self.folder}" if self.host else self.folder

    def address(self, name: str) -> str:
        """Where everybody gets a file of that name; only for a place that has an address."""
        return f"{self.url}{quote(name, safe='+')}"


def place_of(project: str, settings: Mapping[str, FilesSettings]) -> FilesPlace | None:
    """The place of a project's files, if one is configured. Raises ConfigFindingsError with all that is wrong."""
    found = settings.get(project)
    if found is None:
        return None
    where = f"{CONFIGURATION} [files.{project}]"
    findings = [
        Finding(where=where, message=message, hint=hint) for message, hint in _problems(found)
    ]
    if findings:
        raise ConfigFindingsError(findings)
    return FilesPlace(
        folder=found.folder,
        host=found.host,
        url=found.url,
        ca=Path(found.ca).expanduser() if found.ca else None,
    )


def needed(place: FilesPlace | None, project: str) -> FilesPlace:
    """The place; raises ConfigError where none is configured."""
    if place is not None:
        return place
    raise ConfigError(
        f"no place for the files of {project}",
        where=CONFIGURATION,
        hint=f'[files.{project}] with folder = "/srv/files", host = "user@server.example" if it is '
        'not on this machine, url = "https://server.example/files/"',
    )


def _problems(found: FilesSettings) -> list[tuple[str, str]]:
    problems = []
    if not _FOLDER.fullmatch(found.folder) or {".", ".."} & set(found.folder.split("/")):
        hint = "start it at the root, without .. and without spaces: /srv/files"
        problems.append((f"folder {found.folder!r} is no folder on a server", hint))
    if found.host and not _HOST.fullmatch(found.host):
        hint = "a name of your ~/.ssh/config, where a port belongs too, or user@server.example"
        problems.append((f"host {found.host!r} is none that ssh would take", hint))
    if found.url and not (is_safe(found.url) and _URL.fullmatch(found.url)):
        hint = "https://server.example/files/, with / at the end, without user, query or fragment"
        problems.append((f"url {found.url!r} is no address of a folder", hint))
    return problems
