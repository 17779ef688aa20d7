"""The announcement: one commit in this repository, from which page, post, feeds and tables come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.changelog.published import Published, PublishedFile, published_path, render_published
from pressroom.dates import PartialDate
from pressroom.errors import PressroomError
from pressroom.findings import Finding
from pressroom.release.index.simple import fetch_project
from pressroom.release.recipe import Step, Thing, absent, conflict, done
from pressroom.release.steps.checkout import remote_refs
from pressroom.release.steps.dist import manifest_of
from pressroom.release.steps.files import served_files
from pressroom.release.steps.objects import release_commit, release_tag
from pressroom.release.steps.surroundings import site_upstream
from pressroom.world.git import write_commit
from pressroom.world.locks import work_lock

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer
    from pressroom.world.git import Git


def published(job: Job) -> Published:
    """The record of what is public: the files on the index, or those on the project's files server."""
    plan, name = job.frozen, job.project.pypi
    commit, tag = release_commit(job), release_tag(job)
    assert commit is not None
    assert tag is not None
    return Published(
        id=f"{plan.project}-{plan.version}",
        project=plan.project,
        version=plan.version,
        tag=plan.tag,
        tag_object=tag,
        commit=commit,
        date=plan.time.date().isoformat(),
        index=job.world.index.page(name) if name is not None else None,
        files=_on_index(job, name) if name is not None else _on_files_server(job),
    )


def _on_files_server(job: Job) -> tuple[PublishedFile, ...]:
    return tuple(
        PublishedFile(name=file.name, kind=file.kind, size=file.size, sha256=file.sha256, url=url)
        for file, url in sorted(served_files(job), key=lambda one: one[0].name)
    )


def _on_index(job: Job, name: str) -> tuple[PublishedFile, ...]:
    manifest = manifest_of(job)
    assert manifest is not None
    project = fetch_project(job.world.index, name, patience=job.world.patience)
    shown = {file.filename: file for file in project.files} if project else {}
    wanted = manifest.uploads
    if missing := [file.name for file in wanted if file.name not in shown]:
        raise PressroomError(
            f"the index does not show {', '.join(missing)}",
            where=job.world.index.simple_url,
            hint="start again; if it stays so, somebody removed it there",
        )
    return tuple(
        PublishedFile(
            name=file.name,
            kind=file.kind,
            size=file.size,
            sha256=file.sha256,
            url=shown[file.name].url,
        )
        for file in sorted(wanted, key=lambda file: file.name)
    )


def _where(job: Job) -> tuple[Git, str]:
    """This repository, and the commit that is public: the remote's, or ours where there is none."""
    git = job.site
    upstream = site_upstream(git)
    if upstream is None:
        return git, git.text("rev-parse", "HEAD")
    remote, branch = upstream
    theirs = remote_refs(git, remote, branch).get(branch)
    if theirs is None:
        raise PressroomError(
            f"{remote} has no {branch}", where=str(git.folder), hint=f"git push {remote} HEAD"
        )
    if git.commit_of(theirs) is None:
        git.output("fetch", "--quiet", remote, branch, timeout=600)
    return git, theirs


def announced_record(job: Job) -> bytes | None:
    """The record of the release as it was announced, if it was."""
    git, head = _where(job)
    return git.file(head, published_path(job.project.id, job.version))


def _announced(job: Job) -> Answer:
    if job.plan is None or release_tag(job) is None or manifest_of(job) is None:
        return absent("nothing is published yet")
    path = published_path(job.plan.project, job.plan.version)
    git, head = _where(job)
    data = git.file(head, path)
    if data is None:
        return absent("not announced yet")
    if data.decode("utf-8", "replace") != render_published(published(job)):
        files = "the index" if job.project.pypi is not None else "the files server"
        message = f"{path} says something else than {files} and the tag"
        hint = f"compare it with {files}; put right what is wrong, by hand, and start again"
        return conflict(Finding(where=str(git.folder), message=message, hint=hint))
    if _is_here(git, head):
        return done(path)
    if _can_follow(git, head):
        return absent(f"{path} is public, but not here yet")
    return done(f"{path} is public; git pull brings it here")


def _is_here(git: Git, head: str) -> bool:
    return git.run("merge-base", "--is-ancestor", head, "HEAD").code == 0


def _can_follow(git: Git, head: str) -> bool:
    """Whether the work tree can move on to what is public without touching what people changed in it."""
    if git.run("merge-base", "--is-ancestor", "HEAD", head).code != 0:
        return False
    changed = git.output("diff", "--name-only", "-z", "HEAD", head)
    return not git.text("status", "--porcelain=v1", "--", *changed.decode().split("\0")[:-1])


def announcement_files(job: Job, git: Git, head: str) -> dict[str, bytes]:
    """What the announcement commit writes: the record, and a line in the project's front matter."""
    from pressroom.changelog import announcing  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it

    plan = job.frozen
    day = PartialDate(plan.time.year, plan.time.month, plan.time.day)
    data = git.file(head, job.where)
    assert data is not None, "check-site refuses it"
    text = announcing.add_announcement(
        data.decode("utf-8"),
        where=job.where,
        announcement=announcing.announcement_for(job.project, job.release, date=day),
    )
    record = render_published(published(job))
    path = published_path(plan.project, plan.version)
    return {job.where: text.encode("utf-8"), path: record.encode("utf-8")}


def _announce(job: Job) -> None:
    """One commit on what is public now; another release that announces at the same time waits."""
    lock = job.site.text("rev-parse", "--path-format=absolute", "--git-path", "pressroom-announce")
    with work_lock(Path(lock), what="another announcement", wait=30):
        git, head = _where(job)
        plan = job.frozen
        commit = head
        if git.file(head, published_path(plan.project, plan.version)) is None:
            commit = _publish(job, git, head)
        if _can_follow(git, commit):
            git.output("merge", "--quiet", "--ff-only", commit)


def _publish(job: Job, git: Git, head: str) -> str:
    """The announcement commit, pushed where this repository has a remote."""
    plan = job.frozen
    commit = write_commit(
        git,
        parent=head,
        files=announcement_files(job, git, head),
        message=f"Announce {job.project.name} {plan.version}\n\nRelease-Id: {plan.project}-{plan.version}\n",
        name=plan.name,
        email=plan.email,
        date=plan.epoch,
    )
    if (upstream := site_upstream(git)) is not None:
        remote, branch = upstream
        git.output(
            *("push", "--porcelain", f"--force-with-lease={branch}:{head}"),
            remote,
            f"{commit}:{branch}",
            timeout=600,
        )
    return commit


def _things(job: Job) -> tuple[Thing, ...]:
    path = published_path(job.project.id, job.version)
    git, head = _where(job)
    return (Thing(name="the announcement", is_public=git.file(head, path) is not None),)


announce = Step(
    name="announce",
    sentence="Announce {project} {version}: one commit here for page, post, feeds and the table of files",
    probe=_announced,
    act=_announce,
    things=_things,
)
