"""Copies of this checkout with another number of card readers in its table."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.synthetic import synthetic_readers

from pressroom.config import READERS
from pressroom.readers.descriptors import render_descriptors
from pressroom.readers.load import DESCRIPTORS, TABLE
from pressroom.readers.table import parse_readers, render_readers
from pressroom.site.readers.content import PIN_LIMITS

if TYPE_CHECKING:
    from pressroom.readers.model import Reader

ROOT = Path(__file__).parent.parent


def copy_checkout(to: Path) -> None:
    """What our sites are built from."""
    to.mkdir()
    for name in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, to)
    for name in ("site", "posts", "releases"):
        shutil.copytree(ROOT / name, to / name)
    (to / "scripts" / "pressroom").mkdir(parents=True)  # mkdocs.yml watches it


def copy_with_readers(to: Path, count: int) -> None:
    """The same with that many synthetic readers, of the driver releases that ours has."""
    copy_checkout(to)
    readers, descriptors = synthetic_readers(count, releases=_releases())
    table = to / READERS
    (table / TABLE).write_text(render_readers(readers), encoding="utf-8")
    (table / DESCRIPTORS).write_bytes(render_descriptors(descriptors))
    (table / PIN_LIMITS).write_text("", encoding="utf-8")  # they are of readers that are gone


def our_readers() -> tuple[Reader, ...]:
    """The table as it is."""
    text = (ROOT / READERS / TABLE).read_text(encoding="utf-8")
    return parse_readers(text, where=TABLE)[0]


def _releases() -> list[str]:
    return sorted({reader.since for reader in our_readers()} - {""})
