"""Feeds: Atom (RFC 4287), JSON Feed 1.1, and the latest release as JSON."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from lxml import etree, html
from lxml.builder import ElementMaker

from pressroom.site.release_files import sorted_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.changelog.model import Project, Release
    from pressroom.changelog.published import Published, PublishedFile
    from pressroom.dates import PartialDate

_ATOM = "http://www.w3.org/2005/Atom"
_JSON_FEED = "https://jsonfeed.org/version/1.1"
_LINKS = ("href", "src", "poster", "cite", "data", "action", "longdesc")
# `Char` of XML 1.0 has none of these; JSON could hold most, but both feeds shall say the same.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a feed's readers strip anyway, and what only works on the page itself.
_PAGE_ONLY = ".//script|.//style|.//iframe|.//object|.//embed|.//form|.//button|.//template"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry; `url` and the links in `html` are absolute, both moments know their time zone."""

    id: str
    url: str
    title: str
    published: dt.datetime
    updated: dt.datetime
    summary: str
    html: str
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed and its entries, in the order in which they are written."""

    id: str
    title: str
    subtitle: str
    home_url: str
    self_url: str
    updated: dt.datetime
    author: str
    entries: tuple[FeedEntry, ...]
    language: str = "en"


def entry_id(namespace: uuid.UUID, path: str) -> str:
    """An id that stays when the domain or the title changes: made from a fixed namespace and a path."""
    return f"urn:uuid:{uuid.uuid5(namespace, path)}"


def moment(date: PartialDate) -> dt.datetime:
    """The start of the last day that a date can mean, in UTC."""
    return dt.datetime.combine(date.last, dt.time(), tzinfo=dt.UTC)


def absolute_links(fragment: str, base_url: str) -> str:
    """A piece of HTML with every link made absolute, seen from the page at `base_url`.

    A link that is neither http(s) nor mailto loses its target and stays as text.
    """
    root = _parse(fragment)
    _make_absolute(root, base_url)
    return _serialize(root)


def feed_html(fragment: str, base_url: str) -> str:
    """The content of a page as a feed carries it: no scripts, handlers or permalinks, absolute links."""
    root = _parse(fragment)
    for element in root.xpath(_PAGE_ONLY + "|.//a[contains(@class, 'headerlink')]"):
        element.drop_tree()
    for element in root.iter(etree.Element):
        for name in list(element.attrib):
            if name.startswith("on") or name in {"style", "srcset", "ping", "srcdoc"}:
                del element.attrib[name]
    _make_absolute(root, base_url)
    return _serialize(root)


def render_atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    make = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})
    root = make.feed(
        make.id(feed.id),
        make.title(_clean(feed.title)),
        make.subtitle(_clean(feed.subtitle)),
        make.updated(_rfc3339(feed.updated)),
        make.link(rel="self", type="application/atom+xml", href=feed.self_url),
        make.link(rel="alternate", type="text/html", href=feed.home_url),
        make.author(make.name(_clean(feed.author))),
        *(_atom_entry(make, entry) for entry in feed.entries),
    )
    root.set("{http://www.w3.org/XML/1998/namespace}lang", feed.language)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _atom_entry(make: ElementMaker, entry: FeedEntry) -> etree._Element:
    return make.entry(
        make.id(entry.id),
        make.title(_clean(entry.title)),
        make.link(rel="alternate", type="text/html", href=entry.url),
        make.published(_rfc3339(entry.published)),
        make.updated(_rfc3339(entry.updated)),
        *(make.author(make.name(_clean(author))) for author in entry.authors),
        *(make.category(term=_clean(tag)) for tag in entry.tags),
        make.summary(_clean(entry.summary)),
        make.content(_clean(entry.html), type="html"),
    )


def render_json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1."""
    return _json(
        {
            "version": _JSON_FEED,
            "title": _clean(feed.title),
            "home_page_url": feed.home_url,
            "feed_url": feed.self_url,
            "description": _clean(feed.subtitle),
            "language": feed.language,
            "authors": [{"name": _clean(feed.author)}],
            "items": [_json_item(entry) for entry in feed.entries],
        }
    )


def _json_item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": _clean(entry.title),
        "content_html": _clean(entry.html),
        "summary": _clean(entry.summary),
        "date_published": _rfc3339(entry.published),
        "date_modified": _rfc3339(entry.updated),
    }
    if entry.tags:
        item["tags"] = [_clean(tag) for tag in entry.tags]
    if entry.authors:
        item["authors"] = [{"name": _clean(author)} for author in entry.authors]
    return item


def latest_json(
    project: Project,
    releases: Sequence[Release],
    *,
    url: Callable[[Release], str],
    changelog_url: str,
    published: Callable[[Release], Published | None] = lambda _: None,
) -> bytes:
    """The newest release that may be used, and the versions that may not; nulls where there is none.

    `files` are there when the release has a record of them.
    """
    usable = (one for one in releases if one.bad is None and not one.is_unreleased)
    latest = next(usable, None)
    date = latest.date if latest else None
    record = published(latest) if latest else None
    files = {"files": [_json_file(file) for file in sorted_files(record)]} if record else {}
    return _json(
        {
            "project": project.id,
            "version": latest.version if latest else None,
            "date": date.iso if date else None,
            "date_precision": str(date.precision) if date else None,
            "url": url(latest) if latest else None,
            "changelog_url": changelog_url,
            "bad": [one.version for one in releases if one.bad is not None],
            **files,
        }
    )


def _json_file(file: PublishedFile) -> dict[str, str | int]:
    return {"name": file.name, "size": file.size, "sha256": file.sha256, "url": file.url}


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _clean(text: str) -> str:
    """The text with what XML cannot hold made visible, not dropped."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _rfc3339(when: dt.datetime) -> str:
    if when.tzinfo is None:  # would be read in the time zone of the machine that builds
        raise ValueError(f"{when} has no time zone")
    return when.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _parse(fragment: str) -> html.HtmlElement:
    return html.fragment_fromstring(_clean(fragment), create_parent="div")


def _serialize(root: html.HtmlElement) -> str:
    text = html.tostring(root, encoding="unicode")
    return text.removeprefix("<div>").removesuffix("</div>")


def _make_absolute(root: html.HtmlElement, base_url: str) -> None:
    for element in root.iter(etree.Element):
        for name in _LINKS:
            target = element.get(name)
            if target is not None:
                absolute = _absolute(target, base_url)
                if absolute is None:
                    del element.attrib[name]
                else:
                    element.set(name, absolute)


def _absolute(target: str, base_url: str) -> str | None:
    try:
        absolute = urljoin(base_url, target.strip())
        scheme = urlsplit(absolute).scheme
    except ValueError:  # such as http://[
        return None
    return absolute if scheme in {"http", "https", "mailto"} else None
