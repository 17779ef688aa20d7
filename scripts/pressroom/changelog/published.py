"""What is public of a release: its files with size, hash and address, its tag and its commit."""

from __future__ import annotations

import dataclasses
import json
import re

from pressroom.changelog.headings import is_version
from pressroom.changelog.model import UNRELEASED
from pressroom.errors import PressroomError

FOLDER = "published"
PROJECT_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file as it is served, its size in bytes.

    `kind`: of the index `sdist` or `wheel`; of the files server also `tarball`, and what stands beside:
    `signature`, `sums`, `sbom`, `provenance`.
    """

    name: str
    kind: str
    size: int
    sha256: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The record of a release that is public.

    `date` is a day, in ISO 8601; `index` is the project's page on a simple index.
    """

    id: str
    project: str
    version: str
    tag: str
    tag_object: str
    commit: str
    date: str
    files: tuple[PublishedFile, ...]
    index: str | None = None

    @property
    def size(self) -> int:
        """All files together, in bytes."""
        return sum(file.size for file in self.files)


def published_path(project_id: str, version: str) -> str:
    """Where the record of a release is, seen from the root of the checkout.

    Raises PressroomError for what can be no part of a file's name.
    """
    if not PROJECT_ID.fullmatch(project_id) or not is_release(version):
        raise PressroomError(
            f"{project_id!r} {version!r} cannot name a record",
            where=f"releases/{FOLDER}",
            hint="a version starts with a digit; digits, letters, dots, hyphens and plus follow",
        )
    return f"releases/{FOLDER}/{project_id}-{version}.json"


def render_published(published: Published) -> str:
    """The record as JSON; the files are sorted by name, so the order in which they came does not show."""
    value = dataclasses.asdict(published)
    value["files"] = sorted(value["files"], key=lambda file: str(file["name"]))
    return json.dumps(value, indent=2, sort_keys=True) + "\n"


def is_release(version: str) -> bool:
    """Whether it is the version of something that is out."""
    return is_version(version) and version != UNRELEASED
