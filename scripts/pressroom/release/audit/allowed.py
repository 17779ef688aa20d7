"""What a project's front matter allows in its sdist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pressroom.changelog.project import parse_project
from pressroom.frontmatter import split_document
from pressroom.texts import decode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.findings import Finding


def allowed_by_projects(
    files: Mapping[str, bytes], name: str | None
) -> tuple[tuple[str, ...], list[Finding]]:
    """The patterns of the projects in `releases/` whose package has that canonical name.

    With the findings of front matter that cannot be read: it could have been that project's.
    """
    patterns: list[str] = []
    findings: list[Finding] = []
    for where, data in sorted(files.items()):
        text, _ = decode(data, where=where)
        document, found = split_document(text, where=where)
        project = None
        if not found:
            project, found = parse_project(document)
        if project is None:
            findings += found
        elif project.pypi and name == canonicalize_name(project.pypi):
            patterns += project.packaging.allow
    return tuple(patterns), findings
