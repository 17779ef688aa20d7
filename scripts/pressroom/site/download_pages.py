"""A page a project with its files: for people, and for programs such as uscan that look for the newest archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.dates import PartialDate
from pressroom.site import urls
from pressroom.site.content import project_of
from pressroom.site.downloads import earlier, has_downloads, offers, places, verify
from pressroom.site.pages import DataPage
from pressroom.site.project_pages import ACTIVE, feed_link, last_change
from pressroom.site.release_files import breakable
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.changelog.model import Changelog
    from pressroom.site.catalogue import Catalogue


def download_pages(catalogue: Catalogue) -> Iterator[DataPage]:
    """The page of each project that has files, or promises some."""
    for changelog in catalogue.changelogs:
        if has_downloads(changelog, catalogue):
            yield _page(changelog, catalogue)


def _page(changelog: Changelog, catalogue: Catalogue) -> DataPage:
    project = project_of(changelog)
    offered = offers(changelog, catalogue)
    return DataPage(
        url=urls.download(project),
        title=f"Download {project.name}",
        description=f"The files of {project.name}, their hashes and signatures, and how to verify them.",
        body=lambda link: render(
            "download.html",
            link=link,
            urls=urls,
            project=project,
            offers=offered,
            days={one.record.id: PartialDate.from_iso(one.record.date) for one in offered},
            commands=verify(offered[0]) if offered else None,
            earlier=list(earlier(changelog, catalogue)),
            places=places(project),
            release_url=catalogue.release_url,
            breakable=breakable,
        ),
        head=feed_link(project, urls.download(project)),
        lastmod=last_change(changelog),
        active=ACTIVE,
        keywords=f"{project.title} download signature verify",
    )
