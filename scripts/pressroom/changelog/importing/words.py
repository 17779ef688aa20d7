"""Whether each word of a project's own changelog is in what was made of it: asked of the lines, not of the parser."""

from __future__ import annotations

import collections
import re
from typing import TYPE_CHECKING

from pressroom.changelog.model import Entry
from pressroom.changelog.styles.months import month_meant
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pressroom.changelog.model import Block, Release

# Letters and digits of any script in a row, and every sign beyond ASCII by itself.
_WORD = re.compile(r"[^\W_]+|[^\x00-\x7f\s]")
_HEADING_LINES = 3
# What people write between a version, its date and its author.
_BETWEEN = frozenset({"and", "by", "of", "on", "the", "version", "release", "released", "v"})
_ADDRESS = re.compile(r"<[^<>\s@]*@[^<>\s]*>")
_LINK = re.compile(r"\]\([^\s()]*\)")


def words_of(text: str) -> list[str]:
    """The words of a text in order."""
    return _WORD.findall(text)


def check_words(
    lines: Sequence[str],
    read: Sequence[Release],
    written: Sequence[Release],
    *,
    where: str,
    shown: Callable[[str], str],
) -> list[Finding]:
    """An error for each line that has a word which the release made of it has not.

    `lines` are those of the file up to the end of its history; `read` are the releases with their lines there,
    `written` what each became; `shown` is a line with its references resolved.
    """
    findings = []
    ends = [*(release.line - 1 for release in read[1:]), len(lines)][: len(read)]
    followers = [*read[1:], None][: len(read)]
    for release, after, end, made in zip(read, followers, ends, written, strict=True):
        section = _Section(release, after, made)
        for number in range(release.line - 1, end):
            lost = section.lost(number + 1, lines, end, shown)
            if lost:
                findings.append(_finding(lost, where=where, line=number + 1))
    return findings


def _finding(lost: list[str], *, where: str, line: int) -> Finding:
    return Finding(
        where=where,
        line=line,
        message=f"words would be lost: {' '.join(lost)[:80]!r}",
        hint="this is our mistake, and nothing was written: change that line a little, or report it",
    )


class _Section:
    """The words of one release that its lines have not used up yet."""

    def __init__(self, release: Release, after: Release | None, made: Release) -> None:
        self.release, self.after = release, after
        self.left = collections.Counter(
            word for text in _texts(made.blocks) for word in words_of(text)
        )
        first = next((one.line for one in release.blocks if one.line > release.line), None)
        self.body = min(first or release.line + _HEADING_LINES, release.line + _HEADING_LINES)
        self.said = _said(release) | (_said(made) if made.bad is None else {*_said(made), "yanked"})

    def lost(
        self, number: int, lines: Sequence[str], end: int, shown: Callable[[str], str]
    ) -> list[str]:
        """The words of a line that are nowhere."""
        is_heading = number < self.body
        line = lines[number - 1]
        if is_heading:
            # A name before the version is the project's, a link behind it an address of the version. Mail
            # addresses of authors are left out on purpose: the style's findings say so.
            _, version, behind = line.partition(self.release.version)
            line = _ADDRESS.sub("", _LINK.sub("]", behind if version else line))
        # A reference in code is text: then the line as it stands is what has to be there.
        missing = self._take(shown(line), is_heading=is_heading)
        if missing and shown(line) != line:
            missing = self._take(line, is_heading=is_heading)
        above_next = self.after is not None and not any(map(str.strip, lines[number:end]))
        if missing and above_next:
            # A date can stand above the heading that it is of.
            assert self.after is not None, "asked above"
            missing = [word for word in missing if not _is_in(word, self.after)]
        return missing

    def _take(self, line: str, *, is_heading: bool) -> list[str]:
        """The words that are nowhere; if there are none, those that are there count no more."""
        needed = collections.Counter(
            word for word in words_of(line) if not (is_heading and self._is_heading(word))
        )
        missing = [word for word in needed if needed[word] > self.left[word]]
        if not missing:
            self.left -= needed
        return missing

    def _is_heading(self, word: str) -> bool:
        return word.casefold() in self.said or _is_in(word, self.release)


def _said(release: Release) -> set[str]:
    """The words of a heading."""
    words = [*words_of(release.version), *(w for name in release.authors for w in words_of(name))]
    undated = {"undated"} if release.undated else set()
    return {word.casefold() for word in words} | _BETWEEN | undated


def _is_in(word: str, release: Release) -> bool:
    """Whether the word is a part of the date, in any spelling that was understood."""
    date = release.date
    if date is None:
        return False
    number = re.fullmatch(r"([0-9]{1,4})(?:st|nd|rd|th|er)?", word)
    if number:
        return int(number[1]) in {date.year, date.month, date.day}
    meant = month_meant(word)
    return meant is not None and meant in date.words.split()


def _texts(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        yield block.text
        if isinstance(block, Entry):
            yield from _texts(block.children)
