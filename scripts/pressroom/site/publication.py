"""How one build becomes public: staging folders, the other sites' builds beside it, and the exchange at the very end."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.utils import CountHandler

from pressroom.config import DEPLOY, POSTS, READERS, RELEASES
from pressroom.site import siblings
from pressroom.site.output import Output
from pressroom.site.tree import BuiltSite, check_output

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from mkdocs.config.defaults import MkDocsConfig

    from pressroom.config import Config
    from pressroom.findings import Finding
    from pressroom.headers.policy import Policy


class Publication:
    """What a build writes and starts, until all of it is exchanged for what is live, or removed.

    The hub's build starts the other sites' and writes deploy/ besides. Making one points `config.site_dir`
    at the staging folder.
    """

    def __init__(self, settings: Config, name: str, config: MkDocsConfig) -> None:
        self._settings, self._name = settings, name
        self._is_hub = name == settings.hub
        self._strict = config.strict
        self._siblings: list[siblings.Sibling] = []
        live = {name: Path(config.site_dir)}
        others = [one for one in settings.settings.sites if self._is_hub and one != name]
        live |= {one: Path(config.site_dir).parent / one for one in others}
        if self._is_hub:
            live[DEPLOY] = settings.root / DEPLOY
        folders = (POSTS, RELEASES, READERS)
        sources = [Path(config.docs_dir), *(settings.root / one for one in folders)]
        self._output = Output(live, sources=[path for path in sources if path.exists()])
        self._warnings = CountHandler()
        self._warnings.setLevel(logging.WARNING)
        logging.getLogger("mkdocs").addHandler(self._warnings)
        try:
            config.site_dir = str(self._output.folder(name))
            core = type(config).__module__.partition(".")[0]
            for other in others:
                self._start(other, core=core)
        except BaseException:
            self.close()
            raise

    def wait(self, report: Callable[..., None]) -> None:
        """Wait for the other sites; raises with the outputs of those that failed."""
        siblings.wait_for(self._siblings, report=report)

    def check(self, *, judged: Container[str]) -> list[Finding]:
        """What nobody may publish in this site; `judged` are paths that were looked at when they were written."""
        root = self._output.folder(self._name)
        base_url = self._settings.base_url(self._name)
        return check_output(BuiltSite(name=self._name, base_url=base_url, root=root), judged=judged)

    def configure_servers(self, policy: Policy) -> list[Finding]:
        """Write what web servers are configured with, if this is the hub's build; what is wrong with it."""
        if not self._is_hub:
            return []
        # Here: no other site needs it, and it takes a while to load.
        from pressroom.site.servers import configure_servers  # noqa: PLC0415 - as above

        built = {name: self._output.folder(name) for name in self._settings.settings.sites}
        return configure_servers(
            self._settings, policy, built=built, folder=self._output.folder(DEPLOY)
        )

    def publish(self, report: Callable[..., None]) -> None:
        """Exchange everything for what is live, unless the build is strict and there were warnings."""
        if self._strict and self._warnings.get_counts():
            return
        self._output.publish()
        report("Published %s", ", ".join(map(str, self._output.live.values())))

    def close(self) -> None:
        """Stop what still runs, remove what was not published, give the folders back."""
        siblings.stop(self._siblings)
        self._output.close()
        logging.getLogger("mkdocs").removeHandler(self._warnings)

    def _start(self, name: str, *, core: str) -> None:
        self._siblings.append(
            siblings.start_sibling(
                name,
                core=core,
                config=self._settings.root / self._settings.settings.sites[name].config,
                output=self._output.folder(name),
                strict=self._strict,
            )
        )
