"""What the hub has beside its Markdown pages: posts, announcements, projects, releases, lists, grades and feeds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from markupsafe import Markup
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.utils import get_relative_url

from pressroom.site import urls
from pressroom.site.blog_pages import blog_pages, post_body, post_head
from pressroom.site.download_pages import download_pages
from pressroom.site.grades.page import grade_files, grade_pages
from pressroom.site.hub_feeds import HubFeeds
from pressroom.site.project_pages import project_pages
from pressroom.site.proof_pages import proof_pages
from pressroom.site.timeline.page import timeline_pages
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from pressroom.config import Config
    from pressroom.dates import PartialDate
    from pressroom.site.catalogue import Catalogue
    from pressroom.site.pages import DataPage

HOME = "index.md"
LATEST_POSTS = 6


class Hub:
    """One build's posts and projects, for the plugin."""

    def __init__(self, config: Config, catalogue: Catalogue, *, base_url: str, title: str) -> None:
        self.base_url, self.title = base_url, title
        self.catalogue = catalogue
        self.slugs = {post.where: slug for slug, post in self.catalogue.posts.items()}
        self.contents: dict[str, Markup] = {}
        self.feeds = HubFeeds(
            config=config,
            catalogue=self.catalogue,
            base_url=base_url,
            title=title,
            contents=self.contents,
        )

    @property
    def dates(self) -> dict[str, PartialDate]:
        """When each written post last changed, by its source."""
        return {
            where: self.catalogue.blog.by_slug[slug].updated for where, slug in self.slugs.items()
        }

    @property
    def grades(self) -> str | None:
        """Where the page of grades is, if there is one."""
        return urls.GRADES if self.catalogue.grades else None

    def markdown_files(self, config: MkDocsConfig) -> Iterator[File]:
        """The written posts, as pages below `posts/` that other pages may link to by file name."""
        for where, slug in self.slugs.items():
            post = self.catalogue.posts[slug]
            # JSON is YAML: nothing in a title can end it. Without front matter MkDocs would take
            # a first line such as `Note: …` for some.
            meta = {"title": post.matter.title, "description": post.matter.summary}
            text = f"---\n{json.dumps(meta)}\n---\n{post.body}"
            file = File.generated(config, where, content=text, inclusion=InclusionLevel.NOT_IN_NAV)
            file.dest_uri = f"{urls.post(slug)}index.html"
            yield file

    def data_pages(self) -> Iterator[DataPage]:
        """Everything that is not written in Markdown."""
        yield from blog_pages(self.catalogue, base_url=self.base_url, title=self.title)
        yield from project_pages(self.catalogue, base_url=self.base_url)
        yield from download_pages(self.catalogue)
        yield from proof_pages(self.catalogue)
        yield from timeline_pages(self.catalogue)
        yield from grade_pages(self.catalogue.grades)

    def data_files(self) -> dict[str, Callable[[], bytes]]:
        """Feeds, JSON files and badges."""
        return self.feeds.files() | grade_files(self.catalogue.grades, base_url=self.base_url)

    def take_contents(self, files: Files) -> None:
        """Keep the rendered Markdown of posts for the feeds, before the theme adds to it."""
        for file in files.documentation_pages():
            slug = self.slugs.get(file.src_uri)
            if slug is not None and file.page is not None:
                self.contents[slug] = Markup(file.page.content or "")  # noqa: S704 - rendered Markdown

    def decorate(self, page: Page) -> Markup:
        """Put a post, or the home page, together; returns what its head gets."""

        def link(url: str) -> str:
            return get_relative_url(url, page.url or "./")

        assert page.content is not None
        slug = self.slugs.get(page.file.src_uri)
        if slug is not None:
            post = self.catalogue.blog.by_slug[slug]
            page.content = post_body(self.catalogue, post, Markup(page.content), link)  # noqa: S704 - rendered Markdown
            return post_head(self.catalogue, post, base_url=self.base_url, title=self.title)
        if page.file.src_uri == HOME:
            page.content += render(
                "home.html",
                link=link,
                urls=urls,
                latest=self.catalogue.latest,
                release_url=self.catalogue.release_url,
                posts=self.catalogue.blog.posts[:LATEST_POSTS],
            )
        return Markup()
