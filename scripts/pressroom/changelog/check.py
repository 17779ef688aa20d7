"""What a changelog must not say, though every line of it can be read."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from pressroom.findings import Finding
from pressroom.names import check_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.changelog.model import Announcement, Changelog, Project, Release


def check_changelog(changelog: Changelog, *, where: str, today: dt.date) -> list[Finding]:
    """Findings on versions, order, dates, bad marks and announcements."""
    found = itertools.chain(
        _versions(changelog.releases),
        _order(changelog.releases),
        _dates(changelog.releases, today),
        _bad(changelog),
        _announcements(changelog) if changelog.project else (),
    )
    return [
        Finding(where=where, line=line, message=message, hint=hint) for line, message, hint in found
    ]


Problem = tuple[int, str, str]


def _versions(releases: tuple[Release, ...]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for number, release in enumerate(releases):
        first = seen.setdefault(release.version.casefold(), release.line)
        if first != release.line:
            yield (
                release.line,
                f"version {release.version} stands twice, first in line {first}",
                "merge the two, or mend one of the versions",
            )
        if release.is_unreleased and number:
            yield release.line, "Unreleased is not the first heading", "move it to the top"
        if release.is_unreleased and release.date:
            yield release.line, "Unreleased has a date", "write the version in its place"


def _order(releases: tuple[Release, ...]) -> Iterator[Problem]:
    for newer, older in itertools.pairwise(one for one in releases if not one.is_unreleased):
        if older.date and newer.date and older.date.first > newer.date.last:
            yield (
                older.line,
                f"{older.version} is dated {older.date.words}, after {newer.version} above it",
                "put the newest release first, or mend the date",
            )
        try:
            rising = Version(older.version) > Version(newer.version)
        except InvalidVersion:
            continue
        if rising:
            yield (
                older.line,
                f"{older.version} stands below {newer.version}",
                "put the newest release first",
            )


def _dates(releases: tuple[Release, ...], today: dt.date) -> Iterator[Problem]:
    for release in releases:
        # A day of slack: somewhere it is tomorrow already.
        if release.date and release.date.first > today + dt.timedelta(days=1):
            yield (
                release.line,
                f"{release.version} is dated {release.date.words}, in the future",
                'collect entries under "## Unreleased" until the day comes',
            )


def _bad(changelog: Changelog) -> Iterator[Problem]:
    for release in changelog.releases:
        use = release.bad.replaced_by if release.bad else None
        if use is not None and (use == release.version or changelog.release(use) is None):
            yield (
                release.line,
                f"bad release {release.version} is replaced by {use}, which is no other release here",
                "name a version of this file",
            )


def _announcements(changelog: Changelog) -> Iterator[Problem]:
    project = changelog.project
    assert project is not None
    announced: dict[str, str] = {}
    slugs: set[str] = set()
    yield from _title(project)
    for announcement in project.announcements:
        yield from _slug(announcement, slugs)
        slugs.add(announcement.slug.casefold())
        if not announcement.versions:
            yield 2, f"announcement {announcement.slug} has no version", "name at least one"
        if not _newest_first(announcement.versions, changelog):
            yield (
                2,
                f"announcement {announcement.slug} is not newest first",
                "turn its versions round",
            )
        for version in announcement.versions:
            other = announced.setdefault(version, announcement.slug)
            if other != announcement.slug or announcement.versions.count(version) > 1:
                yield 2, f"version {version} is announced twice", f"it is in {other} already"
            release = changelog.release(version)
            if release is None or release.is_unreleased:
                yield 2, f"announced version {version} is no release here", "add its section"
            elif release.date is None and announcement.date is None:
                yield 2, f"announced version {version} has no date", "give the announcement a date"


def _newest_first(versions: tuple[str, ...], changelog: Changelog) -> bool:
    """Whether the versions stand as they do in the file."""
    file = [release.version for release in changelog.releases]
    places = [file.index(version) for version in versions if version in file]
    return places == sorted(places)


def _title(project: Project) -> Iterator[Problem]:
    rest = project.announce_title.replace("{version}", "").replace("{name}", "")
    if "{version}" not in project.announce_title or "{" in rest or "}" in rest:
        yield (
            2,
            f"announce_title {project.announce_title!r} does not work",
            "write {version} in it, and {name} if you like, and no other braces",
        )


def _slug(announcement: Announcement, taken: set[str]) -> Iterator[Problem]:
    slug = announcement.slug
    found = [*check_name(slug, what="slug", where="", line=2)]
    for tag in announcement.tags:
        found += check_name(tag, what=f"{slug}: tag", where="", line=2, page=False)
    for finding in found:
        yield finding.line, finding.message, finding.hint
    if slug.casefold() in taken:
        yield 2, f"slug {slug!r} stands twice", "give each announcement its own"
