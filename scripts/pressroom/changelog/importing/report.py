"""What an import found and made, told to a person or to a machine."""

from __future__ import annotations

import dataclasses
import difflib
import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

    from pressroom.changelog.importing.merge import Merged
    from pressroom.changelog.importing.reading import Imported
    from pressroom.changelog.styles.detect import Detected
    from pressroom.findings import Finding

_SHOWN = 12  # versions that a line names


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """All that a run found and made; `old` is the text of the target, None where there is none."""

    detected: Detected
    imported: Imported
    merged: Merged
    old: str | None
    findings: tuple[Finding, ...]


def print_text(done: Done, output: Path | None, *, dry_run: bool) -> None:
    """What was done, on stderr if the text itself goes to stdout."""
    for finding in done.findings:
        click.echo(str(finding), err=True)
    if output is None and not dry_run:
        click.echo(done.merged.text, nl=False)
    elif dry_run:
        click.echo(_diff(done, str(output or "-")), nl=False)
    for line in _lines(done, output, dry_run=dry_run):
        click.echo(line, err=output is None or dry_run)


def _lines(done: Done, output: Path | None, *, dry_run: bool) -> list[str]:
    summary, merged = done.imported.summary, done.merged
    lines = [
        f"style: {done.detected.style.name}: {done.detected.why}",
        f"{summary.versions} versions, {summary.dates} with a date, {summary.entries} entries",
        f"kept verbatim, in a fence: {summary.verbatim} pieces of text",
    ]
    for what, span in (("above", summary.head), ("below", summary.tail)):
        if span:
            lines.append(f"not imported: lines {span[0]}-{span[1]}, {what} the history")
    if output is None:
        return lines
    lines += [
        f"{len(versions)} {what}: {_some(versions)}"
        for what, versions in (
            ("new", merged.added),
            ("given their entries", merged.filled),
            ("there already, not touched", merged.left),
        )
        if versions
    ]
    if not done.imported.complete:
        return [*lines, f"{output}: not written, since words would be lost"]
    if merged.text == done.old:
        return [*lines, f"{output}: nothing to change"]
    new = done.old is None
    if dry_run:
        return [*lines, f"{output}: would be {'made' if new else 'changed'}"]
    ask = f"; `pressroom changelog check {output}` says what its front matter needs" if new else ""
    return [*lines, f"{output}: {'made' if new else 'changed'}{ask}"]


def _some(versions: tuple[str, ...]) -> str:
    more = len(versions) - _SHOWN
    return ", ".join(versions[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _diff(done: Done, name: str) -> str:
    old = (done.old or "").splitlines(keepends=True)
    new = done.merged.text.splitlines(keepends=True)
    before = name if done.old is not None else "/dev/null"
    return "".join(difflib.unified_diff(old, new, before, name))


def print_json(done: Done, output: Path | None, *, dry_run: bool) -> None:
    """The same for machines, in one object."""
    summary, merged = done.imported.summary, done.merged
    result: dict[str, object] = {
        "why": done.detected.why,
        **dataclasses.asdict(summary),
        "complete": done.imported.complete,
        "added": merged.added,
        "filled": merged.filled,
        "left": merged.left,
        "changed": done.imported.complete and merged.text != done.old,
        "findings": [finding.as_dict() for finding in done.findings],
    }
    if output is None:
        result["text"] = merged.text
    if dry_run:
        result["diff"] = _diff(done, str(output or "-"))
    click.echo(json.dumps(result, indent=2, ensure_ascii=False))
