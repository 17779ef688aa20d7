"""A rollback: an earlier version is live again."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.deploy.changes import compare
from pressroom.deploy.outcome import Outcome
from pressroom.deploy.refusals import Refusal, changed_findings, refuse
from pressroom.deploy.report.deploys import render_changes
from pressroom.deploy.state import find_version
from pressroom.deploy.switching import Passage, go_live
from pressroom.deploy.version import load_version
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from pressroom.deploy.job import Job
    from pressroom.deploy.state import State


def roll_back(job: Job, wanted: str) -> Outcome:
    """The version whose id begins with `wanted`, or the one before the live one, is live.

    One that was cut off is brought to its end first.

    Whatever its live hosts say then, it stays: who goes back has a reason. Raises PressroomError where
    there is no such version, or it was changed by hand.
    """
    if not job.is_dry:
        job.far.lock()
    state = job.far.state()
    goal = find_version(state, wanted) if wanted else state.unfinished or _before(state)
    outcome = Outcome(target=job.name, version=goal, previous=state.live, result="nothing-to-do")
    if goal == state.live == state.confirmed:
        return outcome
    version = load_version(job.far, goal)
    live = load_version(job.far, state.live) if state.live else None
    differences = [state.foreign] if state.foreign else []
    differences += job.far.differences(goal)
    findings = changed_findings(differences, job.name)
    refuse([Refusal(name="changed", findings=findings)] if findings else [], job.despite)
    changes = compare(
        version.manifest,
        live.manifest if live else None,
        policy=version.record.policy,
        old_policy=live.record.policy if live else None,
    )
    job.say(render_changes(changes, sites=job.sites, copies=False))
    outcome = dataclasses.replace(outcome, result="dry-run", changes=changes)
    if job.is_dry:
        return outcome
    job.ask()
    ended = go_live(job, Passage(state=state, new=version, old=live, stays=True))
    return dataclasses.replace(outcome, result="live", problems=ended.problems, reason=ended.reason)


def _before(state: State) -> str:
    if state.previous:
        return state.previous
    raise PressroomError(
        "there is no version to go back to",
        where=state.live or "versions",
        hint="pressroom deploy TARGET --list shows what is there",
    )
