"""The checks of whole trees: of the folders that people write, and of the sites that were built."""

from __future__ import annotations

import base64
import collections
import dataclasses
import functools
import hashlib
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pressroom.findings import Finding
from pressroom.headers.model import ERROR_PAGES
from pressroom.site.asset_names import check_asset_names
from pressroom.site.built_page import BuiltPage, read_page
from pressroom.site.compressed import check_compressed
from pressroom.site.links import BuiltSite, LinkChecker
from pressroom.site.scan import scan_html
from pressroom.site.scan_assets import scan_css, scan_svg
from pressroom.site.secrets import find_secret_files, find_secrets
from pressroom.site.tags import shown
from pressroom.world.disk import Tree

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["BuiltSite", "Total", "check_built", "check_output", "check_paths", "check_sources"]

_PAGES = (".html", ".htm", ".xhtml")
# "Naming Files, Paths, and Namespaces" of Windows: devices, with any extension, and what no name may hold.
_DEVICE = re.compile(
    r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE
)
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\]|[. ]$')


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How much a site is."""

    site: str
    pages: int
    files: int
    size: int

    def __str__(self) -> str:
        return f"{self.site}: {self.pages:,} pages, {self.files:,} files, {self.size / 1e6:,.1f} MB"


def check_sources(root: Path) -> list[Finding]:
    """Findings for what is no ordinary file below a folder of content, or if it is none itself."""
    if root.is_symlink():
        return [_odd(str(root), f"a symbolic link to {root.readlink()}")]
    return [_odd(str(root / path), what) for path, what in sorted(Tree(root).odd.items())]


def check_built(
    sites: Sequence[BuiltSite], *, elsewhere: frozenset[str] = frozenset()
) -> tuple[list[Finding], tuple[Total, ...]]:
    """All that is wrong with the built sites, and how much each is.

    `elsewhere` are prefixes of addresses on our hosts that no built file answers for.
    """
    trees = {site.name: Tree(site.root) for site in sites}
    links = LinkChecker(sites, trees, elsewhere=elsewhere)
    promises = _Promises(trees, links)
    findings: list[Finding] = []
    totals = []
    for site in sites:
        tree = trees[site.name]
        findings += [_odd(site.where(path), what) for path, what in sorted(tree.odd.items())]
        findings += check_paths(tree, site=site)
        findings += check_compressed(tree, where=site.where)
        sizes = collections.Counter[str]()
        for path, data in tree.items():
            kind = "page" if path.endswith(_PAGES) else "file"
            sizes[kind] += 1
            sizes["bytes"] += len(data)
            findings += find_secrets(data, where=site.where(path))
            if kind == "page":
                page = read_page(data)
                findings += scan_html(
                    data, where=site.where(path), origins=frozenset({site.base_url})
                )
                findings += _page_problems(site, path, page)
                findings += promises.check(site, path, page)
                links.add_page(site, path, page)
            else:
                findings += _asset_problems(data, site.where(path))
                links.add_file(site, path, data)
        totals.append(
            Total(site=site.name, pages=sizes["page"], files=len(tree), size=sizes["bytes"])
        )
    return sorted(findings + links.findings()), tuple(totals)


def check_output(site: BuiltSite, *, judged: Container[str] = ()) -> list[Finding]:
    """What no build may publish, whoever wrote it: secrets, names that clash, files that load or run code.

    `judged` are paths whose bytes were looked at when they were written. No page is scanned for
    inline code: all were, when they were written.
    """
    tree = Tree(site.root)
    findings = check_paths(tree, site=site)
    for path in tree:
        if path in judged:
            continue
        data = tree[path]
        findings += find_secrets(data, where=site.where(path))
        if not path.endswith(_PAGES):
            findings += _asset_problems(data, site.where(path))
    return sorted(findings)


def check_paths(paths: Iterable[str], *, site: BuiltSite) -> list[Finding]:
    """Findings for names: files that clash, have no place on some disk or in public, or would be kept for a year."""
    paths = tuple(paths)
    findings = check_asset_names(paths, where=site.where)
    spellings: dict[str, dict[str, str]] = collections.defaultdict(dict)
    seen: set[str] = set()
    for path in paths:
        where = site.where(path)
        for name in path.split("/"):
            for message, hint in _name_problems(name):
                findings.append(Finding(where=where, message=message, hint=hint))
        for part in _with_parents(path):
            if part in seen:  # and so are the folders above it
                break
            seen.add(part)
            spellings[_folded(part)].setdefault(part, where)
    for same in spellings.values():
        (first, _), *others = sorted(same.items())
        findings += [
            Finding(
                where=where,
                message=f"{shown(other)!r} and {shown(first)!r} are one name on some disks",
                hint="spell both alike, or choose another name for one",
            )
            for other, where in others
        ]
    return findings


# Ten thousand folders hold a file of one name.
@functools.lru_cache(maxsize=4096)
def _name_problems(name: str) -> tuple[tuple[str, str], ...]:
    """What is wrong with one name of a path, as message and hint."""
    problems = [(one.message, one.hint) for one in find_secret_files(name, where="")]
    if _DEVICE.fullmatch(name) or _NO_NAME.search(name):
        message = f"Windows cannot have a file called {shown(name)!r}"
        problems.append((message, "choose another name"))
    return tuple(problems)


def _odd(where: str, what: str) -> Finding:
    return Finding(
        where=where, message=f"is {shown(what)}", hint="put the file itself there, or remove it"
    )


def _with_parents(path: str) -> Iterator[str]:
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _folded(path: str) -> str:
    """One spelling for all that a disk without case or with its own Unicode form takes for the same."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _asset_problems(data: bytes, where: str) -> list[Finding]:
    suffix = where.rpartition(".")[2].lower()
    if suffix == "css":
        return scan_css(data, where=where)
    return scan_svg(data, where=where) if suffix == "svg" else []


def _page_problems(site: BuiltSite, path: str, page: BuiltPage) -> list[Finding]:
    """What every page has to say of itself; an error page has no address and needs no description."""
    problems = []
    own = site.base_url + (
        path[: -len("index.html")] if f"/{path}".endswith("/index.html") else path
    )
    if not page.title:
        problems.append(("has no title", "write <title>"))
    if not page.lang:
        problems.append(("does not say its language", 'write <html lang="en">'))
    if not page.utf8:
        problems.append(
            (
                "does not say that it is UTF-8 in its first kilobyte",
                'start <head> with <meta charset="utf-8">',
            )
        )
    if path not in ERROR_PAGES:
        if unquote(page.canonical) != own:
            problems.append(
                (f"has the canonical address {shown(page.canonical)!r}", f"its own is {own}")
            )
        if not page.description.strip():
            problems.append(
                ("has no description", "give the page a description in its front matter")
            )
    return [
        Finding(where=site.where(path), line=1, message=message, hint=hint)
        for message, hint in problems
    ]


class _Promises:
    """Compares the hashes in pages with the files they are of."""

    def __init__(self, trees: Mapping[str, Mapping[str, bytes]], links: LinkChecker) -> None:
        self._trees = trees
        self._links = links
        self._hashes: dict[tuple[str, str], str] = {}

    def check(self, site: BuiltSite, path: str, page: BuiltPage) -> list[Finding]:
        """Findings for files whose bytes are not what the page promises."""
        return [
            Finding(
                where=site.where(path),
                line=promise.line,
                message=f"integrity of {shown(promise.url)} does not match the file",
                hint="let script() and stylesheet() write it, and change no file after that",
            )
            for promise in page.integrity
            if (file := self._links.find(site, path, promise.url)) is not None
            and promise.value != self._hash(file)
        ]

    def _hash(self, file: tuple[str, str]) -> str:
        if file not in self._hashes:
            site, path = file
            self._hashes[file] = integrity_of(self._trees[site][path])
        return self._hashes[file]


def integrity_of(data: bytes) -> str:
    """The integrity value of a file (Subresource Integrity)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
