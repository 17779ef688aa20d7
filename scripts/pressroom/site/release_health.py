"""How well each project's releases are documented: for its page, and as findings."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.health.judge import Health, check_health, health_findings
from pressroom.changelog.history import FILE
from pressroom.config import RELEASES
from pressroom.site.readers.support import support_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.findings import Finding
    from pressroom.site.content import Content
    from pressroom.site.readers.releases import ReleaseReaders

    Readers = Mapping[tuple[str, str], ReleaseReaders]


def healths(content: Content, readers_of: Readers) -> dict[str, Health]:
    """By project id; a project of which nothing but the changelog is known has none."""
    found = {}
    for changelog in content.changelogs:
        health = check_health(changelog, content.history)
        if health is None:
            continue
        row = support_row(changelog, readers_of)
        rows = (*health.rows, row) if row else health.rows
        found[health.project] = dataclasses.replace(health, rows=rows)
    return found


def check_healths(content: Content, readers_of: Readers) -> list[Finding]:
    """What is to be noted about all projects, as warnings."""
    return [
        finding
        for project, health in healths(content, readers_of).items()
        for finding in health_findings(
            health, where=f"{RELEASES}/{project}.md", history_where=f"{RELEASES}/{FILE}"
        )
    ]
