"""The metadata of all files of a release: one name, one version, the same promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from pressroom.findings import Finding
from pressroom.release.audit.identity import is_same_version, read_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.metadata import RawMetadata

    from pressroom.changelog.model import Project

_SAME = {
    "summary": "Summary",
    "requires_python": "Requires-Python",
    "license_expression": "License-Expression",
    "requires_dist": "Requires-Dist",
    "provides_extra": "Provides-Extra",
}


def compare_metadata(
    sdist: tuple[str, bytes], wheels: Mapping[str, bytes], *, version: str, project: Project
) -> list[Finding]:
    """Findings where PKG-INFO and each METADATA do not agree with each other and with the release.

    `sdist` is the file's name and its PKG-INFO, `wheels` have the METADATA of each by file name.
    """
    findings: list[Finding] = []
    for where, data in (sdist, *wheels.items()):
        findings += _check_release(where, read_metadata(data), version, project)
    base = read_metadata(sdist[1])
    for where, data in wheels.items():
        findings += _check_same(where, read_metadata(data), base, sdist[0])
    return sorted(findings)


def _check_release(
    where: str, metadata: RawMetadata, version: str, project: Project
) -> Iterator[Finding]:
    name, said = metadata.get("name", ""), metadata.get("version", "")
    expected = project.pypi or project.name
    if canonicalize_name(name) != canonicalize_name(expected):
        yield Finding(
            where=where,
            message=f"its metadata name {name!r}, but the project is {expected!r}",
            hint="mend the name in the project, or `pypi:` in its front matter",
        )
    if not is_same_version(said, version):
        yield Finding(
            where=where,
            message=f"its metadata say version {said!r}, but this is the release of {version}",
            hint="write the version into every file that carries it, then build again",
        )


def _check_same(
    where: str, metadata: RawMetadata, base: RawMetadata, sdist: str
) -> Iterator[Finding]:
    for field, title in _SAME.items():
        mine, theirs = _plain(metadata.get(field)), _plain(base.get(field))
        if mine != theirs:
            yield Finding(
                where=where,
                message=f"{title} is {', '.join(mine) or 'missing'}; in {sdist} it is {', '.join(theirs) or 'missing'}",
                hint="build every wheel from that sdist; metadata that depend on the machine need markers",
            )


def _plain(value: object) -> list[str]:
    """A value in one spelling: requirements and extras have several."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value.strip()]
    assert isinstance(value, list)
    return sorted(_requirement(item) for item in value)


def _requirement(text: str) -> str:
    try:
        requirement = Requirement(text)
    except InvalidRequirement:
        return canonicalize_name(text)
    requirement.name = canonicalize_name(requirement.name)
    return str(requirement)
