"""The canonical text of a changelog; what cannot be written so that it reads back the same stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.headings import Heading, format_heading
from pressroom.changelog.model import Entry
from pressroom.changelog.parse import parse_releases
from pressroom.frontmatter import split_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Block, Release

_STEP = "  "


def format_changelog(text: str, *, where: str) -> str:
    """The text of a changelog file in canonical form; its front matter is kept byte for byte."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    document, findings = split_document(text, where=where)
    front = "" if findings else text[: len(text) - len(document.body)]
    preamble, releases, _ = parse_releases(document.body, where=where, line=document.body_line)
    sections = [prose.text for prose in preamble]
    sections += [format_release(release) for release in releases]
    body = "\n\n".join(sections)
    if front and body:
        return f"{front.rstrip()}\n\n{body}\n"
    return f"{front.rstrip()}\n" if front else (f"{body}\n" if body else "")


def format_release(release: Release) -> str:
    """One release; its own lines as they stood where the canonical ones would say something else."""
    section = _section(release)
    if not release.source:
        return section
    _, again, _ = parse_releases(section, where="")
    return section if again == (release,) else release.source


def _section(release: Release) -> str:
    heading = Heading(
        version=release.version,
        date=release.date,
        authors=release.authors,
        undated=release.undated,
    )
    parts = [f"## {format_heading(heading)}"]
    if release.bad:
        use = f", use {release.bad.replaced_by}" if release.bad.replaced_by else ""
        parts.append(f"> Bad release{use}: {release.bad.reason}")
    if release.blocks:
        parts.append("\n".join(_lines(release.blocks, "")))
    return "\n\n".join(parts)


def _lines(blocks: Sequence[Block], indent: str) -> list[str]:
    """The lines of blocks; prose stands between blank lines, or it would run on from a bullet."""
    lines: list[str] = []
    for number, block in enumerate(blocks):
        if isinstance(block, Entry):
            if number and not isinstance(blocks[number - 1], Entry):
                lines.append("")
            first, *others = block.text.split("\n")
            lines.append(f"{indent}- {first}".rstrip())
            lines += [f"{indent}{_STEP}{line}".rstrip() for line in others]
            lines += _lines(block.children, indent + _STEP)
        else:
            if number or indent:
                lines.append("")
            lines += [f"{indent}{line}".rstrip() for line in block.text.split("\n")]
    return lines
