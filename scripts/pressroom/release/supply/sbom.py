"""The bill of materials of a release: what a project bundles of others, as CycloneDX."""

from __future__ import annotations

import dataclasses
import re
import uuid
from typing import TYPE_CHECKING, Any

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from pressroom.findings import Finding
from pressroom.release.supply.provenance import rendered, stamp

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from pressroom.changelog.model import Bundled, Project
    from pressroom.release.manifest import Frozen

ENDING = ".cdx.json"
# https://cyclonedx.org/docs/1.6/json/
FORMAT = "1.6"
_SCHEMA = f"http://cyclonedx.org/schema/bom-{FORMAT}.schema.json"
# https://github.com/package-url/purl-spec: scheme, type, name, version; what is neither is percent-encoded.
_PURL = re.compile(
    r"pkg:[a-z][a-z0-9.+-]*/[A-Za-z0-9.\-_~%:/+]+@[A-Za-z0-9.\-_~%:+]+(?:[?#][!-~]*)?", re.ASCII
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which release it is of: its version, its time, its files."""

    version: str
    time: dt.datetime
    files: tuple[Frozen, ...]


def check_bundles(project: Project, *, where: str) -> list[Finding]:
    """All that is wrong with `packaging.bundles`."""
    return [
        Finding(where=where, message=f"packaging.bundles: {message}", hint=hint)
        for message, hint in _wrong(project.packaging.bundles)
    ]


def _wrong(bundles: Sequence[Bundled]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for one in bundles:
        shown = ascii(one.name)
        for key in ("name", "version", "license"):
            value: str = getattr(one, key)
            if not value.strip() or not value.isprintable():
                yield (
                    f"{key} of {shown} is empty or has characters that nobody sees",
                    f"write `{key}: …` on one line",
                )
        if one.purl and not _PURL.fullmatch(one.purl):
            yield (
                f"{one.purl!a} is no package URL with a version",
                "write it as pkg:generic/zlib@1.3.1",
            )
        if _reference(one) in seen:
            yield f"{shown} stands twice", "name each once, with its version"
        seen.add(_reference(one))


def render_sbom(project: Project, edition: Edition, *, namespace: uuid.UUID) -> bytes:
    """CycloneDX 1.6 as JSON, the same bytes for the same release; its serial number is made in the namespace.

    It lists what the front matter says is bundled, and finds nothing by itself.
    """
    files = sorted(edition.files, key=lambda file: file.name)
    serial = "\n".join(
        ["sbom", project.id, edition.version, *(f"{file.sha256} {file.name}" for file in files)]
    )
    bundles = sorted(project.packaging.bundles, key=lambda one: (one.name, one.version, one.purl))
    root = f"release:{project.id}@{edition.version}"
    return rendered(
        {
            "$schema": _SCHEMA,
            "bomFormat": "CycloneDX",
            "specVersion": FORMAT,
            "serialNumber": f"urn:uuid:{uuid.uuid5(namespace, serial)}",
            "version": 1,
            "metadata": {
                "timestamp": stamp(edition.time),
                "component": _released(project, edition, files, root),
                "tools": {"components": [{"type": "application", "name": "pressroom"}]},
            },
            "components": [_component(one) for one in bundles],
            "dependencies": [
                {"ref": root, "dependsOn": [_reference(one) for one in bundles]},
                *({"ref": _reference(one)} for one in bundles),
            ],
        }
    )


def _released(
    project: Project, edition: Edition, files: Sequence[Frozen], reference: str
) -> dict[str, Any]:
    """The release itself; its files are components of it, since each has a hash of its own."""
    return {
        "type": "library",
        "bom-ref": reference,
        "name": project.name,
        "version": edition.version,
        "description": project.description,
        "components": [
            {
                "type": "file",
                "bom-ref": f"file:{file.name}",
                "name": file.name,
                "hashes": [{"alg": "SHA-256", "content": file.sha256}],
            }
            for file in files
        ],
        **_licensed(project.license),
    }


def _component(one: Bundled) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": _reference(one),
        "name": one.name,
        "version": one.version,
        **_licensed(one.license),
        **({"purl": one.purl} if one.purl else {}),
    }


def _licensed(license_: str) -> dict[str, Any]:
    """An SPDX expression where it is one, else the words as they are."""
    if not license_:
        return {}
    try:
        return {"licenses": [{"expression": str(canonicalize_license_expression(license_))}]}
    except InvalidLicenseExpression:
        return {"licenses": [{"license": {"name": license_}}]}


def _reference(one: Bundled) -> str:
    return one.purl or f"bundled:{one.name}@{one.version}"
