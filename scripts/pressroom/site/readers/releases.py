"""What a driver release was the first to list, as its version page tells it; and back again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.site import urls
from pressroom.site.content import project_of
from pressroom.site.readers import urls as reader_urls
from pressroom.site.readers.new import DriverRelease, has_section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.changelog.model import Changelog
    from pressroom.readers.catalogue import Added
    from pressroom.readers.driver import Driver


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReaders:
    """`added` as name, USB id and address; `url` is the place on the readers' site that says the same.

    With `known` false nobody can tell what the release added.
    """

    known: bool
    added: tuple[tuple[str, str, str], ...]
    url: str
    note: str
    # The USB id and all names of each.
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()


def release_readers(
    changelog: Changelog,
    added: Mapping[str, tuple[Added, ...]],
    driver: Driver,
    *,
    base_url: str,
) -> dict[tuple[str, str], ReleaseReaders]:
    """By project id and version, for every release of the driver; `base_url` is the readers' site."""
    project = project_of(changelog)
    made = {}
    for release in changelog.published:
        new = added.get(release.version, ())
        section = has_section(release.version, added, driver)
        where = reader_urls.release(release.version) if section else reader_urls.NEW
        made[project.id, release.version] = ReleaseReaders(
            known=bool(new) or driver.knows(release.version),
            added=tuple(
                (one.name, str(one.usb_id), base_url + reader_urls.added(one)) for one in new
            ),
            url=base_url + where,
            note=driver.notes.get(release.version, ""),
            names=tuple(
                (str(one.usb_id), tuple(reader.name for reader in one.readers)) for one in new
            ),
        )
    return made


def driver_releases(
    changelog: Changelog, added: Mapping[str, tuple[Added, ...]], *, base_url: str
) -> dict[str, DriverRelease]:
    """Where each release of the driver is on the hub at `base_url`, by version."""
    project = project_of(changelog)
    return {
        release.version: DriverRelease(
            url=base_url
            + urls.release(
                project,
                release,
                has_more=bool(added.get(release.version)),
            ),
            date=release.date,
        )
        for release in changelog.published
    }
