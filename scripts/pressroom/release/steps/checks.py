"""Checks of the project: its checkout, its remote, its tags, its version, its texts. All look and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.model import walk_entries
from pressroom.findings import Finding, Severity, errors_of
from pressroom.release.job import version_of
from pressroom.release.recipe import Step, done, judged
from pressroom.texts import decode

if TYPE_CHECKING:
    from packaging.version import Version

    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer
    from pressroom.world.git import Git

# A first number that grows like this is a slip of the finger: 20226.1 after 2025.4.
_JUMP = 2
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


def _version(job: Job) -> Answer:
    text = job.version
    version = version_of(text)

    def refuse(message: str, hint: str) -> Answer:
        return judged([Finding(where=job.where, line=job.release.line, message=message, hint=hint)])

    if version is None:
        return refuse(f"{text!r} is no version", "write it as PEP 440 has it: 1.2.3, 1.2.3rc1")
    if version.local:
        return refuse(
            f"{text} is a local version, which no index takes", "leave out what follows the +"
        )
    if text != str(version):
        return refuse(f"{text} is not how {version} is written", f"write {version}")
    tags = job.checkout.text("tag", "--list").split()
    known = {found for tag in tags if (found := _tagged(tag, job)) is not None}
    known |= {found for one in job.changelog.published if (found := version_of(one.version))}
    known.discard(version)
    newest = max(known, default=None)
    if newest is not None and version < newest:
        return refuse(f"{text} is older than {newest}, which was released", "release a greater one")
    if newest is not None and version.major > _JUMP * max(newest.major, 1) + 1:
        return refuse(
            f"{text} after {newest} looks like a slip of the finger", "look at the digits"
        )
    kind = " (a pre-release: installers take it only when asked)" if version.is_prerelease else ""
    return done(f"after {newest}{kind}" if newest else f"the first one{kind}")


def _tagged(tag: str, job: Job) -> Version | None:
    """The version that a tag of this project stands for."""
    facts = job.project.tag
    for rule in (facts.format, *(one.format for one in facts.exceptions)):
        before, _, after = rule.partition("{version}")
        if tag.startswith(before) and tag.endswith(after):
            version = version_of(tag[len(before) : len(tag) - len(after)])
            if version is not None:
                return version
    return None


def _entry(job: Job) -> Answer:
    from pressroom.changelog.check import check_changelog  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it

    release = job.release
    today = job.world.now().date()
    found = list(errors_of(check_changelog(job.changelog, where=job.where, today=today)))

    def add(line: int, message: str, hint: str) -> None:
        found.append(Finding(where=job.where, line=line, message=message, hint=hint))

    for one in job.changelog.releases:
        if one.is_unreleased and one.blocks:
            add(
                one.line, "there are entries under Unreleased", f"move them under {release.version}"
            )
    if release.date is None:
        add(
            release.line,
            f"{release.version} has no date",
            f'write "## {release.version} - {today:%-d %B %Y}"',
        )
    if not list(walk_entries(release.blocks)):
        add(release.line, f"{release.version} has no entry", "say what changed, one bullet each")
    if release.bad is not None:
        add(release.line, f"{release.version} is marked as bad", "release another version")
    published = job.changelog.published
    if published and published[0].version != release.version:
        add(
            published[0].line,
            f"{published[0].version} stands above {release.version}",
            "newest first",
        )
    return judged(sorted(set(found)), release.date.words if release.date else "")


def _carriers(job: Job) -> Answer:
    from pressroom.release.carriers import check_carriers as stated  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it

    facts = job.project.version_files
    head = "HEAD"
    files = {one.file: job.checkout.file(head, one.file) for one in facts}
    found = stated(files, facts, version=job.version)
    if not facts:
        message = "the front matter names no file that states the version"
        hint = "write version_files: with a file and the line that has {version}"
        found = [Finding(where=job.where, message=message, hint=hint)]
    return _with_warnings(found, f"{len(facts)} places")


def _drift(job: Job) -> Answer:
    from pressroom.changelog.drift import compare  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it
    from pressroom.changelog.styles import STYLES, style  # noqa: PLC0415 - as above

    facts = job.project.changelog
    if facts is None:
        return done("the project keeps no changelog of its own")
    here = style(facts.style)
    if here is None:
        hint = f"styles that a release can write: {', '.join(STYLES)}"
        return judged(
            [
                Finding(
                    where=job.where,
                    message=f"changelog style {facts.style!r} is unknown",
                    hint=hint,
                )
            ]
        )
    data = job.checkout.file("HEAD", facts.file)
    if data is None:
        message = f"{facts.file} is not in the last commit"
        return judged([Finding(where=job.where, message=message, hint="mend `changelog: file:`")])
    text, found = decode(data, where=facts.file)
    releases, more = here.read(text, where=facts.file)
    del more  # what history spells oddly is the changelogs' business, not this release's
    found += compare(job.changelog, releases, where=facts.file, ours_where=job.where)
    return _with_warnings(found, f"{facts.file} says what {job.where} says")


def _with_warnings(found: list[Finding], note: str) -> Answer:
    """A conflict for errors; warnings are said with what is fine."""
    warnings = [one for one in found if one.severity is Severity.WARNING]
    said = "; ".join([note, *(f"{one.place}: {one.message}" for one in warnings)])
    return judged(errors_of(found), said)


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
check_version = Step(
    name="check-version",
    sentence="{version} is a version, and greater than all before",
    probe=_version,
    before_plan=True,
)
check_entry = Step(
    name="check-entry",
    sentence="The changelog says what {version} changed, and when",
    probe=_entry,
    before_plan=True,
)
check_carriers = Step(
    name="check-carriers",
    sentence="Every file that states the version is found",
    probe=_carriers,
    before_plan=True,
)
check_drift = Step(
    name="check-drift",
    sentence="The project's own changelog says what ours says",
    probe=_drift,
    before_plan=True,
)
