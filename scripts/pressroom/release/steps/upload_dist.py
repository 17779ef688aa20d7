"""The upload, file by file and each looked for first; then everything downloaded, compared and installed."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

from pressroom.errors import FindingsError
from pressroom.findings import Finding
from pressroom.release.index.credential import read_secret
from pressroom.release.index.simple import fetch_file, fetch_project
from pressroom.release.manifest import changed_files
from pressroom.release.recipe import Step, Thing, absent, conflict, done
from pressroom.release.state import digest
from pressroom.release.steps.dist import install_each, manifest_of

if TYPE_CHECKING:
    from pressroom.release.index.listing import IndexFile
    from pressroom.release.index.secret import Secret
    from pressroom.release.job import Job
    from pressroom.release.manifest import Frozen, Manifest
    from pressroom.release.recipe import Answer

# Since 2026-07-08 the index takes no new file for a release whose first one is older than this.
_WINDOW = dt.timedelta(days=14)


def on_index(job: Job) -> dict[str, IndexFile]:
    """The files of this release that the index shows, by name."""
    assert job.project.pypi is not None
    project = fetch_project(job.world.index, job.project.pypi, patience=job.world.patience)
    return {file.filename: file for file in project.files} if project else {}


def _uploaded(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    shown = on_index(job)
    found = list(_other_bytes(job, manifest, shown))
    missing = [file.name for file in manifest.uploads if file.name not in shown]
    if missing and not found:
        found += _too_late(job, manifest, shown)
    if found:
        return conflict(*found)
    if missing:
        return absent(f"{len(missing)} of {len(manifest.uploads)} not there yet")
    count = len(manifest.uploads)
    return done(f"{count} file{'s' if count != 1 else ''}, with our bytes")


def _other_bytes(job: Job, manifest: Manifest, shown: dict[str, IndexFile]) -> list[Finding]:
    return [
        Finding(
            where=f"{job.world.index.simple_url} {file.name}",
            message=f"the index has other bytes under that name: {shown[file.name].sha256}, ours are {file.sha256}",
            hint="find out who uploaded them; a name is never used twice: release the next version, "
            "and yank this one there",
        )
        for file in manifest.uploads
        if file.name in shown and shown[file.name].sha256 != file.sha256
    ]


def _too_late(job: Job, manifest: Manifest, shown: dict[str, IndexFile]) -> list[Finding]:
    times = [one.uploaded for file in manifest.uploads if (one := shown.get(file.name))]
    first = min((time for time in times if time is not None), default=None)
    if first is None or job.world.now() - first < _WINDOW:
        return []
    message = (
        f"the first file is there since {first:%Y-%m-%d}; after 14 days the index takes no more"
    )
    hint = "release the next version with all files; yank this one if it is of no use without them"
    return [Finding(where=job.world.index.simple_url, message=message, hint=hint)]


def _upload(job: Job) -> None:
    from pressroom.release.index.upload import upload_file, wait_for_files  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    manifest = manifest_of(job)
    assert manifest is not None
    assert job.project.pypi is not None

    @functools.cache  # a file descriptor can be read once
    def token() -> Secret:
        return read_secret(job.world.credential, upload_url=job.world.index.upload_url)

    for file in manifest.uploads:
        if file.is_ours:
            receipt = upload_file(
                job.world.index,
                job.state.dist / file.name,
                token=token,
                patience=job.world.patience,
            )
            job.journal.write(
                "uploaded", step="upload-dist", note=f"{file.name}, sent {receipt.sent} times"
            )
    wait_for_files(
        job.world.index,
        job.project.pypi,
        job.version,
        {file.name: file.sha256 for file in manifest.uploads},
        patience=job.world.patience,
    )


def _things(job: Job) -> tuple[Thing, ...]:
    manifest = manifest_of(job)
    if manifest is None:
        return (Thing(name="files on the index", is_public=False),)
    shown = on_index(job)

    def is_there(file: Frozen) -> bool:
        return file.name in shown and shown[file.name].sha256 == file.sha256

    return tuple(
        Thing(name=f"{file.name} on the index", is_public=is_there(file))
        for file in manifest.uploads
    )


def _verified(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is published yet")
    kept = job.state.result("verified")
    if kept is None or kept.get("digest") != _uploads(manifest):
        return absent("not downloaded again yet")
    if changed := changed_files(job.state, manifest):
        message = f"{', '.join(changed)}: not the bytes that were frozen"
        return conflict(
            Finding(where=str(job.state.dist), message=message, hint="compare with the index")
        )
    return done("every file downloaded and compared, installed by version")


def _uploads(manifest: Manifest) -> str:
    return digest(*(f"{file.name} {file.sha256}" for file in manifest.uploads))


def _verify(job: Job) -> None:
    """What an installer gets is what was frozen."""
    manifest = manifest_of(job)
    assert manifest is not None
    shown = on_index(job)
    if found := _other_bytes(job, manifest, shown):
        raise FindingsError(found)
    for file in manifest.uploads:
        fetch_file(job.world.index, shown[file.name], limit=file.size, patience=job.world.patience)
    install_each(job, [f"{job.project.pypi}=={job.version}"])
    job.state.keep("verified", {"digest": _uploads(manifest)})


upload_dist = Step(
    name="upload-dist",
    sentence="Upload the files to the index: wheels first, the sdist last",
    probe=_uploaded,
    act=_upload,
    things=_things,
)
verify_published = Step(
    name="verify-published",
    sentence="Download everything again, compare it, install {version} by version",
    probe=_verified,
    act=_verify,
)
