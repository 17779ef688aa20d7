"""Everything about the files of a release, all at once: before the tag, and of wheels that come later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.release.audit.archive import ENDINGS, read_sdist
from pressroom.release.audit.backend import PKG_INFO
from pressroom.release.audit.compare import compare
from pressroom.release.audit.description import check_descriptions
from pressroom.release.audit.identity import check_identity
from pressroom.release.audit.metadata import compare_metadata
from pressroom.release.audit.model import Verdict
from pressroom.release.audit.wheel import audit_wheel, read_wheel
from pressroom.release.warehouse.rules import refusals
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from pressroom.changelog.model import Project
    from pressroom.release.audit.model import TreeFiles


def audit_files(  # noqa: PLR0913 - what a release is
    paths: Sequence[Path],
    tree: TreeFiles,
    *,
    project: Project,
    version: str,
    uploads: Collection[str],
    machine: Sequence[str] = (),
) -> tuple[Verdict, list[Finding]]:
    """The verdict on the sdist, and all findings about it and its wheels.

    `uploads` are the names of those that go to the index: only they have to be what it takes. `machine`
    are paths of the build that no wheel may hold.
    """
    files = {path.name: _read(path) for path in paths}
    sdists = [name for name in files if name.endswith(ENDINGS)]
    wheels = {name: data for name, data in files.items() if name.endswith(".whl")}
    findings = [
        Finding(
            where=name,
            message="is neither an sdist nor a wheel",
            hint="remove it from the files of the release",
        )
        for name in sorted(files.keys() - wheels.keys() - set(sdists))
    ]
    for name, data in wheels.items():
        findings += audit_wheel(name, data, machine=machine)
    for name in sorted(files.keys() & set(uploads)):
        findings += _refusals(name, files[name], project, version)
    findings += check_descriptions([path for path in paths if path.name in uploads])
    if len(sdists) != 1:
        found = ", ".join(sorted(sdists)) or "none"
        findings.append(
            Finding(
                where=project.id,
                message=f"a release has one sdist, and here is {found}",
                hint="build it again in an empty folder",
            )
        )
        return Verdict(), sorted(findings)
    sdist = read_sdist(sdists[0], files[sdists[0]])
    verdict = compare(sdist, tree, allow=project.packaging.allow)
    verdict = Verdict.of([*verdict.blocking, *verdict.listed, *check_identity(sdist)])
    pkg_info = (sdist.filename, sdist.files.get(PKG_INFO, b""))
    findings += compare_metadata(pkg_info, _metadata(wheels), version=version, project=project)
    return verdict, sorted(set(findings))


def audit_collected(
    wheels: Mapping[str, bytes], sdist: Path, *, project: Project, version: str
) -> list[Finding]:
    """Findings about wheels that other machines built, held against the sdist of the release."""
    source = read_sdist(sdist.name, _read(sdist))
    pkg_info = (source.filename, source.files.get(PKG_INFO, b""))
    findings = compare_metadata(pkg_info, _metadata(wheels), version=version, project=project)
    for name, data in wheels.items():
        findings += audit_wheel(name, data)
        findings += _refusals(name, data, project, version)
    return sorted(set(findings))


def _refusals(name: str, data: bytes, project: Project, version: str) -> list[Finding]:
    package = project.pypi or project.name
    return [
        Finding(where=name, message=f"the index refuses it: {refusal.reason}", hint=refusal.hint)
        for refusal in refusals(name, data, name=package, version=version)
    ]


def _metadata(wheels: Mapping[str, bytes]) -> dict[str, bytes]:
    """The METADATA of those that can be read; of the others something else is said."""
    found = {}
    for name, data in wheels.items():
        wheel, _ = read_wheel(name, data)
        if wheel is not None:
            found[name] = wheel.files.get(f"{wheel.info}/METADATA", b"")
    return found


def _read(path: Path) -> bytes:
    with explained(path):
        return path.read_bytes()
