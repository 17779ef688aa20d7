"""One release at work: what is released, the places it touches, and the world it is in."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

# It has a default below, so it is loaded with the module.
from pressroom.release.places import MailSettings
from pressroom.release.state import digest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from pressroom.changelog.model import Changelog, Project, Release
    from pressroom.release.files.place import FilesPlace
    from pressroom.release.index.credential import Source
    from pressroom.release.index.patience import Patience
    from pressroom.release.index.simple import Index
    from pressroom.release.journal import Journal
    from pressroom.release.origin import Origin
    from pressroom.release.outbox.sending import Post
    from pressroom.release.plan import Plan
    from pressroom.release.state import StateFolder
    from pressroom.world.git import Git


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is outside: the index, where the credential comes from, the programs, the clock."""

    index: Index
    credential: Source
    python: Path
    path: str  # PATH
    cache: Path
    environment: Mapping[str, str]
    now: Callable[[], dt.datetime]  # UTC
    patience: Patience
    # Whether other machines build wheels; in a rehearsal none does.
    has_builders: bool = True
    # Where the files of this project are put; None: nowhere that is known.
    files: FilesPlace | None = None
    # Who takes mail, and what the user says of it; None: nobody does.
    post: Post | None = None
    mail: MailSettings = dataclasses.field(default_factory=MailSettings)


@dataclasses.dataclass(slots=True, kw_only=True)
class Job:
    """A release and all it needs; the plan is set once it is frozen, nothing else changes."""

    origin: Origin
    checkout: Git  # the project
    site: Git  # the repository that publishes
    remote: str
    state: StateFolder
    journal: Journal
    world: World
    plan: Plan | None = None
    # Objects of the scratch repository that were seen: nobody else changes it while we hold the lock.
    seen: dict[str, str] = dataclasses.field(default_factory=dict)

    @property
    def project(self) -> Project:
        """What is released."""
        return self.origin.project

    @property
    def version(self) -> str:
        """Which version of it."""
        return self.origin.version

    @property
    def changelog(self) -> Changelog:
        """All that is known of its versions. Raises FindingsError."""
        return self.origin.changelog

    @property
    def release(self) -> Release:
        """The section of the version. Raises ConfigError."""
        return self.origin.release

    @property
    def tag(self) -> str:
        """`1.5.21`, by the project's rule."""
        return self.project.tag.format.replace("{version}", self.version)

    @property
    def where(self) -> str:
        """The file here that the release comes from."""
        return self.origin.where

    @property
    def words(self) -> dict[str, str]:
        """What the sentences of steps may name."""
        return {
            "project": self.project.name,
            "version": self.version,
            "tag": self.tag,
            "branch": self.project.branch,
            "remote": self.remote,
            "checkout": str(self.checkout.folder),
            "index": self.world.index.simple_url,
        }

    @property
    def scratch(self) -> Git:
        """The repository of this release alone."""
        return dataclasses.replace(self.checkout, folder=self.state.scratch)

    @property
    def frozen(self) -> Plan:
        """The plan, in a step that comes after it was frozen."""
        assert self.plan is not None
        return self.plan

    def inputs(self, base: str) -> str:
        """The hash of what a plan is made from; while nothing is public, another one means another plan."""
        facts = dataclasses.replace(self.project, announcements=())
        return digest(base, self.origin.body, repr(facts), self.remote)


@functools.cache
def version_of(text: str) -> Version | None:
    """A version by PEP 440, if it is one."""
    try:
        return Version(text)
    except InvalidVersion:
        return None
