"""What no page may hold: inline code and style, unsafe addresses, loads from elsewhere, files without integrity.

A page is not parsed. Which `<` starts a tag depends on what stands before it (comments, raw text,
SVG), and parsers have been talked into seeing different things. So every `<` with a letter behind it counts
as a tag, wherever it stands, and a tag that holds another `<` is refused: whatever a browser takes for a tag
is among those judged here. Text is escaped in our pages, so nothing else looks like a tag.
"""

from __future__ import annotations

import functools
import html
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pressroom.findings import Finding
from pressroom.site.tags import problems_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

# All tags but end tags, which do nothing. `[^<>]` ends too early in `title="a > b"`: see _WHOLE.
_TAGS = re.compile(rb"<(?!/)[^<>]*>?")
_NAME = rb"[a-zA-Z_:@][a-zA-Z0-9_:@.-]*"
# A tag that ends at its first `>` and is read in one way only. Others are looked at in their page.
_WHOLE = re.compile(
    rb"<[a-zA-Z][a-zA-Z0-9-]*(?:[\t\n\f\r ]+"
    + _NAME
    + rb"(?:=(?:\"[^\"<>]*\"|'[^'<>]*'|[^\t\n\f\r \"'<>=`]+(?=[\t\n\f\r >])))?)*[\t\n\f\r ]*/?>|<!doctype html>|<!--(?:[^<>-]|-(?!-))*-->",
    re.IGNORECASE,
)
# What most tags of a page are: nothing to judge. Only for speed; _WHOLE and problems_of would say the same.
_PLAIN = re.compile(
    rb"<(?:a(?: href=\"(?:[./#][^\":&<>]*|[a-z0-9_-]+[./#][^\":&<>]*)\"| (?:class|id|title|aria-[a-z]+|rel)=\"[^\"<>]*\")*"
    rb"|(?:span|div|p|li|td|th|tr|code|h[1-6]|time|label)(?: (?:class|id|title|aria-[a-z]+|for|datetime)=\"[^\"<>]*\")*"
    rb"|meta name=\"[a-z]+\" content=\"[^\"<>]*\"|link rel=\"canonical\" href=\"https?://[^\"&<>]*\")>"
)
# The tags that come again on each page (head, navigation) are judged once. Links are not kept: most of
# them are unique, and a thousand pages of lists would fill the memory that the next tags need.
_REMEMBERED = 20_000
_UNIQUE = b"<a "

# The space of the HTML Standard: a vertical tab, which \s has too, belongs to names there. So does a `<`, but
# other parsers see a tag behind it.
_TAG = re.compile(rb"<([a-zA-Z][^\t\n\f\r /><]*)")
_ATTRIBUTE = re.compile(
    rb"[\t\n\f\r /]*(=?[^\t\n\f\r />=]*)"
    rb"(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:\"([^\"]*)(?:\"|\Z)|'([^']*)(?:'|\Z)|([^\t\n\f\r >]*)))?"
)
_UTF_16 = (b"\xfe\xff", b"\xff\xfe")


def is_clean(data: bytes, *, origins: frozenset[str]) -> bool:
    """Whether a page, or a piece of one that starts and ends outside tags, has certainly nothing to find."""
    return _scanner(origins).passes(data)


def scan_html(data: bytes, *, where: str, origins: frozenset[str]) -> list[Finding]:
    """What a page may not hold; `origins` are the addresses of its own site, which it may load from."""
    scanner = _scanner(origins)
    if scanner.passes(data):
        return []
    findings = []
    line, counted = 1, 0
    for start, message, hint in scanner.look(data):
        line += data.count(b"\n", counted, start)
        counted = start
        findings.append(Finding(where=where, line=line, message=message, hint=hint))
    return findings


class _Scanner:
    """The judge of one site's pages, who remembers tags that were fine."""

    def __init__(self, origins: frozenset[str]) -> None:
        self.origins = frozenset(map(_origin, origins))
        self.fine: set[bytes] = set()

    def passes(self, data: bytes) -> bool:
        """Whether there is certainly nothing to find."""
        if data.startswith(_UTF_16):
            return False
        for tag in set(_TAGS.findall(data)) - self.fine:
            if _PLAIN.fullmatch(tag) is None and (
                _WHOLE.fullmatch(tag) is None or any(self.look(tag))
            ):
                return False
            if not tag.startswith(_UNIQUE) and len(self.fine) < _REMEMBERED:
                self.fine.add(tag)
        return True

    def look(self, data: bytes) -> Iterator[tuple[int, str, str]]:
        """Every finding as position, message, hint."""
        if data.startswith(_UTF_16):
            yield 0, "starts with a byte order mark of UTF-16", "save the page as UTF-8"
        for match in _TAG.finditer(data):
            name = _text(match[1]).lower()
            attributes, broken = _attributes(data, match.end())
            for message, hint in [*broken, *problems_of(name, attributes, self.origins)]:
                yield match.start(), f"<{shown(name)}> {message}", hint


@functools.lru_cache(maxsize=64)
def _scanner(origins: frozenset[str]) -> _Scanner:
    return _Scanner(origins)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _attributes(data: bytes, position: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The attributes of a tag as a browser reads them, and what makes the tag unreadable."""
    attributes = []
    end = data.find(b"<", position)
    end = len(data) if end < 0 else end
    while position < end and data[position] != ord(">"):
        match = _ATTRIBUTE.match(data, position, end)
        assert match is not None  # every part of it may be empty
        position = match.end()
        if match[1]:
            value = next((part for part in match.groups()[1:] if part is not None), b"")
            attributes.append((_text(match[1]).lower(), html.unescape(_text(value))))
    if position < end:
        return attributes, []
    if end < len(data):
        broken = (
            "holds a bare <, which can be read in two ways",
            "write &lt; in attributes and text",
        )
    else:
        broken = "is not closed", "end the tag with >"
    return attributes, [broken]


def _text(data: bytes) -> str:
    return data.decode(errors="replace")
