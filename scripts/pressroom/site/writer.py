"""Makes the bytes of pages and files and judges them as they are made: findings stop the build at its end."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from mkdocs.utils import get_relative_url

from pressroom.site.scan import is_clean, scan_html
from pressroom.site.secrets import find_secrets
from pressroom.site.shell import Shell, Shells, encoded
from pressroom.world.workers import processors, share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from pressroom.findings import Finding
    from pressroom.site.pages import DataFile, DataPage

# Below this many pages a second process costs more than it saves.
WORTH_SHARING = 400


class Writer:
    """One build's judge, who keeps what was found and which files need no second look.

    `base_url` is where the site will be; `site_url` is what its pages call themselves (another
    address when they are served for a preview).
    """

    def __init__(self, name: str, *, base_url: str, site_url: str) -> None:
        self.name, self.site_url = name, site_url
        self.origins = frozenset({base_url})
        self.findings: list[Finding] = []
        self.judged: set[str] = set()
        self._shells: dict[Shell, bool] = {}

    def scan(self, page: bytes, where: str) -> None:
        """Look for inline code in a page that is about to be written."""
        self.findings += scan_html(page, where=where, origins=self.origins)

    def file(self, uri: str, make: Callable[[], bytes]) -> bytes:
        """A file that is no page."""
        data = make()
        self._look_for_secrets(data, uri)
        return data

    def page(self, shells: Shells, page: DataPage) -> bytes:
        """A data page in its shell: the shell is judged once for all its pages, what fills it here."""
        shell = shells.get(page.shell)
        values = {
            "title": encoded(page.title),
            "description": encoded(page.description),
            "canonical": encoded(self.site_url + page.url),
            "head": encoded(page.head),
            "body": encoded(page.body(functools.partial(_link, page.url))),
        }
        data = shell.fill(values)
        own = b"\n".join(values.values())
        if not (self._is_clean_shell(shell) and is_clean(own, origins=self.origins)):
            self.scan(data, page.uri)  # to name the line
        self._look_for_secrets(own, page.uri)
        return data

    def write(self, files: Sequence[DataFile]) -> None:
        """Write many files now, on all processors, and not when MkDocs asks for each."""
        processes = processors() if len(files) >= WORTH_SHARING else 1
        for findings, judged in share(files, self._write_part, processes=processes):
            self.findings += findings
            self.judged |= judged
        for file in files:
            file.is_written = True

    def _write_part(self, files: Iterable[DataFile]) -> tuple[list[Finding], set[str]]:
        mine, self.findings = self.findings, []
        known, self.judged = self.judged, set()
        for file in files:
            file.write()
        found = self.findings, self.judged
        self.findings, self.judged = mine, known
        return found

    def _look_for_secrets(self, data: bytes, uri: str) -> None:
        self.findings += find_secrets(data, where=f"{self.name}/{uri}")
        self.judged.add(uri)

    def _is_clean_shell(self, shell: Shell) -> bool:
        if shell not in self._shells:
            empty = shell.empty
            self.findings += find_secrets(empty, where=f"{self.name}: the theme's page")
            self._shells[shell] = is_clean(empty, origins=self.origins)
        return self._shells[shell]


def _link(page: str, url: str) -> str:
    return get_relative_url(url, page)
