"""What each driver release was the first to list: a page, and what its feed and other sites say of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.readers.versions import is_version, order
from pressroom.site.pages import DataPage, root_of
from pressroom.site.readers import urls as reader_urls
from pressroom.site.shell import Anchor
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.dates import PartialDate
    from pressroom.readers.catalogue import Added, ReaderCatalogue
    from pressroom.readers.driver import Driver


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DriverRelease:
    """A release of the driver that has a page of its own: where, and when it came out."""

    url: str
    date: PartialDate | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NewIn:
    """What a driver release was the first to list; `known` is false where nobody can tell."""

    version: str
    added: tuple[Added, ...]
    known: bool
    note: str
    url: str | None
    date: PartialDate | None


def has_section(version: str, added: Mapping[str, object], driver: Driver) -> bool:
    """Whether the page has a section of that release: it added readers, or nobody can tell."""
    return version in added or (is_version(version) and not driver.knows(version))


def new_in(catalogue: ReaderCatalogue, releases: Mapping[str, DriverRelease]) -> tuple[NewIn, ...]:
    """Every release that added a reader or of which it is not known, newest first."""
    driver = catalogue.driver
    versions = {
        version
        for version in {*catalogue.added, *releases}
        if has_section(version, catalogue.added, driver)
    }
    return tuple(
        NewIn(
            version=version,
            added=catalogue.added.get(version, ()),
            known=driver.knows(version) or version in catalogue.added,
            note=driver.notes.get(version, ""),
            url=releases[version].url if version in releases else None,
            date=releases[version].date if version in releases else None,
        )
        for version in sorted(versions, key=order, reverse=True)
    )


def new_page(catalogue: ReaderCatalogue, versions: tuple[NewIn, ...]) -> DataPage:
    """The page of newly supported readers: a section a release."""
    return DataPage(
        url=reader_urls.NEW,
        title="Newly supported readers",
        description="Which card readers each release of the driver was the first to list.",
        body=lambda link: render(
            "readers/new.html",
            root=root_of(link),
            urls=reader_urls,
            versions=versions,
            newest=catalogue.driver.newest,
        ),
        lastmod=max((one.date for one in versions if one.date), default=None),
        active=f"{reader_urls.NEW}index.html",
        toc=tuple(Anchor(id=f"v{one.version}", title=one.version) for one in versions),
    )
