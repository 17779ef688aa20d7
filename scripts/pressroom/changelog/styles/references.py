"""The link references at the end of a changelog: one more for a new version, as the others are written.

keepachangelog.com has `[1.1.0]: https://…/compare/v1.0.0...v1.1.0` for each version, and
`[Unreleased]: https://…/compare/v1.1.0...HEAD` above them.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.headings import is_version
from pressroom.changelog.model import UNRELEASED
from pressroom.changelog.styles.lines import BOM, line_end, split_lines
from pressroom.changelog.styles.markdown_file import REFERENCE, history_end

if TYPE_CHECKING:
    from collections.abc import Mapping

_DOTS = ("...", "..")  # between two tags; a version has single ones
_UNRELEASED = UNRELEASED.casefold()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Reference:
    """A line `[label]: target`, and where in it these stand."""

    line: int  # counted from 0
    text: str
    label: tuple[int, int]
    target: tuple[int, int]

    @property
    def url(self) -> str:
        return self.text[slice(*self.target)]

    def again(self, url: str, *, label: str | None = None) -> str:
        """The line with another address, and with another label; what stands behind the address is the old one's."""
        name = self.text[slice(*self.label)] if label is None else label
        behind = self.text[self.target[1] :]
        behind = behind if label is None else behind[: behind.startswith(">")]
        return f"{self.text[: self.label[0]]}{name}{self.text[self.label[1] : self.target[0]]}{url}{behind}"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """An address that compares two tags, cut at the dots between them."""

    left: str
    dots: str
    right: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """An address that compares two tags: what stands before them, between them, and around a version in one."""

    base: str
    dots: str
    lead: str
    trail: str

    def name(self, version: str) -> str:
        """The tag of a version."""
        return f"{self.lead}{version}{self.trail}"

    def tag(self, version: str) -> str:
        """The same with what stands before it."""
        return self.base + self.name(version)

    def version(self, tag: str) -> str:
        """The version of such a tag; empty if it is none."""
        inside = tag.removeprefix(self.base + self.lead).removesuffix(self.trail)
        return inside if is_version(inside) and tag == self.tag(inside) else ""


def add_reference(text: str, version: str, *, newest: str) -> str:
    """The text with a link reference for a version, made like that of the one which was the newest before.

    What `[Unreleased]` compares with starts at the new version then. Where the newest version and
    `[Unreleased]` have no address that compares tags with these versions in them, the text stays as it is.
    """
    lines = split_lines(text)
    found = _references(lines)
    pattern = _pattern(found, newest)
    unreleased = found.get(_UNRELEASED)
    model = found.get(newest.casefold(), unreleased)
    if pattern is None or model is None or version.casefold() in found:
        return text
    later = _compared(unreleased.url) if unreleased else None
    if unreleased and later and pattern.version(later.left):
        mended = unreleased.again(f"{pattern.tag(version)}{later.dots}{later.right}")
        lines[unreleased.line] = mended + _end_of(lines[unreleased.line])
    url = f"{pattern.tag(newest)}{pattern.dots}{pattern.name(version)}"
    made, end = model.again(url, label=version), line_end(text)
    # Below what is not released, and below an older version where the oldest stands first.
    if model is unreleased or _is_rising(found, model, pattern):
        last = lines[model.line]
        both = [last, made + end] if _end_of(last) else [last + end, made]
        lines[model.line : model.line + 1] = both
    else:
        lines.insert(model.line, made + end)
    return BOM * text.startswith(BOM) + "".join(lines)


def _end_of(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :]


def _references(lines: list[str]) -> dict[str, _Reference]:
    """The references that end the text, by label; the first of a label counts, as in Markdown."""
    bare = [line.removesuffix(_end_of(line)) for line in lines]
    found: dict[str, _Reference] = {}
    for number in range(history_end(bare), len(bare)):
        match = REFERENCE.fullmatch(bare[number])
        if match:
            one = _Reference(
                line=number, text=match[0], label=match.span("label"), target=match.span("target")
            )
            found.setdefault(match["label"].casefold(), one)
    return found


def _pattern(found: Mapping[str, _Reference], newest: str) -> _Pattern | None:
    """How addresses are made: from that of the newest version or, if it has none, of what is not released."""
    of_newest, of_unreleased = (
        _compared(found[label].url) if label in found else None
        for label in (newest.casefold(), _UNRELEASED)
    )
    if of_newest and (around := _around(of_newest.right, newest)):
        lead, trail = map(re.escape, around)
        left = re.fullmatch(rf"(?P<base>.*/){lead}(?P<version>[^/]+){trail}", of_newest.left)
        if left and is_version(left["version"]):
            return _Pattern(base=left["base"], dots=of_newest.dots, lead=around[0], trail=around[1])
    if of_unreleased:
        base, slash, tag = of_unreleased.left.rpartition("/")
        if slash and (around := _around(tag, newest)):
            return _Pattern(
                base=base + slash, dots=of_unreleased.dots, lead=around[0], trail=around[1]
            )
    return None


def _around(tag: str, version: str) -> tuple[str, str] | None:
    """What stands before and behind a version in a tag; None if it has another one."""
    lead, there, trail = tag.rpartition(version)
    is_part = lead[-1:].isdigit() or lead[-1:] == "." or trail[:1].isalnum() or trail[:1] == "."
    return (lead, trail) if there and not is_part else None


def _compared(url: str) -> _Compared | None:
    for dots in _DOTS:
        left, there, right = url.rpartition(dots)
        if there:
            is_plain = left and right and not re.search("[?#]", right)
            return _Compared(left=left, dots=dots, right=right) if is_plain else None
    return None


def _is_rising(found: Mapping[str, _Reference], newest: _Reference, pattern: _Pattern) -> bool:
    """Whether the version that the newest one is compared with has its reference above it."""
    compared = _compared(newest.url)
    older = found.get(pattern.version(compared.left).casefold()) if compared else None
    return older is not None and older.line < newest.line
