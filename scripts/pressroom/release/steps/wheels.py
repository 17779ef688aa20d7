"""Wheels that other machines build: waited for, judged like ours, and frozen."""

from __future__ import annotations

import dataclasses
import datetime as dt
import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.errors import ExitCode, FindingsError, PressroomError
from pressroom.findings import errors_of
from pressroom.release.index.simple import fetch_file
from pressroom.release.manifest import frozen, save_manifest
from pressroom.release.recipe import Step, absent, done
from pressroom.release.steps.dist import manifest_of
from pressroom.release.steps.upload_dist import on_index
from pressroom.world.disk import explained, save_durably

if TYPE_CHECKING:
    from pressroom.changelog.model import PlatformWheels
    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer

_PAUSE = 30.0
_LARGEST = 100 * 2**20  # what PyPI takes


class WheelsMissingError(PressroomError):
    """The promised wheels did not come in time."""

    exit_code = ExitCode.OUTSIDE


def _patterns(promise: PlatformWheels, version: str) -> list[str]:
    return [name.replace("{version}", version) for name in promise.names]


def missing_patterns(patterns: list[str], names: list[str]) -> list[str]:
    """The promises that no file keeps."""
    return [one for one in patterns if not any(fnmatch.fnmatchcase(name, one) for name in names)]


def _collected(job: Job) -> Answer:
    promise = job.project.packaging.wheels
    if promise is None:
        return done("no wheel is promised that another machine builds")
    if not job.world.has_builders:
        return done(f"in a rehearsal no other machine builds: {', '.join(promise.names)}")
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    names = [file.name for file in manifest.collected]
    missing = missing_patterns(_patterns(promise, job.version), names)
    if missing:
        return absent(f"still missing: {', '.join(missing)}")
    return done(f"{len(names)} wheels of other machines")


def _collect(job: Job) -> None:
    """Wait for all of them, until the deadline; then judge each and freeze its bytes."""
    from pressroom.release.audit.files import audit_collected  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    promise, manifest = job.project.packaging.wheels, manifest_of(job)
    assert promise is not None
    assert manifest is not None
    patterns = _patterns(promise, job.version)
    end = job.frozen.time + dt.timedelta(hours=promise.hours)
    while missing := missing_patterns(patterns, names := _offered(job, promise)):
        if job.world.now() > end:
            place = promise.folder or job.world.index.simple_url
            raise WheelsMissingError(
                f"no wheel came for {', '.join(missing)} within {promise.hours} hours",
                where=place,
                hint="look at the machines that build them; start again when they are there, or take "
                "the promise out of the front matter (packaging: wheels:)",
            )
        job.world.patience.sleep(_PAUSE)
    taken = [
        name for name in names if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]
    wheels = {name: _bytes_of(job, promise, name) for name in taken}
    sdist = next(file for file in manifest.files if file.kind == "sdist")
    found = audit_collected(
        wheels, job.state.dist / sdist.name, project=job.project, version=job.version
    )
    if errors_of(found):
        raise FindingsError(errors_of(found))
    for name, data in wheels.items():
        save_durably(job.state.dist / name, data)
    files = tuple(
        frozen(job.state.dist / name, is_ours=promise.folder is not None) for name in sorted(wheels)
    )
    save_manifest(job.state, dataclasses.replace(manifest, collected=files))


def _offered(job: Job, promise: PlatformWheels) -> list[str]:
    """The names of wheels that lie where they were promised."""
    if promise.folder is None:
        return [name for name in on_index(job) if name.endswith(".whl")]
    folder = Path(promise.folder).expanduser()
    with explained(folder):
        return sorted(path.name for path in folder.glob("*.whl") if path.is_file())


def _bytes_of(job: Job, promise: PlatformWheels, name: str) -> bytes:
    if promise.folder is not None:
        path = Path(promise.folder).expanduser() / name
        with explained(path):
            return path.read_bytes()
    file = on_index(job)[name]
    return fetch_file(job.world.index, file, limit=_LARGEST, patience=job.world.patience)


collect_wheels = Step(
    name="collect-wheels",
    sentence="Wait for the wheels that other machines build, and judge them",
    probe=_collected,
    act=_collect,
)
