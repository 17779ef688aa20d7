"""Data pages: pages made from the model, that do not pass through Markdown."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from mkdocs.structure.files import File, InclusionLevel

from pressroom.site.shell import Anchor, ShellKey

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

    from pressroom.dates import PartialDate

NO_HEAD = Markup()

Link = Callable[[str], str]


def root_of(link: Link) -> str:
    """What leads from a page to the root of its site, with the slash."""
    return link("").rstrip("/") + "/"


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
    # Files in the page's own folder that say the same for machines, by name.
    beside: Mapping[str, Callable[[], bytes]] = dataclasses.field(default_factory=dict)

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
        self,
        config: MkDocsConfig,
        uri: str,
        make: Callable[[], bytes] | None = None,
        *,
        beside: Mapping[str, Callable[[], bytes]] | None = None,
    ) -> None:
        # Stated: MkDocs leaves out what starts with a dot, as .well-known/ does.
        inclusion = InclusionLevel.INCLUDED
        super().__init__(uri, None, config.site_dir, config.use_directory_urls, inclusion=inclusion)
        self.generated_by = "pressroom"
        self.abs_src_path = None
        self._content = b""
        self.make = make
        self.beside = beside or {}
        self.is_written = False

    def copy_file(self, dirty: bool = False) -> None:  # noqa: ARG002 - MkDocs' signature
        """Write it, if that was not done before MkDocs asked for it."""
        if not self.is_written:
            self.write()

    def write(self) -> None:
        """Make the bytes and write them, and the files beside."""
        assert self.make is not None, self.src_uri
        # Not pathlib, here and below: these cost a third, and every page pays them.
        folder = os.path.dirname(self.abs_dest_path)  # noqa: PTH120
        try:
            os.mkdir(folder)  # noqa: PTH102
        except OSError:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
        _write(self.abs_dest_path, self.make())
        for name, make in self.beside.items():
            _write(os.path.join(folder, name), make())  # noqa: PTH118


def _write(path: str, data: bytes) -> None:
    # Buffered: a raw file writes less than it was told to, without an error, when the disk fills up.
    with open(path, "wb") as file:  # noqa: PTH123 - likewise
        file.write(data)
