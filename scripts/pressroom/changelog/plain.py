"""Plain text as the Markdown of changelogs: a page shows the same characters.

A bullet's Markdown knows no backslashes, so what would be markup stands in code, where all is text.
"""

from __future__ import annotations

import bisect
import enum
import html
import re
from typing import TYPE_CHECKING, Final

from pressroom.changelog.markdown import MAX_CHARACTERS, inline_renderer, prose_renderer
from pressroom.changelog.model import Entry, Prose
from pressroom.changelog.parse import parse_releases

if TYPE_CHECKING:
    from collections.abc import Iterator

_TICKS: Final = re.compile("`+")
_INLINE: Final = re.compile(r"[`<]|\]\(")
_LINK: Final = re.compile(r"<[^\s<>`]+>|\]\((?!`)")
# At the start of a line: heading, quote, bullet, number, fence, comment; or a line that is a rule.
_BLOCK: Final = re.compile(
    r"(?:#{1,6}|[-+*]|[0-9]{1,9}[.)])(?=[ \t]|$)|>|(?:`{3,}|~{3,})|<!--|([-_*])(?:[ \t]*\1){2,}(?=[ \t]*$)",
    re.MULTILINE,
)
_BLOCK_START: Final = re.compile(rf"^(?:{_BLOCK.pattern})", re.MULTILINE)
_BLANK = " \t"
_ITEM = "## 1\n\n- "
_PARAGRAPH = re.compile(r"<p>([^<]*)</p>\n")
_FENCE = re.compile(r"(?P<mark>`{3,}|~{3,})[^`\n]*\n(?:.*\n)?(?P=mark)", re.DOTALL)


def bullet_markdown(text: str) -> str:
    """The plain text of a bullet as Markdown that shows it; code in backticks stays code."""
    text = "\n".join(line.strip(_BLANK) for line in text.split("\n"))
    if not _INLINE.search(text) and not _BLOCK_START.search(text):
        return text
    written = _harmless(text)
    # Twice the same, so that a text that was written here can be read again from another file.
    if _shows(written, text) and _harmless(written) == written:
        return written
    whole = as_code(" ".join(text.split("\n")))
    return whole if _is_one_bullet(whole) else text


def _harmless(text: str) -> str:
    return "\n".join(map(_line, _inline(text).split("\n")))


def prose_markdown(text: str) -> str:
    """Plain text that is no bullet as Markdown that shows it: as it stands, or in a fence."""
    is_kept = _FENCE.fullmatch(text) or _is_paragraph(text)
    return text if is_kept and _is_one_prose(text) else fenced(text)


def fenced(text: str) -> str:
    """The lines as they stand in a code fence, which no line of them can end."""
    longest = max((len(run[0]) for run in _TICKS.finditer(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def as_code(text: str) -> str:
    """A code span that shows the text, and that `bullet_markdown` takes for one that was meant."""
    longest = max((len(run[0]) for run in _TICKS.finditer(text)), default=0)
    mark = "`" * max(longest + 1, 1 + text.count("'") % 2)
    pad = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) else ""
    return f"{mark}{pad}{text}{pad}{mark}"


def _line(line: str) -> str:
    """A line whose start is no mark of a block."""
    match = _BLOCK.match(line)
    if match is None or (match[0].startswith("```") and "`" in line[match.end() :]):
        return line
    return as_code(match[0]) + line[match.end() :]


def _inline(text: str) -> str:
    """The text with code as it is and each link and each backtick that would open other code as code."""
    if not _INLINE.search(text) or len(text) > MAX_CHARACTERS:
        return text
    tokens = inline_renderer().parseInline(text)[0].children or []
    has_links = any(token.type == "link_open" for token in tokens)
    return "".join(
        _LINK.sub(_unlinked, part) if has_links and not is_code else part
        for part, is_code in code_parts(text)
    )


def _unlinked(match: re.Match[str]) -> str:
    found = match[0]
    if found == "](":
        return "]`(`"
    return as_code(found) if ":" in found or "@" in found else found


def code_parts(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and whether each is code or made harmless as code."""
    for kind, piece in _pieces(text):
        yield (as_code(piece) if kind is _Kind.CLASH else piece), kind is not _Kind.TEXT


class _Kind(enum.Enum):
    TEXT = enum.auto()
    CODE = enum.auto()  # with its backticks
    ALONE = enum.auto()  # backticks that no others end
    CLASH = enum.auto()  # backticks that would open code which nobody meant


def _pieces(text: str) -> Iterator[tuple[_Kind, str]]:
    runs = list(_TICKS.finditer(text))
    starts: dict[int, list[int]] = {}
    for run in runs:
        starts.setdefault(len(run[0]), []).append(run.start())
    at = 0
    for run in runs:
        if run.start() < at:
            continue
        yield _Kind.TEXT, text[at : run.start()]
        at = run.end()
        same = starts[len(run[0])]
        later = bisect.bisect_left(same, at)
        if later == len(same):
            yield _Kind.ALONE, run[0]
        elif _is_meant(text[at : same[later]], len(run[0])):
            at = same[later] + len(run[0])
            yield _Kind.CODE, text[run.start() : at]
        else:
            yield _Kind.CLASH, run[0]
    yield _Kind.TEXT, text[at:]


def _characters(text: str) -> str:
    """What a page has to show of the text, without blanks: all but the marks of code that was meant."""
    pieces = (_inside(piece) if kind is _Kind.CODE else piece for kind, piece in _pieces(text))
    return _unspaced("".join(pieces))


def _inside(code: str) -> str:
    mark = _TICKS.match(code)
    assert mark is not None, "code starts with its mark"
    return code[mark.end() : -mark.end()]


def _is_meant(inside: str, ticks: int) -> bool:
    """Whether somebody wrote code there: not from one quotation like `this' to the next."""
    edges = [character in " \t\n" for character in (inside[0], inside[-1])]
    if all(edges):
        return inside.strip(_BLANK).startswith("`") or inside.strip(_BLANK).endswith("`")
    return not any(edges) and (ticks > 1 or inside.count("'") % 2 == 0)


def _shows(written: str, text: str) -> bool:
    """Whether a page shows the text, but for the marks of code that was meant, as one bullet without links."""
    if len(text) <= MAX_CHARACTERS:
        tokens = inline_renderer().parseInline(written)[0].children or []
        if any(token.type == "link_open" for token in tokens):
            return False
        shown = "".join(token.content or " " for token in tokens)
        if _unspaced(shown) != _characters(text):
            return False
    # Only a line that starts like a block, or with three backticks, can be anything but text.
    is_plain = not _BLOCK_START.search(text) and "```" not in written
    return is_plain or _is_one_bullet(written)


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _is_one_bullet(written: str) -> bool:
    body = _ITEM + written.replace("\n", "\n  ")
    preamble, releases, _ = parse_releases(body, where="")
    found = [release.blocks for release in releases]
    return not preamble and found == [(Entry(text=written),)]


def _is_one_prose(text: str) -> bool:
    preamble, releases, _ = parse_releases(f"## 1\n\n{text}", where="")
    return not preamble and [one.blocks for one in releases] == [(Prose(text=text),)]


def _is_paragraph(text: str) -> bool:
    """Whether a page shows it as one paragraph with the same words and nothing else."""
    if len(text) > MAX_CHARACTERS:
        return False
    match = _PARAGRAPH.fullmatch(prose_renderer().render(text))
    return match is not None and html.unescape(match[1]).split() == text.split()
