"""A release as a list of steps, and the walk through it that can be stopped anywhere and begun again."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Protocol

from pressroom.errors import ExitCode, PressroomError
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.release.job import Job


class State(enum.StrEnum):
    """What the world says of a step."""

    DONE = "done"
    ABSENT = "absent"
    CONFLICT = "conflict"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a probe saw; a conflict carries all that is wrong."""

    state: State
    note: str = ""
    findings: tuple[Finding, ...] = ()
    # It was answered when the plan was frozen, and is not asked again.
    was_before: bool = False
    # Nobody could be asked: that is another thing than a wrong answer.
    is_unanswered: bool = False


def done(note: str = "") -> Answer:
    """The world has what the step makes."""
    return Answer(state=State.DONE, note=note)


def absent(note: str = "") -> Answer:
    """The world does not have it yet."""
    return Answer(state=State.ABSENT, note=note)


def conflict(*findings: Finding) -> Answer:
    """The world has something else: people have to look."""
    return Answer(state=State.CONFLICT, note=findings[0].message, findings=findings)


def judged(findings: Sequence[Finding], note: str = "") -> Answer:
    """A conflict if anything was found, else done."""
    return conflict(*findings) if findings else done(note)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that a release makes public; `is_public` is None when nobody could be asked."""

    name: str
    is_public: bool | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a recipe.

    `probe` looks and changes nothing; `act` is called when what it makes is absent, and the probe
    must see it afterwards. A step without an act is a check. `sentence` may name {project}, {version}, {tag},
    {branch} and {remote}. `things` are asked for when a release stops; a step that has some is public.
    """

    name: str
    sentence: str
    probe: Callable[[Job], Answer]
    act: Callable[[Job], None] | None = None
    # It looks at how things are before the release: no question any more once the plan is frozen.
    before_plan: bool = False
    things: Callable[[Job], tuple[Thing, ...]] | None = None


class Watcher(Protocol):
    """Who is told how the walk goes on."""

    def begins(self, step: Step, sentence: str) -> None:
        """A step is looked at."""

    def ends(self, step: Step, answer: Answer, *, acted: bool) -> None:
        """What came of it."""

    def asks(self, job: Job) -> bool:
        """Whether to go on to what cannot be undone."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a walk ended: what each step said, what stopped it, and what is public."""

    answers: tuple[tuple[Step, Answer], ...]
    findings: tuple[Finding, ...] = ()
    error: PressroomError | None = None
    things: tuple[Thing, ...] = ()
    did: tuple[str, ...] = ()  # the steps that acted

    @property
    def exit_code(self) -> ExitCode:
        """0 all done (or told), 1 stopped by what was found, 3 the outside did not answer."""
        if self.error is not None:
            return self.error.exit_code
        stops = [answer for _, answer in self.answers if answer.findings]
        if stops and all(answer.is_unanswered for answer in stops):
            return ExitCode.OUTSIDE
        return ExitCode.FINDINGS if stops else ExitCode.FINE
