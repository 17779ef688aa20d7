"""Git, by its own commands: plumbing that moves no reference unless asked to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.world.process import run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pressroom.world.process import Result

# What would lead a git that we start elsewhere than we say (git(1), "The Git Repository").
_MISLEADING = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
)
_TIMEOUT = 60.0


class GitError(PressroomError):
    """Git refused; the message is its own."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Git:
    """One repository: a work tree, or a bare one.

    `environment` is that of the door. A command is never left half done because we were killed: it
    goes on to its end, and holds the locks `keeps` (file descriptors) until then.
    """

    folder: Path
    environment: Mapping[str, str]
    keeps: tuple[int, ...] = ()

    def run(
        self,
        *arguments: str,
        stdin: bytes = b"",
        extra: Mapping[str, str] | None = None,
        timeout: float = _TIMEOUT,
    ) -> Result:
        """What git answers, whatever its exit code."""
        environment = {
            name: value for name, value in self.environment.items() if name not in _MISLEADING
        }
        environment |= {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8", **(extra or {})}
        return run(
            ["git", *arguments],
            cwd=self.folder,
            environment=environment,
            timeout=timeout,
            stdin=stdin,
            keeps=self.keeps,
            survives=True,
        )

    def output(
        self,
        *arguments: str,
        stdin: bytes = b"",
        extra: Mapping[str, str] | None = None,
        timeout: float = _TIMEOUT,
    ) -> bytes:
        """What git prints. Raises GitError when it fails."""
        result = self.run(*arguments, stdin=stdin, extra=extra, timeout=timeout)
        if result.code != 0:
            raise GitError(
                f"git {arguments[0]}: {_first_lines(result)}",
                where=str(self.folder),
                hint=f"try `git -C {self.folder} {' '.join(arguments[:3])}` yourself",
            )
        return result.out

    def text(self, *arguments: str, stdin: bytes = b"", **options: object) -> str:
        """What git prints, as text without the last line feed."""
        data = self.output(*arguments, stdin=stdin, **options)  # type: ignore[arg-type]  # as output() takes them
        return data.decode("utf-8", "surrogateescape").rstrip("\n")

    def commit_of(self, revision: str) -> str | None:
        """The hash of the commit that a revision leads to, if there is one."""
        result = self.run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        return result.text if result.code == 0 else None

    def object_of(self, revision: str) -> str | None:
        """The hash of the object (a tag that is annotated, not its commit) that a name stands for."""
        result = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
        return result.text if result.code == 0 else None

    def file(self, revision: str, path: str) -> bytes | None:
        """The bytes of a file in a revision, if it is there."""
        result = self.run("cat-file", "blob", f"{revision}:{path}")
        return result.out if result.code == 0 else None

    def setting(self, name: str) -> str | None:
        """A value of the configuration that holds here."""
        result = self.run("config", "--get", name)
        return result.text if result.code == 0 else None


def archive(git: Git, revision: str) -> bytes:
    """The files of a revision as a tar, as `git archive` gives them: attributes such as export-ignore apply."""
    return git.output("archive", "--format=tar", revision, timeout=600)


def tracked_files(git: Git, revision: str) -> dict[str, str]:
    """Every path of a revision and its mode (100644, 100755, 120000, 160000), whatever attributes say."""
    listed = git.output("ls-tree", "-r", "-z", "--full-tree", revision)
    paths = {}
    for entry in listed.split(b"\0"):
        if entry:
            facts, _, path = entry.partition(b"\t")
            paths[path.decode("utf-8", "surrogateescape")] = facts.split()[0].decode()
    return paths


def write_commit(  # noqa: PLR0913 - what a commit has
    git: Git,
    *,
    parent: str,
    files: Mapping[str, bytes],
    message: str,
    name: str,
    email: str,
    date: int,
) -> str:
    """The hash of a commit on `parent` in which `files` have these bytes; no reference moves.

    `date` is in seconds since 1970, UTC. The same arguments make the same commit. A file keeps the mode it has.
    """
    modes = tracked_files(git, parent)
    who = {
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_AUTHOR_DATE": f"{date} +0000",
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
        "GIT_COMMITTER_DATE": f"{date} +0000",
    }
    index = f"{git.text('rev-parse', '--absolute-git-dir')}/pressroom-{date}.index"
    own = {"GIT_INDEX_FILE": index}
    git.output("read-tree", parent, extra=own)
    entries = []
    for path, data in sorted(files.items()):
        blob = git.text("hash-object", "-w", "--stdin", stdin=data)
        entries.append(f"{modes.get(path, '100644')} {blob}\t{path}".encode())
    git.output("update-index", "-z", "--index-info", stdin=b"\0".join(entries) + b"\0", extra=own)
    tree = git.text("write-tree", extra=own)
    return git.text("commit-tree", tree, "-p", parent, "-F", "-", stdin=message.encode(), extra=who)


def _first_lines(result: Result) -> str:
    lines: Sequence[str] = result.err.decode("utf-8", "replace").strip().splitlines()
    return "; ".join(lines[:4]) or f"exit code {result.code}"
