"""What live hosts said, for a person and for a machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from pressroom.deploy.words import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pressroom.deploy.live import Problem

# So many paths are named of those that have one problem.
SHOWN = 3


def render_problems(problems: Sequence[Problem]) -> str:
    """A line for each thing that is wrong on a host, with the paths that have it; "" for none."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in problems:
        found.setdefault((one.host, one.message), []).append(one.path)
    lines = []
    for (host, message), paths in found.items():
        named = [shortened(path) for path in dict.fromkeys(paths) if path]
        more = f" and {len(named) - SHOWN:,} more" if len(named) > SHOWN else ""
        place = f" at {', '.join(named[:SHOWN])}{more}" if named else ""
        lines.append(f"{host}: {message}{place}")
    return "\n".join(lines)


def problems_as_list(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Every problem by itself, for `--json`."""
    return [dataclasses.asdict(one) for one in problems]
