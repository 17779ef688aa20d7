"""A changelog's text to its model: all of it, and everything that has to be mended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pressroom.changelog.blocks import Lines, Walk
from pressroom.changelog.headings import (
    EXAMPLE,
    UNDATED,
    Heading,
    format_heading,
    is_well_written,
    parse_heading,
)
from pressroom.changelog.markdown import block_parser
from pressroom.changelog.model import UNRELEASED, BadRelease, Changelog, Prose, Release
from pressroom.changelog.nodes import read_nodes, span
from pressroom.changelog.notes import check_lines
from pressroom.changelog.project import parse_project
from pressroom.findings import Finding, Severity
from pressroom.frontmatter import split_document
from pressroom.texts import check_text

if TYPE_CHECKING:
    from pressroom.changelog.nodes import Node

BAD_EXAMPLE = "> Bad release, use 1.5.7: the archive lacks files"

_BAD = re.compile(
    r"Bad release(?:,\s+use\s+(?P<use>[^\s:,]+))?(?::\s+(?P<reason>\S.*))?", re.DOTALL
)
_BAD_LOOSE = re.compile(r"[\W_]*bad\s+release\b", re.IGNORECASE)
_QUOTE = re.compile(r"[ \t]*>? ?")

Releases = tuple[tuple[Prose, ...], tuple[Release, ...], list[Finding]]


def parse_changelog(text: str, *, where: str) -> tuple[Changelog, list[Finding]]:
    """The changelog in a file `where` (its stem is the project's id), and all findings about it."""
    document, findings = split_document(text, where=where)
    project = None
    if not findings:
        project, findings = parse_project(document)
    preamble, releases, found = parse_releases(document.body, where=where, line=document.body_line)
    changelog = Changelog(project=project, preamble=preamble, releases=releases)
    return changelog, sorted([*findings, *found])


def parse_releases(body: str, *, where: str, line: int = 1) -> Releases:
    """What stands before the first release, the releases, and the findings; `line` is the body's first."""
    body = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = Lines(texts=tuple(body.split("\n")), start=line)
    env: dict[str, Any] = {}
    tokens = block_parser().parse(body, env)
    sections = _Sections(read_nodes(tokens), lines, where)
    preamble, releases = sections.read()
    findings = sections.findings + check_lines(tokens, lines, env, where=where)
    return preamble, releases, sorted(findings + check_text(body, where=where, line=line))


class _Sections:
    """The top level of a body, cut at the headings of releases."""

    def __init__(self, nodes: list[Node], lines: Lines, where: str) -> None:
        self.nodes = nodes
        self.lines = lines
        self.where = where
        self.walk = Walk(lines)
        self.findings: list[Finding] = []

    def add(self, index: int, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(
            Finding(
                where=self.where,
                line=self.lines.number(index),
                message=message,
                hint=hint,
                severity=severity,
            )
        )

    def read(self) -> tuple[tuple[Prose, ...], tuple[Release, ...]]:
        headings = [
            (n, found) for n, node in enumerate(self.nodes) if (found := self._heading(node))
        ]
        ends = [n for n, _ in headings] + [len(self.nodes)]
        before = self.nodes[: ends[0]]
        preamble = self.walk.prose(before, 0, self._begin(ends[0]))
        self._check_preamble(before)
        releases = tuple(
            self._release(heading, start, end)
            for (start, heading), end in zip(headings, ends[1:], strict=True)
        )
        for index in self.walk.strays:
            self.add(index, "this line is not understood; kept as text", "write it as a bullet")
        return preamble, releases

    def _begin(self, number: int) -> int:
        """The line at which a node starts, or the end of the body."""
        return span(self.nodes[number])[0] if number < len(self.nodes) else len(self.lines.texts)

    def _check_preamble(self, nodes: list[Node]) -> None:
        for node in nodes:
            if node.type == "bullet_list":
                self.add(
                    span(node)[0],
                    "bullets before the first release belong to none",
                    "put a line `## Unreleased` above them",
                    Severity.WARNING,
                )

    def _heading(self, node: Node) -> Heading | None:
        """The heading of a release, with findings about how it is written and about what looks like one."""
        if node.type != "heading":
            return None
        index = span(node)[0]
        text = " ".join(node.children[0].content.split()) if node.children else ""
        heading = parse_heading(text)
        if node.tag != "h2":
            if heading and ("." in heading.version or heading.date):
                self.add(
                    index,
                    f"a release has a heading of two #, not {node.markup!r}",
                    f'write "## {format_heading(heading)}"',
                )
            return None
        if self.lines.texts[index].expandtabs(4).startswith("    "):
            self.add(
                index,
                "an indented heading is no release; kept as text",
                "write `## ` at the start of the line",
            )
            return None
        if heading is None:
            what = f"heading {text!r} is not a release" if text else "a heading without a version"
            self.add(
                index, f"{what}; kept as text", f'write "{EXAMPLE}"; for other headings use ###'
            )
            return None
        self._check_heading(index, text, heading)
        return heading

    def _check_heading(self, index: int, text: str, heading: Heading) -> None:
        if heading.problem:
            self.add(
                index,
                f"heading of {heading.version}: {heading.problem}",
                f'write "{EXAMPLE}", with the date as 10 August 2019, August 2019 or 2019',
            )
        elif not is_well_written(text, heading):
            self.add(
                index,
                f"release heading {text!r} is read as {heading.version}",
                f'write "## {format_heading(heading)}"',
            )
        elif not (heading.date or heading.undated or heading.version == UNRELEASED):
            self.add(
                index,
                f"release {heading.version} has no date",
                f'write "## {heading.version} - 10 June 2026, Name", or "- {UNDATED}" after the version',
                Severity.WARNING,
            )

    def _release(self, heading: Heading, start: int, end: int) -> Release:
        nodes = self.nodes[start + 1 : end]
        first, begin = span(self.nodes[start])
        last = self._begin(end)
        bad = self._bad(nodes[0]) if nodes else None
        if bad:
            begin = span(nodes[0])[1]
            nodes = nodes[1:]
        for node in nodes:
            self._check_quote(node)
        rest = (Prose(text=heading.rest, line=self.lines.number(first)),) if heading.rest else ()
        return Release(
            version=heading.version,
            date=heading.date,
            undated=heading.undated,
            authors=heading.authors,
            bad=bad,
            blocks=(*rest, *self.walk.blocks(nodes, begin, last)),
            line=self.lines.number(first),
            source=self.lines.source(first, last),
        )

    def _bad(self, node: Node) -> BadRelease | None:
        """The mark of a bad release, when the node is one."""
        if [child.type for child in node.children] != ["paragraph"] or node.type != "blockquote":
            return None
        match = _BAD.fullmatch(self._quoted(node))
        if match is None:
            return None
        if not match["reason"]:
            self.add(
                span(node)[0], "the mark of a bad release gives no reason", f'write "{BAD_EXAMPLE}"'
            )
        reason = " ".join((match["reason"] or "").split())
        return BadRelease(reason=reason, replaced_by=match["use"])

    def _quoted(self, node: Node) -> str:
        texts = self.lines.texts[slice(*span(node))]
        return "\n".join(_QUOTE.sub("", text, count=1).strip(" \t") for text in texts).strip("\n")

    def _check_quote(self, node: Node) -> None:
        if node.type == "blockquote" and _BAD_LOOSE.match(self._quoted(node)):
            self.add(
                span(node)[0],
                "this does not mark the release as bad; kept as text",
                f'write "{BAD_EXAMPLE}" directly below the heading',
            )
