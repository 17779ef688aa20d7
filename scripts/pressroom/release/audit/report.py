"""A verdict for people: every file, why, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.release.audit.model import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.release.audit.model import Remark, Verdict


def render_verdict(verdict: Verdict, *, sdist: str, against: str) -> str:
    """The text of a verdict, one line a file; a hint stands once below the files that it is for."""
    word = "accept" if verdict.accepted else "refuse"
    lines = [f"{word}: {visible(sdist)} against {visible(against)}"]
    for title, remarks in (("blocking", verdict.blocking), ("listed", verdict.listed)):
        if remarks:
            lines.append(f"\n{title} ({len(remarks)}):")
            lines += _lines(remarks)
    if not verdict.blocking and not verdict.listed:
        lines.append("every tracked file is there, and nothing else")
    return "\n".join(lines) + "\n"


def _lines(remarks: Sequence[Remark]) -> Iterator[str]:
    by_hint: dict[str, list[Remark]] = {}
    for remark in remarks:
        by_hint.setdefault(remark.hint, []).append(remark)
    for hint, group in by_hint.items():
        for remark in group:
            yield f"  {visible(remark.file)}: {visible(remark.reason)}"
        yield f"    hint: {visible(hint)}"
