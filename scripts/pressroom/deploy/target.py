"""Where sites are deployed to: `[tool.pressroom.deploy.<name>]`, typed."""

from __future__ import annotations

import dataclasses
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Literal

from pressroom.config import FILE
from pressroom.errors import ConfigError, ConfigFindingsError
from pressroom.findings import Finding
from pressroom.headers.servers.all_servers import SERVERS
from pressroom.shapes import fill, suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

# As ssh takes it: a name of its configuration, or user@host. What starts with a hyphen would be an option, and for rsync
# a path begins behind a colon.
_HOST = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A folder that holds versions and the link `current`, on this machine or on a host that ssh leads to."""

    # `/srv/pressroom`: versions/<id>/<site>/ and current -> versions/<id> are below it.
    folder: str
    # Empty for this machine.
    host: str = ""
    # The kind of server that serves it: the built sites are judged behind one before anything is copied.
    server: str = "nginx"
    # Commands for `sh` on that machine. `check` says by its exit code whether the server takes the new configuration;
    # $VERSION is the folder of the new version. `reload` makes the server read it.
    check: str = ""
    reload: str = ""
    # So many versions stay, the live one among them.
    keep: int = 5
    # Whether the sites' hosts are asked after the switch; false where no server is behind the folder.
    live: bool = True
    # For hosts that DNS does not lead to yet, or whose certificates have an authority of their own.
    resolve: tuple[str, ...] = ()
    ca: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A ready folder or archive for each site, for hosts that take nothing else; how they take it is their business."""

    # Whose `_headers` and `_redirects` go into it; `plain` for a host that reads neither.
    bundle: Literal["netlify", "cloudflare", "plain"]
    # In the checkout, or absolute.
    folder: str
    tar: bool = False
    live: bool = True
    resolve: tuple[str, ...] = ()
    ca: str = ""


def parse_targets(
    tables: Mapping[str, Any], *, where: str
) -> tuple[dict[str, Target | Bundle], list[Finding]]:
    """The targets by name, and all that is wrong with their tables."""
    targets: dict[str, Target | Bundle] = {}
    findings = []
    for name, table in tables.items():
        place = f"[tool.pressroom.deploy.{name if _NAME.fullmatch(name) else ascii(name)}]"
        if not _NAME.fullmatch(name) or not isinstance(table, dict):
            findings.append(
                Finding(
                    where=where,
                    message=f"{place} is no target",
                    hint="lower case letters, digits and hyphens for its name, and a table below it",
                )
            )
            continue
        shape: type[Target | Bundle] = Bundle if "bundle" in table else Target
        target, misfits = fill(shape, table)
        problems = [(misfit.message, misfit.hint) for misfit in misfits]
        if target is not None:
            problems += (
                _problems(target) if isinstance(target, Target) else _bundle_problems(target)
            )
            problems += _text_problems(target)
        if target is not None and not problems:
            targets[name] = target
        findings += [
            Finding(where=where, message=f"{place} {message}", hint=hint)
            for message, hint in problems
        ]
    return targets, findings


def find_target(tables: Mapping[str, Any], name: str) -> Target | Bundle:
    """The target of that name; raises ConfigError where there is none, or ConfigFindingsError if any is wrong."""
    targets, findings = parse_targets(tables, where=FILE)
    if findings:
        raise ConfigFindingsError(findings)
    if name not in targets:
        hint = (
            suggestion(name, list(targets))
            if targets
            else "OPERATIONS.md has one to start from: [tool.pressroom.deploy.production]"
        )
        raise ConfigError(f"there is no target {name!r}", where=FILE, hint=hint)
    return targets[name]


def _problems(target: Target) -> list[tuple[str, str]]:
    """What no type can say, as message and hint."""
    problems = []
    if not is_folder(target.folder):
        problems.append(
            (
                f"folder {target.folder!r} is no folder on a server",
                "start it at the root, without .. and without spaces: /srv/pressroom",
            )
        )
    if target.host and not _HOST.fullmatch(target.host):
        problems.append(
            (
                f"host {target.host!r} is none that ssh would take",
                "a name of your ~/.ssh/config, where a port belongs too, or user@server.example",
            )
        )
    if target.server not in SERVERS:
        problems.append(
            (f"server {target.server!r} is none", suggestion(target.server, sorted(SERVERS)))
        )
    if target.keep < 2:  # the live one, and one to go back to
        problems.append(
            (
                f"keep {target.keep} leaves nothing to go back to",
                "keep 2 versions or more",
            )
        )
    return problems


def _bundle_problems(bundle: Bundle) -> list[tuple[str, str]]:
    parts = PurePosixPath(bundle.folder).parts
    if parts and ".." not in parts:
        return []
    return [
        (
            f"folder {bundle.folder!r} is no folder for a bundle",
            "name one in the checkout that is not there yet, without ..: bundle",
        )
    ]


def _text_problems(target: Target | Bundle) -> list[tuple[str, str]]:
    values = dataclasses.asdict(target)
    return [
        (f"{key} has a NUL, which ends a text elsewhere", "delete it")
        for key, value in values.items()
        if "\0"
        in (value if isinstance(value, str) else "".join(value) if isinstance(value, tuple) else "")
    ]


def is_folder(path: str) -> bool:
    """Whether a path is one that a server can be told, below its root."""
    return re.fullmatch(r"(?:/[A-Za-z0-9_.+@~-]+)+", path, re.ASCII) is not None and not {
        ".",
        "..",
    } & set(path.split("/"))
