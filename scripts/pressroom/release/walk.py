"""The walk through a recipe: checks together, then one step after the other; stopped anywhere, it can begin again."""

from __future__ import annotations

import concurrent.futures
import contextlib
import dataclasses
from typing import TYPE_CHECKING

from pressroom.errors import ExitCode, FindingsError, PressroomError
from pressroom.findings import Finding
from pressroom.release.recipe import Answer, Outcome, State, Thing, conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.release.job import Job
    from pressroom.release.recipe import Step, Watcher


class DeclinedError(PressroomError):
    """The person who was asked said no."""


def _nowhere(_mark: str) -> None:
    """A boundary at which nothing happens."""


def walk(
    steps: Sequence[Step],
    job: Job,
    watcher: Watcher,
    *,
    is_dry: bool = False,
    at: Callable[[str], None] = _nowhere,
) -> Outcome:
    """Go through the steps: all checks before the plan together, then one after the other.

    `at` is called at every boundary at which the process could die. A dry walk probes and acts never.
    """
    answers: list[tuple[Step, Answer]] = []
    did: list[str] = []
    try:
        found = _walk(steps, job, watcher, answers, did, is_dry=is_dry, at=at)
    except PressroomError as error:
        if not is_dry:
            with contextlib.suppress(PressroomError):  # what stopped it may stop the journal too
                job.journal.write("stopped", note=error.message)
        return Outcome(
            answers=tuple(answers), error=error, things=_things(steps, job), did=tuple(did)
        )
    if found and not is_dry:
        job.journal.write("stopped", note=found[0].message)
    things = _things(steps, job) if found else ()
    return Outcome(answers=tuple(answers), findings=tuple(found), things=things, did=tuple(did))


def _walk(  # noqa: PLR0913 - the walk and what it carries
    steps: Sequence[Step],
    job: Job,
    watcher: Watcher,
    answers: list[tuple[Step, Answer]],
    did: list[str],
    *,
    is_dry: bool,
    at: Callable[[str], None],
) -> list[Finding]:
    """The findings that stopped it."""
    found: list[Finding] = []
    is_agreed = False
    if job.plan is not None and (last := _all_public(steps, job)):
        _tell(steps, last, watcher, answers, job)
        return []
    for step in steps:
        if found and step.act is not None and not is_dry:
            return found  # all checks were asked; nothing is begun
        watcher.begins(step, step.sentence.format_map(job.words))
        at(f"probe {step.name}")
        answer = _probe(step, job)
        acted = False
        if answer.state is State.ABSENT and step.act is not None and not is_dry:
            if step.things is not None and not is_agreed:
                if not watcher.asks(job):
                    raise DeclinedError(
                        "stopped before anything was made public",
                        where=step.name,
                        hint="start again to go on from here",
                    )
                is_agreed = True
            did.append(step.name)
            answer, acted = _act(step, job, at=at), True
        # Who began again after the first public step had agreed to it.
        is_agreed = is_agreed or (step.things is not None and answer.state is State.DONE)
        answers.append((step, answer))
        watcher.ends(step, answer, acted=acted)
        found += answer.findings
        if answer.findings and step.act is not None and not is_dry:
            return found
    return found


def _all_public(steps: Sequence[Step], job: Job) -> list[Answer]:
    """The answers from the first public step on, if all of them are done; else none.

    What is public was made from what comes before, which then need not be asked.
    """
    first = next((number for number, step in enumerate(steps) if step.things is not None), None)
    if first is None:
        return []
    # At the same time: each waits for others most of its time.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        asked = [pool.submit(step.probe, job) for step in steps[first:]]
    try:
        answers = [one.result() for one in asked]
    except PressroomError:  # the walk comes to it, and says so
        return []
    return answers if all(answer.state is State.DONE for answer in answers) else []


def _tell(
    steps: Sequence[Step],
    last: Sequence[Answer],
    watcher: Watcher,
    answers: list[tuple[Step, Answer]],
    job: Job,
) -> None:
    """A release that is finished, step by step."""
    before = Answer(state=State.DONE, note="steps before are done: all is public", was_before=True)
    count = len(steps) - len(last)
    for step, answer in zip(steps, [*[before] * count, *last], strict=True):
        watcher.begins(step, step.sentence.format_map(job.words))
        answers.append((step, answer))
        watcher.ends(step, answer, acted=False)


def _probe(step: Step, job: Job) -> Answer:
    if step.before_plan and job.plan is not None:
        return Answer(
            state=State.DONE, note="checks held when the plan was frozen", was_before=True
        )
    if step.act is not None:
        return step.probe(job)
    try:
        return step.probe(job)
    except FindingsError as error:
        return conflict(*error.findings)
    except PressroomError as error:
        # One check that cannot be made does not hide what the others find.
        found = Finding(where=error.where, message=error.message, hint=error.hint)
        is_outside = error.exit_code is ExitCode.OUTSIDE
        return dataclasses.replace(conflict(found), is_unanswered=is_outside)


def _act(step: Step, job: Job, *, at: Callable[[str], None]) -> Answer:
    """What the probe says after the act, which it must see."""
    assert step.act is not None
    at(f"journal {step.name}")
    job.journal.write("begins", step=step.name)
    at(f"act {step.name}")
    step.act(job)
    at(f"acted {step.name}")
    answer = step.probe(job)
    if answer.state is State.ABSENT:
        raise PressroomError(
            f"{step.name} ran without an error, but what it makes is not there: {answer.note}",
            where=step.name,
            hint="start again; if it stays so, the other side says one thing and does another",
        )
    at(f"journal done {step.name}")
    job.journal.write(str(answer.state), step=step.name, note=answer.note)
    return answer


def _things(steps: Sequence[Step], job: Job) -> tuple[Thing, ...]:
    """What is public and what is not, as far as anybody answers."""
    things: list[Thing] = []
    for step in steps:
        if step.things is not None:
            try:
                things += step.things(job)
            except PressroomError as error:
                things.append(Thing(name=f"{step.name}: {error.message}", is_public=None))
    return tuple(things)
