"""What a person is asked and told around a walk: the question, the end, the way to see it, giving up."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from pressroom.errors import ExitCode, PressroomError
from pressroom.release.report import render_end, render_json, render_things

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.release.job import Job
    from pressroom.release.recipe import Outcome, Step
    from pressroom.release.rehearsal import Rehearsal


def asker(steps: Sequence[Step], *, yes: bool) -> Callable[[Job], bool]:
    """The one question: what would become public now."""

    def ask(job: Job) -> bool:
        if yes:
            return True
        if not sys.stdin.isatty():
            raise PressroomError(
                "what comes now cannot be undone, and there is nobody to ask",
                where="standard input",
                hint="start it in a terminal, or with --yes",
            )
        click.echo("From here on it cannot be undone:")
        for step in steps:
            if step.things is not None:
                click.echo(f"  - {step.sentence.format_map(job.words)}")
        return click.confirm(f"Release {job.project.name} {job.version}?")

    return ask


def tell_end(outcome: Outcome, job: Job, *, command: str, is_dry: bool, as_json: bool) -> None:
    """Print how a walk ended, for people or as JSON."""
    if as_json:
        click.echo(render_json(outcome, job, command=command))
    else:
        click.echo(render_end(outcome, command=command, is_dry=is_dry))


def render_seen(stage: Rehearsal) -> str:
    """How to see the difference again, where nothing was left to do."""
    return (
        "nothing was left to do; what the release changes:\n"
        f"  git -C {stage.remote} show HEAD\n  git -C {stage.site_remote} show HEAD"
    )


def abandon_release(steps: Sequence[Step], job: Job) -> ExitCode:
    """Say what is public and what can be done about it; nothing public is touched."""
    things = [thing for step in steps if step.things is not None for thing in step.things(job)]
    for line in render_things(tuple(things)):
        click.echo(line)
    if not any(thing.is_public for thing in things):
        job.state.forget()
        click.echo("nothing is public: the plan is dropped, and the version can be released later")
        return ExitCode.FINE
    job.journal.write("abandoned")
    click.echo(
        "what is public stays: never delete a file from an index, its name would be burned. Yank the "
        f"version there, with a reason; mark it in {job.where} (> Bad release, use NEXT: reason) and "
        "release the next one."
    )
    return ExitCode.FINE
