"""The tarball of a C or Perl release: made twice, judged, tried, before anything is public."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.errors import ConfigError, FindingsError
from pressroom.findings import Finding
from pressroom.release.manifest import Manifest, frozen, save_manifest
from pressroom.release.recipe import Step, absent, done, judged
from pressroom.release.steps.dist import build_dist, manifest_of
from pressroom.release.steps.objects import release_commit
from pressroom.world.disk import explained, remove

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.manifest import Frozen
    from pressroom.release.recipe import Answer
    from pressroom.release.tarball.facts import TarballFacts

_TIMEOUT = 1_800.0
KIND = "tarball"


def tarball_facts(job: Job) -> TarballFacts:
    """What the tarball of this release is made with. Raises ConfigError."""
    from pressroom.release.building.environment import Lock  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second
    from pressroom.release.tarball.facts import (  # noqa: PLC0415 - as above
        TarballFacts,
        artefact_name,
        bootstrap_of,
    )

    manifest = manifest_of(job)
    packaging = job.project.packaging
    return TarballFacts(
        kind=job.project.kind,
        artefact=artefact_name(job.project, job.version),
        epoch=job.frozen.epoch,
        index_url=job.world.index.simple_url,
        python=job.world.python,
        path=job.world.path,
        cache=job.world.cache,
        timeout=_TIMEOUT,
        constraints=packaging.constraints,
        bootstrap=bootstrap_of(job.project),
        options=packaging.options,
        # What is tried is tried with what it was made with.
        lock=Lock(text=manifest.lock) if manifest is not None else None,
    )


def _tarball(manifest: Manifest) -> Frozen:
    """The one tarball of a release."""
    return next(file for file in manifest.files if file.kind == KIND)


def _tools(job: Job) -> Answer:
    from pressroom.release.tarball.facts import KINDS, artefact_name, bootstrap_of  # noqa: PLC0415 - loaded by who asks
    from pressroom.release.tarball.needs import find_missing, needed_programs  # noqa: PLC0415 - as above

    project = job.project
    if project.kind not in KINDS:
        message = f"no tarball is made of projects of kind {project.kind}"
        hint = f"mend `kind:`; tarballs are made of {', '.join(KINDS)}"
        return judged([Finding(where=job.where, message=message, hint=hint)])
    found: list[Finding] = []
    name = ""
    try:
        name = artefact_name(project, job.version)
    except ConfigError as error:
        found.append(Finding(where=job.where, message=error.message, hint=error.hint))
    try:
        bootstrap_of(project)
    except ConfigError as error:
        found.append(Finding(where=job.where, message=error.message, hint=error.hint))
    root = job.checkout.text("ls-tree", "--name-only", "-z", "HEAD").split("\0")
    programs = needed_programs(project.kind, root)
    found += find_missing(programs, path=job.world.path)
    return judged(found, f"{name} with {', '.join(programs)}")


def _build(job: Job) -> None:
    from pressroom.release.tarball.build import build_tarball_twice  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    commit = release_commit(job)
    assert commit is not None
    remove(job.state.work)
    remove(job.state.dist)
    with explained(job.state.work):
        job.state.work.mkdir(parents=True)
    built = build_tarball_twice(
        job.state.scratch,
        commit,
        job.state.dist,
        tarball_facts(job),
        work=job.state.work,
        log=job.state.folder / "build.log",
    )
    # The package index takes no tarball of C: it is for the server of files.
    files = tuple(
        dataclasses.replace(frozen(path, is_uploaded=False), kind=KIND) for path in built.paths
    )
    save_manifest(
        job.state,
        Manifest(commit=commit, files=files, lock=built.lock.text, tools=dict(built.tools)),
    )
    remove(job.state.work)


def _audited(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    kept = job.state.result("audit")
    if kept is None or kept.get("digest") != manifest.digest:
        return absent("not judged yet")
    count = len(kept["listed"])
    return done(
        f"accepted; to be looked at: {count}" if count else "accepted: it is the tag's tree"
    )


def _audit(job: Job) -> None:
    from pressroom.release.audit.git_tree import load_tree  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second
    from pressroom.release.tarball.judging import audit_tarball  # noqa: PLC0415 - as above

    manifest = manifest_of(job)
    assert manifest is not None
    path = job.state.dist / _tarball(manifest).name
    with explained(path):
        data = path.read_bytes()
    verdict = audit_tarball(
        path.name,
        data,
        load_tree(job.scratch, manifest.commit),
        kind=job.project.kind,
        allow=job.project.packaging.allow,
    )
    if not verdict.accepted:
        raise FindingsError(
            [
                Finding(where=remark.file, message=remark.reason, hint=remark.hint)
                for remark in verdict.blocking
            ]
        )
    listed = [f"{remark.file}: {remark.reason}" for remark in verdict.listed]
    job.state.keep("audit", {"digest": manifest.digest, "listed": listed, "warnings": []})


def _tried(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    kept = job.state.result("try")
    if kept is None or kept.get("digest") != manifest.digest:
        return absent("not tried yet")
    return done("it builds from what it holds, and its tests pass")


def _try(job: Job) -> None:
    from pressroom.release.tarball.trying import try_tarball as tried  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    manifest = manifest_of(job)
    assert manifest is not None
    tried(
        job.state.dist / _tarball(manifest).name,
        tarball_facts(job),
        work=job.state.work,
        log=job.state.folder / "try.log",
    )
    job.state.keep("try", {"digest": manifest.digest})


check_dist_tools = Step(
    name="check-dist-tools",
    sentence="The tarball has a name, and the programs that make it are there",
    probe=_tools,
)
build_tarball = Step(
    name="build-tarball",
    sentence="Make the source tarball from the commit, twice, and compare",
    probe=build_dist.probe,
    act=_build,
)
audit_tarball = Step(
    name="audit-tarball",
    sentence="Judge the tarball: against the tag, file by file",
    probe=_audited,
    act=_audit,
)
try_tarball = Step(
    name="try-tarball",
    sentence="Build the tarball in a clean place, and run its tests",
    probe=_tried,
    act=_try,
)
