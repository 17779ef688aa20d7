"""Where in a file its history stands: below a heading "History" of a README, up to what is no history."""

from __future__ import annotations

import bisect
import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNDERLINE = re.compile(r"(?:={3,}|-{3,})[ \t]*")
_MARKED = re.compile(r"#{1,6}[ \t]+(?P<title>\S.*)")
_HISTORY = re.compile(r"history[ \t]*:?", re.IGNORECASE)
_BULLET = ("-", "*", ".")
# For the editor: ` vim:ts=20`, `# vim: set ts=4:` (vim's `:help modeline`).
_MODELINE = re.compile(r"[ \t]?(?:[^\w\s]{1,3}[ \t]*)?(?:vim?|ex):[ \t]*\S.*")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The lines of a history, counted from 0: from `begin` on, up to but without `end`."""

    begin: int
    end: int
    after: tuple[tuple[int, str], ...] = ()  # what ends it: lines, and what each one is


def find_extent(lines: Sequence[str], versions: Sequence[int], *, in_readme: bool) -> Extent:
    """The extent of a history whose versions may start in those lines, in rising order.

    In a README it starts below the heading "History" that has versions, and ends at the first heading
    behind the last version. Lines for an editor at the end of the file are part of nothing.
    """
    modelines = _modelines(lines)
    end = modelines[0] if modelines else len(lines)
    if in_readme:
        begin, stop = _in_readme(lines, versions)
        if stop < end:
            what = f"the history ends above {lines[stop].strip()[:60]!r}; what follows is not read"
            return Extent(begin=begin, end=stop, after=((stop, what),))
    else:
        begin = 0
    what = "a line for an editor; not part of the history"
    return Extent(begin=min(begin, end), end=end, after=tuple((n, what) for n in modelines))


def after_findings(extent: Extent, *, where: str) -> list[Finding]:
    """What of the file is not part of the history, so that nobody misses it."""
    return [
        Finding(
            where=where,
            line=number + 1,
            message=what,
            hint="leave it there; move it above the history if it is part of it",
            severity=Severity.WARNING,
        )
        for number, what in extent.after
    ]


def _in_readme(lines: Sequence[str], versions: Sequence[int]) -> tuple[int, int]:
    starts = set(versions)
    titles = {n: one for n in range(len(lines)) if n not in starts and (one := _title(lines, n))}
    headings = list(titles)
    histories = [n for n in headings if _HISTORY.fullmatch(titles[n])]

    def count(since: int, until: int) -> int:
        return bisect.bisect_left(versions, until) - bisect.bisect_left(versions, since)

    def following(number: int) -> int:
        at = bisect.bisect_right(headings, number)
        return headings[at] if at < len(headings) else len(lines)

    full = (n for n in histories if count(n, following(n)))
    chosen = next(full, histories[0] if histories else None)
    begin = 0
    if chosen is not None and (count(chosen, len(lines)) or not versions):
        begin = chosen + (1 if _MARKED.fullmatch(lines[chosen]) else 2)
    last = max(begin - 1, versions[-1] if versions else -1)
    return begin, following(last) if begin or versions else len(lines)


def _title(lines: Sequence[str], number: int) -> str:
    """The words of the heading in that line; empty if it is none."""
    line = lines[number].rstrip()
    marked = _MARKED.fullmatch(line)
    if marked:
        return marked["title"].strip("# \t")
    is_text = line[:1].strip() and not line.startswith(_BULLET)
    below = lines[number + 1] if number + 1 < len(lines) else ""
    above = lines[number - 1].strip() if number else ""
    return line if is_text and not above and _UNDERLINE.fullmatch(below) else ""


def _modelines(lines: Sequence[str]) -> tuple[int, ...]:
    found: list[int] = []
    for number in range(len(lines) - 1, -1, -1):
        if _MODELINE.fullmatch(lines[number]):
            found.append(number)
        elif lines[number].strip():
            break
    return tuple(reversed(found))
