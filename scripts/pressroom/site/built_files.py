"""The links in what is built beside pages: feeds, site maps, JSON, stylesheets, robots.txt."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from lxml import etree

from pressroom.site.built_page import Link, json_strings, links_of_html
from pressroom.site.scan_assets import css_urls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEARCH_INDEX = "search_index.json"
_FIELD = re.compile(r"\s*([A-Z][A-Za-z-]*):\s*(\S+)\s*", re.IGNORECASE)


def links_of_file(name: str, data: bytes) -> list[Link]:
    """The links of a file by its name; ValueError if it is not what its name says."""
    take = _KINDS.get(name.rpartition(".")[2])
    try:
        return list(take(data, name)) if take is not None else []
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error)) from error


def _xml_links(data: bytes, _name: str) -> Iterator[Link]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(data, parser)
    if etree.QName(root).localname not in {"urlset", "sitemapindex", "feed", "rss"}:
        return
    for node in root.iter("{*}*"):
        name, line, text = etree.QName(node).localname, node.sourceline or 1, node.text or ""
        if name in {"loc", "uri"} or (name == "link" and text.strip()):
            yield Link(line=line, url=text)
        elif name in {"link", "enclosure", "content"} and (node.get("href") or node.get("src")):
            yield Link(line=line, url=node.get("href") or node.get("src") or "")
        elif (
            name in {"content", "summary", "description", "encoded"} and node.get("type") != "text"
        ):
            yield from links_of_html(text, line=line)


def _json_links(data: bytes, name: str) -> Iterator[Link]:
    for key, text in json_strings(json.loads(data)):
        if key == "content_html":
            yield from links_of_html(text, line=1)
        elif name == SEARCH_INDEX:
            if key == "location":
                yield Link(line=1, url=text)
        elif text.startswith(("https://", "http://")):
            yield Link(line=1, url=text, loose=True)


def _css_links(data: bytes, _name: str) -> Iterator[Link]:
    text = data.decode(errors="replace")
    for start, url in css_urls(text):
        yield Link(line=text.count("\n", 0, start) + 1, url=url)


def _text_links(data: bytes, _name: str) -> Iterator[Link]:
    """`Sitemap: https://…` of robots.txt and the fields of security.txt."""
    for number, line in enumerate(data.decode(errors="replace").splitlines(), 1):
        match = _FIELD.fullmatch(line)
        if match is not None:
            yield Link(line=number, url=match[2], loose=match[1].lower() != "sitemap")


_KINDS: dict[str, Callable[[bytes, str], Iterator[Link]]] = {
    "xml": _xml_links,
    "json": _json_links,
    "css": _css_links,
    "txt": _text_links,
}
