"""Everything the hub shows, put together once: projects, posts, announcements and how they hang together."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pressroom.changelog.render.announcement import Announced, announced
from pressroom.changelog.render.html import plain_text
from pressroom.posts.links import backlinks
from pressroom.posts.model import Blog, Listed, Post
from pressroom.posts.relations import build_blog, list_posts
from pressroom.site import urls
from pressroom.site.content import project_of
from pressroom.site.grades.history import histories
from pressroom.site.release_health import healths

if TYPE_CHECKING:
    from pressroom.changelog.health.judge import Health
    from pressroom.changelog.history_cells import Known
    from pressroom.changelog.model import Changelog, Project, Release
    from pressroom.changelog.proven import Proof
    from pressroom.changelog.published import Published
    from pressroom.site.content import Content
    from pressroom.site.grades.history import History
    from pressroom.site.readers.releases import ReleaseReaders

SUMMARY_CHARACTERS = 200


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The hub's content; `posts` and `announcements` by slug, `announced_in` by project id and version."""

    changelogs: tuple[Changelog, ...]
    posts: Mapping[str, Post]
    announcements: Mapping[str, Announced]
    announced_in: Mapping[tuple[str, str], Listed]
    blog: Blog
    # What releases of the driver added, by project id and version.
    readers_of: Mapping[tuple[str, str], ReleaseReaders]
    # The records of what is public, likewise.
    published: Mapping[tuple[str, str], Published]
    # How well releases are documented, by project id.
    health: Mapping[str, Health]
    # What else is known of old releases, likewise.
    history: Mapping[tuple[str, str], Known]
    # How our hosts were graded, by host.
    grades: tuple[History, ...]
    # What was found when all releases were verified, by project id.
    proofs: Mapping[str, Proof] = dataclasses.field(default_factory=dict)

    def has_page(self, project: Project, release: Release) -> bool:
        """Whether more is known of a version than its date and authors."""
        return urls.has_page(release, has_more=self._has_more(project, release))

    def release_url(self, project: Project, release: Release) -> str:
        """A version's page, or its place in the changelog."""
        return urls.release(project, release, has_more=self._has_more(project, release))

    def published_of(self, project: Project, release: Release) -> Published | None:
        """The record of what is public of a version, if it has one."""
        return self.published.get((project.id, release.version))

    def _has_more(self, project: Project, release: Release) -> bool:
        """Whether a version adds readers, or its files are known."""
        readers = self.readers_of.get((project.id, release.version))
        adds_readers = readers is not None and bool(readers.added)
        return adds_readers or self.published_of(project, release) is not None

    @property
    def latest(self) -> tuple[tuple[Project, Release], ...]:
        """Each project with its newest release that may be used, newest first; dateless ones last."""
        newest = [
            (project_of(changelog), release)
            for changelog in self.changelogs
            if (release := newest_usable(changelog)) is not None
        ]
        return tuple(
            sorted(
                newest,
                key=lambda pair: (
                    pair[1].date is None,
                    -(pair[1].date.last.toordinal() if pair[1].date else 0),
                    pair[0].id,
                ),
            )
        )


def newest_usable(changelog: Changelog) -> Release | None:
    """The newest release that is not marked bad."""
    return next((release for release in changelog.published if release.bad is None), None)


def build_catalogue(
    content: Content,
    *,
    drafts: bool,
    readers_of: Mapping[tuple[str, str], ReleaseReaders],
) -> Catalogue:
    """The catalogue of content without errors; `drafts` shows them too, for a preview."""
    posts = content.posts
    if drafts:
        posts = tuple(
            dataclasses.replace(post, matter=dataclasses.replace(post.matter, draft=False))
            for post in posts
        )
    published = {post.slug: post for post in posts if not post.matter.draft}
    changelogs = tuple(sorted(content.changelogs, key=lambda one: project_of(one).name.casefold()))
    announcements = {
        announcement.slug: announced(changelog, announcement)
        for changelog in changelogs
        for announcement in project_of(changelog).announcements
    }
    listed = [_listed(slug, one) for slug, one in announcements.items()]
    bodies = {slug: post.body for slug, post in published.items()}
    files = {post.where.rpartition("/")[2]: slug for slug, post in published.items()}
    blog = build_blog(
        [*list_posts(published.values()), *listed],
        content.series,
        backlinks({**bodies, **dict.fromkeys(announcements, "")}, files),
    )
    return Catalogue(
        changelogs=changelogs,
        posts=published,
        announcements=announcements,
        announced_in={
            (one.project.id, release.version): blog.by_slug[slug]
            for slug, one in announcements.items()
            for release in one.releases
        },
        blog=blog,
        readers_of=readers_of,
        published={(one.project, one.version): one for one in content.published},
        health=healths(content, readers_of),
        history={(one.project, one.version): one for one in content.history},
        grades=histories(content.records),
        proofs={one.project: one for one in content.proofs},
    )


def _listed(slug: str, one: Announced) -> Listed:
    changes = [
        plain_text(entry.text).rstrip(":") for release in one.releases for entry in release.entries
    ]
    summary = f"{one.project.name} {one.releases[0].version}: {'; '.join(changes)}"
    if len(summary) > SUMMARY_CHARACTERS:
        summary = summary[: SUMMARY_CHARACTERS - 1].rsplit(" ", 1)[0] + "…"
    return Listed(
        slug=slug,
        title=one.title,
        date=one.date,
        updated=one.date,
        summary=" ".join(summary.split()),
        tags=one.announcement.tags,
    )
