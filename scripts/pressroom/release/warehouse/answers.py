"""What the index answers to a question, by its path: pages, files, and where else to ask."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from packaging.utils import InvalidName, canonicalize_name
from packaging.version import InvalidVersion

from pressroom.release.warehouse.listing import (
    negotiate,
    render_project,
    render_projects,
    render_release,
)
from pressroom.release.warehouse.model import IndexFile, IndexProject, Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.release.warehouse.store import Store
    from pressroom.release.warehouse.wheelhouse import Wheelhouse

_PAGE = (("Cache-Control", "no-cache"), ("Vary", "Accept"))
# Who asks through a proxy on this machine gets addresses that lead through it again.
_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response: the bytes, or the file that holds them; `reason` also stands in the status line."""

    status: int
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "text/plain; charset=utf-8"
    body: bytes = b""
    file: Path | None = None
    close: bool = False  # and hang up after it


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """What the index has: what was uploaded, and the wheelhouse behind it."""

    store: Store
    wheelhouse: Wheelhouse

    def projects(self) -> dict[str, IndexProject]:
        """All projects; an uploaded one hides the one in the wheelhouse."""
        return {**self.wheelhouse.projects(), **self.store.projects()}

    def project(self, name: str) -> IndexProject | None:
        """One of them, by its normalized name; the wheelhouse is read only for what was not uploaded."""
        uploaded = self.store.projects().get(name)
        return uploaded if uploaded is not None else self.wheelhouse.projects().get(name)

    def path(self, file: IndexFile) -> Path | None:
        """Where the bytes of a file are."""
        if file.uploaded is not None:
            return self.store.path(file.sha256)
        return self.wheelhouse.path(file)


def answer(shelves: Shelves, target: str, *, accept: str, host: str) -> Answer:
    """The answer to a GET of `target`, the path as it came, percent signs and all."""
    try:
        path = urlsplit(target).path
    except ValueError:
        return refuse(400, "Bad path")
    parts = [unquote(part) for part in path.split("/")[1:]]
    base = f"http://{host}" if _HOST.fullmatch(host) else ""
    match parts:
        case ["simple"]:
            found = redirect("/simple/")
        case ["simple", ""]:
            found = _page(accept, lambda kind: render_projects(sorted(shelves.projects()), kind))
        case ["simple", name] | ["simple", name, ""]:
            found = _project(shelves, name, slash=len(parts) == 3, accept=accept, base=base)
        case ["pypi", name, "json"]:
            found = _release(shelves, name, None, base)
        case ["pypi", name, version, "json"]:
            found = _release(shelves, name, version, base)
        case ["files", sha256, filename]:
            found = _download(shelves, sha256, filename)
        case ["legacy", ""]:
            found = refuse(405, "Uploads are sent by POST", headers=(("Allow", "POST"),))
        case _:
            found = refuse(404, "Not Found")
    return found


def refuse(status: int, reason: str, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """An answer that says no, and why."""
    return Answer(
        status=status, reason=reason, headers=headers, body=f"{status} {reason}\n".encode()
    )


def redirect(location: str, *, status: int = 301, reason: str = "Moved Permanently") -> Answer:
    """An answer that says where it is; `location` begins with one slash and holds nothing from a client."""
    return refuse(status, reason, headers=(("Location", location),))


def _page(accept: str, render: Callable[[str], bytes]) -> Answer:
    kind = negotiate(accept)
    if kind is None:
        return refuse(406, "Not Acceptable")
    shown = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return Answer(status=200, kind=shown, body=render(kind), headers=_PAGE)


def _project(shelves: Shelves, name: str, *, slash: bool, accept: str, base: str) -> Answer:
    normalized = _normalized(name)
    if normalized is None:
        return refuse(404, "Not Found")
    if not slash or normalized != name:
        return redirect(f"/simple/{normalized}/")
    project = _shown(shelves, normalized)
    if project is None:
        return refuse(404, "Not Found")
    return _page(accept, lambda kind: render_project(project, kind, base=base))


def _release(shelves: Shelves, name: str, version: str | None, base: str) -> Answer:
    normalized = _normalized(name)
    project = _shown(shelves, normalized) if normalized is not None else None
    if project is None or not project.files:
        return refuse(404, "Not Found")
    if name != normalized:
        rest = f"/{version}" if version is not None and re.fullmatch(r"[\w.!+-]+", version) else ""
        return redirect(f"/pypi/{normalized}{rest}/json")
    try:
        body = render_release(project, version, base=base)
    except InvalidVersion:
        body = None
    if body is None:
        return refuse(404, "Not Found")
    return Answer(status=200, kind="application/json", body=body, headers=_PAGE)


def _shown(shelves: Shelves, name: str) -> IndexProject | None:
    """A project, without its files when it is quarantined (PEP 792)."""
    project = shelves.project(name)
    if project is not None and project.status is Status.QUARANTINED:
        return dataclasses.replace(project, files=())
    return project


def _download(shelves: Shelves, sha256: str, filename: str) -> Answer:
    for project in shelves.projects().values():
        for file in project.files:
            if (file.sha256, file.filename) == (sha256, filename):
                return Answer(
                    status=200,
                    kind="application/octet-stream",
                    file=shelves.path(file),
                    headers=(
                        ("ETag", f'"{sha256}"'),
                        ("Cache-Control", "max-age=365000000, immutable, public"),
                    ),
                )
    return refuse(404, "Not Found")


def _normalized(name: str) -> str | None:
    try:
        return canonicalize_name(name, validate=True)
    except InvalidName:
        return None
