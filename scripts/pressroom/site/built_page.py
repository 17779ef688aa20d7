"""A built page as far as checks need it: what it says of itself, where it can be entered, where it leads."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

_ATTRIBUTES = frozenset({"href", "src", "poster", "action", "formaction", "data", "xlink:href"})
_LISTS = frozenset({"srcset", "imagesrcset"})
_LINKED = _ATTRIBUTES | _LISTS
_IDS = etree.XPath("//@id|//a/@name", smart_strings=False)
_METAS = etree.XPath("//meta[@content]")
_JSON = etree.XPath("//script[@type='application/ld+json']")
_URL_METAS = re.compile(
    r"og:(?:url|image|audio|video)(?::(?:secure_)?url)?|twitter:image", re.ASCII
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that stands in a file; `loose` ones are checked only where they are of our hosts."""

    line: int
    url: str
    loose: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """The promise of a page that a file has a hash."""

    line: int
    url: str
    value: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BuiltPage:
    """What a page says of itself, the fragments it has, the links and promises it holds."""

    title: str
    lang: str
    canonical: str
    description: str
    utf8: bool
    ids: frozenset[str]
    links: tuple[Link, ...]
    integrity: tuple[Integrity, ...]


def read_page(data: bytes) -> BuiltPage:
    """The facts of a page; of an empty one, none."""
    root = _parse(data)
    if root is None:
        return BuiltPage(
            title="",
            lang="",
            canonical="",
            description="",
            utf8=True,
            ids=frozenset(),
            links=(),
            integrity=(),
        )
    metas = [(_name(meta), meta.get("content", "")) for meta in _METAS(root)]
    links = list(_links(root))
    links += [
        Link(line=1, url=content, loose=True)
        for name, content in metas
        if _URL_METAS.fullmatch(name)
    ]
    return BuiltPage(
        title=" ".join((root.findtext(".//title") or "").split()),
        lang=root.get("lang", ""),
        canonical=next(iter(root.xpath("//link[@rel='canonical']/@href")), ""),
        description=next((content for name, content in metas if name == "description"), ""),
        # The first kilobyte is where a browser looks for it (HTML Standard, 13.2.3.2).
        utf8=re.search(rb"<meta[^>]+charset=[\"']?utf-8", data[:1024], re.IGNORECASE) is not None,
        ids=frozenset(_IDS(root)),
        links=tuple(links),
        integrity=tuple(
            Integrity(
                line=node.sourceline or 1, url=node.get("src", node.get("href", "")), value=value
            )
            for node in root.iter("script", "link")
            if (value := node.get("integrity")) is not None
        ),
    )


def links_of_html(text: str, *, line: int) -> list[Link]:
    """The links of a piece of HTML that starts on that line."""
    root = _parse(text.encode(errors="replace"))
    found = [] if root is None else list(_links(root))
    return [dataclasses.replace(link, line=line) for link in found]


def json_strings(value: object, *, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a JSON value with the key it stands under; names in `@…` are no addresses."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, list):
        for item in value:
            yield from json_strings(item, key=key)
    elif isinstance(value, dict):
        for name, item in value.items():
            if not name.startswith("@"):
                yield from json_strings(item, key=name)


def _parse(data: bytes) -> etree._Element | None:
    # Not the parser's idea of the encoding: pages are UTF-8, and one that is not is a finding.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # nothing in it
        return None


def _name(meta: etree._Element) -> str:
    return (meta.get("name") or meta.get("property") or "").lower()


def _links(root: etree._Element) -> Iterator[Link]:
    # An expression for all these attributes takes five times as long.
    for node in root.iter("*"):
        if _LINKED.isdisjoint(node.keys()):
            continue
        line = node.sourceline or 1
        for name, value in node.items():
            if name in _ATTRIBUTES:
                yield Link(line=line, url=value)
            elif name in _LISTS:
                for part in filter(None, map(str.split, value.split(","))):
                    yield Link(line=line, url=part[0])
    for block in _JSON(root):
        try:
            value = json.loads(block.text or "")
        except ValueError:
            continue  # the page is shown all the same, and its maker has tests
        for _, text in json_strings(value):
            yield Link(line=block.sourceline or 1, url=text, loose=True)
