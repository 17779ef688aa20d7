"""The page shell: the theme's page rendered once for each kind and depth, filled once for each data page.

Material needs 4 to 9 ms to render a page; filling a shell is joining strings.
"""

from __future__ import annotations

import dataclasses
import html
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from mkdocs.commands.build import get_context
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc

from pressroom.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import jinja2
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation

# Words that no page says; letters only, so that no filter of a template changes them.
SENTINELS = {
    "title": "PressroomShellTitle",
    "description": "PressroomShellDescription",
    "canonical": "PressroomShellCanonical",
    "head": "PressroomShellHead",
    "body": "PressroomShellBody",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """An entry of a page's table of contents."""

    id: str
    title: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShellKey:
    """What pages must share to share a shell."""

    depth: int  # folders below the site's root: relative links differ
    active: str | None = None  # src_uri of the navigation page whose tab is lit
    toc: tuple[Anchor, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Shell:
    """A rendered page cut at its sentinels."""

    # Text between the sentinels, one more than there are names.
    texts: tuple[bytes, ...]
    names: tuple[str, ...]

    def fill(self, values: Mapping[str, bytes]) -> bytes:
        """The page with these values, which are `encoded`."""
        filled = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            filled += (values[name], text)
        return b"".join(filled)

    @property
    def empty(self) -> bytes:
        """The page with nothing filled in: what all pages of the shell share."""
        return self.fill(dict.fromkeys(self.names, b""))


def encoded(value: str) -> bytes:
    """What a page says of a value: Markup as it is, text escaped."""
    return (value if isinstance(value, Markup) else html.escape(value)).encode()


def cut(page: str, *, where: str) -> Shell:
    """A rendered page with every sentinel in it, as a Shell; a missing sentinel is an error."""
    pieces: list[str] = [page]
    for name, sentinel in SENTINELS.items():
        cut_pieces: list[str] = []
        for position, piece in enumerate(pieces):
            if position % 2:
                cut_pieces.append(piece)
                continue
            first, *others = piece.split(sentinel)
            cut_pieces.append(first)
            for other in others:
                cut_pieces += [name, other]
        pieces = cut_pieces
    missing = SENTINELS.keys() - set(pieces[1::2])
    if missing:
        raise ConfigError(
            f"the theme's page does not show {', '.join(sorted(missing))}",
            where=where,
            hint="main.html must render page.meta.title, page.meta.description, page.canonical_url, "
            "pressroom_head and page.content",
        )
    texts = tuple(piece.encode() for piece in pieces[::2])
    return Shell(texts, tuple(pieces[1::2]))


class Shells:
    """Renders each shell when it is first asked for."""

    def __init__(
        self, *, env: jinja2.Environment, config: MkDocsConfig, files: Files, nav: Navigation
    ) -> None:
        self.env, self.config, self.files, self.nav = env, config, files, nav
        self.known: dict[ShellKey, Shell] = {}

    def get(self, key: ShellKey) -> Shell:
        """The shell for pages that share `key`."""
        if key not in self.known:
            self.known[key] = self._render(key)
        return self.known[key]

    def _render(self, key: ShellKey) -> Shell:
        uri = "/".join(["_shell"] * key.depth + ["index.md"])
        page = Page(None, File.generated(self.config, uri, content=""), self.config)
        page.markdown = ""
        page.meta = {
            "title": SENTINELS["title"],
            "description": SENTINELS["description"],
            "hide": ["navigation"] if key.toc else ["navigation", "toc"],
            "data_page": True,
        }
        page.canonical_url = SENTINELS["canonical"]
        page.content = Markup(SENTINELS["body"])  # noqa: S704 - our own word
        page.toc = get_toc([_token(anchor) for anchor in key.toc])
        lit = self._nav_page(key.active)
        context: dict[str, Any] = dict(get_context(self.nav, self.files, self.config, page))
        context["pressroom_head"] = SENTINELS["head"]
        try:
            if lit is not None:
                lit.active = True
                page.parent = lit.parent
            rendered = self.env.get_template("main.html").render(context)
        finally:
            if lit is not None:
                lit.active = False
        return cut(rendered, where="main.html")

    def _nav_page(self, src_uri: str | None) -> Page | None:
        return next((page for page in self.nav.pages if page.file.src_uri == src_uri), None)


def _token(anchor: Anchor) -> Any:  # noqa: ANN401 - MkDocs' own type has no name
    name = html.escape(anchor.title)
    return {
        "level": 2,
        "id": anchor.id,
        "name": name,
        "html": name,
        "data-toc-label": "",
        "children": [],
    }
