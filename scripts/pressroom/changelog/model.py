"""What a changelog says: a project, its releases, and what each release changed."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, TypeAlias

# Front matter is converted from these annotations, so they exist at run time too.
from pressroom.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Iterator

UNRELEASED = "Unreleased"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One bullet: inline Markdown (a line feed where it was wrapped) and what is nested below it."""

    text: str
    line: int = dataclasses.field(default=0, compare=False)
    children: tuple[Block, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The bullets directly below."""
        return tuple(block for block in self.children if isinstance(block, Entry))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Anything that is no bullet, as Markdown and verbatim: a paragraph, a code fence, a table."""

    text: str
    line: int = dataclasses.field(default=0, compare=False)


Block: TypeAlias = Entry | Prose


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BadRelease:
    """Why nobody should use a release, and which one to use instead."""

    reason: str
    replaced_by: str | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One version: when, by whom, and what changed."""

    version: str
    date: PartialDate | None = None
    authors: tuple[str, ...] = ()
    bad: BadRelease | None = None
    blocks: tuple[Block, ...] = ()
    undated: bool = False  # the heading says that nobody knows the date
    line: int = dataclasses.field(default=0, compare=False)
    source: str = dataclasses.field(default="", compare=False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The bullets at the top level."""
        return tuple(block for block in self.blocks if isinstance(block, Entry))

    @property
    def is_unreleased(self) -> bool:
        """Whether it only collects entries for the next version; it never becomes a page."""
        return self.version == UNRELEASED

    @property
    def anchor(self) -> str:
        """The fragment under which a page shows it: `v1.4.31`."""
        return f"v{self.version}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """The post that one release or several together become; versions are newest first."""

    versions: tuple[str, ...]
    slug: str
    date: PartialDate | None = None  # None: the date of the newest of its releases
    tags: tuple[str, ...] = ()
    note: str = ""


class Kind(enum.StrEnum):
    """What a project is built with."""

    PYTHON = "python"
    PYTHON_EXTENSION = "python-extension"
    C_MESON = "c-meson"
    C_AUTOTOOLS = "c-autotools"
    PERL = "perl"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TagException:
    """A tag format that some versions have instead, or besides."""

    format: str
    versions: str = ""
    examples: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TagFormat:
    """How a project names its tags: `{version}`, `release-{version}`."""

    format: str
    exceptions: tuple[TagException, ...] = ()
    examples: tuple[str, ...] = ()
    without_changelog_entry: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ChangelogFile:
    """The project's own changelog: its file, its style, and where in the file it stands."""

    file: str
    style: str
    where: str = ""
    also: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VersionFile:
    """A file of the project that states its version; `what` stands in it, with `{version}` or its parts.

    `version = "{version}"`; `VERSION = ({major}, {minor}, {micro}, 0)`.
    """

    file: str
    what: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlatformWheels:
    """Wheels that a release promises and other machines build; it waits for them."""

    # Patterns as fnmatch takes them, `{version}` in them: "widget-{version}-cp3*-win_amd64.whl".
    names: tuple[str, ...]
    # A folder that they are put into; None: the machines upload them to the index themselves.
    folder: str | None = None
    hours: int = 24


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bundled:
    """Somebody else's code that is in the files of a release; `license` is an SPDX expression where there is one."""

    name: str
    version: str
    license: str
    purl: str = ""  # "pkg:generic/zlib@1.3.1"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Packaging:
    """How the files of a release are made and judged."""

    # Files of the sdist that git does not track and that belong there: patterns as fnmatch takes them.
    allow: tuple[str, ...] = ()
    # Bounds for what a build installs, as pip's constraints: "swig<4.5".
    constraints: tuple[str, ...] = ()
    # A Python statement that a fresh installation must run without an error: "import widget".
    smoke: str = ""
    wheels: PlatformWheels | None = None
    # Of C and Perl: the command that makes `configure` where git has none ("./bootstrap"), and what
    # `meson setup`, `./configure` or `perl Makefile.PL` are given: "-Dlibsystemd=false".
    bootstrap: str = ""
    options: tuple[str, ...] = ()
    # What it bundles of others: the bill of materials lists it.
    bundles: tuple[Bundled, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A file that a release promises; `{version}` stands in its name."""

    name: str
    kind: str = ""
    signature: str = ""
    where: str = ""
    since: str = ""
    before: str = ""
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DebianPackage:
    """What Debian calls the project."""

    source: str
    binary: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """The front matter of a project's file, as it is written."""

    name: str
    title: str
    kind: Kind
    description: str
    kind_note: str = ""
    repository: str | None = None
    branch: str = "main"
    homepage: str | None = None
    documentation: str | None = None
    issues: str | None = None
    pypi: str | None = None
    perl_module: str | None = None
    tag: TagFormat = TagFormat(format="{version}")
    tag_message: str = "release {version}"
    # `{committer}`: name and address as git knows them.
    commit_message: str = "Release {version}"
    changelog: ChangelogFile | None = None
    version_files: tuple[VersionFile, ...] = ()
    version_note: str = ""
    license: str = ""
    license_note: str = ""
    artefacts: tuple[Artefact, ...] = ()
    artefact_note: str = ""
    packaging: Packaging = Packaging()
    debian: DebianPackage | None = None
    announce_title: str = "{name} {version} released"
    announcements: tuple[Announcement, ...] = ()
    # Who gets a mail when a version is out: "A list <list@example.org>".
    mail: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Project(ProjectFacts):
    """Something we release; its id is the stem of its file."""

    id: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Changelog:
    """A file in `releases/`: the project (None when its front matter cannot be read) and its releases."""

    project: Project | None
    preamble: tuple[Prose, ...] = ()
    releases: tuple[Release, ...] = ()

    def release(self, version: str) -> Release | None:
        """The release of that version, if there is one."""
        return next((release for release in self.releases if release.version == version), None)

    @property
    def published(self) -> tuple[Release, ...]:
        """The releases that have a page, in file order."""
        return tuple(release for release in self.releases if not release.is_unreleased)


def walk_entries(blocks: tuple[Block, ...]) -> Iterator[Entry]:
    """Every bullet at any depth, in file order."""
    waiting = list(reversed(blocks))
    while waiting:
        block = waiting.pop()
        if isinstance(block, Entry):
            yield block
            waiting.extend(reversed(block.children))
