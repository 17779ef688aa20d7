"""What goes into the bundle of each site: its own files, what its host reads besides, and the version."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.config import DEPLOY, OUTPUT
from pressroom.deploy.bundle.earlier import file_of
from pressroom.deploy.manifest import VERSION_FILE, File, is_version_file, version_text
from pressroom.errors import FindingsError
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.deploy.manifest import Manifest

# The kind of bundle that a host gets which reads neither `_headers` nor `_redirects`.
PLAIN = "plain"
HEADERS = "_headers"
REDIRECTS = "_redirects"
# Without it GitHub Pages, when it takes a branch, leaves out what begins with an underscore or a dot.
NO_JEKYLL = ".nojekyll"
_COMPRESSED = ".gz"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A site's files by path in it. Each is copied from a path of the manifest (`sources`), or made here (`made`)."""

    files: Mapping[str, File]
    sources: Mapping[str, str]
    made: Mapping[str, bytes]


def pack(kind: str, manifest: Manifest) -> dict[str, Packed]:
    """What each site of a manifest has in a bundle of that kind, without the compressed copies beside files.

    Raises FindingsError with every file of a site that has the name of one that goes in besides, and every file
    of deploy/ that should and is not there.
    """
    own = _by_site(manifest)
    made = {VERSION_FILE: version_text(manifest.id).encode()}
    if kind == PLAIN:
        made[NO_JEKYLL] = b""
    besides = {site: _besides(kind, site) for site in own}
    findings = [] if own else [_missing(OUTPUT)]
    for site, names in own.items():
        findings += _clashes(site, names, kind=kind, taken={*made, *besides[site]})
    wanted = dict.fromkeys(path for some in besides.values() for path in some.values())
    findings += [_missing(path) for path in wanted if path not in manifest.files]
    if findings:
        raise FindingsError(findings)
    lines = {name: file_of(data) for name, data in made.items()}
    packed = {}
    for site, names in own.items():
        sources = {**names, **besides[site]}
        files = {name: manifest.files[path] for name, path in sources.items()}
        packed[site] = Packed(files={**files, **lines}, sources=sources, made=made)
    return packed


def _by_site(manifest: Manifest) -> dict[str, dict[str, str]]:
    """The files of each site as a path in it, and as one of the manifest."""
    sites: dict[str, dict[str, str]] = {}
    for path in manifest.files:
        site, _, name = path.partition("/")
        if site != DEPLOY and not is_version_file(path) and not _is_copy(path, manifest):
            sites.setdefault(site, {})[name] = path
    return dict(sorted(sites.items()))


def _besides(kind: str, site: str) -> dict[str, str]:
    """The files of deploy/ that the host of that kind reads, by their names in the site."""
    if kind == PLAIN:
        return {}
    return {HEADERS: f"{DEPLOY}/{kind}/{HEADERS}", REDIRECTS: f"{DEPLOY}/{kind}/{site}/{REDIRECTS}"}


def _clashes(site: str, own: Mapping[str, str], *, kind: str, taken: set[str]) -> list[Finding]:
    return [
        Finding(
            where=f"{OUTPUT}/{path}",
            message=f"has the name of a file that a bundle of the kind {kind} brings itself",
            hint=f"give it another name in the sources of {site} and build again",
        )
        for name, path in own.items()
        if name.partition("/")[0] in taken
    ]


def _missing(path: str) -> Finding:
    return Finding(
        where=path,
        message="is not there, and a bundle is made from it",
        hint="run `make site`: it says why if it cannot write this",
    )


def _is_copy(path: str, manifest: Manifest) -> bool:
    return path.endswith(_COMPRESSED) and path.removesuffix(_COMPRESSED) in manifest.files
