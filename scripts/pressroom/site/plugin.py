"""The MkDocs plugin `pressroom`: MkDocs' events, handed on to the slices."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from markupsafe import Markup
from mkdocs.config.base import Config as PluginConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority

from pressroom.config import load_config
from pressroom.errors import ConfigError, FindingsError, PressroomError
from pressroom.findings import Severity, errors_of
from pressroom.headers.model import FAILURE_PAGE
from pressroom.headers.setup import load_policy
from pressroom.site import assets, host_files, templates
from pressroom.site.data_files import DataFiles
from pressroom.site.markdown import PressroomMarkdown
from pressroom.site.publication import Publication
from pressroom.site.shell import Shells
from pressroom.site.tree import check_sources
from pressroom.site.writer import Writer
from pressroom.world.disk import explain_os_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    import jinja2
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

    from pressroom.config import Config
    from pressroom.dates import PartialDate
    from pressroom.findings import Finding
    from pressroom.site.hub import Hub
    from pressroom.site.readers.site import ReaderSite

THEME = Path(__file__).parent.parent / "theme"
log = logging.getLogger("mkdocs.plugins.pressroom")


class Options(PluginConfig):  # type: ignore[no-untyped-call]  # MkDocs has no types here
    """None: everything is in [tool.pressroom]. MkDocs refuses a key that is not here."""


class PressroomPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]  # likewise
    """Builds a site of the checkout; as the hub also posts, projects, and the other sites."""

    def __init__(self) -> None:
        self.serving = False
        self.publication: Publication | None = None

    @property
    def is_hub(self) -> bool:
        """Whether this build is the hub's."""
        return self.name == self.settings.hub

    @property
    def has_readers(self) -> bool:
        """Whether this build is that of the readers' site."""
        readers = self.settings.settings.readers
        return readers is not None and self.name == readers.site

    @property
    def parts(self) -> list[Hub | ReaderSite]:
        """What makes data pages for this site."""
        return [part for part in (self.hub, self.readers) if part is not None]

    # MkDocs' events, in the order in which they come.

    def on_startup(self, *, command: str, dirty: bool) -> None:  # noqa: ARG002 - MkDocs' signature
        """Remember whether MkDocs serves, which writes to a folder of its own and goes on for long."""
        self.serving = command == "serve"
        if not self.serving:
            # Cycles die young here (those of a Markdown page). To look through all records and pages for
            # old ones, again and again, took a tenth of a build.
            gc.set_threshold(50_000, 20, 100_000)

    @event_priority(50)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read everything, say what is wrong with it, start the other sites."""
        with _plugin_errors():
            own = Path(config.config_file_path or "mkdocs.yml").resolve()
            self.settings: Config = load_config(own.parent)
            self.name = self._site_of(own)
            self.today = dt.datetime.now(dt.UTC).date()
            self.policy = load_policy(self.settings)
            self._check_sources(config)
            base_url = self.settings.base_url(self.name)
            config.site_url = self.site_url = config.site_url or base_url
            self.writer = Writer(self.name, base_url=base_url, site_url=self.site_url)
            config.theme.dirs.insert(0, str(THEME))
            templates.list_quickly(config.theme)
            # MkDocs' own would be made from its own clock and only of documentation pages.
            config.theme.static_templates.discard("sitemap.xml")
            config.theme.static_templates.add(FAILURE_PAGE[1:])
            config.markdown_extensions.append(PressroomMarkdown(self._address))  # type: ignore[arg-type]  # Markdown takes an instance
            if not self.serving:
                # First: the other sites are built while this one reads.
                self.publication = Publication(self.settings, self.name, config)
            self._load_parts(config)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add posts, data pages and well-known files."""
        with _plugin_errors():
            assets.prepare(files, config)
            # MkDocs' sitemap template, which is no static template any more: ours takes its place.
            template = files.get_file_from_path("sitemap.xml")
            if template is not None:
                files.remove(template)
            if self.hub is not None:
                for file in self.hub.markdown_files(config):
                    files.append(file)
            self.data = DataFiles(config, files, self.writer, root=self.settings.root)
            for part in self.parts:
                self.data.add_pages(part.data_pages())
                self.data.add_files(part.data_files())
            made = host_files.host_files(
                self.settings,
                self.name,
                base_url=self.site_url,
                pages=lambda: self._addresses(files),
            )
            self.data.add_files(made)
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:  # noqa: ARG002 - MkDocs' signature
        """Keep the navigation for the shells."""
        self.nav = nav
        return nav

    @event_priority(-200)
    def on_env(
        self, env: jinja2.Environment, *, config: MkDocsConfig, files: Files
    ) -> jinja2.Environment:
        """Make the theme strict; render the shells and hand each data file what it will hold."""
        with _plugin_errors():
            templates.prepare(env)
            env.globals.update(assets.Links(files).globals())
            env.globals["pressroom_head"] = ""
            grades = self.hub.grades if self.hub is not None else None
            env.globals["pressroom"] = templates.page_globals(
                self.settings, self.policy, self.name, grades=grades
            )
            for file in files.documentation_pages():
                templates.mark_title(file.page)
            if self.hub is not None:
                self.hub.take_contents(files)
            shells = Shells(env=env, config=config, files=files, nav=self.nav)
            search: Any = config.plugins["material/search"]
            search.search_index.entries += [page.search_entry for page, _ in self.data.pages]
            self.data.fill(shells)
            if not self.serving:
                self.data.write()
        return env

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Let the page for failures link from the root, as MkDocs lets 404.html: it is shown at any depth."""
        if template_name == FAILURE_PAGE[1:]:
            context["base_url"] = urlsplit(config.site_url or "/").path
        return context

    @event_priority(-200)
    def on_page_context(
        self,
        context: TemplateContext,
        *,
        page: Page,
        config: MkDocsConfig,  # noqa: ARG002 - MkDocs' signature
        nav: Navigation,  # noqa: ARG002 - MkDocs' signature
    ) -> TemplateContext:
        """Tell the autoescaping templates what is markup already, and put posts together."""
        with _plugin_errors():
            page.content = Markup(page.content)  # noqa: S704 - rendered Markdown; the scan judges it
            templates.mark_anchors(page.toc)
            if page.parent is None:  # no section: its navigation would be the page alone
                page.meta.setdefault("hide", []).append("navigation")
            heads = [part.decorate(page) for part in self.parts]
            context["pressroom_head"] = Markup().join(heads)  # type: ignore[typeddict-unknown-key]  # ours
        return context

    @event_priority(-200)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:  # noqa: ARG002 - MkDocs' signature
        """Look for inline code."""
        self.writer.scan(output.encode(), page.file.dest_uri)
        return output

    @event_priority(-200)
    def on_post_template(
        self,
        output: str,
        *,
        template_name: str,
        config: MkDocsConfig,  # noqa: ARG002 - MkDocs' signature
    ) -> str:
        """Look for inline code in what is no page (404.html)."""
        if template_name.endswith(".html"):
            self.writer.scan(output.encode(), template_name)
        return output

    @event_priority(-200)
    def on_post_build(self, *, config: MkDocsConfig) -> None:  # noqa: ARG002 - MkDocs' signature
        """Publish, if nothing was wrong here or with another site."""
        with _plugin_errors():
            if self.publication is not None:
                self.publication.wait(log.info)
                self.writer.findings += self.publication.check(judged=self.writer.judged)
                self.writer.findings += _show_warnings(
                    self.publication.configure_servers(self.policy)
                )
            if self.writer.findings:
                raise FindingsError(self.writer.findings)
            if self.publication is not None:
                self.publication.publish(log.info)

    def on_build_error(self, *, error: Exception) -> None:
        """Say what the disk refused in words; clean up in any case."""
        self._finish()
        if isinstance(error, OSError):
            raise PluginError(str(explain_os_error(error))) from error

    def on_shutdown(self) -> None:
        """Stop what still runs, and give the output folders back."""
        self._finish()

    # What the events share.

    def _site_of(self, file: Path) -> str:
        for name, site in self.settings.settings.sites.items():
            if (self.settings.root / site.config).resolve() == file:
                return name
        raise ConfigError(
            "no site in [tool.pressroom.sites] is built with this configuration",
            where=str(file),
            hint="add it there: name = { config = 'site/name.yml', label = 'name' }",
        )

    def _address(self, reference: str) -> str:
        """The address of a `site:` link; called while MkDocs renders Markdown, between our events."""
        with _plugin_errors():
            try:
                return self.settings.address(reference)
            except KeyError as error:
                raise ConfigError(
                    f"link {reference!r} names a site that there is not",
                    where=self.name,
                    hint=f"the sites are {', '.join(self.settings.settings.sites)}",
                ) from error

    def _load_parts(self, config: MkDocsConfig) -> None:
        """Read what data pages are made from; a warning of it is shown, it does not fail a strict build."""
        self.hub, self.readers = None, None
        if not (self.is_hub or self.has_readers):
            return
        # Here: what reads posts, changelogs and readers takes a tenth of a small site's whole build.
        from pressroom.site.parts import load_hub, load_readers  # noqa: PLC0415 - as above

        warnings: list[Finding] = []
        if self.is_hub:
            self.hub, found = load_hub(
                self.settings,
                base_url=self.site_url,
                title=config.site_name,
                today=self.today,
                drafts=self.serving,
            )
            warnings += found
        if self.has_readers:
            self.readers, found = load_readers(self.settings, base_url=self.site_url)
            warnings += found
        _show_warnings(warnings)

    def _check_sources(self, config: MkDocsConfig) -> None:
        if not os.environ.get("SOURCE_DATE_EPOCH", "0").isdecimal():
            raise ConfigError(
                f"SOURCE_DATE_EPOCH is {os.environ['SOURCE_DATE_EPOCH']!r}",
                where="environment",
                hint="set it to seconds since 1970 (a whole number), or unset it",
            )
        findings = check_sources(Path(config.docs_dir))
        if findings:
            raise FindingsError(findings)

    def _addresses(self, files: Files) -> list[tuple[str, PartialDate | None]]:
        """Each page's URL below the site, and the day it last changed where that is known."""
        pages = [(page.url, page.lastmod) for page, _ in self.data.pages]
        dates = self.hub.dates if self.hub else {}
        return pages + [
            (file.url.removeprefix("./"), dates.get(file.src_uri))
            for file in files.documentation_pages()
        ]

    def _finish(self) -> None:
        if self.publication is not None:
            self.publication.close()
            self.publication = None


def _show_warnings(findings: list[Finding]) -> list[Finding]:
    """The findings that are errors; the others are shown, and do not fail a strict build."""
    for finding in findings:
        if finding.severity is Severity.WARNING:
            log.info("%s", finding)
    return errors_of(findings)


@contextlib.contextmanager
def _plugin_errors() -> Iterator[None]:
    """Errors of ours, as the kind that MkDocs prints without a traceback."""
    try:
        yield
    except PressroomError as error:
        raise PluginError(str(error)) from error
