"""The door of `pressroom changelog`."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import click

from pressroom.changelog.check import check_changelog
from pressroom.changelog.files import read_changelog
from pressroom.changelog.format import format_changelog
from pressroom.changelog.importing.cli import import_
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.syncing.cli import sync
from pressroom.config import find_root
from pressroom.errors import ConfigError, ExitCode
from pressroom.findings import Finding, errors_of
from pressroom.world.disk import save_text

FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path))


@click.group()
def changelog() -> None:
    """Check, format, import and compare the changelogs in releases/."""


changelog.add_command(import_)
changelog.add_command(sync)


@changelog.command(
    epilog="\b\nExamples:\n  pressroom changelog check\n  pressroom changelog check releases/widget.md --json"
)
@FILES
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, for machines.")
def check(*, files: tuple[Path, ...], as_json: bool) -> None:
    """Look for what is wrong in changelogs: all of releases/, or the FILES named."""
    today = dt.datetime.now(dt.UTC).date()
    findings: list[Finding] = []
    for path in _chosen(files):
        text, found = read_changelog(path)
        parsed, more = parse_changelog(text, where=str(path))
        findings += found + more + check_changelog(parsed, where=str(path), today=today)
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in sorted(findings)], indent=2))
    else:
        for finding in sorted(findings):
            click.echo(str(finding))
    sys.exit(int(ExitCode.FINDINGS if errors_of(findings) else ExitCode.FINE))


@changelog.command(
    "format",
    epilog="\b\nExamples:\n  pressroom changelog format --check\n  pressroom changelog format releases/widget.md",
)
@FILES
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if a file would.")
def format_(*, files: tuple[Path, ...], only_check: bool) -> None:
    """Write changelogs in canonical form: all of releases/, or the FILES named.

    No line is lost: what has no canonical form stays as it is, and the front matter is not touched.
    """
    changed = 0
    for path in _chosen(files):
        text, findings = read_changelog(path)
        formatted = format_changelog(text, where=str(path))
        if formatted == text and not findings:
            continue
        changed += 1
        click.echo(f"{path}: {'would be formatted' if only_check else 'formatted'}")
        if not only_check:
            save_text(path, formatted)
    sys.exit(int(ExitCode.FINDINGS if changed and only_check else ExitCode.FINE))


def _chosen(files: tuple[Path, ...]) -> list[Path]:
    if files:
        return list(files)
    folder = find_root(Path.cwd()) / "releases"
    found = sorted(folder.glob("*.md"))
    if not found:
        raise ConfigError(
            "no changelog here",
            where=str(folder),
            hint="name files, or write releases/<project>.md; CONTRIBUTING.md shows one",
        )
    cwd = Path.cwd()
    return [path.relative_to(cwd) if path.is_relative_to(cwd) else path for path in found]
