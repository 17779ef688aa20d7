"""Drift and how it was mended, as lines for people and as JSON for machines."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

from pressroom.changelog.syncing.comparison import Kind
from pressroom.changelog.syncing.plan import Side
from pressroom.world.reply import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.changelog.syncing.comparison import Drift
    from pressroom.changelog.syncing.comparison import Side as Place
    from pressroom.changelog.syncing.load import Loaded
    from pressroom.changelog.syncing.plan import Mending


def visible(text: str) -> str:
    """Text from a file that can be printed: its blanks stay, and a mark stands for what no terminal may get."""
    return "".join(
        sign if sign.isprintable() or sign in "\t\n" else "\N{REPLACEMENT CHARACTER}"
        for sign in text
    )


def render_drift(one: Drift, loaded: Loaded) -> str:
    """One difference with the place on both sides."""
    here, there = (_place(side, where) for side, where in _sides(one, loaded))
    if one.here and one.there:
        said = f"{one.here.says} here, {one.there.says} in {there}"
        return one_line(f"{here}: {one.version}: {one.kind}: {said}")
    side = one.here or one.there
    assert side is not None, "a version stands somewhere"
    return one_line(f"{here or there}: {one.version}: {one.kind} ({side.says})")


def render_summary(drift: Sequence[Drift], loaded: Loaded, *, is_mending: bool) -> str:
    """How much differs, and what can be done about it."""
    real = [one for one in drift if one.kind is not Kind.NO_ENTRIES]
    versions = len({one.version for one in real})
    here, there = (visible(file.where) for file in (loaded.here, loaded.there))
    lines = [f"{here} and {there} say the same"]
    if real:
        lines = [f"{_count(len(real), 'difference')} in {_count(versions, 'version')}"]
    without = len(drift) - len(real)
    if without and not is_mending:
        lines.append(
            f"  {_count(without, 'version')} without entries here, which is no drift; --to here takes them from there"
        )
    if real and not is_mending:
        lines.append(
            f"  hint: --to here takes what {there} says, --to checkout writes into it what {here} says; "
            "--version V mends one alone"
        )
    return "\n".join(lines)


def render_mended(mending: Mending, loaded: Loaded, *, to: Side) -> str:
    """What was written, and how to look at it."""
    if to is Side.HERE:
        file, look = loaded.here, f"git diff {shlex.quote(loaded.here.where)}"
    else:
        file = loaded.there
        path = file.path.relative_to(loaded.checkout.resolve())
        look = f"git -C {shlex.quote(str(loaded.checkout))} diff {shlex.quote(str(path))}"
    return visible(
        f"{file.where}: mended {_count(len(mending.versions), 'version')}\n  hint: look at it with {look}, then commit it"
    )


def as_json(
    drift: Sequence[Drift], loaded: Loaded, mending: Mending | None, *, written: bool
) -> str:
    """All of it as one object."""
    found: dict[str, Any] = {
        "project": loaded.project.id,
        "here": loaded.here.where,
        "there": loaded.there.where,
        "drift": [_drift(one, loaded) for one in drift if one.kind is not Kind.NO_ENTRIES],
        "without_entries": [one.version for one in drift if one.kind is Kind.NO_ENTRIES],
    }
    if mending is not None:
        found |= {
            "versions": list(mending.versions),
            "refused": [finding.as_dict() for finding in mending.refused],
            "diff": list(mending.diff),
            "written": written,
        }
    return json.dumps(found, indent=2)


def _drift(one: Drift, loaded: Loaded) -> dict[str, Any]:
    here, there = (
        {"file": where, "line": side.line, "says": side.says} if side else None
        for side, where in _sides(one, loaded)
    )
    return {"version": one.version, "kind": str(one.kind), "here": here, "there": there}


def _sides(one: Drift, loaded: Loaded) -> tuple[tuple[Place | None, str], ...]:
    return (one.here, loaded.here.where), (one.there, loaded.there.where)


def _place(side: Place | None, where: str) -> str:
    return f"{where}:{side.line}" if side else ""


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
