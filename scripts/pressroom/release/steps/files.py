"""The files server: looked at first; files put there once each, and got again as everybody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import FindingsError
from pressroom.findings import Finding
from pressroom.release.files.order import SUMS, in_order, names_there
from pressroom.release.files.place import CONFIGURATION, needed
from pressroom.release.files.server import open_files, other_bytes
from pressroom.release.manifest import changed_files
from pressroom.release.recipe import Step, Thing, absent, conflict, done, judged
from pressroom.release.state import digest
from pressroom.release.steps.dist import manifest_of

if TYPE_CHECKING:
    from pressroom.release.files.answers import Served
    from pressroom.release.files.place import FilesPlace
    from pressroom.release.job import Job
    from pressroom.release.manifest import Frozen, Manifest
    from pressroom.release.recipe import Answer

_CHECKED = "files-verified"


def _place(job: Job) -> FilesPlace:
    return needed(job.world.files, job.project.id)


def _server_ready(job: Job) -> Answer:
    place = _place(job)
    with open_files(place, environment=job.world.environment) as server:
        server.check()
        # Names alone: to hash a folder of old releases takes long.
        there = names_there(server.names(), job.project, job.version)
    found = [
        Finding(
            where=f"{place.where}/{name}",
            message=f"a file of {job.version} is there already, and not from this release",
            hint="find out who put it there; a name is never used twice: release the next version",
        )
        for name in there
    ]
    if not place.url and job.project.pypi is None:
        found.append(
            Finding(
                where=f"{CONFIGURATION} [files.{job.project.id}]",
                message="it has no url, and no index has the files: the announcement could name none",
                hint='url = "https://server.example/files/": what everybody sees the folder as',
            )
        )
    return judged(found, place.url or place.where)


def _shown(job: Job, manifest: Manifest) -> dict[str, Served]:
    """What the server has of this release, hashed over there."""
    names = [file.name for file in in_order(manifest)]
    with open_files(_place(job), environment=job.world.environment) as server:
        return server.listing(names)


def _is_complete(manifest: Manifest) -> bool:
    """Whether it was signed and summed."""
    return any(file.kind == SUMS for file in manifest.beside)


def _uploaded(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None or not _is_complete(manifest):
        return absent("nothing is signed yet")
    files, shown = in_order(manifest), _shown(job, manifest)
    if found := other_bytes(_place(job), files, shown):
        return conflict(*found)
    if missing := [file.name for file in files if file.name not in shown]:
        return absent(f"{len(missing)} of {len(files)} not there yet")
    return done(f"{len(files)} files, with our bytes")


def _upload(job: Job) -> None:
    manifest = manifest_of(job)
    assert manifest is not None
    if changed := changed_files(job.state, manifest):
        raise FindingsError(
            [
                Finding(
                    where=str(job.state.dist / name),
                    message="not the bytes that were frozen",
                    hint="find out who changed them; nothing was sent",
                )
                for name in changed
            ]
        )

    def did(name: str) -> None:
        job.journal.write("uploaded", step="upload-files", note=name)

    with open_files(_place(job), environment=job.world.environment) as server:
        server.put(in_order(manifest), job.state.dist, did=did)


def _things(job: Job) -> tuple[Thing, ...]:
    manifest = manifest_of(job)
    if manifest is None or not _is_complete(manifest):
        return (Thing(name="files on the files server", is_public=False),)
    shown = _shown(job, manifest)

    def is_there(file: Frozen) -> bool:
        return file.name in shown and shown[file.name].sha256 == file.sha256

    return tuple(
        Thing(name=f"{file.name} on the files server", is_public=is_there(file))
        for file in in_order(manifest)
    )


def _facts(job: Job, manifest: Manifest) -> str:
    place = _place(job)
    files = (f"{file.name} {file.sha256}" for file in in_order(manifest))
    return digest(place.where, place.url, *files)


def _verified(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None or not _is_complete(manifest):
        return absent("nothing is published yet")
    kept = job.state.result(_CHECKED)
    if kept is None or kept.get("digest") != _facts(job, manifest):
        return absent("not compared yet")
    how = "got again and compared" if _place(job).url else "hashed over there and compared"
    return done(f"every file {how}")


def _verify(job: Job) -> None:
    """What everybody gets is what was frozen; where the place has no address, what lies there is."""
    from pressroom.release.files.fetch import fetch_served  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    manifest, place = manifest_of(job), _place(job)
    assert manifest is not None
    shown = _shown(job, manifest)
    files = in_order(manifest)
    found = other_bytes(place, files, shown)
    found += [
        Finding(
            where=f"{place.where}/{file.name}",
            message="it is not there any more",
            hint="find out who removed it; start again, and it is put there again",
        )
        for file in files
        if file.name not in shown
    ]
    if found:
        raise FindingsError(found)
    for file in files if place.url else ():
        fetch_served(
            place.address(file.name),
            sha256=file.sha256,
            size=file.size,
            patience=job.world.patience,
            ca=place.ca,
        )
    job.state.keep(_CHECKED, {"digest": _facts(job, manifest)})


def served_files(job: Job) -> tuple[tuple[Frozen, str], ...]:
    """What the record of a release lists: the files that are put there, each with its address; none without one."""
    manifest, place = manifest_of(job), job.world.files
    if manifest is None or place is None or not place.url:
        return ()
    return tuple((file, place.address(file.name)) for file in in_order(manifest))


check_files_server = Step(
    name="check-files-server",
    sentence="The files server takes files, and has none of {version} yet",
    probe=_server_ready,
    before_plan=True,
)
upload_files = Step(
    name="upload-files",
    sentence="Put the files on the files server: signatures first, then archives, the sums last",
    probe=_uploaded,
    act=_upload,
    things=_things,
)
verify_files = Step(
    name="verify-files",
    sentence="Get every file again as everybody does, and compare it",
    probe=_verified,
    act=_verify,
)
