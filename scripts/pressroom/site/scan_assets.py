"""What no stylesheet and no drawing of a site may hold: code, imports, loads from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from pressroom.findings import Finding
from pressroom.site.tags import clean_url, problems_of, shown, url_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

# CSS Syntax 3, section 4: comments, strings, names (with escapes), and url( with what stands in it.
# Most names matter to nobody: runs of those that are no function and no @rule are taken in one bite.
_CSS = re.compile(
    r"""
    (?P<comment>/\*.*?(?:\*/|\Z))
    | (?P<string>"(?:[^"\\\n\r\f]|\\.)*["\n\r\f]?|'(?:[^'\\\n\r\f]|\\.)*['\n\r\f]?)
    | (?P<name>@NAME|NAME(?=\())
    | (?P<dull>(?:NAME(?!\()|[^-\w@"'/\\\x80-\U0010ffff]++)++)
    """.replace("NAME", r"(?:[-\w]|[^\x00-\x7f]|\\[^\n\r\f])++"),
    re.VERBOSE | re.DOTALL,
)
# What stands behind url( if it is no string.
_BARE = re.compile(r"""\(\s*([^\s"')]*)""")
_ESCAPE = re.compile(
    r"\\(?:([0-9a-fA-F]{1,6})(?:\r\n|[ \t\n\r\f])?|(\r\n|[\n\r\f])|(.))", re.DOTALL
)
_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?//[\w\[]|(?:data|javascript|vbscript|blob|file):", re.IGNORECASE
)

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_XLINK = "{http://www.w3.org/1999/xlink}"


def scan_css(
    data: bytes, *, where: str, origins: frozenset[str] = frozenset(), line: int = 1
) -> list[Finding]:
    """What a stylesheet may not hold; `line` is that of its first line in its file."""
    text = data.decode(errors="replace")
    return [
        Finding(where=where, line=line + text.count("\n", 0, start), message=message, hint=hint)
        for start, message, hint in _css_problems(text, origins)
    ]


def css_urls(text: str) -> list[tuple[int, str]]:
    """The addresses that a stylesheet loads, each with its position."""
    return [(start, value) for start, kind, value in _css_tokens(text) if kind == "url"]


def _css_problems(text: str, origins: frozenset[str]) -> Iterator[tuple[int, str, str]]:
    for start, kind, value in _css_tokens(text):
        if kind == "url" or (kind == "string" and _ADDRESS.match(clean_url(value))):
            for message, hint in url_problems("url()", value, origins):
                yield start, message, hint
        elif kind == "name" and value.lower() == "@import":
            yield start, "has an @import", "list the other stylesheet in the page, with integrity"


def _css_tokens(text: str) -> Iterator[tuple[int, str, str]]:
    """Names, strings and addresses with their positions, escapes resolved."""
    position, address_at = 0, -1
    while match := _CSS.search(text, position):
        position = match.end()
        if match["string"] is not None:
            kind = "url" if match.start() == address_at else "string"
            quote = match["string"][0]
            yield match.start(), kind, _unescape(match["string"][1:].removesuffix(quote))
        elif match["name"] is not None:
            name = _unescape(match["name"])
            yield match.start(), "name", name
            bare = _BARE.match(text, position)
            if bare is not None and name.lower() in {"url", "src"}:
                position = address_at = bare.end()
                if bare[1]:
                    yield match.start(), "url", _unescape(bare[1])


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[1]:
            number = int(match[1], 16)
            return chr(number) if 0 < number < 0x110000 else "\ufffd"
        return match[3] or ""

    return _ESCAPE.sub(character, text)


def scan_svg(data: bytes, *, where: str) -> list[Finding]:
    """What a drawing may not hold, which may be opened as a page of its own."""

    def finding(line: int, message: str, hint: str) -> Finding:
        return Finding(where=where, line=line, message=message, hint=hint)

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        number = getattr(error, "lineno", None) or 1
        return [finding(number, f"is not XML: {shown(str(error))}", "export the drawing again")]
    findings = []
    if root.getroottree().docinfo.doctype:
        findings.append(finding(1, "has a document type", "remove the <!DOCTYPE …> line"))
    # Comments and instructions stand before the root too, and there a stylesheet is named.
    for node in root.getroottree().xpath("//node()[not(self::text())]"):
        findings += [
            finding(node.sourceline or 1, message, hint) for message, hint in _node_problems(node)
        ]
        if _local(node) == "style":
            style = "".join(node.itertext()).encode(errors="replace")
            findings += scan_css(style, where=where, line=node.sourceline or 1)
    return findings


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname.lower() if isinstance(node.tag, str) else ""


def _node_problems(node: etree._Element) -> Iterator[tuple[str, str]]:
    if isinstance(node, etree._ProcessingInstruction):  # noqa: SLF001 - the class has no public name
        yield f"has an instruction <?{shown(node.target)}?>", "remove it"
    if not isinstance(node.tag, str):
        return
    name = _local(node)
    if etree.QName(node).namespace == _XHTML:
        yield f"<{shown(name)}> is HTML in a drawing", "draw with SVG elements only"
    attributes = [(_attribute(str(key)), str(value)) for key, value in node.attrib.items()]
    if name == "script":  # SVG's has href for src, and is refused with either
        yield "<script> is not allowed", "remove it"
    else:
        judged = [pair for pair in attributes if pair[0] != "style"]
        for message, hint in problems_of("g" if name == "style" else name, judged, frozenset()):
            yield f"<{shown(name)}> {message}", hint
    for key, value in attributes:
        if key == "style":
            for _, message, hint in _css_problems(value, frozenset()):
                yield f"<{shown(name)}> {message}", hint


def _attribute(key: str) -> str:
    """`href` of XLink has many prefixes, one meaning."""
    return "xlink:href" if key == f"{_XLINK}href" else key.rpartition("}")[2].lower()
