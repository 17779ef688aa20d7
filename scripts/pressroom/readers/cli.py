"""The door of `pressroom readers`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from pressroom.config import READERS, find_root
from pressroom.errors import ConfigError, ExitCode
from pressroom.findings import Finding, errors_of
from pressroom.readers.importing.difference import compare_trees
from pressroom.readers.importing.imported import plan_import, render_import, render_report
from pressroom.readers.load import DESCRIPTORS, TABLE, load_readers
from pressroom.readers.tree.tree import load_tree
from pressroom.readers.vendors import check_vendors
from pressroom.readers.versions import is_version
from pressroom.world.disk import explained, save_bytes

TREE = click.Path(exists=True, path_type=Path)
FOLDER_OPTION = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Where {TABLE} and {DESCRIPTORS} are.  [default: {READERS} of the checkout]",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for machines.")


@click.group()
def readers() -> None:
    """Import, compare and check the table of card readers."""


@readers.command(
    "import",
    epilog="\b\nExamples:\n"
    "  pressroom readers import ../driver-1.7.0 --release 1.7.0 --dry-run\n"
    "  pressroom readers import ../driver-1.7.0 --release 1.7.0",
)
@click.argument("tree", type=TREE)
@FOLDER_OPTION
@click.option(
    "--release", default="", help="The driver's release: new readers are listed since it."
)
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would change.")
@click.option("--keep-going", is_flag=True, help="Import the rest when a file is broken; exit 1.")
@JSON
def import_(  # noqa: PLR0913 - the options, as click passes them
    *,
    tree: Path,
    folder: Path | None,
    release: str,
    dry_run: bool,
    keep_going: bool,
    as_json: bool,
) -> None:
    """Add the readers of a driver TREE to the table.

    It also prints a draft of what the changelog says of them. TREE is an unpacked source release of
    the driver, its folder of descriptor dumps, or an Info.plist. What people wrote is never changed:
    new readers get a line, descriptors are replaced, and what the tree says otherwise is shown. A
    second import changes nothing.
    """
    if release and not is_version(release):
        raise ConfigError(
            f"{release!r} is no driver release",
            where="--release",
            hint="write digits and dots, as in 1.7.0",
        )
    folder, where = _place(folder)
    driver, found = load_tree(tree)
    imported = plan_import(
        folder, driver, found, where=where, keep_going=keep_going, release=release
    )
    if imported.files and not dry_run:
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
        for name, data in imported.files.items():
            save_bytes(folder / name, data)
    click.echo(render_import(imported, where=where, dry_run=dry_run, as_json=as_json), nl=False)
    _exit(imported.findings)


@readers.command(
    epilog="\b\nExamples:\n"
    "  pressroom readers diff ../driver-1.6.2 ../driver-1.7.0\n"
    "  pressroom readers diff old/Info.plist new/Info.plist --json"
)
@click.argument("old", type=TREE)
@click.argument("new", type=TREE)
@JSON
def diff(*, old: Path, new: Path, as_json: bool) -> None:
    """Show what changed between two driver trees.

    Readers that came and went, names, status, descriptors. OLD and NEW are each a source release,
    its folder of descriptor dumps, or an Info.plist. Differences are no failure: the exit code is 0
    with and without them.
    """
    before, findings = load_tree(old)
    after, found = load_tree(new)
    report = compare_trees(before, after)
    findings = sorted(findings + found)
    if as_json:
        rest = {"findings": [finding.as_dict() for finding in findings]}
        click.echo(json.dumps(report.as_dict() | rest, indent=2))
    else:
        click.echo(render_report(report, findings), nl=False)
    _exit(findings)


@readers.command(
    epilog="\b\nExamples:\n  pressroom readers check\n  pressroom readers check --json"
)
@FOLDER_OPTION
@JSON
def check(*, folder: Path | None, as_json: bool) -> None:
    """Look for what is wrong in the table and its descriptors."""
    folder, where = _place(folder)
    if not (folder / TABLE).exists():
        raise ConfigError(
            f"no {TABLE} here",
            where=where,
            hint="run `pressroom readers import`, or name its folder with --folder",
        )
    records, findings = load_readers(folder, where=where)
    findings += check_vendors([one.reader for one in records], where=f"{where}/{TABLE}")
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in sorted(findings)], indent=2))
    else:
        for finding in sorted(findings):
            click.echo(str(finding))
    _exit(findings)


def _place(folder: Path | None) -> tuple[Path, str]:
    """The folder of the table, and how messages name it."""
    if folder is None:
        folder = find_root(Path.cwd()) / READERS
    cwd = Path.cwd()
    return folder, str(folder.relative_to(cwd) if folder.is_relative_to(cwd) else folder)


def _exit(findings: list[Finding] | tuple[Finding, ...]) -> None:
    sys.exit(int(ExitCode.FINDINGS if errors_of(findings) else ExitCode.FINE))
