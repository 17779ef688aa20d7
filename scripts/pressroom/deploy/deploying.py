"""A deploy from the first question to the last: verify, copy, verify, switch, ask."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.deploy.changes import compare, vanished
from pressroom.deploy.live import judge_live
from pressroom.deploy.outcome import Outcome
from pressroom.deploy.refusals import (
    Refusal,
    changed_findings,
    grade_findings,
    refuse,
    unseen_findings,
    vanished_findings,
)
from pressroom.deploy.report.deploys import render_changes
from pressroom.deploy.state import Record, to_keep
from pressroom.deploy.switching import Passage, go_live
from pressroom.deploy.version import Version, load_version, try_to_load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pressroom.deploy.far.side import Copied
    from pressroom.deploy.job import Built, Job, Judges
    from pressroom.deploy.live import HostSeen
    from pressroom.deploy.state import Score, State


def deploy(job: Job, built: Built) -> Outcome:
    """The built sites are live at the target, or what was live is; raises PressroomError where nothing was switched.

    What is decided first is whether there is anything to do. Every refusal is known before the first byte is copied.
    """
    if not job.is_dry:
        job.far.lock()
    state = job.far.state()
    new_id = built.manifest.id
    if new_id == state.live == state.confirmed:
        return _tidy(job, state)
    if new_id == state.live:
        return _finish(job, state)
    found = try_to_load(job.far, state.live) if state.live else None
    old = found if isinstance(found, Version) else None
    changed = [found] if isinstance(found, str) else []
    before = job.judges.look(old.manifest) if old is not None and job.target.live else ()
    new = _judge(job, built, old, before, changed=[*changed, *filter(None, [state.foreign])])
    changes = compare(
        new.manifest,
        old.manifest if old else None,
        policy=new.record.policy,
        old_policy=old.record.policy if old else None,
    )
    outcome = Outcome(
        target=job.name,
        version=new_id,
        previous=state.live,
        result="dry-run",
        changes=changes,
        scores=new.record.scores,
    )
    job.say(render_changes(changes, sites=job.sites))
    if job.is_dry:
        return outcome
    job.ask()
    if job.far.has(new_id) and not job.far.differences(new_id):
        job.say(f"{new_id} is there already: nothing is copied")
    else:
        copied = _copy(job, built, new, base=state.live)
        outcome = dataclasses.replace(outcome, sent=copied.sent, new=copied.new)
    passage = Passage(state=state, new=new, old=old, before=before)
    return _switch(job, passage, outcome)


def _tidy(job: Job, state: State) -> Outcome:
    """Nothing is to do, but to remove what a deploy left that was cut off after it was confirmed."""
    removed = () if job.is_dry else job.far.prune(to_keep(state, keep=job.target.keep))
    return Outcome(
        target=job.name,
        version=state.live,
        previous=state.live,
        result="nothing-to-do",
        removed=removed,
    )


def _finish(job: Job, state: State) -> Outcome:
    """A deploy that was cut off between its switch and its end is brought to its end."""
    job.say(f"{state.live} is live, but its deploy was cut off before the live hosts were asked")
    outcome = Outcome(
        target=job.name, version=state.live, previous=state.previous, result="dry-run"
    )
    if job.is_dry:
        return outcome
    old = load_version(job.far, state.previous) if state.previous else None
    passage = Passage(state=state, new=load_version(job.far, state.live), old=old)
    return _switch(job, passage, outcome)


def judge_built(judges: Judges, built: Built) -> tuple[list[Refusal], Mapping[str, Score]]:
    """What speaks against the built sites themselves, and the worst page of each site."""
    # A server that cannot be trusted to be the deployed one tells nothing of its grade.
    below, scores = ((), {}) if built.findings else judges.grade_built()
    wrong = [*built.findings, *judges.check_built()]
    return [
        Refusal(name="", findings=tuple(wrong)),
        Refusal(name="grade", findings=tuple(below)),
    ], scores


def _judge(
    job: Job,
    built: Built,
    old: Version | None,
    before: Sequence[HostSeen],
    *,
    changed: Sequence[str],
) -> Version:
    """The built version; raises RefusedError with everything that speaks against it.

    `before` is what the live hosts say, `changed` how the target was changed by hand as far as that was seen.
    """
    manifest = built.manifest
    job.say(f"judging {len(manifest.files):,} files of {len(job.sites)} sites")
    refusals, scores = judge_built(job.judges, built)
    by_hand = list(changed)
    if old is not None:
        by_hand += job.far.differences(old.id)
        gone = vanished(manifest, old.manifest, built.redirects)
        seen = judge_live(before, version=old.id, policy=old.record.policy, before={})
        unseen = tuple(one for one in seen if one.unseen)
        refusals += [
            Refusal(
                name="grade",
                findings=() if built.findings else grade_findings(old.record.scores, scores),
            ),
            Refusal(name="vanished", findings=vanished_findings(gone, job.sites)),
            Refusal(name="unseen", findings=unseen_findings(unseen)),
        ]
    refusals.append(Refusal(name="changed", findings=changed_findings(by_hand, job.name)))
    refuse([one for one in refusals if one.findings], job.despite)
    record = Record(id=manifest.id, made=job.clock(), policy=built.policy, scores=dict(scores))
    return Version(id=manifest.id, manifest=manifest, record=record)


def _copy(job: Job, built: Built, new: Version, *, base: str) -> Copied:
    """The version is there whole, and nobody sees it yet."""
    job.say("copying")
    copied = job.far.copy(
        new.manifest, built.sources, base=base, stage=job.stage, record=new.record
    )
    job.far.place(new.manifest)
    return copied


def _switch(job: Job, passage: Passage, outcome: Outcome) -> Outcome:
    ended = go_live(job, passage)
    new, target = passage.new.id, job.target
    failed = "" if ended.is_live else new
    removed = job.far.prune(to_keep(passage.state, keep=target.keep, new=new, failed=failed))
    return dataclasses.replace(
        outcome,
        result="live" if ended.is_live else "switched-back",
        problems=ended.problems,
        after=ended.after,
        reason=ended.reason,
        removed=removed,
    )
