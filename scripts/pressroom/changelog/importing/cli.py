"""The door of `pressroom changelog import`."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.changelog.files import read_changelog
from pressroom.changelog.importing.merge import merge_changelog
from pressroom.changelog.importing.reading import import_changelog
from pressroom.changelog.importing.report import Done, print_json, print_text
from pressroom.changelog.styles import STYLES
from pressroom.changelog.styles import style as style_of
from pressroom.changelog.styles.detect import Detected, explain
from pressroom.errors import ConfigError, ExitCode
from pressroom.findings import Finding, Severity, errors_of
from pressroom.world.disk import save_text

if TYPE_CHECKING:
    from collections.abc import Iterator


@click.command(
    "import",
    epilog="\b\nExamples:\n  pressroom changelog import ../widget/ChangeLog --dry-run -o releases/widget.md"
    "\n  pressroom changelog import CHANGELOG.md --style keep-a-changelog -o releases/widget.md",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--style", "name_of_style", type=click.Choice(STYLES), help="Left out: found.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Left out: printed.")
@click.option("--name", help="The project's name in a new file; left out: the file's stem.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show the difference.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, for machines.")
def import_(  # noqa: PLR0913 - click's options
    *,
    file: Path,
    name_of_style: str | None,
    output: Path | None,
    name: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring a project's own changelog FILE into our format, without losing a word.

    A changelog that is there already keeps its front matter and each version that has entries; those without
    get theirs, and new ones are added. What is not understood is kept verbatim and reported. Exits with 1 if
    something has to be mended in FILE; if a word would be lost, nothing is written.
    """
    if output is not None and output.exists() and file.exists() and output.samefile(file):
        raise ConfigError(
            "is the file to import and the one to write", where=str(file), hint="write to another"
        )
    text, found = _read(file)
    with _no_collector():
        detected = _style(text, name_of_style, where=str(file))
        imported = import_changelog(text, detected.style, where=str(file), reading=detected.reading)
    if not imported.releases:
        raise ConfigError(
            f"no version was found in the style {detected.style.name}",
            where=str(file),
            hint=f'a heading of it is "{detected.style.example}"; leave --style out to have it found',
        )
    old = _existing(output)
    front = _front(name or (output or file).stem, file, detected)
    merged = merge_changelog(front if old is None else old, imported.releases, where=str(output))
    findings = sorted([*found, *imported.findings, *merged.findings])
    done = Done(
        detected=detected, imported=imported, merged=merged, old=old, findings=tuple(findings)
    )
    is_written = output is not None and imported.complete and not dry_run
    if output is not None and is_written and merged.text != old:
        save_text(output, merged.text)
    (print_json if as_json else print_text)(done, output, dry_run=dry_run)
    sys.exit(int(ExitCode.FINDINGS if errors_of(findings) else ExitCode.FINE))


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """What is read of a file has no cycles: to look through it for some takes a third of the time of a long one."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _style(text: str, name: str | None, *, where: str) -> Detected:
    chosen = style_of(name) if name else None
    return Detected(style=chosen, why="as you said") if chosen else explain(text, where=where)


def _read(file: Path) -> tuple[str, list[Finding]]:
    """The text of the project's own file; its encoding is its own matter, so that is a warning only."""
    text, found = read_changelog(file)
    return text, [dataclasses.replace(one, severity=Severity.WARNING) for one in found]


def _existing(output: Path | None) -> str | None:
    """The changelog that is there; None if there is none."""
    if output is None or not output.exists():
        return None
    text, found = _read(output)
    wrong = [one for one in found if "not UTF-8" in one.message]
    if wrong:
        raise ConfigError(wrong[0].message, where=wrong[0].place, hint=wrong[0].hint)
    return text


def _front(name: str, file: Path, detected: Detected) -> str:
    """The front matter of a new file: what is known. `pressroom changelog check` asks for the rest."""
    quoted = json.dumps(name, ensure_ascii=False)
    own = json.dumps(file.name, ensure_ascii=False)
    return (
        f"---\nname: {quoted}\ntitle: {quoted}\n"
        f"changelog:\n  file: {own}\n  style: {detected.style.name}\n---\n"
    )
