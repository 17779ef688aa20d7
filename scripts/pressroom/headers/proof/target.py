"""What to ask a site for: a page, an asset, an old address… chosen from what it has, always the same."""

from __future__ import annotations

import dataclasses
import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

from pressroom.errors import PressroomError
from pressroom.headers.media import TYPES
from pressroom.headers.model import FAILURE_PAGE, NOT_FOUND_PAGE
from pressroom.headers.policy import ASSETS
from pressroom.world.disk import Tree

if TYPE_CHECKING:
    from pressroom.addresses.model import Redirect
    from pressroom.headers.model import Place, ServedSite
    from pressroom.headers.policy import Policy

HOME = "index.html"
_LINK = "a symbolic link to "


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A site as a proof sees it. Paths of files are as in `files`; what is empty, the site does not have."""

    site: str
    host: str
    alias: str
    http_port: int
    https_port: int
    files: Mapping[str, bytes] = dataclasses.field(repr=False)
    # The values of Content-Type by extension.
    types: Mapping[str, str] = dataclasses.field(default_factory=lambda: TYPES, repr=False)
    asset: str = ""
    open_file: str = ""
    # A folder with an index.html.
    folder: str = ""
    old: Redirect | None = None
    # A file whose name starts with a dot.
    hidden: str = ""
    # A symbolic link that leads out of the site; or else a folder without index.html, and its slash.
    forbidden: str = ""
    failing: str = ""
    # A file with a compressed copy beside it.
    compressed: str = ""
    # A file below /.well-known/acme-challenge/, and what is in it.
    challenge: tuple[str, bytes] | None = None
    # Of the first answer: what a browser shows when it asks whether a page has changed.
    etag: str = ""
    last_modified: str = ""

    def origin(self, host: str, *, secure: bool = True) -> str:
        """`https://widget.example`, with its port if that is not the usual one."""
        port = self.https_port if secure else self.http_port
        scheme, usual = ("https", 443) if secure else ("http", 80)
        return f"{scheme}://{host}" if port == usual else f"{scheme}://{host}:{port}"


def choose_target(
    files: Mapping[str, bytes],
    site: ServedSite,
    place: Place,
    policy: Policy,
    *,
    challenge: tuple[str, bytes] | None = None,
) -> Target:
    """What to ask `site` for, given its built files by path; bytes are read only as they are compared.

    Raises PressroomError when it has no page for its root, for 404, or for 5xx.
    """
    missing = [name for name in (HOME, NOT_FOUND_PAGE[1:], FAILURE_PAGE[1:]) if name not in files]
    if missing:
        raise PressroomError(
            f"the site {site.name} has no {', '.join(missing)}",
            where=site.root,
            hint="build it first, and prove what was built: make site",
        )
    visible = [path for path in sorted(files) if not _is_hidden(path)]
    below = ASSETS[1:]
    assets = [path for path in visible if path.startswith(below)]
    others = [path for path in visible if not path.startswith(below)]
    return Target(
        site=site.name,
        host=site.host,
        alias=next(iter(site.aliases), ""),
        http_port=place.http_port,
        https_port=place.https_port,
        files=files,
        types=policy.types,
        asset=_first(assets, ".js", ".css", ""),
        open_file=_first(others, *policy.open_suffixes),
        folder=next((path[: -len(HOME) - 1] for path in others if path.endswith(f"/{HOME}")), ""),
        old=next(iter(site.redirects), None),
        hidden=next((path for path in sorted(files) if _is_hidden(path)), ""),
        forbidden=_forbidden(files, visible),
        failing=place.failing,
        compressed=next((path for path in assets + others if f"{path}.gz" in files), ""),
        challenge=challenge,
    )


def address(path: str) -> str:
    """The path of a file as it is in a URL."""
    return quote(f"/{path}")


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") and part != ".well-known" for part in path.split("/"))


def _first(paths: list[str], *suffixes: str) -> str:
    return next((path for end in suffixes for path in paths if path.endswith(end)), "")


def _forbidden(files: Mapping[str, bytes], visible: list[str]) -> str:
    """A link out of the site, or else a folder of which a server could show a list, with its slash."""
    odd = files.odd if isinstance(files, Tree) else {}
    for path, what in sorted(odd.items()):
        goal = posixpath.normpath(posixpath.join(posixpath.dirname(path), what.removeprefix(_LINK)))
        if what.startswith(_LINK) and goal.startswith(("/", "..")):
            return path
    folders = {path.rpartition("/")[0] for path in visible} - {""}
    return next((f"{one}/" for one in sorted(folders) if f"{one}/{HOME}" not in files), "")
