"""What the readers' site has beside its Markdown pages: lists, a page a reader, charts, files, a feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from mkdocs.utils import get_relative_url

from pressroom.readers.model import Status
from pressroom.readers.words import STATUS_NAMES
from pressroom.site.readers import urls as reader_urls
from pressroom.site.readers.files import ReaderFiles
from pressroom.site.readers.lists import ReaderLists
from pressroom.site.readers.new import new_in, new_page
from pressroom.site.readers.page import ReaderPages
from pressroom.site.readers.pinpads import pinpad_page
from pressroom.site.readers.statistics import statistics_page
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mkdocs.structure.pages import Page

    from pressroom.config import Config
    from pressroom.readers.catalogue import ReaderCatalogue
    from pressroom.site.pages import DataPage
    from pressroom.site.readers.new import DriverRelease

HOME = "index.md"


class ReaderSite:
    """One build's readers, for the plugin; `releases` of the driver have pages on the hub."""

    def __init__(
        self,
        config: Config,
        catalogue: ReaderCatalogue,
        *,
        base_url: str,
        releases: Mapping[str, DriverRelease],
    ) -> None:
        self.catalogue = catalogue
        self._versions = new_in(catalogue, releases)
        self._files = ReaderFiles(config, catalogue, base_url=base_url, versions=self._versions)

    def data_pages(self) -> Iterator[DataPage]:
        """Everything that is not written in Markdown."""
        yield from ReaderLists(self.catalogue).pages()
        yield from ReaderPages(self.catalogue, twin=self._files.twin).pages()
        yield new_page(self.catalogue, self._versions)
        yield pinpad_page(self.catalogue)
        yield statistics_page(self.catalogue)

    def data_files(self) -> dict[str, Callable[[], bytes]]:
        """Feeds and files for machines."""
        return self._files.files()

    def decorate(self, page: Page) -> Markup:
        """Put the home page together; returns what its head gets."""

        def link(url: str) -> str:
            return get_relative_url(url, page.url or "./")

        if page.file.src_uri == HOME:
            lists = render(
                "readers/home.html",
                link=link,
                urls=reader_urls,
                statuses=[self._status(status, link) for status in Status],
                total=len(self.catalogue.records),
                driver=self.catalogue.driver,
            )
            # First of all, what most people come for: before the first section of the page.
            intro, heading, rest = (page.content or "").partition("<h2")
            page.content = Markup(intro) + lists + Markup(heading + rest)  # noqa: S704 - rendered Markdown
        return Markup()

    def _status(self, status: Status, link: Callable[[str], str]) -> tuple[str, str, int, int]:
        """Name and address of a status, and how many readers and USB ids have it."""
        records = self.catalogue.with_status(status)
        ids = {one.reader.usb_id for one in records}
        name = STATUS_NAMES[status].capitalize()
        return name, link(reader_urls.status(status)), len(records), len(ids)
