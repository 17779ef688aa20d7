"""Everything that people wrote, read once: changelogs, posts, series, and the records of releases and grades; and what is wrong with it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.check import check_changelog
from pressroom.changelog.history import FILE as HISTORY
from pressroom.changelog.history import check_history, parse_history
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.project import project_id
from pressroom.changelog.proven import FOLDER as PROOF
from pressroom.changelog.proven_parse import check_proof, parse_proof
from pressroom.changelog.published import FOLDER
from pressroom.changelog.published_check import check_published
from pressroom.changelog.published_parse import parse_published
from pressroom.config import POSTS, RELEASES
from pressroom.findings import Finding, errors_of
from pressroom.posts.check import check_posts, check_series
from pressroom.posts.parse import parse_post, parse_series
from pressroom.site.grades.load import load_records
from pressroom.site.tree import check_sources
from pressroom.texts import decode

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from pressroom.changelog.history_cells import Known
    from pressroom.changelog.model import Changelog, Project
    from pressroom.changelog.proven import Proof
    from pressroom.changelog.published import Published
    from pressroom.observatory.record import Record
    from pressroom.posts.model import Post, Series


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The content of a checkout; changelogs by file name, posts by file name."""

    changelogs: tuple[Changelog, ...]
    posts: tuple[Post, ...]
    series: tuple[Series, ...]
    # The records of releases, by file name.
    published: tuple[Published, ...] = ()
    # What was found when all releases of a project were verified, by file name.
    proofs: tuple[Proof, ...] = ()
    # What is known of releases beside their changelogs, in the order of its file.
    history: tuple[Known, ...] = ()
    # What the Observatory's rules made of our hosts, in the order of its file.
    records: tuple[Record, ...] = ()

    def changelog(self, project: str) -> Changelog | None:
        """That of the project with this id, if there is one."""
        known = (one for one in self.changelogs if one.project is not None)
        return next((one for one in known if project_of(one).id == project), None)


def load_changelog(root: Path, project: str) -> Changelog | None:
    """That of one project alone, if it has one that can be read; the hub's build says what is wrong with it."""
    where = f"{RELEASES}/{project}.md"
    file = root / where
    if not file.is_file():
        return None
    changelog, findings = parse_changelog(decode(file.read_bytes(), where=where)[0], where=where)
    return None if errors_of(findings) else changelog


def load_content(root: Path, *, today: dt.date) -> tuple[Content, list[Finding]]:
    """All content below `root` that can be read, and all findings; folders may be missing."""
    findings: list[Finding] = []
    for folder in (RELEASES, POSTS):
        findings += check_sources(root / folder) if (root / folder).is_dir() else []
    if findings:  # links and the like: nothing behind them is read
        return Content(changelogs=(), posts=(), series=()), findings

    changelogs: list[Changelog] = []
    versions: dict[str, frozenset[str]] = {}
    for where, text in _texts(root, RELEASES, findings):
        changelog, found = parse_changelog(text, where=where)
        findings += found + check_changelog(changelog, where=where, today=today)
        changelogs.append(changelog)
        versions[project_id(where)] = frozenset(one.version for one in changelog.published)
    published, found = _published(root, versions)
    findings += found
    proofs, found = _proofs(root, changelogs)
    findings += found
    history, found = _history(root, changelogs)
    findings += found

    posts: list[Post] = []
    for where, text in _texts(root, POSTS, findings):
        post, found = parse_post(text, where=where)
        findings += found
        posts += [post] if post is not None else []

    series: tuple[Series, ...] = ()
    file = root / POSTS / "series.toml"
    if file.is_file():
        series, found = parse_series(file.read_text(encoding="utf-8"), where=f"{POSTS}/series.toml")
        findings += found + check_series(series, where=f"{POSTS}/series.toml")

    taken, found = _announced_slugs(changelogs)
    findings += found + check_posts(posts, series, today=today, taken_slugs=taken)
    records, found = load_records(root, today=today)
    findings += found
    content = Content(
        changelogs=tuple(changelogs),
        posts=tuple(posts),
        series=series,
        published=published,
        proofs=proofs,
        history=history,
        records=records,
    )
    return content, sorted(findings)


def project_of(changelog: Changelog) -> Project:
    """The project of a changelog without findings."""
    assert changelog.project is not None, "a changelog whose front matter is broken is never shown"
    return changelog.project


def _published(
    root: Path, versions: Mapping[str, frozenset[str]]
) -> tuple[tuple[Published, ...], list[Finding]]:
    """The records of releases; `versions` are those of each project's changelog."""
    findings: list[Finding] = []
    records = []
    for where, text in _texts(root, f"{RELEASES}/{FOLDER}", findings, kind="json"):
        record, found = parse_published(text, where=where)
        findings += found
        if record is not None:
            findings += check_published(record, text=text, where=where, versions=versions)
            records.append(record)
    return tuple(records), findings


def _proofs(root: Path, changelogs: list[Changelog]) -> tuple[tuple[Proof, ...], list[Finding]]:
    """The records of verified releases."""
    findings: list[Finding] = []
    proofs = []
    by_id = {one.project.id: one for one in changelogs if one.project is not None}
    for where, text in _texts(root, f"{RELEASES}/{PROOF}", findings, kind="json"):
        proof, found = parse_proof(text, where=where)
        findings += found
        if proof is not None:
            findings += check_proof(proof, where=where, changelogs=by_id)
            proofs.append(proof)
    return tuple(proofs), findings


def _history(root: Path, changelogs: list[Changelog]) -> tuple[tuple[Known, ...], list[Finding]]:
    """What the table of releases says, if there is one."""
    where = f"{RELEASES}/{HISTORY}"
    file = root / where
    if not file.is_file():
        return (), []
    text, findings = decode(file.read_bytes(), where=where)
    history, found = parse_history(text, where=where)
    by_id = {one.project.id: one for one in changelogs if one.project is not None}
    return history, findings + found + check_history(history, by_id, where=where)


def _texts(
    root: Path, folder: str, findings: list[Finding], *, kind: str = "md"
) -> list[tuple[str, str]]:
    """The files of a kind directly in a folder, by name, as `folder/name.md` and text."""
    texts = []
    for file in sorted((root / folder).glob(f"*.{kind}")):
        where = f"{folder}/{file.name}"
        text, found = decode(file.read_bytes(), where=where)
        findings += found
        texts.append((where, text))
    return texts


def _announced_slugs(changelogs: list[Changelog]) -> tuple[dict[str, str], list[Finding]]:
    """Slug to file for all announcements; a slug in two files is a finding."""
    taken: dict[str, str] = {}
    findings = []
    for changelog in changelogs:
        if changelog.project is None:
            continue
        where = f"{RELEASES}/{changelog.project.id}.md"
        for announcement in changelog.project.announcements:
            first = taken.setdefault(announcement.slug, where)
            if first != where:
                findings.append(
                    Finding(
                        where=where,
                        line=1,
                        message=f"announcement slug {announcement.slug!r} is taken by {first}",
                        hint="give one of them another slug",
                    )
                )
    return taken, findings
