"""The hub's feeds and JSON files, made when they are written: by then the posts are rendered."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from markupsafe import Markup

from pressroom.changelog.render.html import plain_text, render_blocks, render_inline
from pressroom.posts.render import render_notes
from pressroom.site import urls
from pressroom.site.blog_pages import announcement_content
from pressroom.site.content import project_of
from pressroom.site.feeds import (
    Feed,
    FeedEntry,
    entry_id,
    feed_html,
    latest_json,
    moment,
    render_atom,
    render_json_feed,
)
from pressroom.site.project_pages import last_change
from pressroom.site.release_files import files_line
from pressroom.site.timeline.counts import date_of, timeline
from pressroom.site.timeline.page import FEED_TITLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pressroom.changelog.model import Changelog, Project, Release
    from pressroom.config import Config
    from pressroom.dates import PartialDate
    from pressroom.posts.model import Listed
    from pressroom.site.catalogue import Catalogue

# A feed tells what is new; the archive has the rest.
MAX_ENTRIES = 50
# Said of a release of which only its version and date are recorded: readers show an empty entry as a fault.
NOT_RECORDED = "What changed is not recorded here."
NOTHING = Markup("<p>{}</p>").format(NOT_RECORDED)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HubFeeds:
    """Renders the feeds of a catalogue; `contents` holds the HTML of written posts by slug."""

    config: Config
    catalogue: Catalogue
    base_url: str
    title: str
    contents: Mapping[str, Markup]

    def files(self) -> dict[str, Callable[[], bytes]]:
        """URI and maker of each file."""
        made: dict[str, Callable[[], bytes]] = {
            urls.FEED: lambda: render_atom(self.blog_feed(urls.FEED)),
            urls.JSON_FEED: lambda: render_json_feed(self.blog_feed(urls.JSON_FEED)),
            urls.RELEASES_FEED: lambda: render_atom(self.releases_feed()),
        }
        for changelog in self.catalogue.changelogs:
            made.update(self._project_files(changelog))
        return made

    def blog_feed(self, uri: str) -> Feed:
        """The posts that were published or changed last."""
        posts = sorted(self.catalogue.blog.posts, key=lambda post: post.updated, reverse=True)
        return Feed(
            id=self._id("feed"),
            title=self.title,
            subtitle="Articles and release announcements",
            home_url=self.base_url + urls.POSTS,
            self_url=self.base_url + uri,
            updated=self._newest(post.updated for post in posts),
            author=self.config.settings.author,
            entries=tuple(map(self._post_entry, posts[:MAX_ENTRIES])),
        )

    def project_feed(self, changelog: Changelog) -> Feed:
        """The newest releases of a project, one entry each."""
        project = project_of(changelog)
        date = last_change(changelog)
        return Feed(
            id=self._id(f"projects/{project.id}"),
            title=f"Releases of {project.name}",
            subtitle=project.description,
            home_url=self.base_url + urls.project(project),
            self_url=self.base_url + urls.project_feed(project),
            updated=self._newest([date] if date else []),
            author=self.config.settings.author,
            entries=tuple(
                self._release_entry(project, release)
                for release in [one for one in changelog.published if one.date][:MAX_ENTRIES]
            ),
        )

    def releases_feed(self) -> Feed:
        """The newest releases of all projects; each is the entry that its project's feed has."""
        newest = timeline(self.catalogue.changelogs).dated[:MAX_ENTRIES]
        return Feed(
            id=self._id("releases"),
            title=FEED_TITLE,
            subtitle="Every release that has a date, whether or not it is announced",
            home_url=self.base_url + urls.RELEASES,
            self_url=self.base_url + urls.RELEASES_FEED,
            updated=self._newest(map(date_of, newest)),
            author=self.config.settings.author,
            entries=tuple(self._release_entry(one.project, one.release) for one in newest),
        )

    def _project_files(self, changelog: Changelog) -> dict[str, Callable[[], bytes]]:
        project = project_of(changelog)
        return {
            urls.project_feed(project): lambda: render_atom(self.project_feed(changelog)),
            urls.latest(project): lambda: latest_json(
                project,
                changelog.releases,
                url=lambda release: self.base_url + self.catalogue.release_url(project, release),
                changelog_url=self.base_url + urls.changelog(project),
                published=lambda release: self.catalogue.published_of(project, release),
            ),
        }

    def _post_entry(self, post: Listed) -> FeedEntry:
        url = self.base_url + urls.post(post.slug)
        if post.slug in self.catalogue.announcements:
            content = announcement_content(
                self.catalogue, post.slug, lambda target: self.base_url + target
            )
        else:
            content = self.contents[post.slug]
        notes = render_notes(
            post, self.catalogue.blog, url=lambda slug: self.base_url + urls.post(slug)
        )
        return FeedEntry(
            id=self._id(f"posts/{post.slug}"),
            url=url,
            title=post.title,
            published=moment(post.date),
            updated=moment(post.updated),
            summary=post.summary,
            html=feed_html(notes + content, url),
            tags=post.tags,
        )

    def _release_entry(self, project: Project, release: Release) -> FeedEntry:
        assert release.date is not None
        url = self.base_url + self.catalogue.release_url(project, release)
        mark = Markup("<p><strong>Bad release:</strong> {}</p>")
        record = self.catalogue.published_of(project, release)
        files = files_line(project, [(record, url)] if record else [])
        warning = mark.format(render_inline(release.bad.reason)) if release.bad else Markup()
        return FeedEntry(
            id=self._id(f"projects/{project.id}/{release.version}"),
            url=url,
            title=f"{project.name} {release.version}",
            published=moment(release.date),
            updated=moment(release.date),
            summary=_summary(release),
            html=feed_html(warning + (render_blocks(release.blocks) or NOTHING) + files, url),
            authors=release.authors,
        )

    def _id(self, path: str) -> str:
        return entry_id(self.config.feed_namespace, path)

    def _newest(self, dates: Iterable[PartialDate]) -> dt.datetime:
        """Where nothing has a date yet, the epoch: a feed must say something, and always the same."""
        return max(map(moment, dates), default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))


def _summary(release: Release) -> str:
    if not release.blocks and release.bad is None:
        return NOT_RECORDED
    return "; ".join(plain_text(entry.text) for entry in release.entries)
