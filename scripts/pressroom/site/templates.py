"""Material's templates, mended: exact strings are replaced, and a string that is not found fails the build.

Copies of whole templates would go stale silently on an upgrade; a patch that no longer fits says so.
"""

from __future__ import annotations

import dataclasses
import os
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup, escape

from pressroom.errors import ConfigError
from pressroom.headers.meta import render_meta
from pressroom.site import urls
from pressroom.site.readers import urls as reader_urls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mkdocs.structure.pages import Page
    from mkdocs.structure.toc import AnchorLink
    from mkdocs.theme import Theme

    from pressroom.config import Config
    from pressroom.headers.policy import Policy

# template: (what stands there, what we want, how often it stands there)
PATCHES: dict[str, tuple[tuple[str, str, int], ...]] = {
    "base.html": (
        # The policy, for hosts that cannot set headers: it holds for what comes after it.
        ('<meta charset="utf-8">', '<meta charset="utf-8">\n{{ pressroom.meta }}', 1),
        # A stylesheet without integrity.
        (
            '<link rel="stylesheet" href="{{ path | url }}">',
            "{{ stylesheet(path | string) }}",
            1,
        ),
        # `autocomplete` is not allowed on a checkbox (Nu), and both boxes had no name (axe).
        (
            'id="__drawer" autocomplete="off">',
            """id="__drawer" aria-label="{{ lang.t('nav') }}">""",
            1,
        ),
        (
            'id="__search" autocomplete="off">',
            """id="__search" aria-label="{{ lang.t('search') }}">""",
            1,
        ),
    ),
    "partials/search.html": (
        (
            'data-md-component="search" role="dialog">',
            """data-md-component="search" role="dialog" aria-label="{{ lang.t('search') }}">""",
            1,
        ),
        ('href="javascript:void(0)"', 'href="#"', 1),
    ),
    "partials/nav-item.html": (
        # An empty tabindex is an error (Nu).
        ('tabindex="{{ tabindex }}"', '{% if tabindex %}tabindex="{{ tabindex }}"{% endif %}', 2),
    ),
    "partials/toc.html": (
        # The checkbox exists only where the page is in the navigation.
        ('for="__toc"', '{% if page in nav.pages %}for="__toc"{% endif %}', 1),
    ),
    "partials/path.html": (
        ("""aria-label="{{ lang.t('nav') }}\"""", 'aria-label="Breadcrumbs"', 1),
    ),
}


class PatchedLoader(jinja2.BaseLoader):
    """Another loader's templates, with PATCHES applied."""

    def __init__(self, loader: jinja2.BaseLoader) -> None:
        self.loader = loader

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """The template's text, patched."""
        source, filename, uptodate = self.loader.get_source(environment, template)
        for old, new, count in PATCHES.get(template, ()):
            if source.count(old) != count:
                raise ConfigError(
                    f"template {template} holds {old!r} {source.count(old)} times, expected {count}",
                    where=filename or template,
                    hint="this Material is another one: review PATCHES in pressroom/site/templates.py",
                )
            source = source.replace(old, new)
        return source, filename, uptodate

    def list_templates(self) -> list[str]:
        """The other loader's."""
        return self.loader.list_templates()


class ThemeLoader(jinja2.FileSystemLoader):
    """The theme's folders without hidden ones: MkDocs leaves those out too, but reads 12,000 icons before."""

    def list_templates(self) -> list[str]:
        """The paths of all files that are in no hidden folder."""
        found: set[str] = set()
        for root in self.searchpath:
            for folder, below, names in os.walk(root):
                below[:] = [name for name in below if not name.startswith(".")]
                inner = os.path.relpath(folder, root).replace(os.sep, "/") + "/"
                found.update(inner.removeprefix("./") + name for name in names)
        return sorted(found)


def list_quickly(theme: Theme) -> None:
    """Let every environment of the theme list its files with ThemeLoader."""

    def get_env(make: Callable[[], jinja2.Environment] = theme.get_env) -> jinja2.Environment:
        env = make()
        env.loader = ThemeLoader(theme.dirs)
        return env

    theme.get_env = get_env  # type: ignore[method-assign]  # the one place where MkDocs asks for an environment


def prepare(env: jinja2.Environment) -> None:
    """Patch the templates and escape everything that is not marked as markup."""
    assert env.loader is not None
    if not isinstance(env.loader, PatchedLoader):
        env.loader = PatchedLoader(env.loader)
    env.autoescape = True
    if env.cache is not None:
        env.cache.clear()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SiteLink:
    """One of our sites, as the footer shows it."""

    host: str
    url: str
    here: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that every page of the site names in its head."""

    type: str
    title: str
    url: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PageGlobals:
    """What every page of a site shows."""

    report: str
    sites: tuple[SiteLink, ...]
    feeds: tuple[FeedLink, ...]
    # Whether it is a page of the readers' site, whose table has a script.
    readers: bool
    # The page of grades, where this site has one.
    grades: str | None
    # The policy as <meta> elements, where it is wanted in each page.
    meta: Markup


def page_globals(
    config: Config, policy: Policy, site: str, *, grades: str | None = None
) -> PageGlobals:
    """The addresses and the policy that every page of the site needs."""
    atom, json = "application/atom+xml", "application/feed+json"
    of_hub = (
        FeedLink(type=atom, title="Blog (Atom)", url=urls.FEED),
        FeedLink(type=json, title="Blog (JSON Feed)", url=urls.JSON_FEED),
    )
    of_readers = (
        FeedLink(type=atom, title="Newly supported card readers", url=reader_urls.NEW_FEED),
    )
    readers = config.settings.readers is not None and config.settings.readers.site == site
    return PageGlobals(
        report=config.address(config.settings.report),
        sites=tuple(
            SiteLink(host=config.host(name), url=config.base_url(name), here=name == site)
            for name in config.settings.sites
        ),
        feeds=of_hub * (site == config.hub) + of_readers * readers,
        readers=readers,
        grades=grades,
        meta=Markup(render_meta(policy)) if policy.meta else Markup(),  # noqa: S704 - escaped there
    )


def mark_title(page: Page | None) -> None:
    """A title that came from a rendered heading is escaped already; one from front matter is not.

    The search index takes it as HTML, so it is escaped here and not only by the templates.
    """
    if page is not None and "title" in page.meta:
        page.meta["title"] = escape(page.meta["title"])
    elif page is not None and page.title == page._title_from_render:  # noqa: SLF001 - no public way to tell
        page.title = Markup(page.title)  # noqa: S704 - escaped by Markdown


def mark_anchors(anchors: Iterable[AnchorLink]) -> None:
    """The titles of a table of contents come from rendered headings."""
    for anchor in anchors:
        anchor.title = Markup(anchor.title)  # noqa: S704 - escaped by Markdown
        mark_anchors(anchor.children)
