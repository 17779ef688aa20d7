"""The files of the release: built twice, judged, installed in a clean environment, before anything is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import FindingsError
from pressroom.findings import Finding, Severity, errors_of
from pressroom.release.manifest import (
    Manifest,
    changed_files,
    frozen,
    load_manifest,
    save_manifest,
)
from pressroom.release.recipe import Step, absent, conflict, done
from pressroom.release.steps.objects import release_commit, release_tag
from pressroom.world.disk import explained, remove
from pressroom.world.git import archive

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.release.building.build import BuildFacts
    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer

_BUILD_TIMEOUT = 1_800.0


def manifest_of(job: Job) -> Manifest | None:
    """The files that were built for the release commit, if they were."""
    commit = release_commit(job)
    manifest = load_manifest(job.state)
    return manifest if manifest is not None and manifest.commit == commit else None


def _built(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    changed = changed_files(job.state, manifest)
    if changed:
        message = f"{', '.join(changed)}: not the bytes that were frozen"
        hint = "find out who changed them; while nothing is public, remove the manifest.json beside and start again"
        return conflict(Finding(where=str(job.state.dist), message=message, hint=hint))
    return done(", ".join(file.name for file in manifest.files))


def build_facts(job: Job) -> BuildFacts:
    """What every build of this release is made with."""
    from pressroom.release.building import build  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    return build.BuildFacts(
        epoch=job.frozen.epoch,
        constraints=job.project.packaging.constraints,
        index_url=job.world.index.simple_url,
        python=job.world.python,
        cache=job.world.cache,
        path=job.world.path,
        timeout=_BUILD_TIMEOUT,
    )


def _build(job: Job) -> None:
    from pressroom.release.building.build import build_twice  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    commit = release_commit(job)
    assert commit is not None
    remove(job.state.work)
    remove(job.state.dist)
    with explained(job.state.work):
        job.state.work.mkdir(parents=True)
    built = build_twice(
        archive(job.scratch, commit),
        job.state.dist,
        build_facts(job),
        work=job.state.work,
        log=job.state.folder / "build.log",
    )
    paths = [job.state.dist / file.name for file in built.files]
    files = tuple(frozen(path, is_uploaded=_is_taken(job, path)) for path in paths)
    manifest = Manifest(commit=commit, files=files, lock=built.lock.text, tools=dict(built.tools))
    save_manifest(job.state, manifest)
    remove(job.state.work)


def _is_taken(job: Job, path: Path) -> bool:
    """A wheel for this machine alone is no wheel for the index: it is made for the checks."""
    from pressroom.release.warehouse.rules import refusals  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    with explained(path):
        data = path.read_bytes()
    reasons = refusals(path.name, data, name=job.project.pypi or "", version=job.version)
    return not any("platform tag" in refusal.reason for refusal in reasons)


def _audited(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    kept = job.state.result("audit")
    if kept is None or kept.get("digest") != manifest.digest:
        return absent("not judged yet")
    count = len(kept["listed"])
    return done(f"accepted; of the tag's files not shipped: {count}" if count else "accepted")


def _audit(job: Job) -> None:
    from pressroom.release.audit.files import audit_files  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second
    from pressroom.release.audit.git_tree import load_tree  # noqa: PLC0415 - as above

    manifest, tag = manifest_of(job), release_tag(job)
    assert manifest is not None
    assert tag is not None
    verdict, findings = audit_files(
        [job.state.dist / file.name for file in manifest.files],
        load_tree(job.scratch, manifest.commit),
        project=job.project,
        version=job.version,
        uploads={file.name for file in manifest.uploads},
        machine=[str(job.state.work)],
    )
    found = [
        Finding(where=remark.file, message=remark.reason, hint=remark.hint)
        for remark in verdict.blocking
    ]
    found += errors_of(findings)
    if found:
        raise FindingsError(found)
    warnings = [str(one) for one in findings if one.severity is Severity.WARNING]
    listed = [f"{remark.file}: {remark.reason}" for remark in verdict.listed]
    job.state.keep("audit", {"digest": manifest.digest, "listed": listed, "warnings": warnings})


def _installed(job: Job) -> Answer:
    manifest = manifest_of(job)
    if manifest is None:
        return absent("nothing is built yet")
    kept = job.state.result("install")
    if kept is None or kept.get("digest") != manifest.digest:
        return absent("not tried yet")
    return done(f"wheel and sdist install, and {kept['smoke']!r} runs")


def _install(job: Job) -> None:
    manifest = manifest_of(job)
    assert manifest is not None
    install_each(job, [str(job.state.dist / file.name) for file in manifest.files])
    job.state.keep("install", {"digest": manifest.digest, "smoke": job.project.packaging.smoke})


def install_each(job: Job, targets: list[str]) -> None:
    """Each target in a fresh environment of its own, at the same time; raises what the first one found."""
    import concurrent.futures  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

    from pressroom.release.building.install import install_clean  # noqa: PLC0415 - as above

    remove(job.state.work)
    with explained(job.state.work):
        job.state.work.mkdir(parents=True)

    def try_one(number: int, target: str) -> None:
        install_clean(
            target,
            index_url=job.world.index.simple_url,
            python=job.world.python,
            work=job.state.work / str(number),
            smoke=job.project.packaging.smoke,
            expect_name=job.project.pypi or "",
            expect_version=job.version,
            constraints=job.project.packaging.constraints,
            path=job.world.path,
            timeout=_BUILD_TIMEOUT,
            cache=job.world.cache,
        )

    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        tries = [pool.submit(try_one, number, target) for number, target in enumerate(targets)]
        for one in tries:
            one.result()
    remove(job.state.work)


build_dist = Step(
    name="build-dist",
    sentence="Build sdist and wheel from the commit, twice, and compare",
    probe=_built,
    act=_build,
)
audit_dist = Step(
    name="audit-dist",
    sentence="Judge the files: against the tag, the changelog, and all that the index would refuse",
    probe=_audited,
    act=_audit,
)
install_dist = Step(
    name="install-dist",
    sentence="Install wheel and sdist in clean environments, and try them",
    probe=_installed,
    act=_install,
)
