"""What makes the data pages of a site: posts and projects on the hub, card readers on theirs; loaded, with warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.errors import FindingsError
from pressroom.findings import Finding, errors_of
from pressroom.site.catalogue import build_catalogue
from pressroom.site.content import Content, load_changelog, load_content
from pressroom.site.hub import Hub
from pressroom.site.readers.content import load_added, readers_of
from pressroom.site.readers.releases import ReleaseReaders, driver_releases, release_readers
from pressroom.site.readers.site import ReaderSite

if TYPE_CHECKING:
    import datetime as dt

    from pressroom.config import Config


def load_hub(
    config: Config, *, base_url: str, title: str, today: dt.date, drafts: bool
) -> tuple[Hub, list[Finding]]:
    """The hub, and warnings; errors are raised, all at once."""
    content, findings = load_content(config.root, today=today)
    if errors_of(findings):
        raise FindingsError(findings)
    catalogue = build_catalogue(
        content, drafts=drafts, readers_of=_readers_of_releases(config, content)
    )
    return Hub(config, catalogue, base_url=base_url, title=title), findings


def load_readers(config: Config, *, base_url: str) -> tuple[ReaderSite, list[Finding]]:
    """The readers' site, and warnings; errors are raised, all at once."""
    assert config.settings.readers is not None
    catalogue, findings = readers_of(config.root)
    changelog = load_changelog(config.root, config.settings.readers.project)
    hub = config.base_url(config.hub)
    releases = driver_releases(changelog, catalogue.added, base_url=hub) if changelog else {}
    return ReaderSite(config, catalogue, base_url=base_url, releases=releases), findings


def _readers_of_releases(config: Config, content: Content) -> dict[tuple[str, str], ReleaseReaders]:
    """What each release of the driver added, where there are readers at all."""
    readers = config.settings.readers
    if readers is None or (changelog := content.changelog(readers.project)) is None:
        return {}
    added, driver = load_added(config.root)
    return release_readers(changelog, added, driver, base_url=config.base_url(readers.site))
