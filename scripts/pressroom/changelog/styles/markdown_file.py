"""Changelogs in Markdown: versions under headings of one level, `### Groups` and bullets below them."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

from pressroom.changelog.blocks import Lines, Walk
from pressroom.changelog.markdown import block_parser
from pressroom.changelog.model import Entry, Prose
from pressroom.changelog.nodes import read_nodes, span
from pressroom.changelog.styles.headline import LIKE_A_HEADING, Headline
from pressroom.changelog.styles.marked import GROUP, LAYOUT, MarkedStyle, Section, Title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pressroom.changelog.model import Block, Release
    from pressroom.changelog.nodes import Node

    ReadTitle = Callable[[str], tuple[Headline, str, bool] | None]

MARKS: Final = re.compile(r" {0,3}(#{1,2})[ \t]+(\S.*?)(?:[ \t]+#+)?[ \t]*")
REFERENCE: Final = re.compile(r" {0,3}\[(?P<label>[^\[\]]+)\]:[ \t]*<?(?P<target>[^\s<>]+)>?.*")
_COMMENT = re.compile(r" {0,3}<!--.*-->[ \t]*")
_BAR = re.compile(r"[ \t]*-{3,}[ \t]*")
_STEP = "  "


def markdown_sections(text: str, read_title: ReadTitle) -> list[Section]:
    """The versions of a text; a heading in a code fence or a comment is none."""
    texts = text.split("\n")
    # Lines cost little and blocks much: a file in another style is not read twice.
    if not any(_may_be_title(line, read_title) for line in texts):
        return []
    end = history_end(texts)
    lines = Lines(texts=tuple(texts[:end]))
    env: dict[str, Any] = {}
    nodes = read_nodes(block_parser().parse("\n".join(lines.texts), env))
    titles = {n: found for n, node in enumerate(nodes) if (found := _title(node, read_title))}
    ends = [*list(titles)[1:], len(nodes)]
    return [
        _section(
            nodes[start:stop], found, lines, end if stop == len(nodes) else span(nodes[stop])[0]
        )
        for (start, found), stop in zip(titles.items(), ends, strict=bool(titles))
    ]


def history_end(lines: Sequence[str]) -> int:
    """How many lines stand above the link references, comments and bars that end a file."""
    end = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if REFERENCE.fullmatch(line) or _COMMENT.fullmatch(line) or _BAR.fullmatch(line):
            end = number
        elif line.strip():
            break
    return end


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    headline: Headline
    title: Title
    yanked: bool


def _may_be_title(line: str, read_title: ReadTitle) -> bool:
    """Whether a line is the title of a version if it stands where a heading can, with or without # at its end."""
    if not line.lstrip().startswith("#"):
        return False
    words = line.strip().lstrip("#").strip()
    return bool(read_title(words) or read_title(words.rstrip("#").rstrip()))


def _title(node: Node, read_title: ReadTitle) -> _Found | None:
    if node.type != "heading" or node.tag not in {"h1", "h2"} or not node.children:
        return None
    read = read_title(node.children[0].content)
    if read is None:
        return None
    headline, name, yanked = read
    return _Found(headline=headline, title=Title(level=int(node.tag[1]), name=name), yanked=yanked)


def _section(nodes: list[Node], found: _Found, lines: Lines, end: int) -> Section:
    first, begin = span(nodes[0])
    blocks = tuple(_lowered(Walk(lines).blocks(nodes[1:], begin, end), found.title.level))
    missed = (
        lines.number(span(node)[0])
        for node in nodes[1:]
        if node.type == "heading"
        and node.children
        and LIKE_A_HEADING.match(node.children[0].content.lstrip("["))
    )
    return Section(
        headline=found.headline,
        line=lines.number(first),
        blocks=blocks,
        title=found.title,
        yanked=found.yanked,
        missed=tuple(missed),
    )


def _lowered(blocks: Sequence[Block], level: int) -> Iterator[Block]:
    """The blocks, with all headings one level lower where one has the level of our versions."""
    is_high = level == 1 and any(_is_group(block, "## ") for block in blocks)
    for block in blocks:
        lower = is_high and isinstance(block, Prose) and re.match(r"#{2,5}[ \t]", block.text)
        yield dataclasses.replace(block, text=f"#{block.text}") if lower else block


def _is_group(block: Block, start: str) -> bool:
    return isinstance(block, Prose) and block.text.startswith(start)


def markdown_blocks(blocks: Sequence[Block], title: Title) -> list[str]:
    """The lines of blocks below a title; headings stand one level higher where `_lowered` set them down."""
    is_low = title.level == 1 and any(_is_group(block, "#### ") for block in blocks)
    raised = [
        dataclasses.replace(block, text=block.text[1:])
        if is_low and isinstance(block, Prose) and GROUP.fullmatch(block.text)
        else block
        for block in blocks
    ]
    return _lines(raised, "")


def _lines(blocks: Sequence[Block], indent: str) -> list[str]:
    lines: list[str] = []
    for number, block in enumerate(blocks):
        is_bullet = isinstance(block, Entry)
        if (number or indent) and not (is_bullet and _follows_bullet(blocks, number, indent)):
            lines.append("")
        if isinstance(block, Entry):
            text = block.text.replace("\n", f"\n{indent}{_STEP}")
            lines += f"{indent}- {text}".rstrip().split("\n")
            lines += _lines(block.children, indent + _STEP)
        else:
            lines += [f"{indent}{line}" if line else "" for line in block.text.split("\n")]
    return lines


def _follows_bullet(blocks: Sequence[Block], number: int, indent: str) -> bool:
    return isinstance(blocks[number - 1], Entry) if number else bool(indent)


def title_lines(heading: str, release: Release, title: Title) -> list[str]:
    """A version: its heading, a blank line, and its blocks."""
    body = markdown_blocks(release.blocks, title)
    return [f"{'#' * title.level} {heading}", *(["", *body] if body else [])]


def markdown_style(
    *,
    name: str,
    example: str,
    read_title: ReadTitle,
    write: Callable[[Release, Title], list[str]],
    finish: Callable[[str, str, str], str] = lambda text, _version, _newest: text,
) -> MarkedStyle:
    """A style whose file is Markdown, from how the words of its titles are read and its versions written."""

    def read_heading(lines: Sequence[str], index: int) -> Headline | None:
        """The heading in a line by itself; that it may stand in a code fence is seen in whole files only."""
        marked = MARKS.fullmatch(lines[index])
        found = read_title(marked[2]) if marked else None
        return found[0] if found else None

    return MarkedStyle(
        name=name,
        example=example,
        read_heading=read_heading,
        write_heading=lambda release: write(release, Title())[:1],
        layout=lambda _release: LAYOUT,
        sections=lambda text: markdown_sections(text, read_title),
        write=write,
        tail=history_end,
        finish=finish,
    )
