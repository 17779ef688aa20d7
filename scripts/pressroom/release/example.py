"""A project that lies in a folder, made ready for a rehearsal: a repository of its own, and a clone of what publishes."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.parse import parse_changelog
from pressroom.errors import FindingsError
from pressroom.findings import errors_of
from pressroom.release.rehearsal import WHEELHOUSE
from pressroom.release.state import digest
from pressroom.world.disk import Tree, explained, remove, save_bytes, save_text
from pressroom.world.git import Git

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pressroom.changelog.model import Project

# What a build beside an example leaves is no part of it.
_LEFT = re.compile(r"(^|/)(build|dist|__pycache__|[^/]+\.egg-info)/|\.(so|pyc)$")
_GIT_CONFIG = """\
[user]
    name = The maintainer
    email = maintainer@example.invalid
[safe]
    directory = *
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is ready to be rehearsed, where, and the environment of its programs."""

    root: Path  # the checkout with the examples
    folder: Path
    project: Project
    version: str
    environment: Mapping[str, str]

    @property
    def checkout(self) -> Path:
        """The example as a repository of its own."""
        return self.folder / self.project.id

    @property
    def press(self) -> Path:
        """The clone of the checkout."""
        return self.folder / "press"

    @property
    def world(self) -> Path:
        """What the rehearsal keeps."""
        return self.folder / "world"


def prepare(root: Path, example: str, into: Path, *, path: str) -> Stage:
    """The stage of `examples/<example>` of the checkout `root`, in a folder below `into`; `path` is PATH.

    Killed at any time it can be called again. A stage of other files or of another commit is removed.
    """
    where = f"examples/{example}.md"
    text = Tree(root / "examples")[f"{example}.md"].decode()
    files = example_files(root / "examples" / example)
    changelog, found = parse_changelog(text, where=where)
    if errors_of(found) or changelog.project is None:
        raise FindingsError(errors_of(found))
    environment = _environment(into / "home", path)
    with explained(into):
        (into / "home").mkdir(parents=True, exist_ok=True)
    save_text(into / "home" / ".gitconfig", _GIT_CONFIG)
    head = Git(folder=root, environment=environment).text("rev-parse", "HEAD")
    parts = [part for name, data in files.items() for part in (name, data)]
    name = f"stage-{digest(head, text, *parts)[:12]}"
    for other in into.glob("stage-*"):
        if other.name != name:
            remove(other)
    stage = Stage(
        root=root,
        folder=into / name,
        project=dataclasses.replace(changelog.project, id=changelog.project.name),
        version=changelog.published[0].version,
        environment=environment,
    )
    _make_checkout(stage, files)
    _make_press(stage, head, text)
    return stage


def example_files(folder: Path) -> dict[str, bytes]:
    """The files of an example, without what a build beside them left."""
    tree = Tree(folder)
    return {name: tree[name] for name in tree if _LEFT.search(name) is None}


def _environment(home: Path, path: str) -> dict[str, str]:
    """Nothing of whoever starts it: no configuration of git, no key, no cache."""
    return {
        "PATH": path,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "STATE", "CACHE")},
    }


def _make_checkout(stage: Stage, files: Mapping[str, bytes]) -> None:
    """The example is a repository of its own, whole or not there."""
    if stage.checkout.exists():
        return
    new = stage.folder / "checkout.new"
    remove(new)
    for name, data in files.items():
        with explained(new / name):
            (new / name).parent.mkdir(parents=True, exist_ok=True)
        save_bytes(new / name, data)
    git = Git(folder=new, environment=stage.environment)
    git.output("init", "--quiet", f"--initial-branch={stage.project.branch}")
    _commit(git, f"{stage.project.name} before {stage.version}")
    with explained(new):
        new.rename(stage.checkout)


def _make_press(stage: Stage, head: str, text: str) -> None:
    """A clone that knows the example too; its branch is main, whatever the checkout stands on."""
    if stage.press.exists():
        return
    new = stage.folder / "press.new"
    remove(new)
    git = Git(folder=stage.folder, environment=stage.environment)
    source = str(stage.root)
    git.output("clone", "--quiet", "--shared", "--no-checkout", source, str(new), timeout=600)
    git = dataclasses.replace(git, folder=new)
    git.output("checkout", "--quiet", "--no-track", "-B", "main", head)
    git.output("remote", "remove", "origin")
    save_text(new / "releases" / f"{stage.project.id}.md", text)
    _commit(git, f"{stage.project.name}, an example")
    with explained(new):
        (new / WHEELHOUSE).symlink_to(stage.root / WHEELHOUSE)
        new.rename(stage.press)


def _commit(git: Git, message: str) -> None:
    git.output("add", "--all")
    git.output("commit", "--quiet", "--message", message)
