"""The data pages of the projects: their list, a home each, the changelog, a page a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from mkdocs.utils import get_relative_url

from pressroom.site import urls
from pressroom.site.catalogue import newest_usable
from pressroom.site.content import project_of
from pressroom.site.downloads import has_downloads
from pressroom.site.jsonld import release_jsonld
from pressroom.site.pages import DataPage
from pressroom.site.release_files import files_html, files_words
from pressroom.site.shell import Anchor
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.changelog.model import Artefact, Changelog, Project, Release
    from pressroom.dates import PartialDate
    from pressroom.site.catalogue import Catalogue
    from pressroom.site.pages import Link

ACTIVE = f"{urls.PROJECTS}index.html"


def project_pages(catalogue: Catalogue, *, base_url: str) -> Iterator[DataPage]:
    """All data pages of all projects."""
    yield _index(catalogue)
    for changelog in catalogue.changelogs:
        yield _home(changelog, catalogue)
        yield _changelog(changelog, catalogue)
        yield from _versions(changelog, catalogue, base_url=base_url)


def last_change(changelog: Changelog) -> PartialDate | None:
    """The date of the newest release that has one."""
    return max((one.date for one in changelog.published if one.date), default=None)


def artefact_name(artefact: Artefact, release: Release) -> str:
    """The name of the file that a release promises."""
    return artefact.name.replace("{version}", release.version)


def feed_link(project: Project, page: str) -> Markup:
    """Autodiscovery of a project's feed on the page of that URL."""
    # The space: see main.html.
    return Markup(
        '<link rel="alternate " type="application/atom+xml" title="{}" href="{}">'
    ).format(f"Releases of {project.name}", get_relative_url(urls.project_feed(project), page))


def _index(catalogue: Catalogue) -> DataPage:
    rows = [(project_of(one), newest_usable(one)) for one in catalogue.changelogs]
    return DataPage(
        url=urls.PROJECTS,
        title="Projects",
        description=f"The {len(rows)} projects with their newest releases.",
        body=lambda link: render(
            "projects.html",
            link=link,
            urls=urls,
            rows=rows,
            release_url=catalogue.release_url,
        ),
        lastmod=max(filter(None, map(last_change, catalogue.changelogs)), default=None),
        active=ACTIVE,
    )


def _home(changelog: Changelog, catalogue: Catalogue) -> DataPage:
    project = project_of(changelog)
    newest = newest_usable(changelog)
    record = catalogue.published_of(project, newest) if newest else None
    posts = [
        post
        for slug, one in catalogue.announcements.items()
        if one.project.id == project.id and (post := catalogue.blog.by_slug[slug])
    ]
    return DataPage(
        url=urls.project(project),
        title=project.name,
        description=project.description,
        body=lambda link: render(
            "project.html",
            link=link,
            urls=urls,
            project=project,
            newest=newest,
            files=files_words(record) if record else None,
            release_url=catalogue.release_url,
            releases=changelog.published,
            posts=posts,
            health=catalogue.health.get(project.id),
            has_proof=project.id in catalogue.proofs,
            has_downloads=has_downloads(changelog, catalogue),
            release_of=changelog.release,
        ),
        head=feed_link(project, urls.project(project)),
        lastmod=last_change(changelog),
        active=ACTIVE,
        keywords=f"{project.title} {project.description}",
    )


def _changelog(changelog: Changelog, catalogue: Catalogue) -> DataPage:
    project = project_of(changelog)
    return DataPage(
        url=urls.changelog(project),
        title=f"{project.name} changelog",
        description=f"All {len(changelog.published)} recorded releases of {project.name}.",
        body=lambda link: render(
            "changelog.html",
            link=link,
            urls=urls,
            project=project,
            releases=changelog.published,
            announced_in=catalogue.announced_in,
            has_page=catalogue.has_page,
            release_url=catalogue.release_url,
        ),
        head=feed_link(project, urls.changelog(project)),
        lastmod=last_change(changelog),
        active=ACTIVE,
        toc=tuple(Anchor(id=one.anchor, title=one.version) for one in changelog.published),
    )


def _versions(changelog: Changelog, catalogue: Catalogue, *, base_url: str) -> Iterator[DataPage]:
    project = project_of(changelog)
    shown = [one for one in changelog.published if catalogue.has_page(project, one)]
    for newer, release, older in _neighbours(shown):

        def body(
            link: Link,
            newer: Release | None = newer,
            release: Release = release,
            older: Release | None = older,
        ) -> Markup:
            record = catalogue.published_of(project, release)
            return render(
                "version.html",
                link=link,
                urls=urls,
                project=project,
                release=release,
                newer=newer,
                older=older,
                announcement=catalogue.announced_in.get((project.id, release.version)),
                replacement=changelog.release(release.bad.replaced_by or "")
                if release.bad
                else None,
                artefact_name=artefact_name,
                files=files_html(project, record) if record else None,
                readers=catalogue.readers_of.get((project.id, release.version)),
                release_url=catalogue.release_url,
            )

        url = catalogue.release_url(project, release)
        yield DataPage(
            url=url,
            title=f"{project.name} {release.version}",
            description=_description(project, release),
            body=body,
            head=feed_link(project, url)
            + release_jsonld(
                project,
                release,
                url=base_url + url,
                project_url=base_url + urls.project(project),
            ),
            lastmod=release.date,
            active=ACTIVE,
            keywords=f"{project.title} {release.date.words if release.date else ''}",
        )


def _neighbours(
    releases: list[Release],
) -> Iterator[tuple[Release | None, Release, Release | None]]:
    padded = [None, *releases, None]
    for newer, release, older in zip(padded, padded[1:], padded[2:], strict=False):
        if release is not None:
            yield newer, release, older


def _description(project: Project, release: Release) -> str:
    when = f", {release.date.words}" if release.date else ""
    if release.bad:
        return f"{project.name} {release.version}{when}: a bad release, do not use it."
    return f"What changed in {project.name} {release.version}{when}."
