"""Data pages: pages made from the model, that do not pass through Markdown."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from mkdocs.structure.files import File, InclusionLevel

from pressroom.site.shell import Anchor, ShellKey

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from pressroom.dates import PartialDate

NO_HEAD = Markup()

Link = Callable[[str], str]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DataPage:
    """A page of the site at `url` (`projects/x/1.0/`), shown when it is asked for."""

    url: str
    title: str
    description: str
    # Markup for the page's head.
    head: Markup = NO_HEAD
    # Given a function from a site's URL to a link that works on this page.
    body: Callable[[Link], Markup]
    lastmod: PartialDate | None = None
    active: str | None = None
    toc: tuple[Anchor, ...] = ()
    # What the site's search finds it by, beside the title.
    keywords: str = ""

    @property
    def uri(self) -> str:
        """The file it becomes."""
        return f"{self.url}index.html"

    @property
    def search_entry(self) -> dict[str, str]:
        """What the site's search holds of it."""
        return {
            "location": self.url,
            "title": str(escape(self.title)),
            "text": str(escape(self.keywords or self.description)),
        }

    @property
    def shell(self) -> ShellKey:
        """What it shares with others of its kind."""
        return ShellKey(depth=self.url.count("/"), active=self.active, toc=self.toc)


class DataFile(File):
    """A file whose bytes are made when MkDocs writes it, so that no more than one is in memory."""

    def __init__(
        self, config: MkDocsConfig, uri: str, make: Callable[[], bytes] | None = None
    ) -> None:
        # Stated: MkDocs leaves out what starts with a dot, as .well-known/ does.
        inclusion = InclusionLevel.INCLUDED
        super().__init__(uri, None, config.site_dir, config.use_directory_urls, inclusion=inclusion)
        self.generated_by = "pressroom"
        self.abs_src_path = None
        self._content = b""
        self.make = make

    def copy_file(self, dirty: bool = False) -> None:  # noqa: ARG002 - MkDocs' signature
        """Write the page."""
        assert self.make is not None, self.src_uri
        os.makedirs(os.path.dirname(self.abs_dest_path), exist_ok=True)  # noqa: PTH103, PTH120 - 3x faster than pathlib, and every page pays it
        with open(self.abs_dest_path, "wb") as output:  # noqa: PTH123 - likewise
            output.write(self.make())
