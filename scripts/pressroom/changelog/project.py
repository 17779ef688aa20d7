"""The front matter of a changelog: the project, and what is wrong with its addresses and templates."""

from __future__ import annotations

import dataclasses
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.changelog.model import Project, ProjectFacts
from pressroom.findings import Finding
from pressroom.frontmatter import parse_front_matter
from pressroom.mailboxes import check_mailbox
from pressroom.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.frontmatter import Document

_ADDRESSES = ("repository", "homepage", "documentation", "issues")


def project_id(where: str) -> str:
    """The id of the project whose file is `where`."""
    return PurePosixPath(where).stem


def parse_project(document: Document) -> tuple[Project | None, list[Finding]]:
    """The project of a file, or None, and the findings about its front matter."""
    facts, findings = parse_front_matter(document, ProjectFacts)
    findings += check_text(document.front, where=document.where, line=document.front_line)
    if facts is None:
        return None, findings
    values = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}
    project = Project(id=project_id(document.where), **values)
    findings += _check_id(project, document)
    findings += _check_lines(project, document)
    findings += _check_addresses(project, document)
    findings += _check_mail(project, document)
    findings += _check_unseen(project, document)
    return project, findings


def key_line(front: str, first: int, key: str) -> int:
    """The line of a key at the top level of the front matter, else its first line."""
    lines = front.split("\n")
    return next((first + n for n, line in enumerate(lines) if line.startswith(f"{key}:")), first)


def _finding(document: Document, key: str, message: str, hint: str) -> Finding:
    line = key_line(document.front, document.front_line, key)
    return Finding(where=document.where, line=line, message=message, hint=hint)


def _check_id(project: Project, document: Document) -> Iterator[Finding]:
    """The id names folders and pages of what is released; a changelog elsewhere has none."""
    is_released = PurePosixPath(document.where).parent.name == "releases"
    if is_released and not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", project.id):
        yield Finding(
            where=document.where,
            message=f"the file's name makes {project.id!r} the project's id, which no page can have",
            hint="rename the file: small letters, digits and single hyphens, then .md",
        )


def _check_lines(project: Project, document: Document) -> Iterator[Finding]:
    """Name and the like stand in titles and lists: one line each, and not empty."""
    for key in ("name", "title", "description"):
        value: str = getattr(project, key)
        if not value.strip() or "\n" in value:
            yield _finding(
                document,
                key,
                f"{key} is empty or has a line break",
                f"write `{key}: …` with text on one line",
            )


def _check_addresses(project: Project, document: Document) -> Iterator[Finding]:
    hint = "write it with https://"
    for key in _ADDRESSES:
        value: str | None = getattr(project, key)
        if value is not None and not _is_https(value):
            yield _finding(document, key, f"{key} is no https address: {value!r}", hint)
    for artefact in project.artefacts:
        if ":" in artefact.where and not _is_https(artefact.where):
            message = f"artefact {artefact.name!r} is at no https address: {artefact.where!r}"
            yield _finding(document, "artefacts", message, hint)


def _check_mail(project: Project, document: Document) -> Iterator[Finding]:
    line = key_line(document.front, document.front_line, "mail")
    for text in project.mail:
        yield from check_mailbox(text, what="recipient", where=document.where, line=line)
    if len(set(project.mail)) < len(project.mail):
        yield _finding(document, "mail", "a recipient stands there twice", "name everybody once")


def _check_unseen(project: Project, document: Document) -> Iterator[Finding]:
    """Escapes of YAML make characters that its lines do not show."""
    for field in dataclasses.fields(project):
        line = key_line(document.front, document.front_line, field.name)
        for text in _texts(getattr(project, field.name)):
            if text not in document.front:  # what its lines show is looked at there
                yield from check_text(text.replace("\n", " "), where=document.where, line=line)


def _texts(value: object) -> Iterator[str]:
    """Every text in a value of the model."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))


def _is_https(address: str) -> bool:
    """Whether it is a plain https URL: a host, no user, no space, nothing that HTML would need to escape."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises for a port that is no number
    except ValueError:
        return False
    plain = re.fullmatch(
        r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?(?:[/?#][!#-;=?-~]*)?", address
    )
    return plain is not None and bool(parts.hostname)
