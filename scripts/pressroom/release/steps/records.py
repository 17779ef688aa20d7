"""The records beside the files of a release: how they were made, and what they bundle; written once, before they are signed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.config import load_config
from pressroom.errors import FindingsError
from pressroom.findings import Finding
from pressroom.release.files.order import SUMS, archives, sums_of
from pressroom.release.files.sums import ENDING as SUMS_ENDING
from pressroom.release.manifest import changed_files, frozen, save_manifest
from pressroom.release.recipe import Step, absent, conflict, done
from pressroom.release.steps.dist import manifest_of
from pressroom.release.steps.objects import release_tag
from pressroom.world.disk import save_durably

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.manifest import Frozen, Manifest
    from pressroom.release.recipe import Answer
    from pressroom.release.supply.provenance import Builder

PROVENANCE, SBOM = "provenance", "sbom"
# Below the hub's address: what `buildType` and the builder's id are, which SLSA wants to lead to a description.
_BUILD_TYPE, _BUILDER = "provenance/local-build/v1/", "provenance/local-builder/v1/"


def _recorded(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    records = [file for file in manifest.beside if file.kind in {PROVENANCE, SBOM}]
    changed = {*changed_files(job.state, manifest)} & {file.name for file in records}
    if changed:
        message = f"{', '.join(sorted(changed))}: not the bytes that were frozen"
        hint = (
            "find out who changed them; what is public already can be copied back from the files server, "
            "while nothing is, remove the manifest.json beside and start again"
        )
        return conflict(Finding(where=str(job.state.dist), message=message, hint=hint))
    names = ", ".join(file.name for file in records)
    if any(file.kind == SUMS for file in manifest.beside):
        # Sums that are signed may be public: they are of what there was, also where that is no record at all.
        return done(names or "signed without records, by a Pressroom that made none")
    wanted = {PROVENANCE, *([SBOM] if job.project.packaging.bundles else [])}
    if missing := wanted - {file.kind for file in records}:
        return absent(f"not written yet: {', '.join(sorted(missing))}")
    return done(names)


def _record(job: Job) -> None:
    """Both are listed in one write: what a stop before it left is written anew, with the same bytes."""
    from pressroom.release.supply import provenance, sbom  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    manifest = manifest_of(job)
    assert manifest is not None
    tag = release_tag(job)
    assert tag is not None, "make-tag comes before"
    stem = sums_of(manifest).removesuffix(SUMS_ENDING)
    besides = []
    if job.project.packaging.bundles:
        besides.append(_keep(job, f"{stem}{sbom.ENDING}", _sbom(job, manifest), kind=SBOM))
    data = provenance.render_provenance(
        job.frozen,
        manifest,
        files=archives(manifest),
        tagged=provenance.Tagged(
            repository=job.project.repository or "",
            tag_object=tag,
            tree=job.scratch.text("rev-parse", "--verify", f"{manifest.commit}^{{tree}}"),
        ),
        builder=_builder(job, manifest),
        besides=besides,
    )
    record = _keep(job, f"{stem}{provenance.ENDING}", data, kind=PROVENANCE)
    others = tuple(file for file in manifest.beside if file.kind not in {PROVENANCE, SBOM})
    beside = (*others, *besides, record)
    save_manifest(job.state, dataclasses.replace(manifest, beside=beside))


def _builder(job: Job, manifest: Manifest) -> Builder:
    from pressroom.release.building.environment import Lock  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second
    from pressroom.release.supply.provenance import Builder  # noqa: PLC0415 - as above

    config = load_config(job.site.folder)
    hub = config.base_url(config.hub)
    return Builder(
        build_type=f"{hub}{_BUILD_TYPE}",
        id=f"{hub}{_BUILDER}",
        packages=Lock(text=manifest.lock).packages,
    )


def _sbom(job: Job, manifest: Manifest) -> bytes:
    """Raises FindingsError for what the front matter says of bundles and cannot be."""
    from pressroom.release.supply.sbom import Edition, check_bundles, render_sbom  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    if found := check_bundles(job.project, where=job.where):
        raise FindingsError(found)
    edition = Edition(version=job.version, time=job.frozen.time, files=archives(manifest))
    return render_sbom(job.project, edition, namespace=load_config(job.site.folder).feed_namespace)


def _keep(job: Job, name: str, data: bytes, *, kind: str) -> Frozen:
    path = job.state.dist / name
    save_durably(path, data)
    return dataclasses.replace(frozen(path, is_uploaded=False), kind=kind)


make_records = Step(
    name="make-records",
    sentence="Write down how the files were made, and what they bundle",
    probe=_recorded,
    act=_record,
)
