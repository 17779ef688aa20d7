"""Changelogs from their Markdown: nothing that is not blank is lost, and nothing raises.

Only the block structure is read here; the text of a bullet stays as it was written.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pressroom.changelog.headings import Heading, format_heading, parse_heading
from pressroom.changelog.model import (
    BadRelease,
    Changelog,
    Entry,
    Project,
    ProjectFacts,
    Prose,
    Release,
)
from pressroom.findings import Finding, Severity
from pressroom.frontmatter import parse_front_matter, split_document
from pressroom.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.changelog.model import Block

# Levels of Markdown blocks; a bullet inside a bullet is two of them.
MAX_LEVELS = 80

_BLOCKS = MarkdownIt("commonmark", {"html": False, "maxNesting": MAX_LEVELS})
# A definition would vanish; text over a line of dashes is no heading here; four spaces are an indent, not code.
_BLOCKS.block.ruler.disable(["reference", "lheading", "code"])

_BAD = re.compile(r"Bad release(?:, use (?P<use>[0-9][^\s:]*))?: *(?P<reason>\S.*)", re.DOTALL)
_MARKERS_ONLY = re.compile(r"[\s>*+-]*")
_MARKERS = re.compile(r"^\s*(?:[-*+]\s+)+")
_BULLET_SIGN = re.compile(r"^\s*[•‣▪◦·]", re.MULTILINE)
_REFUSED_LINK = re.compile(r"\]\(\s*<?\s*(javascript|vbscript|data)\s*:", re.IGNORECASE)


def parse_changelog(text: str, *, where: str) -> tuple[Changelog, list[Finding]]:
    """The changelog of the project that the file's stem names, and all that is wrong with its text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    document, findings = split_document(text, where=where)
    project = None
    if not findings:
        facts, findings = parse_front_matter(document, ProjectFacts)
        if facts is not None:
            values = {field.name: getattr(facts, field.name) for field in dataclasses.fields(facts)}
            project = Project(id=PurePosixPath(where).stem, **values)
            findings = findings + _unseen(project, where)
    preamble, releases, found = parse_releases(document.body, where=where, line=document.body_line)
    return Changelog(project=project, preamble=preamble, releases=releases), findings + found


def parse_releases(
    body: str, *, where: str, line: int = 1
) -> tuple[tuple[Prose, ...], tuple[Release, ...], list[Finding]]:
    """What stands before the first release, the releases, and findings; `line` is the body's first line."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    return _Body(body, where=where, first=line).parse()


def _unseen(project: Project, where: str) -> list[Finding]:
    """Escapes of YAML can hide what a reader of the page cannot see; links must be https."""
    texts = [
        project.name,
        project.title,
        project.description,
        project.license,
        project.announce_title,
    ]
    texts += [announcement.note for announcement in project.announcements]
    findings = [finding for text in texts for finding in check_text(text, where=where, line=2)]
    urls = ("repository", "homepage", "documentation", "issues")
    findings += [
        Finding(
            where=where,
            line=2,
            message=f"{key} {url!r} is no https address",
            hint="write it with https://",
        )
        for key in urls
        if (url := getattr(project, key)) and not re.fullmatch(r"https://[^\s<>\"']+", url)
    ]
    return findings


class _Body:
    """One parse of a body."""

    def __init__(self, body: str, *, where: str, first: int) -> None:
        self.where, self.first = where, first
        self.lines = body.split("\n")
        self.covered = [not line.strip() for line in self.lines]
        self.findings: list[Finding] = check_text(body, where=where, line=first)
        self.tokens: list[Token] = []
        _BLOCKS.block.parse(body, _BLOCKS, {}, self.tokens)

    def parse(self) -> tuple[tuple[Prose, ...], tuple[Release, ...], list[Finding]]:
        starts = list(self._starts())
        edges = [start for start, _, _ in starts] + [len(self.lines)]
        first, ends = edges[0], edges[1:]
        preamble = self._prose(0, first)
        releases = tuple(
            self._release(heading, start, end, tokens)
            for (start, heading, tokens), end in zip(starts, ends, strict=True)
        )
        self._look_at_texts()
        return ((preamble,) if preamble.text else ()), releases, self.findings

    def _starts(self) -> Iterator[tuple[int, Heading, int]]:
        """The first line of each release, its heading, and the index of the first token after it."""
        for index, token in enumerate(self.tokens):
            if token.type != "heading_open" or token.level != 0 or token.tag != "h2":
                continue
            assert token.map is not None
            start = token.map[0]
            text = self.tokens[index + 1].content
            heading = parse_heading(text)
            if heading is None:
                hint = 'write "## 1.4.31 - 10 August 2019, Name", or start a heading inside a release with ###'
                self._add(start, f"heading {text!r} is no release", hint)
                continue
            self.covered[start] = True
            self._judge_heading(start, text, heading)
            yield start, heading, index + 3

    def _judge_heading(self, start: int, text: str, heading: Heading) -> None:
        right = format_heading(heading)
        if " ".join(text.split()) != right:
            self._add(start, f"release heading {text!r}", f'write "## {right}"')
        elif heading.date is None and not heading.undated and heading.version[0].isdecimal():
            self._add(
                start,
                f"release {heading.version} has no date",
                f'write "## {heading.version} - 10 June 2026, Name", or "- undated" after the version',
                severity=Severity.WARNING,
            )

    def _release(self, heading: Heading, start: int, end: int, index: int) -> Release:
        bad, index = self._bad_mark(index)
        blocks = self._blocks(index, end, 0)
        blocks += self._leftover(start, end)
        return Release(
            version=heading.version,
            date=heading.date,
            authors=heading.authors,
            bad=bad,
            blocks=tuple(blocks),
            undated=heading.undated,
            line=self.first + start,
            source=self._text(start, end),
        )

    def _bad_mark(self, index: int) -> tuple[BadRelease | None, int]:
        """The mark directly below a heading, and the index of the first token after it."""
        if index >= len(self.tokens) or self.tokens[index].type != "blockquote_open":
            return None, index
        start, end = self._span(self.tokens[index])
        words = [re.sub(r"^\s*>\s?", "", line).strip() for line in self.lines[start:end]]
        match = _BAD.fullmatch(" ".join(" ".join(words).split()))
        if match is None:
            return None, index
        self._cover(start, end)
        bad = BadRelease(reason=match["reason"], replaced_by=match["use"])
        return bad, self._after(index)

    def _blocks(self, index: int, end: int, indent: int) -> list[Block]:
        """The blocks from a token on, up to line `end` or the end of the container."""
        blocks: list[Block] = []
        while index < len(self.tokens) and self.tokens[index].nesting >= 0:
            token = self.tokens[index]
            start, stop = self._span(token)
            if start >= end:
                break
            if token.type == "bullet_list_open":
                blocks += self._entries(index)
            else:
                self._cover(start, stop)
                blocks.append(self._prose(start, stop, indent))
            index = self._after(index)
        return blocks

    def _entries(self, index: int) -> Iterator[Entry]:
        """The bullets of a list."""
        index += 1
        while self.tokens[index].type == "list_item_open":
            yield self._entry(index)
            index = self._after(index)

    def _entry(self, index: int) -> Entry:
        start, end = self._span(self.tokens[index])
        first = self.tokens[index + 1]
        text = ""
        inside = index + 1
        if first.type == "paragraph_open":
            self._cover(*self._span(first))
            text = "\n".join(line.strip() for line in self.tokens[index + 2].content.split("\n"))
            inside = self._after(inside)
        elif _MARKERS_ONLY.fullmatch(self.lines[start]):
            self.covered[start] = True
        indent = self._content_column(start)
        return Entry(
            text=text,
            line=self.first + start,
            children=tuple(self._blocks(inside, max(end, start + 1), indent)),
        )

    def _content_column(self, line: int) -> int:
        match = _MARKERS.match(self.lines[line].expandtabs(4))
        return match.end() if match else 2

    def _leftover(self, start: int, end: int) -> Iterator[Prose]:
        """Lines that no block took: too deep, or in a form that nobody thought of."""
        for number in range(start, end):
            if not self.covered[number]:
                self.covered[number] = True
                self._add(
                    number,
                    f"kept as it stands: {self.lines[number].strip()[:60]!r} is nested too deep or has no place",
                    "nest bullets less deep, or indent the line to the bullet it belongs to",
                )
                yield Prose(text=self.lines[number].strip(), line=self.first + number)

    def _look_at_texts(self) -> None:
        for number, line in enumerate(self.lines):
            if _BULLET_SIGN.match(line):
                self._add(number, "this bullet is no Markdown", 'start the line with "- "')
            link = _REFUSED_LINK.search(line)
            if link:
                self._add(
                    number,
                    f"a {link[1].lower()}: link is shown as text",
                    "link to an https address",
                    severity=Severity.WARNING,
                )

    # Small change

    def _span(self, token: Token) -> tuple[int, int]:
        assert token.map is not None, token.type
        return token.map[0], token.map[1]

    def _after(self, index: int) -> int:
        """The index behind the block that starts at `index`."""
        depth = 0
        for position in range(index, len(self.tokens)):
            depth += self.tokens[position].nesting
            if depth == 0:
                return position + 1
        return len(self.tokens)

    def _cover(self, start: int, end: int) -> None:
        for number in range(start, end):
            self.covered[number] = True

    def _prose(self, start: int, end: int, indent: int = 0) -> Prose:
        self._cover(start, end)
        lines = [line.expandtabs(4) if indent else line for line in self.lines[start:end]]
        if indent:
            lines = [
                _MARKERS.sub("", line)
                if number == 0 and line[:indent].strip()
                else line[min(indent, len(line) - len(line.lstrip(" "))) :]
                for number, line in enumerate(lines)
            ]
        return Prose(text=_trim(lines), line=self.first + start)

    def _text(self, start: int, end: int) -> str:
        return _trim(self.lines[start:end])

    def _add(self, line: int, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(
            Finding(
                where=self.where,
                line=self.first + line,
                message=message,
                hint=hint,
                severity=severity,
            )
        )


def _trim(lines: Sequence[str]) -> str:
    """The lines without blank ones at both ends and without spaces at their ends."""
    kept = [line.rstrip() for line in lines]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept)
