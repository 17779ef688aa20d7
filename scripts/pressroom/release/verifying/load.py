"""What is verified: a project's changelog, and the records of what was published of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.published import FOLDER
from pressroom.changelog.published_parse import parse_published
from pressroom.config import RELEASES
from pressroom.errors import FindingsError
from pressroom.release.origin import load_origin
from pressroom.texts import decode
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.changelog.model import Project, Release
    from pressroom.changelog.published import Published
    from pressroom.findings import Finding


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A project, its releases newest first, and its records by version."""

    project: Project
    releases: tuple[Release, ...]
    records: dict[str, Published]

    @property
    def versions(self) -> tuple[str, ...]:
        """All versions that the changelog has."""
        return tuple(release.version for release in self.releases)


def load_subject(root: Path, project: str) -> Subject:
    """All that is recorded here of a project. Raises ConfigError without it, FindingsError for what is broken."""
    origin = load_origin(root, project, "")
    findings: list[Finding] = []
    records = {}
    folder = root / RELEASES / FOLDER
    with explained(folder):
        files = [(path, path.read_bytes()) for path in sorted(folder.glob(f"{project}-*.json"))]
    for path, data in files:
        where = f"{RELEASES}/{FOLDER}/{path.name}"
        text, found = decode(data, where=where)
        record, problems = parse_published(text, where=where)
        findings += [*found, *problems]
        # Another project's id may go on where this one ends.
        if record is not None and record.project == project:
            records[record.version] = record
    if findings:
        raise FindingsError(findings)
    return Subject(project=origin.project, releases=origin.changelog.published, records=records)
