"""Where the project's repository is, and what a user keeps in `$XDG_CONFIG_HOME/pressroom/config.toml`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pressroom.errors import ConfigError, ConfigFindingsError
from pressroom.findings import Finding
from pressroom.shapes import fill
from pressroom.tables import parse_toml
from pressroom.texts import decode
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "pressroom/config.toml"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """The package index: what is read, where files are sent, and where the credential comes from."""

    simple: str = "https://pypi.org/simple/"
    upload: str = "https://upload.pypi.org/legacy/"
    token: str = "keyring"  # noqa: S105 - where it is, not what: keyring, file:PATH, fd:NUMBER
    ca: str = ""  # a file with the certificates of a private authority


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """The mail server, and who writes; `from` in the file is `sender` here, since Python keeps that word."""

    sender: str = ""  # "A Name <name@example.org>"; empty: who commits
    to: tuple[str, ...] = ()  # for projects whose front matter names nobody; sent by hand only
    server: str = ""
    port: int = 0  # 0: as the security wants it
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""  # where it is, not what: keyring, file:PATH, fd:NUMBER
    ca: str = ""  # a file with the certificates of a private authority


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FilesSettings:
    """Where the files of a project are put: a folder on `host` as ssh knows it (empty: here), and its address."""

    folder: str
    host: str = ""
    url: str = ""  # what everybody sees the folder as; left out, files are only compared over there
    ca: str = ""  # as above


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UserSettings:
    """What is different on every machine."""

    checkouts: dict[str, str] = dataclasses.field(default_factory=dict)
    index: IndexSettings = IndexSettings()
    files: dict[str, FilesSettings] = dataclasses.field(default_factory=dict)  # by project
    mail: MailSettings = MailSettings()


def config_home(environment: Mapping[str, str]) -> Path:
    """Where a user's configuration is (XDG Base Directory Specification)."""
    return _xdg(environment, "XDG_CONFIG_HOME", ".config")


def state_home(environment: Mapping[str, str]) -> Path:
    """Where releases keep their state."""
    return _xdg(environment, "XDG_STATE_HOME", ".local/state") / "pressroom"


def cache_home(environment: Mapping[str, str]) -> Path:
    """Where environments for builds are kept; it may be removed at any time."""
    return _xdg(environment, "XDG_CACHE_HOME", ".cache") / "pressroom"


def _xdg(environment: Mapping[str, str], name: str, otherwise: str) -> Path:
    value = environment.get(name, "")
    # The specification: relative paths are to be ignored.
    return Path(value) if value.startswith("/") else Path("~").expanduser() / otherwise


def load_user_settings(path: Path) -> UserSettings:
    """The settings of a file, or the defaults where there is none."""
    with explained(path):
        data = path.read_bytes() if path.exists() else b""
    text, findings = decode(data, where=str(path))
    values, found = parse_toml(text, where=str(path))
    findings += found
    settings, misfits = fill(UserSettings, _with_sender(values))
    findings += [
        Finding(where=str(path), message=misfit.message, hint=misfit.hint) for misfit in misfits
    ]
    if findings or settings is None:
        raise ConfigFindingsError(findings)
    return settings


def _with_sender(values: dict[str, Any]) -> dict[str, Any]:
    """The values with `from` under the name that it has here."""
    mail = values.get("mail")
    if not isinstance(mail, dict) or "from" not in mail:
        return values
    return {**values, "mail": {("sender" if key == "from" else key): mail[key] for key in mail}}


def find_checkout(
    project: str, name: str, *, given: Path | None, settings: UserSettings, root: Path
) -> Path:
    """The project's checkout: as given, as configured, or a folder of its name beside this repository."""
    configured = settings.checkouts.get(project)
    if given is not None:
        candidates = [given]
    elif configured is not None:
        candidates = [Path(configured).expanduser()]
    else:
        candidates = [root.parent / project, root.parent / name]
    for folder in candidates:
        if (folder / ".git").exists():
            return folder.resolve()
    looked = " and ".join(str(folder) for folder in candidates)
    raise ConfigError(
        f"no checkout of {name}: looked at {looked}",
        where="--checkout" if given is not None else project,
        hint=f'name it with --checkout DIR, or write [checkouts] {project} = "DIR" into '
        f"$XDG_CONFIG_HOME/{FILE}",
    )
