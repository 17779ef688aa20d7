"""The data pages of the blog: announcements, lists of posts, archive, tags and series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pressroom.changelog.render.announcement import render_announcement
from pressroom.posts.render import render_notes
from pressroom.site import urls
from pressroom.site.jsonld import post_jsonld
from pressroom.site.pages import DataPage
from pressroom.site.release_files import files_line
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from pressroom.changelog.model import Release
    from pressroom.posts.model import Listed
    from pressroom.site.catalogue import Catalogue
    from pressroom.site.pages import Link

PER_PAGE = 20
ACTIVE = f"{urls.POSTS}index.html"


def blog_pages(catalogue: Catalogue, *, base_url: str, title: str) -> Iterator[DataPage]:
    """All data pages of the blog."""
    yield from _announcements(catalogue, base_url=base_url, title=title)
    yield from _lists(catalogue)
    yield from _archive(catalogue)
    yield from _tags(catalogue)
    yield from _series(catalogue)


def post_head(catalogue: Catalogue, post: Listed, *, base_url: str, title: str) -> Markup:
    """The JSON-LD of a post."""
    corrections = catalogue.blog.corrected_by.get(post.slug, ())
    return post_jsonld(
        post,
        url=base_url + urls.post(post.slug),
        blog_url=base_url + urls.POSTS,
        blog_title=title,
        corrections=[base_url + urls.post(one.slug) for one in corrections],
    )


def post_body(catalogue: Catalogue, post: Listed, content: Markup, link: Link) -> Markup:
    """A whole post: heading, boxes, text, and where to go from there."""
    blog = catalogue.blog
    parts = blog.by_series.get(post.series or "", ())
    return render(
        "post.html",
        link=link,
        urls=urls,
        post=post,
        notes=render_notes(post, blog, url=lambda slug: link(urls.post(slug))),
        content=content,
        series=next((one for one in blog.series if one.id == post.series), None),
        parts=parts if len(parts) > 1 else (),
        newer=blog.newer.get(post.slug),
        older=blog.older.get(post.slug),
        linked_from=blog.linked_from.get(post.slug, ()),
    )


def announcement_content(catalogue: Catalogue, slug: str, link: Link) -> Markup:
    """The text of an announcement, made from its releases."""
    one = catalogue.announcements[slug]

    def release_url(release: Release) -> str:
        return link(catalogue.release_url(one.project, release))

    records = [
        (record, release_url(release))
        for release in one.releases
        if (record := catalogue.published_of(one.project, release))
    ]
    return render_announcement(one, release_url=release_url) + files_line(one.project, records)


def _announcements(catalogue: Catalogue, *, base_url: str, title: str) -> Iterator[DataPage]:
    for slug in catalogue.announcements:
        post = catalogue.blog.by_slug[slug]

        def body(link: Link, post: Listed = post) -> Markup:
            return post_body(
                catalogue, post, announcement_content(catalogue, post.slug, link), link
            )

        yield DataPage(
            url=urls.post(slug),
            title=post.title,
            description=post.summary,
            body=body,
            head=post_head(catalogue, post, base_url=base_url, title=title),
            lastmod=post.updated,
            active=ACTIVE,
            keywords=post.summary,
        )


def _page(template: str, *, url: str, title: str, description: str, **values: Any) -> DataPage:  # noqa: ANN401 - what a template is given is its own business
    posts: Sequence[Listed] = values.get("posts", ())
    return DataPage(
        url=url,
        title=title,
        description=description,
        body=lambda link: render(template, link=link, urls=urls, title=title, **values),
        lastmod=max((post.updated for post in posts), default=None),
        active=ACTIVE,
    )


def _lists(catalogue: Catalogue) -> Iterator[DataPage]:
    posts = catalogue.blog.posts
    count = max(1, -(-len(posts) // PER_PAGE))
    for number in range(1, count + 1):
        yield _page(
            "posts.html",
            url=urls.post_list(number),
            title="Blog" if number == 1 else f"Blog, page {number} of {count}",
            description="Articles and release announcements, newest first.",
            posts=posts[(number - 1) * PER_PAGE : number * PER_PAGE],
            number=number,
            count=count,
            feed=urls.FEED,
        )


def _archive(catalogue: Catalogue) -> Iterator[DataPage]:
    years = catalogue.blog.by_year
    yield _page(
        "counted.html",
        url=urls.ARCHIVE,
        title="Archive",
        description="All years with their number of posts.",
        rows=[(year, urls.year(year), len(posts)) for year, posts in years.items()],
    )
    for year, posts in years.items():
        yield _page(
            "post_list.html",
            url=urls.year(year),
            title=f"Posts of {year}",
            description=f"The {len(posts)} posts of {year}, newest first.",
            posts=posts,
            up=("Archive", urls.ARCHIVE),
        )


def _tags(catalogue: Catalogue) -> Iterator[DataPage]:
    tags = catalogue.blog.by_tag
    yield _page(
        "counted.html",
        url=urls.TAGS,
        title="Tags",
        description="All tags of the blog with their number of posts.",
        rows=[(tag, urls.tag(tag), len(posts)) for tag, posts in tags.items()],
    )
    for tag, posts in tags.items():
        yield _page(
            "post_list.html",
            url=urls.tag(tag),
            title=f"Posts about {tag}",
            description=f"The {len(posts)} posts with the tag {tag}, newest first.",
            posts=posts,
            up=("Tags", urls.TAGS),
        )


def _series(catalogue: Catalogue) -> Iterator[DataPage]:
    blog = catalogue.blog
    series = [(one, blog.by_series[one.id]) for one in blog.series if one.id in blog.by_series]
    yield _page(
        "series.html",
        url=urls.SERIES,
        title="Series",
        description="Posts that belong together, in the order to read them in.",
        series=series,
    )
    for one, posts in series:
        yield _page(
            "post_list.html",
            url=urls.series(one.id),
            title=one.title,
            description=f"The {len(posts)} posts of the series, in the order to read them in.",
            posts=posts,
            up=("Series", urls.SERIES),
        )
