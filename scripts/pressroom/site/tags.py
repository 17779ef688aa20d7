"""The rules for one tag of a page: what it may say, run and load."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Problem = tuple[str, str]

_FORBIDDEN = {
    "style": "put the rules into a stylesheet of the site",
    "base": "remove it: it would change where every link leads",
    **dict.fromkeys(
        ("iframe", "frame", "frameset", "object", "embed", "applet", "portal", "fencedframe"),
        "link to it instead",
    ),
    "foreignobject": "draw with SVG elements only",
}
# Element names that a browser runs; data blocks are for reading only.
_DATA_BLOCKS = frozenset({"application/json", "application/ld+json"})
_URLS = frozenset(
    [
        "href",
        "xlink:href",
        "src",
        "srcset",
        "imagesrcset",
        "data",
        "poster",
        "action",
        "formaction",
        "background",
        "cite",
        "ping",
        "manifest",
        "longdesc",
        "lowsrc",
        "dynsrc",
        "codebase",
        "archive",
        "classid",
        "icon",
        "profile",
        "usemap",
        "attributionsrc",
    ]
)
# Where these stand on an element that only points somewhere, nothing is fetched.
_POINTERS = frozenset({"a", "area"})
_QUIET = frozenset({"cite", "longdesc", "profile", "usemap"})
_QUIET_RELATIONS = frozenset(
    [
        "alternate",
        "author",
        "bookmark",
        "canonical",
        "first",
        "help",
        "index",
        "last",
        "license",
        "me",
        "next",
        "pgpkey",
        "prev",
        "privacy-policy",
        "search",
        "self",
        "start",
        "terms-of-service",
        "up",
        "via",
    ]
)
_LISTS = frozenset({"srcset", "imagesrcset", "ping"})
# What a link may start with; all else (data, javascript, vbscript, blob, file …) runs or reads things.
_SCHEMES = frozenset({"http", "https", "mailto", "ftp", "tel", "xmpp", "irc", "ircs"})
_ANIMATIONS = frozenset({"animate", "set", "animatetransform", "animatemotion", "animatecolor"})
# SVG attributes that are CSS values.
_PAINT = frozenset(
    [
        "fill",
        "stroke",
        "filter",
        "mask",
        "clip-path",
        "marker",
        "marker-start",
        "marker-mid",
        "marker-end",
        "cursor",
    ]
)
_INTEGRITY = re.compile(r"sha384-[A-Za-z0-9+/]{64}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_ENDS = "".join(map(chr, range(0x21)))


def problems_of(
    element: str, attributes: Sequence[tuple[str, str]], origins: frozenset[str]
) -> Iterator[Problem]:
    """All that is wrong with a tag, as message and hint; of two equal attributes the first counts."""
    first = dict(reversed(attributes))
    # "svg:script" is a script in an XML parser.
    if element.rpartition(":")[2] in _FORBIDDEN:
        yield "is not allowed", _FORBIDDEN[element.rpartition(":")[2]]
    yield from _code_problems(element, first)
    yield from _integrity_problems(element, first)
    for name, value in attributes:
        yield from _attribute_problems(name, value)
        if name in _URLS:
            fetched = _fetches(element, name, first)
            for url in _urls(name, value):
                yield from url_problems(name, url, origins if fetched else None)


def url_problems(name: str, url: str, origins: frozenset[str] | None) -> Iterator[Problem]:
    """What is wrong with an address; with `origins`, it is fetched, and from there only."""
    url = clean_url(url)
    scheme = _SCHEME.match(url.lower())
    if scheme is not None and scheme[1] not in _SCHEMES:
        yield f"has a {scheme[1]}: address in {name}", "link to a page or a file, by path or https:"
    elif (
        origins is not None
        and (scheme is not None or url.startswith("//"))
        and not _own(url, origins)
    ):
        yield f"loads from another host in {name}: {shown(url)}", "put the file into the site"


def shown(text: str) -> str:
    """A piece of a page as a message may hold it: short, and nothing that a terminal obeys."""
    text = text if len(text) <= 80 else text[:79] + "…"
    return text if text.isprintable() else ascii(text)[1:-1]


def clean_url(url: str) -> str:
    """The address as a browser reads it (URL Standard): no control characters, slashes for backslashes."""
    if url.isprintable():  # spaces are printable, tabs and line ends are not
        return url.strip(" ").replace("\\", "/")
    return re.sub(r"[\t\n\r]", "", url.strip(_ENDS)).replace("\\", "/")


def _own(url: str, origins: frozenset[str]) -> bool:
    match = re.match(r"https?://[^/?#]*", url, re.IGNORECASE)
    return match is not None and match[0].lower() in origins


def _code_problems(element: str, first: Mapping[str, str]) -> Iterator[Problem]:
    if element.rpartition(":")[2] == "script":
        kind = first.get("type", "").strip(_ENDS).lower()
        if "src" not in first and kind not in _DATA_BLOCKS:
            yield "has no src: inline code", "put the code into a file of the site"
    if element == "meta" and first.get("http-equiv", "").strip(_ENDS).lower() == "refresh":
        yield "refreshes the page", "let the server redirect: a line in the redirects table"
    if element in _ANIMATIONS and re.fullmatch(
        r"(?:xlink:)?href|on.*|style", first.get("attributename", "").strip(_ENDS).lower()
    ):
        yield "animates an address or code", "animate looks only"


def _integrity_problems(element: str, first: Mapping[str, str]) -> Iterator[Problem]:
    relations = set(first.get("rel", "").lower().split())
    if element == "script" and "src" in first:
        what = "script"
    elif element == "link" and relations & {"stylesheet", "modulepreload"}:
        what = "stylesheet" if "stylesheet" in relations else "module"
    else:
        return
    hint = "write it with the template functions script() and stylesheet(), which know the file"
    if not _INTEGRITY.fullmatch(first.get("integrity", "")):
        yield f"loads a {what} without integrity (sha384)", hint
    if "crossorigin" not in first:
        # Fetch: without it the request is no-cors, and Integrity-Policy blocks it even from here.
        yield f"loads a {what} without crossorigin", hint


def _attribute_problems(name: str, value: str) -> Iterator[Problem]:
    if name == "style":
        yield "has a style attribute", "give it a class, and the class a rule in a stylesheet"
    elif name.startswith("on") and len(name) > 2:
        yield f"has the event handler {shown(name)}", "let a script of the site add the listener"
    elif name == "srcdoc":
        yield "has a page inside (srcdoc)", "link to it instead"
    elif name in _PAINT and (
        "\\" in value
        or any(
            not target.startswith("#") for target in re.findall(r"(?i)url\(\s*[\"']?(.?)", value)
        )
    ):
        yield f"has an address in {name}", "refer to a definition on the page: url(#id)"


def _fetches(element: str, name: str, first: Mapping[str, str]) -> bool:
    """Whether a browser fetches the address (or sends something there) without being asked."""
    if name in _QUIET:
        return False
    if name in {"href", "xlink:href"}:
        if element == "link":
            relations = first.get("rel", "").lower().split()
            return not relations or not _QUIET_RELATIONS.issuperset(relations)
        return element not in _POINTERS
    return True


def _urls(name: str, value: str) -> list[str]:
    if name not in _LISTS:
        return [value]
    # A comma may belong to the address (srcset) but no address of ours has one: judge every part.
    return [
        part
        for part in re.split(r"[\s,]+", value)
        if part and not re.fullmatch(r"[\d.]+[wxh]", part)
    ]
