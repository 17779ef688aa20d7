"""The moment itself: the server is asked, `current` is switched, live hosts are asked; and back if they are wrong."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.deploy.changes import carried
from pressroom.deploy.live import judge_live
from pressroom.deploy.manifest import VERSION_FILE
from pressroom.deploy.state import to_keep
from pressroom.deploy.version import Version, try_to_load
from pressroom.errors import ExitCode, PressroomError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pressroom.deploy.job import Job
    from pressroom.deploy.live import HostSeen, Problem
    from pressroom.deploy.state import Score, State


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How it went: whether the version is live, and what was wrong.

    `reason` is what the server said to a reload that failed. `after` is what was wrong after it was switched back.
    """

    is_live: bool
    problems: tuple[Problem, ...] = ()
    reason: str = ""
    after: tuple[Problem, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """From the version that is live to another one.

    `before` is what the live hosts said before the switch: what was wrong then already is no reason to go back.
    The new version `stays` whatever is wrong with it if a person went back to it.
    """

    state: State
    new: Version
    old: Version | None
    before: Sequence[HostSeen] = ()
    stays: bool = False


def go_live(job: Job, passage: Passage) -> Ended:
    """The new version is live and confirmed, or the old one is live again, if there is one and the new does not stay.

    A version that is live already, since its deploy was cut off, is settled in the same way.
    """
    new = passage.new
    if passage.state.live != new.id:
        carry_assets(job, passage.state, new)
        if job.target.check:
            job.say("asking the server whether it takes the configuration")
            job.far.run(job.target.check, version=new.id)
        renew(job, new, passage.old)
        job.far.switch(new.id, at=job.clock(), is_rollback=passage.stays)
        job.say(f"switched to {new.id}")
    try:
        return _settle(job, passage, reload=_needs_reload(job, passage))
    except (KeyboardInterrupt, PressroomError):
        job.say(f"{new.id} is live and was not confirmed: the same command again goes on here")
        raise


def carry_assets(job: Job, state: State, new: Version) -> None:
    """Hashed files of the other versions are in this one too: browsers have pages open that ask for them."""
    known = []
    for one in to_keep(state, keep=job.target.keep):
        other = try_to_load(job.far, one) if one != new.id else None
        if isinstance(other, Version):  # else nothing of it can be trusted
            known.append((one, other.manifest))
    for left_out in job.far.link_assets(new.id, carried(new.manifest, known)):
        job.say(left_out)


def renew(job: Job, new: Version, old: Version | None) -> None:
    """No server takes a file that differs from the live one for what a browser has of that already."""
    before = old.manifest.files if old is not None else {}
    names = [f"{site}/{VERSION_FILE}" for site in job.sites]
    changed = [path for path, file in new.manifest.files.items() if before.get(path) != file]
    job.far.renew(new.id, [*changed, *names])


def _settle(job: Job, passage: Passage, *, reload: bool) -> Ended:
    new, before = passage.new, passage.before
    reason = _reload(job, new) if reload else ""
    problems: tuple[Problem, ...] = ()
    if not reason and job.target.live:
        job.say("asking the live hosts")
        problems = _look(job, new, {one.site: one.score for one in before})
    if not reason and not problems:
        job.far.confirm(new.id)
        return Ended(is_live=True)
    back = None if passage.stays else passage.old
    known = _known_problems(before, back)
    if back is None or not (reason or set(problems) - known):
        return Ended(is_live=True, problems=problems, reason=reason)
    after = _go_back(job, new, back, known, reload=reload)
    return Ended(is_live=False, problems=problems, reason=reason, after=after)


def _go_back(
    job: Job, new: Version, back: Version, known: set[Problem], *, reload: bool
) -> tuple[Problem, ...]:
    job.say(f"that is not right: switching back to {back.id}")
    # Somebody may have a page of the new version open by now.
    job.far.link_assets(back.id, carried(back.manifest, [(new.id, new.manifest)]))
    renew(job, back, new)
    job.far.switch(back.id, at=job.clock())
    reason = _reload(job, back) if reload else ""
    after = _look(job, back, {})
    if not reason and not set(after) - known:
        job.far.confirm(back.id)
    return after


def _look(job: Job, version: Version, before: Mapping[str, Score | None]) -> tuple[Problem, ...]:
    """What is wrong with the live hosts, once they had the time to take the version."""

    def judge(seen: Sequence[HostSeen]) -> tuple[Problem, ...]:
        return judge_live(seen, version=version.id, policy=version.record.policy, before=before)

    return judge(
        job.judges.look(
            version.manifest, wait_for=version.id, is_right=lambda seen: not judge(seen)
        )
    )


def _reload(job: Job, version: Version) -> str:
    """The server reads its configuration; what it said if it failed."""
    job.say("reloading the server")
    try:
        job.far.run(job.target.reload, version=version.id)
    except PressroomError as error:
        if (
            error.exit_code is ExitCode.OUTSIDE
        ):  # the connection: nothing is known, and nothing can be done
            raise
        return str(error)
    return ""


def _needs_reload(job: Job, passage: Passage) -> bool:
    """Whether the server may run with another configuration than this version's; it is not disturbed otherwise."""
    if not job.target.reload:
        return False
    state, new, old = passage.state, passage.new, passage.old
    if old is None or not state.live == state.confirmed == old.id:
        return True
    path = job.configuration
    return new.manifest.files.get(path) != old.manifest.files.get(path)


def _known_problems(before: Sequence[HostSeen], back: Version | None) -> set[Problem]:
    if back is None:
        return set()
    return set(judge_live(before, version=back.id, policy=back.record.policy, before={}))
