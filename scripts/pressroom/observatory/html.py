"""The scripts and meta tags of a page, as the Observatory's parser sees them.

That is htmlparser2 12: a stream of tags, without the tree that a browser builds (measured). It knows two
things that are not in the tags: elements that hold nothing but text, and SVG and MathML, where these are ordinary.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.observatory import html_grammar
from pressroom.observatory.html_entities import decode_references
from pressroom.observatory.html_nesting import FORM, HTML, Nesting

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

_SCRIPT = "script"
_META = "meta"
_TEXT_END = {
    name: html_grammar.end_of(name)
    for name in ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
}
# Nothing ends this one.
_PLAINTEXT = "plaintext"
_NEXT_START = html_grammar.next_start((_META, "math", "svg", _PLAINTEXT, *_TEXT_END))


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A start tag `<script>`; None for an attribute that it has not."""

    src: str | None
    integrity: str | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """A start tag `<meta>`; None for an attribute that it has not."""

    http_equiv: str | None
    name: str | None
    content: str | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """The tags of a page that the Observatory looks at, in order."""

    scripts: tuple[Script, ...] = ()
    metas: tuple[Meta, ...] = ()


class _OutsideError(Exception):
    """What a tag inside SVG or MathML does depends on the elements that are open outside."""


def read_tags(text: str) -> Tags:
    """All scripts and meta tags of a page; their attributes with references decoded, else as they stand."""
    try:
        found = list(_tags(text))
    except _OutsideError:
        # Rare: `<p><svg></p>`. Then what is open has to be known from the start.
        found = list(_tags_inside(text, 0, Nesting(), has_outside=False))
    scripts = []
    metas = []
    for name, attributes in found:
        values = _attributes(attributes)
        if name == _SCRIPT:
            scripts.append(Script(src=values.get("src"), integrity=values.get("integrity")))
        else:
            metas.append(
                Meta(
                    http_equiv=values.get("http-equiv"),
                    name=values.get("name"),
                    content=values.get("content"),
                )
            )
    return Tags(scripts=tuple(scripts), metas=tuple(metas))


def _attributes(text: str) -> dict[str, str]:
    """The values by the name in lower case; of two with one name the first counts."""
    values: dict[str, str] = {}
    for name, double, single, bare in html_grammar.ATTRIBUTE.findall(text):
        values.setdefault(name.lower(), decode_references(double or single or bare))
    return values


def _tags(text: str) -> Iterator[tuple[str, str]]:
    """Names and attributes of the tags; elements are counted within SVG and MathML only."""
    at = 0
    while tag := _NEXT_START.match(text, at):
        name = tag[1].lower()
        at = tag.end()
        if name in (_SCRIPT, _META):
            yield name, tag[2]
        if name == _PLAINTEXT:
            return
        if name in _TEXT_END:
            at = _end_of_text(text, at, name)
        elif name != _META:
            nesting = Nesting()
            nesting.start(name, closes_itself="/" in tag[3])
            if not nesting.is_empty:
                at = yield from _tags_inside(text, at, nesting, has_outside=True)


def _tags_inside(
    text: str, at: int, nesting: Nesting, *, has_outside: bool
) -> Generator[tuple[str, str], None, int]:
    """The same, with an eye on every element; with an outside, to the end of the first one open.

    Returns where that is.
    """
    while tag := html_grammar.NEXT_TAG.match(text, at):
        at = tag.end()
        end, start, attributes, before_end = tag.groups()
        if end is not None:
            if not nesting.end(end.lower()) and has_outside:
                raise _OutsideError
            if has_outside and nesting.is_empty:
                return at
            continue
        name = start.lower()
        if name == FORM and has_outside:
            raise _OutsideError
        if name in (_SCRIPT, _META):
            yield name, attributes
        if name == _PLAINTEXT and nesting.inside == HTML:
            break
        is_text = name in _TEXT_END and nesting.inside == HTML
        nesting.start(name, closes_itself="/" in before_end)
        if is_text:
            at = _end_of_text(text, at, name)
            nesting.end(name)
    return len(text)


def _end_of_text(text: str, at: int, name: str) -> int:
    """Where an element ends that holds nothing but text: with the page, if nothing ends it."""
    end = _TEXT_END[name].search(text, at)
    return end.end() if end else len(text)
