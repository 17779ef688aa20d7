"""Checks of the project's checkout and its remote: clean, level, and the tag free. They look and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.release.recipe import Step, done, judged

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer
    from pressroom.world.git import Git

# How many words stand before the path: changed, renamed, unmerged, untracked (git-status(1), version 2).
_BEFORE_PATH = {"1": 8, "2": 9, "u": 10, "?": 1}
_UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


def remote_refs(git: Git, remote: str, *names: str) -> dict[str, str]:
    """The references of a remote and what they point to; a tag's name with ^{} is its commit."""
    listed = git.text("ls-remote", "--quiet", remote, *names)
    pairs = (line.split("\t", 1) for line in listed.splitlines())
    return {name: value for value, name in pairs}


def check_tree(git: Git, branch: str) -> list[Finding]:
    """What keeps a checkout from being released: another branch, an operation under way, changes."""
    where = str(git.folder)
    found: list[Finding] = []

    def add(message: str, hint: str) -> None:
        found.append(Finding(where=where, message=message, hint=hint))

    current, entries = read_status(git)
    if current != branch:
        stands = f"stands on {current}" if current else "stands on no branch (detached HEAD)"
        add(
            f"it {stands}; releases are made from {branch}",
            f"git switch {branch}",
        )
    paths = [word for name in _UNDER_WAY for word in ("--git-path", name)]
    shallow, *places = git.text("rev-parse", "--is-shallow-repository", *paths).splitlines()
    if shallow == "true":
        add("it is a shallow clone: nobody can tell what came before", "git fetch --unshallow")
    for name, place in zip(_UNDER_WAY, places, strict=True):
        if (git.folder / place).exists():
            add(f"a git operation is under way ({name})", "finish it, or abort it")
    for kind, path in entries:
        what = "is not tracked" if kind == "?" else "differs from the last commit"
        hint = "add it, ignore it or move it away" if kind == "?" else "commit it, or take it back"
        found.append(Finding(where=f"{where}/{path}", message=what, hint=hint))
    return found


def _tree(job: Job) -> Answer:
    return judged(check_tree(job.checkout, job.project.branch), "no change in it")


def read_status(git: Git) -> tuple[str, list[tuple[str, str]]]:
    """The branch that a work tree stands on (empty: none), and its changes: a kind and a path each.

    The kinds are those of `git status --porcelain=v2`: `?` is not tracked, the others differ.
    """
    data = git.output("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=normal")
    fields = iter(data.decode("utf-8", "surrogateescape").split("\0"))
    branch, entries = "", []
    for field in fields:
        kind, _, rest = field.partition(" ")
        if kind == "#" and rest.startswith("branch.head "):
            branch = rest.removeprefix("branch.head ")
        elif kind in _BEFORE_PATH:
            entries.append((kind, field.split(" ", _BEFORE_PATH[kind])[-1]))
            if kind == "2":
                next(fields, None)  # the name it had before
    return branch if branch != "(detached)" else "", entries


def _level(job: Job) -> Answer:
    git, branch = job.checkout, job.project.branch
    theirs = remote_refs(git, job.remote, f"refs/heads/{branch}").get(f"refs/heads/{branch}")
    ours = git.commit_of("HEAD")
    if ours is not None and ours == theirs:
        return done(f"both at {ours[:12]}")
    if theirs is None:
        message, hint = f"{job.remote} has no branch {branch}", f"git push {job.remote} {branch}"
    elif git.run("merge-base", "--is-ancestor", theirs, "HEAD").code == 0:
        message = f"{branch} is ahead of {job.remote}: others have not seen what would be released"
        hint = f"git push {job.remote} {branch}"
    else:
        message = f"{job.remote} has commits on {branch} that are not here"
        hint = f"git pull --ff-only {job.remote} {branch}"
    return judged([Finding(where=str(git.folder), message=message, hint=hint)])


def _tag(job: Job) -> Answer:
    reference = f"refs/tags/{job.tag}"
    found = []
    local = job.checkout.object_of(reference)
    theirs = remote_refs(job.checkout, job.remote, reference).get(reference)
    if theirs is not None:
        found.append(
            Finding(
                where=job.remote,
                message=f"it has a tag {job.tag} already ({theirs[:12]}), which this release did not make",
                hint="release the next version; a tag that others have is never moved",
            )
        )
    elif local is not None:
        found.append(
            Finding(
                where=str(job.checkout.folder),
                message=f"it has a tag {job.tag} ({local[:12]}) that {job.remote} has not",
                hint=f"git tag -d {job.tag}, if nobody has it; the release makes its own",
            )
        )
    return judged(found, f"{job.tag} is free")


check_tree_clean = Step(
    name="check-tree-clean",
    sentence="The checkout {checkout} is clean and stands on {branch}",
    probe=_tree,
    before_plan=True,
)
check_level_with_remote = Step(
    name="check-level-with-remote",
    sentence="{branch} is where {remote} has it",
    probe=_level,
    before_plan=True,
)
check_tag_free = Step(
    name="check-tag-free",
    sentence="No tag {tag} exists, here or at {remote}",
    probe=_tag,
    before_plan=True,
)
