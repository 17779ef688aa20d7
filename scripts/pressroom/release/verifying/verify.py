"""Every question about every release of a project; the index and git are asked once for all of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.proven import QUESTIONS
from pressroom.config import RELEASES
from pressroom.findings import Finding
from pressroom.release.index.listing import IndexProject
from pressroom.release.index.refusals import (
    IndexAnswerError,
    IndexRefusedError,
    IndexUnreachableError,
)
from pressroom.release.index.simple import fetch_project
from pressroom.release.verifying.index_checks import check_dates, check_index
from pressroom.release.verifying.keyring import NO_SIGNERS
from pressroom.release.verifying.model import Check, Report, Row, not_asked, unanswered
from pressroom.release.verifying.pages import not_built, read_pages
from pressroom.release.verifying.shown import Outage, Shown, sort_files
from pressroom.release.verifying.signers import KEYS, SIGNERS
from pressroom.release.verifying.sources import (
    Downloads,
    check_signatures,
    check_sources,
    served,
)
from pressroom.release.verifying.strangers import check_strangers, strange_versions
from pressroom.release.verifying.tag_checks import check_record, check_signature, check_tag
from pressroom.release.verifying.tags import read_tags, tag_name, tags_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pressroom.changelog.model import Release
    from pressroom.release.index.patience import Patience
    from pressroom.release.index.simple import Index
    from pressroom.release.verifying.keyring import Keyring
    from pressroom.release.verifying.load import Subject
    from pressroom.release.verifying.pages import Pages
    from pressroom.release.verifying.tags import Tag
    from pressroom.world.git import Git


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What is asked: the checkout, the index, the allowed keys, and what was built (`built` may not exist)."""

    git: Git
    index: Index
    patience: Patience
    keyring: Keyring
    built: Path
    downloads: bool


def verify_releases(
    subject: Subject, means: Means, releases: Sequence[Release], *, is_all: bool
) -> Report:
    """What is to be said of `releases`; with `is_all` also of what the index shows beside them."""
    project = subject.project
    shown = ask_index(subject, means)
    strange = (
        list(strange_versions(shown, subject.versions).values()) if isinstance(shown, Shown) else []
    )
    tags = tags_of(project, (*subject.versions, *strange), read_tags(means.git))
    asking = _Asking(
        subject=subject,
        means=means,
        tags=tags,
        shown=shown,
        pages=read_pages(means.built),
        positions=_positions(subject),
    )
    rows = tuple(asking.row(release) for release in releases)
    findings = []
    if means.keyring.signers.is_empty:
        hint = f"write who may sign tags into {SIGNERS} (ssh), or export keys to {KEYS}/NAME.asc"
        findings.append(Finding(where=SIGNERS, message=f"signatures are {NO_SIGNERS}", hint=hint))
    if is_all and isinstance(shown, Shown):
        findings += check_strangers(
            shown,
            project,
            versions=subject.versions,
            tagged=tags,
            where=f"{RELEASES}/{project.id}.md",
        )
    return Report(
        project=project.id,
        name=project.name,
        rows=rows,
        findings=tuple(findings),
        downloaded=means.downloads,
    )


def ask_index(subject: Subject, means: Means) -> Shown | Outage | None:
    """What the index shows of the project, or why it says nothing; None where the project is on none."""
    name = subject.project.pypi
    if name is None:
        return None
    try:
        found = fetch_project(means.index, name, patience=means.patience)
    except (IndexUnreachableError, IndexAnswerError, IndexRefusedError) as error:
        return Outage(message=error.message, hint=error.hint)
    if found is None:
        return sort_files(_nothing(name), ())
    return sort_files(found, subject.versions)


def _nothing(name: str) -> IndexProject:
    """What a project that the index does not know looks like."""
    return IndexProject(name=name)


def _positions(subject: Subject) -> dict[str, int]:
    """The place of each release that has a date among them, as a feed counts."""
    dated = [release.version for release in subject.releases if release.date]
    return {version: number for number, version in enumerate(dated)}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """All that was read for all releases."""

    subject: Subject
    means: Means
    tags: dict[str, Tag | None]
    shown: Shown | Outage | None
    pages: Pages | None
    positions: dict[str, int]

    def row(self, release: Release) -> Row:
        """All answers about one release."""
        tag = self.tags[release.version]
        project, record = self.subject.project, self.subject.records.get(release.version)
        checks = {
            "tag": check_tag(tag, wanted=tag_name(project, release.version)),
            "signature": check_signature(tag, git=self.means.git, keyring=self.means.keyring),
            "record": check_record(tag, record),
            **self._index(release, tag),
            **self._downloaded(release, tag),
            "page": self._page(release),
        }
        date = release.date.iso if release.date else ""
        return Row(
            version=release.version, date=date, checks={name: checks[name] for name in QUESTIONS}
        )

    def _index(self, release: Release, tag: Tag | None) -> dict[str, Check]:
        if self.shown is None:
            return dict.fromkeys(("index", "dates"), not_asked("it is on no package index"))
        if isinstance(self.shown, Outage):
            silent = unanswered(self.shown.message, self.shown.hint)
            return dict.fromkeys(("index", "dates"), silent)
        files = self.shown.of(release.version)
        record = self.subject.records.get(release.version)
        return {
            "index": check_index(files, record, release=release),
            "dates": check_dates(files, tag.time if tag else None),
        }

    def _downloaded(self, release: Release, tag: Tag | None) -> dict[str, Check]:
        means = self.means
        if not means.downloads:
            return dict.fromkeys(("source", "signatures"), not_asked("nothing was downloaded"))
        downloads = Downloads(index=means.index, patience=means.patience)
        others = served(self.subject.records.get(release.version))
        signatures = check_signatures(others, tag, keyring=means.keyring, downloads=downloads)
        if isinstance(self.shown, Outage):
            source = unanswered(self.shown.message, self.shown.hint)
        else:
            source = check_sources(
                self.shown.of(release.version) if self.shown else (),
                others,
                tag,
                project=self.subject.project,
                git=means.git,
                downloads=downloads,
            )
        return {"source": source, "signatures": signatures}

    def _page(self, release: Release) -> Check:
        if self.pages is None:
            return not_built()
        position = self.positions.get(release.version, 0)
        return self.pages.check(self.subject.project, release, position=position)
