"""Whether every link of the built sites leads somewhere, across sites, to the fragment.

Only links to our own hosts are judged; nothing is fetched.
"""

from __future__ import annotations

import collections
import dataclasses
import difflib
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, unquote, urlsplit

from pressroom.findings import Finding
from pressroom.headers.model import ERROR_PAGES
from pressroom.site.built_files import SEARCH_INDEX, links_of_file
from pressroom.site.built_page import BuiltPage, read_page
from pressroom.site.tags import clean_url, shown
from pressroom.world.disk import Tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Looking for what was meant costs: after so many dead addresses the page that is at fault is known.
_MAX_HINTS = 40


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BuiltSite:
    """A site as it lies in the output, and the address it will have."""

    name: str
    base_url: str
    root: Path

    def where(self, path: str) -> str:
        """How findings call a file of it: `public/hub/about/index.html`."""
        return "/".join((*self.root.parts[-2:], path))


@dataclasses.dataclass(frozen=True, slots=True)
class _Target:
    """A place on one of our sites."""

    site: str
    path: str
    fragment: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class _Use:
    where: str
    line: int
    url: str


def check_links(
    sites: Sequence[BuiltSite], *, elsewhere: frozenset[str] = frozenset()
) -> list[Finding]:
    """Findings for all links that lead nowhere; `elsewhere` are prefixes of ours that no file answers for."""
    trees = {site.name: Tree(site.root) for site in sites}
    checker = LinkChecker(sites, trees, elsewhere=elsewhere)
    for site in sites:
        for path, data in trees[site.name].items():
            if path.endswith(".html"):
                checker.add_page(site, path, read_page(data))
            else:
                checker.add_file(site, path, data)
    return checker.findings()


class LinkChecker:
    """Takes file after file of all sites, then says which links lead nowhere."""

    def __init__(
        self,
        sites: Sequence[BuiltSite],
        files: Mapping[str, Mapping[str, bytes]],
        *,
        elsewhere: frozenset[str] = frozenset(),
    ) -> None:
        self._elsewhere = tuple(elsewhere)
        # The longest address first: one site may lie below another.
        self._sites = sorted(sites, key=lambda site: -len(site.base_url))
        self._bases = {site.name: urlsplit(site.base_url) for site in sites}
        self._files = {name: frozenset(tree) for name, tree in files.items()}
        self._ids: dict[tuple[str, str], str] = {}
        self._missing: dict[_Target, list[_Use]] = collections.defaultdict(list)
        self._wanted: dict[_Target, list[_Use]] = collections.defaultdict(list)
        self._findings: list[Finding] = []
        self._hints = 0

    def add_page(self, site: BuiltSite, path: str, page: BuiltPage) -> None:
        """Take the links and the fragments of a page."""
        # One text a page, not a set of them: there are ten thousand pages.
        self._ids[site.name, path] = "\0".join(page.ids)
        where = site.where(path)
        for link in page.links:
            use = _Use(where, link.line, link.url)
            url = clean_url(link.url)
            if link.loose and not url.startswith(("https://", "http://")):
                continue
            if path in ERROR_PAGES and url and url[0] not in "/#" and not _SCHEME.match(url):
                self._add(
                    use,
                    f"link {shown(url)!r} is relative, but the page answers at any depth",
                    "start it with /",
                )
            fragment = _fragment(url)
            if url.startswith("#"):
                if fragment and fragment not in page.ids:
                    self._wanted[_Target(site.name, path, fragment)].append(use)
            else:
                self._take(site, path, use, url, page.ids)

    def add_file(self, site: BuiltSite, path: str, data: bytes) -> None:
        """Take the links of a feed, a site map, a stylesheet, robots.txt or JSON."""
        name = path.rpartition("/")[2]
        try:
            links = links_of_file(name, data)
        except ValueError as error:
            broken = f"cannot be read: {shown(str(error))}"
            self._add(_Use(site.where(path), 1, ""), broken, "mend what writes it")
            return
        # What these say is meant from where they are, or from the site's root; a feed is read elsewhere.
        relative_to = "" if name == SEARCH_INDEX else path if name.endswith(".css") else None
        for link in links:
            url = clean_url(link.url)
            use = _Use(site.where(path), link.line, link.url)
            if _SCHEME.match(url) or relative_to is not None:
                self._take(site, relative_to or "", use, url, frozenset())
            elif not link.loose:
                self._add(
                    use,
                    f"link {shown(url)!r} is relative",
                    f"write it in full: {site.base_url}…; a feed is read far from its site",
                )

    def find(self, site: BuiltSite, path: str, url: str) -> tuple[str, str] | None:
        """The site and the file that an address in a page means, if we have it."""
        target = self._target(site, path, clean_url(url))
        file = self._file(target) if isinstance(target, _Target) else None
        return (target.site, file) if isinstance(target, _Target) and file is not None else None

    def findings(self) -> list[Finding]:
        """All links that lead nowhere, one finding a target, on the first page that has it."""
        found = list(self._findings)
        for target, uses in sorted(self._missing.items(), key=lambda item: item[0].path):
            found.append(self._finding(uses, "leads nowhere", self._nearest(target)))
        for target, uses in self._wanted.items():
            ids = self._ids.get((target.site, target.path), "").split("\0")
            if target.fragment not in ids:
                close = (
                    difflib.get_close_matches(target.fragment, ids, 1) if len(ids) < 1000 else []
                )
                hint = (
                    f"the page has #{shown(close[0])}" if close else "mend the fragment, or drop it"
                )
                page = _as_url(target.path) or "the front page"
                message = (
                    f"leads to {page} of {target.site}, which has no #{shown(target.fragment)}"
                )
                found.append(self._finding(uses, message, hint))
        return sorted(found)

    def _take(
        self, site: BuiltSite, path: str, use: _Use, url: str, own_ids: frozenset[str]
    ) -> None:
        target = self._target(site, path, url)
        if isinstance(target, str):
            self._add(use, f"link {shown(use.url)!r} {target}", "start it with https:")
        if not isinstance(target, _Target):
            return
        file = self._file(target)
        if file is None:
            self._missing[dataclasses.replace(target, fragment="")].append(use)
        elif (
            target.fragment
            and file.endswith(".html")
            and not ((target.site, file) == (site.name, path) and target.fragment in own_ids)
        ):
            self._wanted[_Target(target.site, file, target.fragment)].append(use)

    def _target(self, site: BuiltSite, path: str, url: str) -> _Target | str | None:
        """What an address in a file means: a place of ours, a complaint, or something outside."""
        base = self._bases[site.name]
        bare = url.partition("#")[0]
        if not (_SCHEME.match(bare) or bare.startswith("//")):
            bare = bare.partition("?")[0]
            if bare.startswith("/"):
                full = bare
            else:
                folder = path.rpartition("/")[0]
                full = f"{base.path}{folder + '/' if folder else ''}{bare}"
                full = full if bare else f"{base.path}{path}"
            return self._place(base, _normal(full), _fragment(url))
        if bare.startswith(self._elsewhere) and self._elsewhere:
            return None
        parts = urlsplit(bare)
        if parts.scheme.lower() not in {"http", "https", ""}:
            return None
        return self._place(parts, _normal(parts.path or "/"), _fragment(url))

    def _place(self, parts: SplitResult, path: str, fragment: str) -> _Target | str | None:
        """The place of ours at that path of that address' host."""
        host = parts.netloc.lower()
        for site in self._sites:
            own = self._bases[site.name]
            if host == own.netloc and path.startswith(own.path):
                if parts.scheme and parts.scheme.lower() != own.scheme:
                    return f"has {parts.scheme}: where our host has {own.scheme}:"
                return _Target(site.name, path[len(own.path) :], fragment)
        return None

    def _file(self, target: _Target) -> str | None:
        """The file that answers there; a folder answers only with its slash."""
        path = unquote(target.path)
        path = path + "index.html" if not path or path.endswith("/") else path
        return path if path in self._files[target.site] else None

    def _nearest(self, target: _Target) -> str:
        files = self._files[target.site]
        path = unquote(target.path)
        if f"{path}/index.html" in files:
            return f"end it with a slash: {shown(path)}/"
        self._hints += 1
        if self._hints > _MAX_HINTS:
            return "mend the link, or build that page"
        pages = {_as_url(file): None for file in sorted(files)}
        alike = next((page for page in pages if page.lower() == path.lower()), None)
        close = [alike] if alike else difflib.get_close_matches(path, pages, 1)
        base = next(site.base_url for site in self._sites if site.name == target.site)
        return (
            f"the nearest is {base}{quote(close[0])}"
            if close
            else "mend the link, or build that page"
        )

    def _finding(self, uses: Sequence[_Use], message: str, hint: str) -> Finding:
        first = min(uses, key=lambda use: (use.where, use.line))
        others = len({use.where for use in uses}) - 1
        more = f" (so on {others} more pages)" if others else ""
        message = f"link {shown(first.url)!r} {message}{more}"
        return Finding(where=first.where, line=first.line, message=message, hint=hint)

    def _add(self, use: _Use, message: str, hint: str) -> None:
        self._findings.append(Finding(where=use.where, line=use.line, message=message, hint=hint))


def _fragment(url: str) -> str:
    """The fragment that must be there: none for the top of the page and for text fragments."""
    if "#" not in url:
        return ""
    fragment = unquote(url.partition("#")[2].partition(":~:")[0])
    return "" if fragment.lower() == "top" else fragment


def _normal(path: str) -> str:
    """The path without `.` and `..`, as a browser asks for it: never above the root."""
    if "/." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")
    for part in parts[1:]:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    if parts[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _as_url(file: str) -> str:
    return (
        file.removesuffix("index.html")
        if file.endswith(("/index.html",)) or file == "index.html"
        else file
    )
