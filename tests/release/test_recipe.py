"""The walk through a recipe: checks together, acts one by one, nothing public unasked."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, cast

import pytest

from pressroom.errors import ConfigError, ExitCode, FindingsError, PressroomError
from pressroom.findings import Finding
from pressroom.release.recipe import (
    Answer,
    Outcome,
    Step,
    Thing,
    absent,
    conflict,
    done,
)
from pressroom.release.walk import DeclinedError, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.release.job import Job


class OutsideError(PressroomError):
    """Nobody answered."""

    exit_code = ExitCode.OUTSIDE


@dataclasses.dataclass
class World:
    """What there is, and all that happened to it; stands for the job."""

    has: set[str] = dataclasses.field(default_factory=set)
    events: list[str] = dataclasses.field(default_factory=list)
    plan: object | None = None
    says: bool = True

    @property
    def words(self) -> dict[str, str]:
        """What sentences may name."""
        return {"version": "1.0"}

    @property
    def journal(self) -> World:
        """The journal writes into the same list."""
        return self

    def write(self, event: str, *, step: str = "", note: str = "") -> None:
        """As a journal."""
        self.events.append(f"journal {event} {step}".rstrip() + (f": {note}" if note else ""))

    def begins(self, step: Step, sentence: str) -> None:
        """As a watcher."""

    def ends(self, step: Step, answer: Answer, *, acted: bool) -> None:
        """As a watcher."""
        self.events.append(f"{step.name} {answer.state}{' acted' if acted else ''}")

    def asks(self, job: Job) -> bool:
        """As a watcher."""
        del job
        self.events.append("asked")
        return self.says


def makes(name: str, *, is_public: bool = False) -> Step:
    """A step that makes a thing of its name."""

    def probe(job: Job) -> Answer:
        return done(f"{name} is there") if name in cast("World", job).has else absent("not yet")

    def act(job: Job) -> None:
        cast("World", job).events.append(f"act {name}")
        cast("World", job).has.add(name)

    def things(job: Job) -> tuple[Thing, ...]:
        return (Thing(name=name, is_public=name in cast("World", job).has),)

    return Step(
        name=name,
        sentence=f"Make {name} of {{version}}",
        probe=probe,
        act=act,
        things=things if is_public else None,
    )


def says(name: str, answer: Answer | PressroomError, *, before_plan: bool = True) -> Step:
    """A check that answers so."""

    def probe(_job: Job) -> Answer:
        if isinstance(answer, PressroomError):
            raise answer
        return answer

    return Step(name=name, sentence=name, probe=probe, before_plan=before_plan)


def go(steps: list[Step], world: World, **options: Any) -> Outcome:
    """The walk with the world as job and watcher."""
    return walk(steps, cast("Job", world), world, **options)


def wrong(name: str) -> Finding:
    """Something to mend."""
    return Finding(where=name, message=f"{name} is wrong", hint=f"mend {name}")


def test_a_walk_makes_what_is_absent_and_asks_once() -> None:
    """What is there is left alone; the first public act is asked for, the second is not."""
    world = World(has={"b"})
    outcome = go(
        [makes("a"), makes("b"), makes("c", is_public=True), makes("d", is_public=True)], world
    )

    assert ExitCode.FINE == outcome.exit_code
    assert {"a", "b", "c", "d"} == world.has
    assert ["act a", "asked", "act c", "act d"] == [
        event for event in world.events if event.startswith(("act ", "asked"))
    ]


def test_who_said_yes_is_not_asked_again_after_a_kill() -> None:
    """A release whose first public step is done goes on without a question."""
    world = World(has={"a"})
    go([makes("a", is_public=True), makes("b", is_public=True)], world)

    assert "asked" not in world.events


def test_a_no_stops_before_anything_is_public() -> None:
    """Nothing after the question happened, and the way on is said."""
    world = World(says=False)
    outcome = go([makes("a"), makes("b", is_public=True), makes("c")], world)

    assert {"a"} == world.has
    assert isinstance(outcome.error, DeclinedError)
    assert "start again" in outcome.error.hint
    assert (Thing(name="b", is_public=False),) == outcome.things


def test_all_checks_are_asked_before_one_stops() -> None:
    """Every failure is told at once, and nothing was made."""
    world = World()
    outcome = go(
        [
            says("a", conflict(wrong("a"))),
            says("b", done()),
            says("c", conflict(wrong("c"))),
            makes("d"),
        ],
        world,
    )

    assert ["a is wrong", "c is wrong"] == [finding.message for finding in outcome.findings]
    assert ExitCode.FINDINGS == outcome.exit_code
    assert set() == world.has


def test_a_check_that_cannot_be_made_does_not_hide_the_others() -> None:
    """It counts as unanswered, 3, only where nothing else is wrong."""
    silent = OutsideError("no answer", where="index", hint="try later")
    alone = go([says("a", silent), says("b", done()), makes("c")], World())
    both = go([says("a", silent), says("b", conflict(wrong("b"))), makes("c")], World())

    assert ExitCode.OUTSIDE == alone.exit_code
    assert ["try later"] == [finding.hint for finding in alone.findings]
    assert ExitCode.FINDINGS == both.exit_code
    assert 2 == len(both.findings)


def test_a_check_with_many_findings_gives_them_all() -> None:
    """Findings that a check raises are told one by one."""
    outcome = go([says("a", FindingsError([wrong("x"), wrong("y")])), makes("b")], World())

    assert ["x is wrong", "y is wrong"] == [finding.message for finding in outcome.findings]


def test_checks_before_the_plan_are_not_asked_after_it() -> None:
    """What was true when the plan was frozen may have become false by the release itself."""
    world = World(plan=object())
    outcome = go([says("a", conflict(wrong("a"))), makes("b")], world)

    assert ExitCode.FINE == outcome.exit_code
    assert {"b"} == world.has


def test_other_checks_are_asked_at_every_start() -> None:
    """A clock that went wrong stops a release that was begun, too."""
    world = World(plan=object())
    outcome = go([says("a", conflict(wrong("a")), before_plan=False), makes("b")], world)

    assert ExitCode.FINDINGS == outcome.exit_code
    assert set() == world.has


def test_a_dry_walk_tells_all_and_changes_nothing() -> None:
    """It goes past conflicts and what is absent, and neither acts, asks nor writes."""
    world = World()
    outcome = go(
        [says("a", conflict(wrong("a"))), makes("b"), makes("c", is_public=True)],
        world,
        is_dry=True,
    )

    assert ["a conflict", "b absent", "c absent"] == world.events
    assert ExitCode.FINDINGS == outcome.exit_code
    assert set() == world.has


def test_an_act_that_left_nothing_is_an_error() -> None:
    """What the other side says is not believed: it has to show it."""
    lying = dataclasses.replace(makes("a"), act=lambda _job: None)
    outcome = go([lying, makes("b")], world := World())

    assert outcome.error is not None
    assert "what it makes is not there" in outcome.error.message
    assert "start again" in outcome.error.hint
    assert set() == world.has


def test_a_conflict_stops_and_says_what_is_public() -> None:
    """The rest is not walked; every public thing is asked for, also where nobody answers."""
    dead = dataclasses.replace(
        makes("d", is_public=True),
        things=_raises(OutsideError("no answer", where="d", hint="later")),
    )
    stuck = dataclasses.replace(says("b", conflict(wrong("b"))), act=lambda _job: None)
    world = World()
    outcome = go([makes("a", is_public=True), stuck, makes("c", is_public=True), dead], world)

    assert [("a", True), ("c", False), ("d: no answer", None)] == [
        (thing.name, thing.is_public) for thing in outcome.things
    ]
    assert {"a"} == world.has
    assert "journal stopped: b is wrong" in world.events


def _raises(error: PressroomError) -> Callable[[Job], tuple[Thing, ...]]:
    def raising(_job: Job) -> tuple[Thing, ...]:
        raise error

    return raising


def test_an_error_of_an_act_is_kept_with_its_exit_code() -> None:
    """It becomes the outcome, and the journal has it."""

    def fails(_job: Job) -> None:
        raise ConfigError("no", where="here", hint="mend it")

    world = World()
    outcome = go([dataclasses.replace(makes("a"), act=fails)], world)

    assert ExitCode.USAGE == outcome.exit_code
    assert "journal stopped: no" in world.events


def test_every_boundary_is_passed() -> None:
    """Where the kill matrix kills: before each probe, around each act and each line of the journal."""
    marks: list[str] = []
    go([makes("a"), says("b", done())], World(), at=marks.append)

    assert ["probe a", "journal a", "act a", "acted a", "journal done a", "probe b"] == marks


def test_a_program_that_dies_at_a_boundary_leaves_a_walk_that_can_be_repeated() -> None:
    """Whatever boundary it dies at, the second walk ends the same and acts never twice on what is there."""
    steps = [makes("a"), makes("b", is_public=True), makes("c", is_public=True)]
    marks: list[str] = []
    go(steps, World(), at=marks.append)
    assert len(marks) > 10
    for stop in range(len(marks)):
        world, seen = World(), iter(range(len(marks)))

        def die(_mark: str, stop: int = stop, seen: Any = seen) -> None:
            if next(seen) == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            go(steps, world, at=die)
        go(steps, world)
        acts = [event for event in world.events if event.startswith("act ")]
        assert ["act a", "act b", "act c"] == acts
