"""The canonical text of a changelog; what cannot be written so that it reads back the same stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.headings import Heading, format_heading
from pressroom.changelog.markdown import MAX_DEPTH
from pressroom.changelog.model import Entry
from pressroom.changelog.parse import parse_releases
from pressroom.frontmatter import split_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import BadRelease, Block, Prose, Release

_STEP = "  "


def format_changelog(text: str, *, where: str) -> str:
    """The text of a changelog file in canonical form; its front matter is kept byte for byte."""
    document, missing = split_document(text, where=where)
    preamble, releases, _ = parse_releases(document.body, where=where, line=document.body_line)
    front = "" if missing else text[: len(text) - len(document.body)].rstrip("\n")
    before = document.body.split("\n")[
        : releases[0].line - document.body_line if releases else None
    ]
    sections = [front, _format_preamble(preamble, "\n".join(before).strip("\n"))]
    sections += [format_release(release) for release in releases]
    formatted = "\n\n".join(section for section in sections if section)
    formatted += "\n" if formatted else ""
    # Each section was proved to read back the same by itself; this proves them together.
    again, still_missing = split_document(formatted, where=where)
    same = (again.front, still_missing) == (document.front, missing)
    same = same and parse_releases(again.body, where=where)[:2] == (preamble, releases)
    return formatted if same else text


def format_release(release: Release) -> str:
    """One release; its own lines as they stood where canonical ones would not say the same."""
    section = _section(release)
    if not release.source:
        return section
    # What a heading says and nobody understood is there as prose, and has to stay in the heading.
    not_understood = any(block.line == release.line for block in release.blocks)
    if not_understood or _is_too_deep(release.blocks):
        return release.source
    return section if parse_releases(section, where="")[:2] == ((), (release,)) else release.source


def _format_preamble(preamble: tuple[Prose, ...], source: str) -> str:
    text = "\n\n".join(prose.text for prose in preamble)
    return text if parse_releases(text, where="")[:2] == (preamble, ()) else source


def _section(release: Release) -> str:
    heading = Heading(
        version=release.version,
        date=release.date,
        authors=release.authors,
        undated=release.undated,
    )
    parts = [f"## {format_heading(heading)}"]
    if release.bad:
        parts.append(_format_bad(release.bad))
    if release.blocks:
        parts.append("\n".join(_lines(release.blocks, "")))
    return "\n\n".join(parts)


def _format_bad(bad: BadRelease) -> str:
    use = f", use {bad.replaced_by}" if bad.replaced_by else ""
    reason = f": {bad.reason}" if bad.reason else ""
    return f"> Bad release{use}{reason}"


def _lines(blocks: Sequence[Block], indent: str, *, is_empty_item: bool = False) -> list[str]:
    """The lines of blocks; prose stands between blank lines, or it would run on from a bullet."""
    lines: list[str] = []
    for number, block in enumerate(blocks):
        before = blocks[number - 1] if number else None
        prose_between = not isinstance(block, Entry) or not isinstance(before, Entry | None)
        is_start = number == 0 and (not indent or is_empty_item)
        if prose_between and not is_start:
            lines.append("")
        if isinstance(block, Entry):
            text = block.text.replace("\n", f"\n{indent}{_STEP}")
            lines.append(f"{indent}- {text}" if text else f"{indent}-")
            lines += _lines(block.children, indent + _STEP, is_empty_item=not text)
        else:
            lines += [f"{indent}{line}" if line else "" for line in block.text.split("\n")]
    return lines


def _is_too_deep(blocks: Sequence[Block], depth: int = 1) -> bool:
    """Whether bullets stand at the deepest level, below which they are text."""
    entries = [block for block in blocks if isinstance(block, Entry)]
    return bool(entries) and (
        depth >= MAX_DEPTH or any(_is_too_deep(entry.children, depth + 1) for entry in entries)
    )
