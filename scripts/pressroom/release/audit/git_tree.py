"""The files of a commit: every tracked path, and each content that is true to it."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.errors import ConfigError
from pressroom.release.audit.model import TreeFiles
from pressroom.world.git import Git, GitError, archive, tracked_files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LINK, _SUBMODULE = "120000", "160000"
_MANY = 300.0


def open_tree(folder: Path, *, environment: Mapping[str, str]) -> tuple[Git, str]:
    """Git in the work tree that a folder lies in, and the folder's path in it (`` or `python/`).

    Raises ConfigError where there is none.
    """
    if not folder.is_dir():
        raise ConfigError(
            "is no folder", where=str(folder), hint="name the project's checkout with --tree"
        )
    git = Git(folder=folder, environment=environment)
    result = git.run("rev-parse", "--show-toplevel", "--show-prefix")
    if result.code != 0:
        said = result.err.decode("utf-8", "replace").strip().splitlines()
        raise ConfigError(
            f"is no work tree of git: {said[0] if said else 'git does not say why'}",
            where=str(folder),
            hint="name the project's checkout with --tree; `git clone` makes one",
        )
    top, _, prefix = result.out.decode("utf-8", "surrogateescape").rstrip("\n").partition("\n")
    return Git(folder=Path(top), environment=environment), prefix


def find_commit(git: Git, tag: str | None) -> str:
    """The commit of a tag (or of another revision), of HEAD without one. Raises ConfigError."""
    if tag is None:
        commit = git.commit_of("HEAD")
        if commit is None:
            raise ConfigError(
                "there is no commit yet", where=str(git.folder), hint="commit first, or name a tag"
            )
        return commit
    commit = git.commit_of(tag)
    if commit is None:
        tags = git.run("tag", "--sort=-creatordate").text.split("\n")
        newest = ", ".join(tags[:5])
        raise ConfigError(
            f"has no tag {tag!r}",
            where=str(git.folder),
            hint=f"name one of its tags ({newest})" if newest else "fetch them: git fetch --tags",
        )
    return commit


def load_tree(git: Git, commit: str, prefix: str = "") -> TreeFiles:
    """What a commit holds below `prefix`. Raises ConfigError when that is nothing."""
    revision = f"{commit}:{prefix.rstrip('/')}" if prefix else commit
    try:
        modes = tracked_files(git, revision)
    except GitError:
        if not prefix:
            raise
        modes = {}
    if not modes:
        raise ConfigError(
            f"commit {commit[:12]} has no files in {prefix or 'its tree'}",
            where=str(git.folder),
            hint="commit them first, or name the project's own checkout with --tree",
        )
    ordinary = [path for path, mode in modes.items() if mode not in {_LINK, _SUBMODULE}]
    linked = [path for path, mode in modes.items() if mode == _LINK]
    blobs = _blobs(git, f"{commit}:{prefix}", [*ordinary, *linked])
    archived, exported = _archived(archive(git, revision))
    return TreeFiles(
        files={
            path: tuple({blobs[path]: None, archived.get(path, blobs[path]): None})
            for path in ordinary
        },
        links={path: blobs[path].decode("utf-8", "surrogateescape") for path in linked},
        submodules=frozenset(path for path, mode in modes.items() if mode == _SUBMODULE),
        unexported=frozenset(modes.keys() - exported),
    )


def _blobs(git: Git, place: str, paths: Sequence[str]) -> dict[str, bytes]:
    """The bytes of files as git keeps them, in one go; `place` is `COMMIT:` with the folder they are in."""
    # `cat-file --batch` takes a name a line. No archive may have a name with a line feed in it.
    blobs = {path: b"" for path in paths if "\n" in path}
    asked = [path for path in paths if "\n" not in path]
    names = "".join(f"{place}{path}\n" for path in asked).encode("utf-8", "surrogateescape")
    answer = git.output("cat-file", "--batch", stdin=names, timeout=_MANY)
    at = 0
    for path in asked:
        end = answer.index(b"\n", at)
        facts = answer[at:end].split()
        if not facts[-1].isdigit():
            raise ConfigError(
                f"git does not have the content of {path!r}",
                where=str(git.folder),
                hint="fetch all of it: git fetch --refetch --no-filter",
            )
        size = int(facts[-1])
        blobs[path] = answer[end + 1 : end + 1 + size]
        at = end + size + 2
    return blobs


def _archived(data: bytes) -> tuple[dict[str, bytes], set[str]]:
    """The bytes of files as `git archive` gives them, and every path; those with export-ignore are not there."""
    files = {}
    paths = set()
    with tarfile.open(
        fileobj=io.BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape"
    ) as tar:
        for info in tar:
            paths.add(info.name)
            content = tar.extractfile(info) if info.isreg() else None
            if content is not None:
                files[info.name] = content.read()
    return files, paths
