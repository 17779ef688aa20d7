"""`Name 1.2.3 (2024-05-06)` underlined with `=`, groups underlined with `-`, and `- text`.

What towncrier makes for a file in reStructuredText; its mark `.. towncrier release notes start` stands
above. Links are written `` `#12 <https://…>`__ ``.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.changelog.model import Entry, Prose
from pressroom.changelog.styles.headline import LIKE_A_HEADING
from pressroom.changelog.styles.marked import GROUP, LAYOUT, MarkedStyle, Section, Title
from pressroom.changelog.styles.rst_text import markdown_to_rst, rst_to_markdown
from pressroom.changelog.styles.sections import read_blocks
from pressroom.changelog.styles.towncrier_md import read_words, write_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.model import Block, Release
    from pressroom.changelog.styles.headline import Headline

_EXAMPLE = "Name 1.2.3 (2024-05-06)"
_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:])\1{2,}[ \t]*")
_LEVELS = {"=": 3, "-": 3, "~": 4, "^": 5}
_UNDER_LEVEL = {3: "-", 4: "~", 5: "^"}
_EXPLICIT = re.compile(r"\.\.(?:[ \t].*)?")


def _is_underlined(lines: Sequence[str], index: int) -> bool:
    """Whether a line at the margin has a line of one sign below it; a bullet has not."""
    line, below = lines[index], lines[index + 1] if index + 1 < len(lines) else ""
    is_text = bool(line[:1].strip()) and not _UNDERLINE.fullmatch(line)
    return is_text and not line.startswith(("- ", "* ")) and bool(_UNDERLINE.fullmatch(below))


def _title(lines: Sequence[str], index: int) -> tuple[Headline, Title] | None:
    found = read_words(lines[index]) if _is_underlined(lines, index) else None
    if found is None:
        return None
    headline, name, _ = found
    return dataclasses.replace(headline, lines=2), Title(name=name)


def _read_heading(lines: Sequence[str], index: int) -> Headline | None:
    found = _title(lines, index)
    return found[0] if found else None


def _sections(text: str) -> list[Section]:
    lines = text.split("\n")
    end = _history_end(lines)
    found = {n: one for n in range(end) if (one := _title(lines, n))}
    ends = [*list(found)[1:], end]
    return [
        Section(
            headline=headline,
            title=title,
            line=start + 1,
            blocks=tuple(_blocks(lines[:stop], start + 2)),
            missed=tuple(
                n + 1
                for n in range(start + 2, stop)
                if LIKE_A_HEADING.match(lines[n]) and _is_underlined(lines, n)
            ),
        )
        for (start, (headline, title)), stop in zip(found.items(), ends, strict=bool(found))
    ]


def _history_end(lines: Sequence[str]) -> int:
    """How many lines stand above the targets and comments (`.. …`) that end a file."""
    end = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        if _EXPLICIT.fullmatch(lines[number]) and "release notes start" not in lines[number]:
            end = number
        elif lines[number].strip():
            break
    return end


def _blocks(lines: Sequence[str], begin: int) -> list[Block]:
    """The blocks from that line on: bullets below each group."""
    heads = [n for n in range(begin, len(lines)) if _is_underlined(lines, n)]
    blocks: list[Block] = []
    for number, (start, stop) in enumerate(zip([begin, *heads], [*heads, len(lines)], strict=True)):
        body = start
        if number:  # the first part has no group
            level = _LEVELS.get(lines[start + 1][0], max(_LEVELS.values()))
            blocks.append(Prose(text=f"{'#' * level} {lines[start].strip()}", line=start + 1))
            body = start + 2
        found, _ = read_blocks(lines[body:stop], first=body + 1)
        blocks += map(_as_markdown, found)
    return blocks


def _as_markdown(block: Block) -> Block:
    if isinstance(block, Prose):
        return block
    below = tuple(map(_as_markdown, block.children))
    return dataclasses.replace(block, text=rst_to_markdown(block.text), children=below)


def _write(release: Release, title: Title) -> list[str]:
    words = write_words(release, title)
    lines = [words, "=" * len(words)]
    for number, block in enumerate(release.blocks):
        group = GROUP.fullmatch(block.text) if isinstance(block, Prose) else None
        if group:
            sign = _UNDER_LEVEL.get(len(group["marks"]), _UNDER_LEVEL[5])
            above = release.blocks[number - 1] if number else None
            lines += ["", *([""] if isinstance(above, Entry) else []), group["title"]]
            lines.append(sign * len(group["title"]))
        else:
            lines += _lines(block, release.blocks[number - 1] if number else None, "")
    return lines


def _lines(block: Block, above: Block | None, indent: str) -> list[str]:
    """A block and the blank line above it: none between bullets, unless one has more than text."""
    lines: list[str] = []
    if not (isinstance(block, Entry) and isinstance(above, Entry) and not above.children):
        lines.append("")
    if isinstance(block, Prose):
        return lines + [f"{indent}{line}" if line else "" for line in block.text.split("\n")]
    text = markdown_to_rst(block.text).replace("\n", f"\n{indent}  ")
    lines += f"{indent}- {text}".rstrip().split("\n")
    for number, child in enumerate(block.children):
        lines += _lines(child, block.children[number - 1] if number else None, f"{indent}  ")
    return lines


STYLE = MarkedStyle(
    name="towncrier-rst",
    example=_EXAMPLE,
    read_heading=_read_heading,
    write_heading=lambda release: _write(dataclasses.replace(release, blocks=()), Title()),
    layout=lambda _release: LAYOUT,
    sections=_sections,
    write=_write,
    tail=_history_end,
)
