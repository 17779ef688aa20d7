"""Checks of what a release needs around it: index, credential, signing key, programs, disk, clock, this repository."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pressroom.changelog.published import published_path
from pressroom.findings import Finding, errors_of
from pressroom.release.index.credential import check_source
from pressroom.release.index.listing import files_of
from pressroom.release.index.simple import fetch_project
from pressroom.release.job import version_of
from pressroom.release.recipe import Step, conflict, done, judged
from pressroom.release.steps.checkout import remote_refs
from pressroom.world.disk import free_bytes

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer
    from pressroom.world.git import Git

# Git signs with ssh keys since 2.34.
_GIT = (2, 34)
_SPACE = 500 * 2**20
_SKEW = dt.timedelta(minutes=5)


def _index(job: Job) -> Answer:
    name, version = job.project.pypi, job.version
    where = job.world.index.simple_url
    if name is None:
        hint = "write `pypi: NAME` into the front matter"
        return judged([Finding(where=job.where, message="no name on the index", hint=hint)])
    found = []

    def add(message: str, hint: str) -> None:
        found.append(Finding(where=where, message=message, hint=hint))

    project = fetch_project(job.world.index, name, patience=job.world.patience)
    if project is None:
        return done(f"{name} is new there: the first upload makes it")
    if project.status in {"quarantined", "archived"}:
        why = f": {project.status_reason}" if project.status_reason else ""
        add(f"{name} is {project.status} there{why}", "clear that with the index first")
    wanted = version_of(version)
    files = files_of(project, version) if wanted is not None else ()
    if files or wanted in {version_of(one) for one in project.versions}:
        names = ", ".join(file.filename for file in files) or "no file"
        add(
            f"{name} {version} is there already ({names}), and not from this release",
            "find out who uploaded it; a version is never uploaded twice: release the next one",
        )
    versions = [known for one in project.versions if (known := version_of(one))]
    newest = max(versions, default=None)
    if newest is not None and wanted is not None and wanted < newest:
        add(f"{newest} is there, which is greater than {version}", "release a greater version")
    return judged(found, f"newest there: {newest}")


def _credential(job: Job) -> Answer:
    found = check_source(job.world.credential, upload_url=job.world.index.upload_url)
    warnings = [one.message for one in found if one not in errors_of(found)]
    return judged(errors_of(found), "; ".join(["it can be read", *warnings]))


def _tools(job: Job) -> Answer:
    found = []
    words = job.checkout.text("version").split()
    numbers = tuple(int(part) for part in words[2].split(".")[:2] if part.isdigit())
    if numbers < _GIT:
        hint = f"git {_GIT[0]}.{_GIT[1]} or newer signs with ssh keys"
        found.append(Finding(where="git", message=f"it is {words[2]}", hint=hint))
    free = free_bytes(job.state.base)
    if free < _SPACE:
        message = f"{free // 2**20} MiB are free where releases keep their state"
        hint = f"free at least {_SPACE // 2**20} MiB"
        found.append(Finding(where=str(job.state.base), message=message, hint=hint))
    return judged(found, f"git {words[2]}, {free // 2**30} GiB free")


def _clock(job: Job) -> Answer:
    now = job.world.now()
    before = dt.datetime.fromtimestamp(
        int(job.checkout.text("log", "-1", "--format=%ct", "HEAD")), dt.UTC
    )
    what = "the last commit"
    if job.plan is not None and job.plan.time > before:
        before, what = job.plan.time, "the plan of this release"
    if now < before - _SKEW:
        message = f"it shows {now:%Y-%m-%d %H:%M} UTC, and {what} is of {before:%Y-%m-%d %H:%M}"
        return conflict(Finding(where="the clock", message=message, hint="set it right"))
    return done(f"{now:%Y-%m-%d %H:%M} UTC")


def site_upstream(git: Git) -> tuple[str, str] | None:
    """The remote of this repository and the branch there that it publishes to, if it has one."""
    shape = "%(HEAD) %(upstream:remotename) %(upstream:remoteref)"
    branches = git.text("for-each-ref", f"--format={shape}", "refs/heads").splitlines()
    for head, remote, branch in (line.split(" ", 2) for line in branches):
        if head == "*" and remote and branch:
            return remote, branch
    return None


def _site(job: Job) -> Answer:
    git = job.site
    where = str(git.folder)
    found = []

    def add(message: str, hint: str) -> None:
        found.append(Finding(where=where, message=message, hint=hint))

    if git.run("symbolic-ref", "--quiet", "HEAD").code != 0:
        add("it stands on no branch, so the announcement would be lost", "git switch main")
    for line in git.text("status", "--porcelain=v1", "--", "releases").splitlines():
        add(f"{line[3:]} differs from the last commit", "commit it: the announcement stands on it")
    upstream = site_upstream(git)
    if upstream is not None and not found:
        theirs = remote_refs(git, upstream[0], upstream[1]).get(upstream[1])
        if theirs != git.commit_of("HEAD"):
            add(f"it is not where {upstream[0]} has it", "git pull --ff-only, git push")
    return judged(found, "it publishes to " + upstream[0] if upstream else "it has no remote")


def _ledger(job: Job) -> Answer:
    """Names we ever published are burned, whatever the index still shows."""
    record = job.site.file("HEAD", published_path(job.project.id, job.version))
    if record is None:
        return done("never published from here")
    message = f"{job.version} was published already, its record is in this repository"
    return judged([Finding(where=job.where, message=message, hint="release the next version")])


check_index = Step(
    name="check-index",
    sentence="The index has no {version} yet, and takes uploads of {project}",
    probe=_index,
    before_plan=True,
)
check_credential = Step(
    name="check-credential",
    sentence="The credential for the index can be read",
    probe=_credential,
)
check_tools = Step(name="check-tools", sentence="Programs and space on the disk", probe=_tools)
check_clock = Step(name="check-clock", sentence="The clock goes right", probe=_clock)
check_site = Step(
    name="check-site",
    sentence="This repository can take the announcement",
    probe=_site,
    before_plan=True,
)
check_ledger = Step(
    name="check-ledger",
    sentence="{version} was never published before",
    probe=_ledger,
    before_plan=True,
)
