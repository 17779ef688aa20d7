"""Records of releases that never were, for tests of what is public."""

from __future__ import annotations

import hashlib

from pressroom.changelog.published import Published, PublishedFile

INDEX = "https://pypi.org/simple/"


def public_file(
    name: str, *, size: int = 123_456, host: str = "https://files.example"
) -> PublishedFile:
    """A file of that name, with the hash of its name."""
    return PublishedFile(
        name=name,
        kind="wheel" if name.endswith(".whl") else "sdist",
        size=size,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        url=f"{host}/packages/{name}",
    )


def record(project: str = "widget", version: str = "1.1", *, files: int = 2) -> Published:
    """The record of a release with a source archive and wheels."""
    names = [f"{project}-{version}-cp3{n}-cp3{n}-linux_x86_64.whl" for n in range(files - 1)]
    return Published(
        id=f"{project}-{version}",
        project=project,
        version=version,
        tag=version,
        tag_object="a1b2c3d4" * 5,
        commit="0f1e2d3c" * 5,
        date="2026-01-10",
        index=f"{INDEX}{project}/",
        files=tuple(public_file(name) for name in [*names, f"{project}-{version}.tar.gz"]),
    )
