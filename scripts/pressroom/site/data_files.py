"""The data pages and files of one build: made known to MkDocs, filled, and written before it asks for them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pressroom.errors import ConfigError
from pressroom.site.pages import DataFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from pressroom.site.pages import DataPage
    from pressroom.site.shell import Shells
    from pressroom.site.writer import Writer


class DataFiles:
    """All of them; `files` are MkDocs' own list, in which each has its place."""

    def __init__(self, config: MkDocsConfig, files: Files, writer: Writer, *, root: Path) -> None:
        self._config, self._files, self._writer, self._root = config, files, writer, root
        self._taken = {file.dest_uri for file in files}
        self.pages: list[tuple[DataPage, DataFile]] = []
        self._others: list[DataFile] = []

    def add_pages(self, pages: Iterable[DataPage]) -> None:
        """Pages, whose bytes `fill` will make; no two pages may be at one address."""
        for page in pages:
            if page.uri in self._taken:
                raise ConfigError(
                    f"two pages would be {page.url}",
                    where=str(self._root),
                    hint="rename the Markdown page or the slug that takes this address",
                )
            self._taken.add(page.uri)
            beside = {
                name: functools.partial(self._writer.file, page.url + name, make)
                for name, make in page.beside.items()
            }
            file = DataFile(self._config, page.uri, beside=beside)
            self._files.append(file)
            self.pages.append((page, file))

    def add_files(self, makers: Mapping[str, Callable[[], bytes]]) -> None:
        """Files for machines, by URI."""
        for uri, make in makers.items():
            file = DataFile(self._config, uri, functools.partial(self._writer.file, uri, make))
            self._files.append(file)
            self._others.append(file)

    def fill(self, shells: Shells) -> None:
        """Tell each page how its bytes are made, now that the theme is ready."""
        for page, file in self.pages:
            file.make = functools.partial(self._writer.page, shells, page)
            shells.get(page.shell)  # now: each process that shares the work would make its own

    def write(self) -> None:
        """Write all of them."""
        self._writer.write([*self._others, *(file for _, file in self.pages)])
