"""Whether what is live is what was built, and as it should be; nothing is changed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.deploy.live import judge_live
from pressroom.deploy.verification import Verification
from pressroom.deploy.version import load_version

if TYPE_CHECKING:
    import datetime as dt

    from pressroom.deploy.job import Built, Job, Judges


def verify(job: Job, built: Built, *, days: int) -> Verification:
    """The target's files by hash, and its live hosts: version, headers, grades, certificates good for `days` more.

    A host must have the grade that the live version had when it was built.
    """
    state = job.far.state()
    changed = [state.foreign] if state.foreign else []
    live = load_version(job.far, state.live) if state.live else None
    found = Verification(
        target=job.name,
        at=job.clock(),
        built=built.manifest.id,
        live=state.live,
        days=days,
        changed=tuple(changed),
    )
    if live is None:
        return found
    hosts = job.judges.look(live.manifest) if job.target.live else ()
    problems = judge_live(
        hosts, version=live.id, policy=live.record.policy, before=live.record.scores
    )
    return dataclasses.replace(
        found,
        changed=(*changed, *job.far.differences(live.id)),
        hosts=hosts,
        problems=problems,
    )


def verify_bundle(
    name: str, built: Built, judges: Judges, *, now: dt.datetime, days: int
) -> Verification:
    """What the hosts say of a bundle that was uploaded; its files cannot be seen."""
    hosts = judges.look(built.manifest)
    version = built.manifest.id
    shown = {host.version for host in hosts}
    return Verification(
        target=name,
        at=now,
        built=version,
        live=shown.pop() if len(shown) == 1 else "",
        days=days,
        hosts=hosts,
        problems=judge_live(hosts, version=version, policy=built.policy, before={}),
    )
