"""An import as it is planned, and as it is told: which files it changes, what is new, what to look at."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from pressroom.findings import Finding, errors_of
from pressroom.readers.descriptors import render_descriptors
from pressroom.readers.importing.changes import Report
from pressroom.readers.importing.draft import draft_changelog
from pressroom.readers.importing.merge import merge
from pressroom.readers.load import DESCRIPTORS, TABLE, load_readers
from pressroom.readers.table import render_readers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pressroom.readers.model import Reader
    from pressroom.readers.tree.tree import DriverTree

# What people decide is reported as a finding, with its line.
_DECIDED = {"name", "status"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import makes of the table; `files` are those that change, with their new bytes."""

    readers: tuple[Reader, ...]
    descriptors: int
    files: dict[str, bytes]
    report: Report
    findings: tuple[Finding, ...]
    stopped: bool = False


def plan_import(  # noqa: PLR0913 - what the command takes, each by name
    folder: Path,
    tree: DriverTree,
    found: list[Finding],
    *,
    where: str,
    keep_going: bool,
    release: str = "",
) -> Imported:
    """The table in a folder with a tree merged in; nothing where the table itself, or the tree, is broken.

    With `keep_going` a tree is taken as far as it can be read. A table is not: what cannot be read
    of it would be lost.
    """
    records, findings = load_readers(folder, where=where)
    readers = [one.reader for one in records]
    descriptors = [one.descriptor for one in records if one.descriptor is not None]
    if errors_of(findings) or (errors_of(found) and not keep_going):
        return Imported(
            readers=tuple(readers),
            descriptors=len(descriptors),
            files={},
            report=Report(),
            findings=tuple(sorted(findings + found)),
            stopped=True,
        )
    merged = merge(readers, descriptors, tree, where=f"{where}/{TABLE}", release=release)
    files = {
        TABLE: render_readers(merged.readers).encode(),
        DESCRIPTORS: render_descriptors(merged.descriptors),
    }
    return Imported(
        readers=merged.readers,
        descriptors=len(merged.descriptors),
        files={name: data for name, data in files.items() if _bytes(folder / name) != data},
        report=merged.report,
        findings=tuple(sorted([*findings, *found, *merged.findings])),
    )


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def render_import(imported: Imported, *, where: str, dry_run: bool, as_json: bool) -> str:
    """What an import did, or would do, as text or as JSON."""
    draft = draft_changelog(imported.report.added, table=imported.readers)
    if as_json:
        values = {
            "readers": len(imported.readers),
            "descriptors": imported.descriptors,
            "files": sorted(imported.files),
            "written": bool(imported.files) and not dry_run,
            "stopped": imported.stopped,
            **imported.report.as_dict(),
            "findings": [finding.as_dict() for finding in imported.findings],
            "draft": draft,
        }
        return json.dumps(values, indent=2) + "\n"
    text = render_report(imported.report, imported.findings, kept=True)
    draft = f"\nfor the changelog:\n\n{draft}" if draft else ""
    return f"{where}: {_summary(imported, dry_run=dry_run)}\n{text}{draft}"


def _summary(imported: Imported, *, dry_run: bool) -> str:
    if imported.stopped:
        return "nothing was imported, because of the errors below"
    counts = f"{len(imported.readers)} readers, {imported.descriptors} with descriptors"
    if not imported.files:
        return f"{counts}; no file changes"
    names = " and ".join(sorted(imported.files, reverse=True))
    return f"{counts}; {names} {'would change' if dry_run else 'changed'}"


def render_report(report: Report, findings: Iterable[Finding], *, kept: bool = False) -> str:
    """A report and findings as text; with `kept` the table keeps what the tree has not, or has otherwise."""
    changed = [one for one in report.changed if not (kept and one.field in _DECIDED)]
    parts = [
        *_listed("added", report.added),
        *_listed("removed" + ", and kept in the table" * kept, report.removed),
        *_listed("changed", changed),
        *(f"{finding}\n" for finding in findings),
    ]
    return "".join(parts)


def _listed(title: str, items: Iterable[object]) -> Iterator[str]:
    lines = [f"  {item}\n" for item in items]
    if lines:
        yield f"{title}: {len(lines)}\n"
        yield from lines
