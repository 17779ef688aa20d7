"""The door of `pressroom changelog sync`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.changelog.syncing.comparison import Kind, find_drift
from pressroom.changelog.syncing.load import load_pair, save_mended
from pressroom.changelog.syncing.plan import Side, plan_mending
from pressroom.changelog.syncing.report import (
    as_json,
    render_drift,
    render_mended,
    render_summary,
    visible,
)
from pressroom.config import find_root
from pressroom.errors import ConfigError, ExitCode, PressroomError

if TYPE_CHECKING:
    from pressroom.changelog.syncing.comparison import Drift
    from pressroom.changelog.syncing.load import Loaded
    from pressroom.changelog.syncing.plan import Mending

_EPILOG = """\b
Examples:
  pressroom changelog sync widget
  pressroom changelog sync widget --to here --version 1.2 --dry-run
  pressroom changelog sync widget --checkout ~/src/widget --to checkout

\b
Exit codes: 0 both say the same, 1 they differ, 2 cannot be compared."""


@click.command("sync", epilog=_EPILOG)
@click.argument("project")
@click.option(
    "--checkout",
    type=click.Path(path_type=Path),
    help="A folder with the project's repository.  [default: a folder of its name beside this repository]",
)
@click.option(
    "--to",
    type=click.Choice([str(side) for side in Side]),
    help="Mend one side: `here` takes what the project's file says into releases/, `checkout` writes what "
    "releases/ says into the project's file.",
)
@click.option(
    "--version", "versions", metavar="V", multiple=True, help="Only this version; repeatable."
)
@click.option("--dry-run", is_flag=True, help="Show what --to would change, and write nothing.")
@click.option("--yes", is_flag=True, help="Write without asking, after showing it.")
@click.option("--json", "as_machine", is_flag=True, help="Print one JSON object, for machines.")
def sync(**options: Any) -> None:  # noqa: ANN401 - the options, as click passes them
    """Show where releases/PROJECT.md and the project's own changelog differ, and mend either.

    Versions, dates, authors and entries are compared. A version without entries in releases/ is compared by its
    date alone; --to here takes its entries too. No version is ever deleted, and of both files nothing changes but
    what is shown.
    """
    sys.exit(int(_sync(**options)))


def _sync(  # noqa: PLR0913 - the options, as click passes them
    *,
    project: str,
    checkout: Path | None,
    to: str | None,
    versions: tuple[str, ...],
    dry_run: bool,
    yes: bool,
    as_machine: bool,
) -> ExitCode:
    _check_options(to=to, dry_run=dry_run, yes=yes, as_machine=as_machine)
    cwd = Path.cwd()
    loaded = load_pair(find_root(cwd), project, checkout=checkout, cwd=cwd)
    pair = loaded.pair
    drift = _chosen(find_drift(pair.ours, pair.theirs, pair.style), loaded, versions)
    side = Side(to) if to else None
    mending = plan_mending(pair, drift, to=side) if side else None
    if not as_machine:
        _show(drift, loaded, mending)
    written = False
    if side and mending and mending.edits and not dry_run:
        written = yes or _agreed(loaded, side)
        if written:
            save_mended(loaded, mending.edits, to=side)
            if not as_machine:
                click.echo(render_mended(mending, loaded, to=side))
    mended = mending.versions if mending and written else ()
    if as_machine:
        click.echo(as_json(drift, loaded, mending, written=written))
    left = [one for one in drift if one.kind is not Kind.NO_ENTRIES and one.version not in mended]
    return ExitCode.FINDINGS if left or (mending and mending.refused) else ExitCode.FINE


def _check_options(*, to: str | None, dry_run: bool, yes: bool, as_machine: bool) -> None:
    if to is None and (dry_run or yes):
        raise ConfigError(
            "there is nothing to write without --to",
            where="--dry-run" if dry_run else "--yes",
            hint="add --to here or --to checkout",
        )
    if dry_run and yes:
        raise ConfigError("these exclude each other", where="--dry-run, --yes", hint="take one")
    if to is not None and as_machine and not (dry_run or yes):
        raise ConfigError(
            "a machine cannot be asked", where="--json", hint="add --yes, or --dry-run to look"
        )


def _chosen(drift: list[Drift], loaded: Loaded, versions: tuple[str, ...]) -> list[Drift]:
    """The drift of the versions that were named. Raises ConfigError for one that neither file has."""
    known = {one.version for one in (*loaded.pair.ours.published, *loaded.pair.theirs)}
    unknown = [version for version in versions if version not in known]
    if unknown:
        raise ConfigError(
            f"neither file has a version {visible(unknown[0])!r}",
            where="--version",
            hint="write it as its heading does, without a prefix",
        )
    return [one for one in drift if not versions or one.version in versions]


def _show(drift: list[Drift], loaded: Loaded, mending: Mending | None) -> None:
    for one in drift:
        if one.kind is not Kind.NO_ENTRIES:
            click.echo(render_drift(one, loaded))
    click.echo(render_summary(drift, loaded, is_mending=mending is not None))
    if mending is None:
        return
    for finding in mending.refused:
        click.echo(visible(str(finding)))
    for line in mending.diff:
        click.echo(visible(line))
    if not mending.edits:
        click.echo("there is nothing to write on that side")


def _agreed(loaded: Loaded, to: Side) -> bool:
    file = loaded.here if to is Side.HERE else loaded.there
    try:
        return click.confirm(f"Write {visible(file.where)}?")
    except click.Abort as error:
        raise PressroomError(
            "nobody answered; nothing was written",
            where="standard input",
            hint="start it in a terminal, or with --yes",
        ) from error
