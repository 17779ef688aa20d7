"""Where a release comes from: a changelog here, whose Markdown is read when somebody asks for the release."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pressroom.changelog.project import parse_project
from pressroom.config import RELEASES
from pressroom.errors import ConfigError, FindingsError
from pressroom.findings import errors_of
from pressroom.frontmatter import split_document
from pressroom.texts import decode
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.changelog.model import Changelog, Project, Release


class Origin:
    """A file of `releases/`, and which of its versions is released."""

    def __init__(self, text: str, *, where: str, version: str) -> None:
        """Raises FindingsError when the front matter is no project."""
        document, findings = split_document(text, where=where)
        project = None
        if not findings:
            project, findings = parse_project(document)
        if project is None or errors_of(findings):
            raise FindingsError(errors_of(findings))
        self.project: Project = project
        self.version = version
        self.where = where
        self.body = document.body
        self._text = text

    @functools.cached_property
    def changelog(self) -> Changelog:
        """All of it. Raises FindingsError."""
        # A finished release is found finished without it.
        from pressroom.changelog.parse import parse_changelog  # noqa: PLC0415 - as above

        changelog, findings = parse_changelog(self._text, where=self.where)
        if errors := errors_of(findings):
            raise FindingsError(errors)
        return changelog

    @functools.cached_property
    def release(self) -> Release:
        """The section of the version. Raises ConfigError when there is none."""
        release = self.changelog.release(self.version)
        if release is None or release.is_unreleased:
            published = self.changelog.published
            raise ConfigError(
                f"there is no section for {self.version}; the newest is "
                f"{published[0].version if published else 'none'}",
                where=self.where,
                hint=f'write "## {self.version} - {{day}} {{month}} {{year}}, {{name}}" and what changed',
            )
        return release


def load_origin(root: Path, project: str, version: str) -> Origin:
    """The origin of a release. Raises ConfigError when there is no such project, FindingsError."""
    where = f"{RELEASES}/{project}.md"
    path = root / where
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in (root / RELEASES).glob("*.md")))
        raise ConfigError(
            f"there is no project {project!r}", where=where, hint=f"the projects are {known}"
        )
    with explained(path):
        text, findings = decode(path.read_bytes(), where=where)
    if errors := errors_of(findings):
        raise FindingsError(errors)
    return Origin(text, where=where, version=version)
