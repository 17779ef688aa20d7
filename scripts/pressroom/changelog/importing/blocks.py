"""The blocks of a project's own changelog as blocks of ours, which our parser reads back the same."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.format import format_release
from pressroom.changelog.markdown import MAX_DEPTH, is_safe_link
from pressroom.changelog.model import Entry, Prose
from pressroom.changelog.parse import parse_releases
from pressroom.changelog.plain import bullet_markdown, code_parts, fenced, prose_markdown
from pressroom.changelog.styles import markdown_file, towncrier_rst
from pressroom.changelog.styles.marked import GROUP, MarkedStyle
from pressroom.findings import Finding, Severity, errors_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Block, Release
    from pressroom.changelog.styles.style import Style

_REFERENCE = re.compile(r"\[(?P<words>[^\[\]]+)\](?:\[(?P<label>[^\[\]]*)\])?(?![\[(:])")
# The level of a release, or a number in it.
_LIKE_A_TITLE = re.compile(r" *(?:##(?!#)|#+[^0-9\n]*[0-9])")


@dataclasses.dataclass(slots=True)
class Converter:
    """Blocks of one file in our Markdown; `findings` grows with what had to be kept verbatim."""

    where: str
    is_markdown: bool = False
    has_markdown_bullets: bool = False
    links: dict[str, str] = dataclasses.field(default_factory=dict)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    verbatim: int = 0

    @classmethod
    def of(cls, style: Style, lines: Sequence[str], *, where: str) -> Converter:
        """What converts a file in that style; link references are looked for in its lines."""
        is_marked = isinstance(style, MarkedStyle)
        is_markdown = is_marked and style.name != towncrier_rst.STYLE.name
        links: dict[str, str] = {}
        for line in lines if is_markdown else ():
            match = markdown_file.REFERENCE.fullmatch(line)
            if match and is_safe_link(match["target"]):
                links.setdefault(match["label"].casefold(), match["target"])
        return cls(
            where=where, is_markdown=is_markdown, has_markdown_bullets=is_marked, links=links
        )

    def release(self, release: Release) -> Release:
        """The release with its blocks in our Markdown."""
        blocks = tuple(self._block(block) for block in release.blocks)
        # Our headings cannot have an author and no date without saying so.
        undated = release.undated or bool(release.authors and release.date is None)
        made = dataclasses.replace(release, blocks=blocks, undated=undated)
        return (
            made if not made.authors or _heading_reads_back(made) else _with_authors_as_read(made)
        )

    def resolved(self, text: str) -> str:
        """The text with `[words][label]` as a link to what the file's references say."""
        if not self.links or "[" not in text or text.startswith(("```", "~~~")):
            return text
        return "".join(
            part if is_code else _REFERENCE.sub(self._link, part)
            for part, is_code in code_parts(text)
        )

    def keep(self, text: str, line: int) -> Prose:
        """Lines as they stand, in a fence, and the finding that says so."""
        self.verbatim += 1
        finding = Finding(
            where=self.where,
            line=line,
            message="kept verbatim, in a code fence: it would be markup, or is not understood",
            hint="write it as bullets in the file that was made, if you like",
            severity=Severity.WARNING,
        )
        self.findings.append(finding)
        return Prose(text=fenced(text), line=line)

    def _link(self, match: re.Match[str]) -> str:
        target = self.links.get((match["label"] or match["words"]).casefold())
        return f"[{match['words']}]({target})" if target else match[0]

    def _block(self, block: Block) -> Block:
        if isinstance(block, Prose):
            if self.is_markdown and _is_mistake(block.text):
                return self.keep(block.text, block.line)
            if self.is_markdown:
                return dataclasses.replace(block, text=self.resolved(block.text))
            is_group = self.has_markdown_bullets and GROUP.fullmatch(block.text)
            if is_group or prose_markdown(block.text) == block.text:
                return block
            return self.keep(block.text, block.line)
        below = tuple(self._block(child) for child in block.children)
        text = block.text
        if not text and below and isinstance(below[0], Prose) and "\n" not in below[0].text:
            # A mark by itself with its text in the next line: in Markdown that is the bullet's text.
            text, below = below[0].text, below[1:]
        elif not self.has_markdown_bullets:
            text = bullet_markdown(text)
        elif self.is_markdown:
            text = self.resolved(text)
        return dataclasses.replace(block, text=text, children=below)


def writable(release: Release, source: Sequence[str], converter: Converter) -> Release:
    """The release as our parser reads it back: block by block in fences where it would read something else.

    `source` are the lines below the heading, which stand there as they are if nothing else helps.
    """
    if _reads_back(release):
        return release
    blocks = tuple(
        block
        if _reads_back(dataclasses.replace(release, bad=None, blocks=(block,)))
        else converter.keep("\n".join(_lines((block,))), block.line)
        for block in release.blocks
    )
    mended = dataclasses.replace(release, blocks=blocks)
    if _reads_back(mended):
        return mended
    first = min((block.line for block in release.blocks if block.line > release.line), default=0)
    below = source[max(0, first - release.line - 1) :]
    whole = converter.keep("\n".join(below).strip("\n"), first or release.line)
    rest = tuple(block for block in release.blocks if block.line == release.line)
    return dataclasses.replace(release, blocks=(*rest, whole))


def _reads_back(release: Release) -> bool:
    written = format_release(dataclasses.replace(release, source=""))
    return parse_releases(written, where="")[:2] == ((), (release,))


def _heading_reads_back(release: Release) -> bool:
    return _reads_back(dataclasses.replace(release, bad=None, blocks=()))


def _with_authors_as_read(release: Release) -> Release:
    """The release with its authors as our heading has them; what cannot be one stands below it as text."""
    heading = format_release(dataclasses.replace(release, bad=None, blocks=(), source=""))
    again = parse_releases(heading, where="")[1]
    if again and not again[0].blocks:
        made = dataclasses.replace(release, authors=again[0].authors, undated=again[0].undated)
        if made.authors and _heading_reads_back(made):
            return made
    text = prose_markdown(", ".join(release.authors))
    authors = Prose(text=text, line=release.line)
    return dataclasses.replace(release, authors=(), blocks=(authors, *release.blocks))


def _is_mistake(text: str) -> bool:
    """Whether a heading in Markdown would be one of a release in ours, or taken for one."""
    if not _LIKE_A_TITLE.match(text):
        return False
    return bool(errors_of(parse_releases(f"## 1\n\n{text}", where="")[2]))


def _lines(blocks: Sequence[Block], depth: int = 0) -> list[str]:
    """The text of blocks as plain lines."""
    lines: list[str] = []
    for block in blocks:
        indent = "  " * min(depth, MAX_DEPTH)
        mark = "- " if isinstance(block, Entry) else ""
        lines += [f"{indent}{mark}{line}" for line in block.text.split("\n")]
        if isinstance(block, Entry):
            lines += _lines(block.children, depth + 1)
    return lines
