"""The plan, the release commit and the tag: all made aside, before any reference of others moves."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.release.plan import Plan, freeze_files, save_plan
from pressroom.release.recipe import Step, absent, conflict, done
from pressroom.world.disk import explained, remove, save_bytes
from pressroom.world.git import write_commit

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer


def draw_plan(job: Job) -> Plan:
    """The plan as it would be frozen now; nothing is written."""
    from pressroom.changelog.render.tag import render_tag_message  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it

    git, version = job.checkout, job.version
    base = git.text("rev-parse", "--verify", "HEAD^{commit}")
    name, email = git.setting("user.name") or "", git.setting("user.email") or ""
    message = job.project.commit_message.replace("{version}", version)
    message = message.replace("{committer}", f"{name} <{email}>")
    return Plan(
        project=job.project.id,
        version=version,
        tag=job.tag,
        created=job.world.now().replace(microsecond=0).isoformat(),
        base=base,
        branch=job.project.branch,
        name=name,
        email=email,
        commit_message=message.rstrip("\n") + "\n",
        tag_message=render_tag_message(job.project, job.release),
        files=freeze_files(changed_files(job, base)),
        inputs=job.inputs(base),
    )


def changed_files(job: Job, base: str) -> dict[str, bytes]:
    """What the release commit changes: the changelog in its own style, and every carrier of the version."""
    from pressroom.changelog.styles import style  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it
    from pressroom.release.carriers import write_version  # noqa: PLC0415 - as above

    before: dict[str, bytes] = {}
    texts: dict[str, str] = {}

    def text_of(path: str) -> str | None:
        if path not in texts:
            data = job.checkout.file(base, path)
            if data is None:
                return None
            before[path] = data
            texts[path] = data.decode("utf-8", "surrogateescape")
        return texts[path]

    facts = job.project.changelog
    if facts is not None and (text := text_of(facts.file)) is not None:
        here = style(facts.style)
        assert here is not None, "check-drift refuses it"
        texts[facts.file] = here.insert(text, job.release, where=facts.file)
    for carrier in job.project.version_files:
        if (text := text_of(carrier.file)) is not None:
            texts[carrier.file] = write_version(text, carrier.what, job.version)
    after = {path: text.encode("utf-8", "surrogateescape") for path, text in texts.items()}
    return {path: data for path, data in after.items() if data != before[path]}


def _planned(job: Job) -> Answer:
    return (
        absent("nothing is frozen yet") if job.plan is None else done(f"frozen {job.plan.created}")
    )


def _freeze(job: Job) -> None:
    plan = draw_plan(job)
    with explained(job.state.folder):
        job.state.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    save_plan(plan, job.state.plan)
    job.plan = plan


def _scratch_has(job: Job, reference: str) -> str | None:
    if reference not in job.seen and (job.state.scratch / "HEAD").exists():
        shown = job.scratch.text("for-each-ref", "--format=%(refname) %(objectname)")
        for line in shown.splitlines():
            name, value = line.split(" ")
            job.seen[name] = value
    return job.seen.get(reference)


def release_commit(job: Job) -> str | None:
    """The release commit, once it is made."""
    return _scratch_has(job, f"refs/heads/{job.project.branch}")


def release_tag(job: Job) -> str | None:
    """The tag object, once it is made."""
    return _scratch_has(job, f"refs/tags/{job.tag}")


def _commit_made(job: Job) -> Answer:
    if job.plan is None or (commit := release_commit(job)) is None:
        return absent("no commit yet")
    git, plan = job.scratch, job.frozen
    parent = git.commit_of(f"{commit}^")
    same = all(git.file(commit, path) == data for path, data in plan.changes.items())
    if plan.changes and (parent != plan.base or not same):
        message = f"the commit {commit[:12]} is not the one that the plan makes"
        hint = (
            f"somebody wrote into {git.folder}; remove it while nothing is public, and start again"
        )
        return conflict(Finding(where=str(git.folder), message=message, hint=hint))
    return done(f"{commit[:12]}, {', '.join(plan.changes) or 'nothing to change'}")


def _make_commit(job: Job) -> None:
    """A commit in a bare repository of this release, which borrows the objects of the checkout."""
    plan = job.frozen
    _make_scratch(job)
    git = job.scratch
    commit = plan.base
    if plan.changes:
        commit = write_commit(
            git,
            parent=plan.base,
            files=plan.changes,
            message=plan.commit_message,
            name=plan.name,
            email=plan.email,
            date=plan.epoch,
        )
    git.output("update-ref", f"refs/heads/{plan.branch}", commit)


def _make_scratch(job: Job) -> None:
    """The bare repository is there whole, or not at all."""
    git = job.checkout
    if (job.state.scratch / "HEAD").exists():
        return
    new = job.state.folder / "objects.new"
    remove(new)
    git.output("init", "--quiet", "--bare", str(new))
    objects = git.text("rev-parse", "--path-format=absolute", "--git-path", "objects")
    config = git.text("rev-parse", "--path-format=absolute", "--git-path", "config")
    save_bytes(new / "objects" / "info" / "alternates", f"{objects}\n".encode())
    # Who signs, and with what, may be said in the checkout's own configuration.
    dataclasses.replace(git, folder=new).output("config", "include.path", config)
    with explained(new):
        new.rename(job.state.scratch)


freeze_plan = Step(
    name="freeze-plan",
    sentence="Freeze the plan: time, base commit, texts",
    probe=_planned,
    act=_freeze,
)
make_commit = Step(
    name="make-commit",
    sentence="Make the release commit aside: changelog and version files, no branch moves",
    probe=_commit_made,
    act=_make_commit,
)
