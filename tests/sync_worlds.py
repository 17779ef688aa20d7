"""A repository and a checkout beside it, for the tests of `pressroom changelog sync`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from click.testing import CliRunner, Result

from pressroom.changelog.syncing.cli import sync

FRONT = """\
---
name: Widget
title: Widget
kind: python
description: A widget.
tag:
  format: "{{version}}"
  without_changelog_entry: ["0.4"]
changelog:
  file: Changes.txt
  style: {style}
---
"""
# The two say the same, but for what is no drift: the day, markup, wrapping, and an old version without entries.
OURS = """
A preamble.

## Unreleased

- not yet

## 1.2 - 7 September 2026, Ann Author

- add `turn()`, see [notes](https://widget.example/n)
- keep it
  - nested

## 1.1 - August 2026, Bo Moon

> Bad release, use 1.2: it does not start.

- fix it

## 1.0 - May 2025, Ann Author

## 0.4 - April 2025
"""
THEIRS = """\
History of widget
=================

1.2 - September 2026, Ann Author
  - add turn(), see
    notes (https://widget.example/n)
  - keep it
     . nested


1.1 - August 2026, Bo Moon
  - fix it

1.0 - May 2025, Ann Author
  - first one
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Both folders; the project is called widget."""

    root: Path

    @property
    def ours(self) -> Path:
        """Our file."""
        return self.root / "site" / "releases" / "widget.md"

    @property
    def theirs(self) -> Path:
        """The project's file."""
        return self.root / "widget" / "Changes.txt"

    def sync(self, *arguments: str, answer: str | None = None) -> Result:
        """What the command says and does in the repository."""
        return CliRunner().invoke(sync, ["widget", *arguments], input=answer)


def make_world(
    root: Path, ours: str = OURS, theirs: str = THEIRS, *, style: str = "pykcs11"
) -> World:
    """The two files as they are given, in folders beside each other."""
    world = World(root=root)
    world.ours.parent.mkdir(parents=True)
    world.theirs.parent.mkdir()
    (root / "site" / "pyproject.toml").write_text("[tool.pressroom]\n")
    world.ours.write_bytes((FRONT.format(style=style) + ours).encode())
    world.theirs.write_bytes(theirs.encode())
    return world
