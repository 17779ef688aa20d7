"""The door of `pressroom release`, and of the scripts of single projects."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.config import find_root
from pressroom.doors import run_door
from pressroom.errors import ConfigError, ExitCode
from pressroom.release.conversation import abandon_release, asker, render_seen, tell_end
from pressroom.release.index.patience import Patience
from pressroom.release.places import state_home
from pressroom.release.prepare import (
    Request,
    drop_outdated,
    real_job,
    rehearsed_job,
)
from pressroom.release.recipes import steps_of
from pressroom.release.rehearsal import difference
from pressroom.release.report import (
    Lines,
    Reporter,
    Screen,
    Silent,
)
from pressroom.release.walk import walk
from pressroom.world.disk import remove

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.release.job import Job
    from pressroom.release.recipe import Step
    from pressroom.release.report import Terminal

EPILOG = """\b
Examples:
  pressroom release widget 1.2.0 --dry-run     look, say what would be done, write nothing
  pressroom release widget 1.2.0 --rehearse    do all of it, in a world of its own on this machine
  pressroom release widget 1.2.0               do it; asks once before anything becomes public
\b
  pressroom release audit dist/widget-1.2.0.tar.gz --tree ../widget --tag 1.2.0
      the comparison of any sdist with a git tree alone; see its --help
\b
A release that stopped, or was killed, is started again with the same command: it asks the remote and
the index what is there and does the rest. State is kept in $XDG_STATE_HOME/pressroom/."""

OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option("--dry-run", is_flag=True, help="Look, say what would be done, write nothing."),
    click.option(
        "--rehearse", is_flag=True, help="Do it against an index and remotes on this machine."
    ),
    click.option("--yes", is_flag=True, help="Do not ask before what cannot be undone."),
    click.option(
        "--abandon",
        is_flag=True,
        help="Give this version up; says what to do about what is public.",
    ),
    click.option(
        "--world",
        type=click.Path(file_okay=False, path_type=Path),
        help="Where a rehearsal keeps its world.  [default: a folder that goes when it succeeds]",
    ),
    click.option(
        "--checkout",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The project's repository.  [default: [checkouts] of the configuration, or a folder beside this one]",
    ),
    click.option(
        "--token",
        metavar="SOURCE",
        help="Where the index's token is read from when it is needed: keyring, file:PATH (mode 0600) or fd:NUMBER.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for machines."),
)


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(OPTIONS):
        command = option(command)
    return command


class _Release(click.Command):
    """`release audit …` is a command of its own; anything else is a project."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,  # noqa: ANN401 - click's signature
    ) -> click.Context:
        """The context of the command that is meant."""
        if args[:1] == ["audit"]:
            from pressroom.release.audit.cli import audit  # noqa: PLC0415 - loaded by who acts: to look takes a fraction of a second

            context: click.Context = audit.make_context(
                f"{info_name} audit", args[1:], parent, **extra
            )
            return context
        return super().make_context(info_name, args, parent, **extra)


@click.command(cls=_Release, epilog=EPILOG)
@click.argument("project")
@click.argument("version")
@_with_options
def release(project: str, version: str, **options: Any) -> None:  # noqa: ANN401 - see _run
    """Release VERSION of PROJECT: from its changelog to tag, uploads and announcement.

    PROJECT is the stem of a file in releases/. Its recipe is the list STEPS in
    scripts/release_<project>.py, or that of its kind.
    """
    _run(None, project, version, **options)


def release_door(project: str, steps: Sequence[Step]) -> int:
    """The door of a script that holds the recipe of one project; the exit code."""

    @click.command(
        name=Path(sys.argv[0]).name, context_settings={"help_option_names": ["-h", "--help"]}
    )
    @click.argument("version")
    @_with_options
    def door(version: str, **options: Any) -> None:  # noqa: ANN401 - see _run
        """Release VERSION of the project whose recipe this script is."""
        _run(steps, project, version, **options)

    return run_door(door)


def _run(  # noqa: PLR0913 - the options, as click passes them
    given: Sequence[Step] | None,
    project: str,
    version: str,
    *,
    dry_run: bool,
    rehearse: bool,
    yes: bool,
    abandon: bool,
    world: Path | None,
    checkout: Path | None,
    token: str | None,
    as_json: bool,
) -> None:
    if dry_run + rehearse + yes + abandon > 1:
        raise ConfigError(
            "these exclude each other",
            where="--dry-run, --rehearse, --yes, --abandon",
            hint="take one",
        )
    request = Request(
        project=project,
        version=version,
        root=find_root(Path.cwd()),
        environment=dict(os.environ),
        now=lambda: dt.datetime.now(dt.UTC),
        patience=Patience(sleep=time.sleep, clock=time.monotonic),
        python=Path(sys.executable),
        checkout=checkout,
        token=token,
    )
    command = _command(request, rehearse=rehearse, world=world)
    terminal = _terminal(as_json=as_json)
    if rehearse:
        code = _rehearse(given, request, world, terminal, command=command, as_json=as_json)
    else:
        with real_job(request, is_dry=dry_run) as job:
            steps = given or steps_of(request.root, job.project)
            if abandon:
                code = abandon_release(steps, job)
            else:
                _replan(job, terminal, is_dry=dry_run)
                reporter = Reporter(terminal, ask=asker(steps, yes=yes))
                outcome = walk(steps, job, reporter, is_dry=dry_run)
                tell_end(outcome, job, command=command, is_dry=dry_run, as_json=as_json)
                code = outcome.exit_code
    if code:
        sys.exit(code)


def _rehearse(  # noqa: PLR0913 - what a rehearsal has
    given: Sequence[Step] | None,
    request: Request,
    world: Path | None,
    terminal: Terminal,
    *,
    command: str,
    as_json: bool,
) -> ExitCode:
    """The same walk in a world of its own; without a name, that world goes when all went well."""
    folder = (
        world
        or state_home(request.environment) / "rehearsals" / f"{request.project}-{request.version}"
    )
    with rehearsed_job(request, folder.absolute()) as (job, stage):
        _replan(job, terminal, is_dry=False)
        steps = given or steps_of(request.root, job.project)
        outcome = walk(steps, job, Reporter(terminal, ask=lambda _job: True))
        if not as_json and not outcome.exit_code:
            click.echo(
                difference(stage, request.environment) if outcome.did else render_seen(stage)
            )
        tell_end(outcome, job, command=command, is_dry=False, as_json=as_json)
    if world is None and not outcome.exit_code:
        remove(folder)
    elif not as_json:
        click.echo(f"the world of this rehearsal is kept in {folder}")
    return outcome.exit_code


def _replan(job: Job, terminal: Terminal, *, is_dry: bool) -> None:
    """A plan that was made from other texts or commits is dropped, as long as nothing of it is public."""
    if drop_outdated(job, is_dry=is_dry):
        terminal.line("The changelog or the project changed since the plan was frozen, and nothing")
        terminal.line("is public: a new plan is made.")


def _command(request: Request, *, rehearse: bool, world: Path | None) -> str:
    words = ["pressroom release", request.project, request.version]
    words += ["--rehearse"] if rehearse else []
    words += ["--world", str(world)] if world else []
    words += ["--checkout", str(request.checkout)] if request.checkout else []
    return " ".join(words)


def _terminal(*, as_json: bool) -> Terminal:
    if as_json:
        return Silent()
    return Screen() if sys.stdout.isatty() else Lines(click.echo)
