"""Lines of a text replaced by others: the new text, with all else byte for byte, and the difference to show."""

from __future__ import annotations

import dataclasses
import difflib
from typing import TYPE_CHECKING

from pressroom.changelog.styles.lines import BOM, bare_lines, line_end, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CONTEXT = 3
# Old lines times new lines: beyond it the time to find the shortest difference would be felt.
_MOST = 250_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`removed` lines from `line` on (1 is the first) give way to `lines`, which have no line ends."""

    line: int
    removed: int = 0
    lines: tuple[str, ...] = ()


def apply_edits(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits made, which do not overlap; its line ends and byte order mark stay.

    New lines end as most lines of the text do; a last line without an end goes on having none.
    """
    lines = split_lines(text)
    end = line_end(text)
    ended = not lines or lines[-1].endswith(("\r", "\n"))
    parts, at = [BOM] if text.startswith(BOM) else [], 0
    for edit in _in_order(edits):
        parts += lines[at : edit.line - 1]
        at = edit.line - 1 + edit.removed
        if edit.lines and edit.line > len(lines) and not ended:
            parts.append(end)
            parts += [line + end for line in edit.lines]
        else:
            parts += [line + end for line in edit.lines]
            if edit.lines and at == len(lines) and edit.removed and not ended:
                parts[-1] = parts[-1].removesuffix(end)
    return "".join([*parts, *lines[at:]])


def unified(text: str, edits: Sequence[Edit], *, name: str) -> list[str]:
    """The edits as a unified diff of a file of that name, without line ends; empty if nothing changes."""
    old = bare_lines(text)
    small = [one for edit in _in_order(edits) for one in _smallest(old, edit)]
    shown: list[str] = []
    moved = 0
    for group in _near_each_other(small):
        shown += _hunk(old, group, moved)
        moved += sum(len(edit.lines) - edit.removed for edit in group)
    return [f"--- {name}", f"+++ {name}", *shown] if shown else []


def _in_order(edits: Sequence[Edit]) -> list[Edit]:
    """By line; what is put above a line comes before what replaces it."""
    return sorted(edits, key=lambda edit: (edit.line, edit.removed > 0))


def _smallest(old: Sequence[str], edit: Edit) -> Iterator[Edit]:
    """The same edit as those that leave alone what does not change."""
    before = old[edit.line - 1 : edit.line - 1 + edit.removed]
    if len(before) * len(edit.lines) > _MOST:
        yield edit
        return
    matcher = difflib.SequenceMatcher(None, before, edit.lines, autojunk=False)
    for kind, start, stop, new_start, new_stop in matcher.get_opcodes():
        if kind != "equal":
            yield Edit(
                line=edit.line + start, removed=stop - start, lines=edit.lines[new_start:new_stop]
            )


def _near_each_other(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    group: list[Edit] = []
    for edit in edits:
        if group and edit.line - group[-1].line - group[-1].removed > 2 * _CONTEXT:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _hunk(old: Sequence[str], group: Sequence[Edit], moved: int) -> list[str]:
    start = max(0, group[0].line - 1 - _CONTEXT)
    stop = min(len(old), group[-1].line - 1 + group[-1].removed + _CONTEXT)
    lines, at = [], start
    for edit in group:
        lines += [f" {line}" for line in old[at : edit.line - 1]]
        at = edit.line - 1 + edit.removed
        lines += [f"-{line}" for line in old[edit.line - 1 : at]]
        lines += [f"+{line}" for line in edit.lines]
    lines += [f" {line}" for line in old[at:stop]]
    size = stop - start
    new_size = size + sum(len(edit.lines) - edit.removed for edit in group)
    # Of no lines, the line before them is named (POSIX diff, "unified").
    first = start + bool(size)
    new_first = start + moved + bool(new_size)
    return [f"@@ -{first},{size} +{new_first},{new_size} @@", *lines]
