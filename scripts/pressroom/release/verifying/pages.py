"""The built pages of a project, read once, and what they say of each release."""

from __future__ import annotations

import collections
import dataclasses
from typing import TYPE_CHECKING

from lxml import etree, html

from pressroom.release.verifying.model import Check, missing, ok, unknown, worst, wrong
from pressroom.world.disk import explained

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.changelog.model import Project, Release

_ATOM = "{http://www.w3.org/2005/Atom}"
_BUILD = "build the sites again and deploy them; if it stays so, compare with the changelog"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What was built of a project: its folder, the dates in its changelog by anchor, its feed by title."""

    folder: Path
    anchors: dict[str, list[str]]
    entries: dict[str, list[str]]
    count: int  # of entries

    def check(self, project: Project, release: Release, *, position: int) -> Check:
        """Whether page and feed state the release once, with its date; `position` among those with a date, from 0."""
        checks = [self._page(project, release)]
        dates = self.entries.get(f"{project.name} {release.version}", [])
        if len(dates) > 1:
            checks.append(wrong(f"the feed has it {len(dates)} times", _BUILD))
        elif release.date is None:
            pass
        elif not dates and position < self.count:
            checks.append(missing("the feed does not have it", _BUILD))
        elif dates and not dates[0].startswith(release.date.last.isoformat()):
            checks.append(wrong(f"the feed has it on {dates[0][:10]}", _BUILD))
        return worst(checks)

    def _page(self, project: Project, release: Release) -> Check:
        file = self.folder / release.version / "index.html"
        date = release.date.iso if release.date else ""
        with explained(file):
            data = file.read_bytes() if file.is_file() else None
        if data is None:
            dates = self.anchors.get(release.anchor, [])
            where = "the page of the changelog"
        else:
            title = f"{project.name} {release.version}"
            found = _parse(data).xpath("//h1[normalize-space()=$title]", title=title)
            dates = [_date(one) for one in found]
            where = "its page"
        if not dates:
            return missing(f"{where} does not state it", _BUILD)
        if len(dates) > 1:
            return wrong(f"{where} states it {len(dates)} times", _BUILD)
        if dates[0] != date:
            return wrong(f"{where} says {ascii(dates[0][:20]) if dates[0] else 'no date'}", _BUILD)
        return ok(where)


def read_pages(folder: Path) -> Pages | None:
    """What was built in `<site>/projects/<id>/`, or None where nothing was."""
    changelog, feed = folder / "changelog" / "index.html", folder / "feed.xml"
    with explained(folder):
        if not changelog.is_file() or not feed.is_file():
            return None
        page, atom = changelog.read_bytes(), feed.read_bytes()
    anchors: dict[str, list[str]] = collections.defaultdict(list)
    for heading in _parse(page).xpath("//h2[@id]"):
        anchors[heading.get("id")].append(_date(heading))
    entries: dict[str, list[str]] = collections.defaultdict(list)
    count = 0
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(atom, parser) if atom.strip() else None
    for entry in root.iter(f"{_ATOM}entry") if root is not None else ():
        count += 1
        entries[entry.findtext(f"{_ATOM}title", "")].append(entry.findtext(f"{_ATOM}published", ""))
    return Pages(folder=folder, anchors=anchors, entries=entries, count=count)


def not_built() -> Check:
    """The answer where no page was built."""
    return unknown("the pages are not built here")


def _parse(data: bytes) -> html.HtmlElement:
    return html.fromstring(data if data.strip() else b"<html></html>")


def _date(heading: html.HtmlElement) -> str:
    """The date in the line below a heading."""
    line = heading.getnext()
    found = line.xpath(".//time/@datetime") if line is not None else []
    return str(found[0]) if found else ""
