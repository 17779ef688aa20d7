"""What an index shows of a project: PEP 503, 592, 691, 700 and 792, and PyPI's own JSON."""

from __future__ import annotations

import datetime as dt
import html
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.release.warehouse.model import IndexFile, IndexProject

API = "1.4"
JSON_TYPE = "application/vnd.pypi.simple.v1+json"
HTML_TYPE = "application/vnd.pypi.simple.v1+html"
# In the order of preference when a client likes several alike.
_OFFERS = ("text/html", HTML_TYPE, JSON_TYPE)
_ALSO = {
    "application/vnd.pypi.simple.latest+json": JSON_TYPE,
    "application/vnd.pypi.simple.latest+html": HTML_TYPE,
}


def negotiate(accept: str) -> str | None:
    """Which of the types that we have a client likes best; None when it likes none."""
    wishes: dict[str, float] = {}
    for item in (accept or "*/*").split(","):
        kind, *parameters = (part.strip().lower() for part in item.split(";"))
        wishes[_ALSO.get(kind, kind)] = _quality(parameters)

    def liked(offer: str) -> float:
        major = offer.partition("/")[0]
        return next((wishes[key] for key in (offer, f"{major}/*", "*/*") if key in wishes), 0.0)

    best = max(_OFFERS, key=liked)
    return best if liked(best) > 0 else None


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def render_projects(names: Iterable[str], kind: str) -> bytes:
    """The page that names all projects."""
    if kind == JSON_TYPE:
        projects = [{"name": name} for name in names]
        return _json({"meta": {"api-version": API}, "projects": projects})
    return _html("Simple index", [f'<a href="/simple/{name}/">{name}</a>' for name in names])


def render_project(project: IndexProject, kind: str, *, base: str) -> bytes:
    """The page of a project; `base` is what the addresses of its files begin with."""
    if kind == JSON_TYPE:
        return _json(
            {
                "meta": {"api-version": API},
                "name": project.name,
                "project-status": {"status": project.status},
                "versions": project.versions,
                "files": [_simple(file, base) for file in project.files],
            }
        )
    return _html(
        f"Links for {project.name}",
        [_anchor(file, base) for file in project.files],
        f'<meta name="pypi:project-status" content="{project.status}">',
    )


def render_release(project: IndexProject, version: str | None, *, base: str) -> bytes | None:
    """PyPI's own JSON of a version, or of the newest with all the others; None when it is not there."""
    files = project.of(version or project.latest)
    if not files:
        return None
    first = files[0]
    found: dict[str, Any] = {
        "info": {
            "name": first.project,
            "version": first.version,
            "requires_python": first.requires_python,
            "yanked": all(file.yanked is not None for file in files),
        },
        "urls": [_detailed(file, base) for file in files],
    }
    if version is None:
        found["releases"] = {
            name: [_detailed(file, base) for file in project.of(name)] for name in project.versions
        }
    return _json(found)


def _simple(file: IndexFile, base: str) -> dict[str, Any]:
    uploaded = {} if file.uploaded is None else {"upload-time": _time(file.uploaded)}
    return {
        "filename": file.filename,
        "url": _address(file, base),
        "hashes": {"sha256": file.sha256},
        "requires-python": file.requires_python,
        "size": file.size,
        "yanked": _yanked(file),
        **uploaded,
    }


def _detailed(file: IndexFile, base: str) -> dict[str, Any]:
    digests = {"md5": file.md5, "sha256": file.sha256, "blake2b_256": file.blake2_256}
    return {
        "filename": file.filename,
        "url": _address(file, base),
        "digests": {kind: digest for kind, digest in digests.items() if digest},
        "packagetype": file.filetype,
        "python_version": file.pyversion,
        "requires_python": file.requires_python,
        "size": file.size,
        "upload_time_iso_8601": None if file.uploaded is None else _time(file.uploaded),
        "yanked": file.yanked is not None,
        "yanked_reason": file.yanked or None,
    }


def _anchor(file: IndexFile, base: str) -> str:
    attributes = {
        "href": f"{_address(file, base)}#sha256={file.sha256}",
        "data-requires-python": file.requires_python,
        "data-yanked": file.yanked,
    }
    shown = " ".join(
        f'{name}="{html.escape(value)}"' for name, value in attributes.items() if value is not None
    )
    return f"<a {shown}>{html.escape(file.filename)}</a>"


def _address(file: IndexFile, base: str) -> str:
    return f"{base}/files/{file.sha256}/{quote(file.filename)}"


def _yanked(file: IndexFile) -> bool | str:
    return file.yanked or True if file.yanked is not None else False


def _time(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values).encode()


def _html(title: str, links: list[str], meta: str = "") -> bytes:
    version = f'<meta name="pypi:repository-version" content="{API}">'
    lines = [
        "<!DOCTYPE html>",
        f"<html><head>{version}{meta}<title>{title}</title></head><body>",
        *(f"{link}<br>" for link in links),
        "</body></html>",
    ]
    return "\n".join(lines).encode()
