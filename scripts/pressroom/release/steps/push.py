"""The first public step: branch and tag in one atomic push, and the checkout brought level with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.release.recipe import Step, Thing, absent, conflict, done
from pressroom.release.steps.checkout import remote_refs
from pressroom.release.steps.objects import release_commit, release_tag
from pressroom.world.git import GitError

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer
    from pressroom.world.git import Git


def _pushed(job: Job) -> Answer:
    tag, commit = release_tag(job), release_commit(job)
    if job.plan is None or tag is None or commit is None:
        return absent("there is no tag to push yet")
    plan = job.plan
    names = (f"refs/heads/{plan.branch}", f"refs/tags/{plan.tag}")
    theirs = remote_refs(job.checkout, job.remote, *names)
    if theirs.get(names[1]) == tag:
        return done(f"{job.remote} has {plan.tag} at {commit[:12]}")
    if (other := theirs.get(names[1])) is not None:
        message = f"it has a tag {plan.tag} ({other[:12]}) that is not ours ({tag[:12]})"
        hint = "find out who made it; a tag is never moved: release the next version"
        return conflict(Finding(where=job.remote, message=message, hint=hint))
    if theirs.get(names[0]) != plan.base:
        message = f"its {plan.branch} moved since the plan was frozen"
        hint = (
            f"git pull --ff-only {job.remote} {plan.branch}, then start again: a new plan is made"
        )
        return conflict(Finding(where=job.remote, message=message, hint=hint))
    return absent(f"{job.remote} has no {plan.tag}")


def _push(job: Job) -> None:
    """Both or nothing, and only while the branch is where the plan found it and the tag is free."""
    plan, tag, commit = job.frozen, release_tag(job), release_commit(job)
    branch, name = f"refs/heads/{plan.branch}", f"refs/tags/{plan.tag}"
    # From the checkout, so that its credentials and hooks count; the objects are borrowed.
    pushed = job.checkout.run(
        *("push", "--atomic", "--porcelain", "--no-follow-tags"),
        f"--force-with-lease={branch}:{plan.base}",
        f"--force-with-lease={name}:",
        job.remote,
        f"{commit}:{branch}",
        f"{tag}:{name}",
        extra={"GIT_ALTERNATE_OBJECT_DIRECTORIES": str(job.state.scratch / "objects")},
        timeout=600,
    )
    # Another attempt of ours that was killed may have arrived in between: then all is well.
    if pushed.code != 0 and remote_refs(job.checkout, job.remote, name).get(name) != tag:
        raise GitError(
            f"the push was refused: {pushed.tail}",
            where=job.remote,
            hint="nothing of it was taken; do what it asks for, then start again",
        )


def _things(job: Job) -> tuple[Thing, ...]:
    tag = release_tag(job)
    name = f"refs/tags/{job.tag}"
    theirs = remote_refs(job.checkout, job.remote, name).get(name)
    return (Thing(name=f"tag {job.tag} at {job.remote}", is_public=bool(tag) and theirs == tag),)


def _checkout_level(job: Job) -> Answer:
    """The local branch and tag; a checkout in which people went on working is left alone."""
    tag, commit = release_tag(job), release_commit(job)
    if job.plan is None or tag is None or commit is None:
        return absent("there is nothing to fetch yet")
    git, plan = job.checkout, job.plan
    local = git.object_of(f"refs/tags/{plan.tag}")
    if local not in {None, tag}:
        return done(f"its tag {plan.tag} is another one: git fetch --tags --force puts that right")
    if local is None:
        return absent(f"no tag {plan.tag} in it yet")
    if git.run("merge-base", "--is-ancestor", commit, f"refs/heads/{plan.branch}").code == 0:
        return done(f"{plan.branch} holds {commit[:12]}")
    if (why := _in_use(git, plan.branch, plan.base)) is not None:
        return done(f"left alone, {why}: git pull --ff-only brings the release commit")
    return absent(f"{plan.branch} is still at {plan.base[:12]}")


def _in_use(git: Git, branch: str, base: str) -> str | None:
    """Why the work tree cannot simply move on to the release commit."""
    if git.run("symbolic-ref", "--quiet", "--short", "HEAD").text != branch:
        return f"it does not stand on {branch}"
    if git.commit_of("HEAD") != base:
        return "it has other commits"
    if git.text("status", "--porcelain=v1", "--untracked-files=no"):
        return "it has changes"
    return None


def _update_checkout(job: Job) -> None:
    """Fetch from the release's own repository, and move on."""
    plan, git = job.frozen, job.checkout
    tag = f"refs/tags/{plan.tag}"
    git.output(*("fetch", "--quiet", "--no-tags", str(job.state.scratch), f"{tag}:{tag}"))
    if _in_use(git, plan.branch, plan.base) is None:
        commit = release_commit(job)
        assert commit is not None
        git.output("merge", "--quiet", "--ff-only", commit)


push_tag = Step(
    name="push-tag",
    sentence="Push {branch} and the signed tag {tag} to {remote}, both or neither",
    probe=_pushed,
    act=_push,
    things=_things,
)
update_checkout = Step(
    name="update-checkout",
    sentence="Bring the checkout level with what was pushed",
    probe=_checkout_level,
    act=_update_checkout,
)
