"""What a release tells people and machines: each step as it goes, and at the end what is public and how to go on."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Protocol

from pressroom.release.recipe import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer, Outcome, Step, Thing

_MARKS = {State.DONE: "done", State.ABSENT: "to do", State.CONFLICT: "STOP"}


class Terminal(Protocol):
    """Where lines go; on a terminal the step at work is shown with a clock."""

    def line(self, text: str) -> None:
        """One line for good."""

    def working(self, text: str | None) -> None:
        """What is at work now, or nothing."""


class Reporter:
    """Watches a walk and tells it in lines."""

    def __init__(self, terminal: Terminal, *, ask: Callable[[Job], bool]) -> None:
        self._terminal = terminal
        self._ask = ask
        self._sentence = ""
        self._before, self._note = 0, ""

    def begins(self, step: Step, sentence: str) -> None:
        """Show what is at work."""
        del step
        self._sentence = sentence
        self._terminal.working(sentence)

    def ends(self, step: Step, answer: Answer, *, acted: bool) -> None:
        """One line a step; a conflict with all its findings."""
        self._terminal.working(None)
        if answer.was_before:
            self._before += 1
            self._note = answer.note
            return
        if self._before:
            self._terminal.line(f"   ok  {self._before} {self._note}")
            self._before = 0
        is_check = step.act is None
        mark = "ok" if is_check and answer.state is State.DONE else _MARKS[answer.state]
        if acted and answer.state is State.DONE:
            mark = "did"
        note = f": {answer.note}" if answer.note and not answer.findings else ""
        self._terminal.line(f"{mark:>5}  {self._sentence}{note}")
        for finding in answer.findings:
            for line in str(finding).split("\n"):
                self._terminal.line(f"       {line}")

    def asks(self, job: Job) -> bool:
        """Hand the question on."""
        self._terminal.working(None)
        return self._ask(job)


def render_things(things: tuple[Thing, ...]) -> Iterator[str]:
    """What is public, what is not, and what nobody could say."""
    for title, value in (("public", True), ("not public", False), ("unknown", None)):
        names = [thing.name for thing in things if thing.is_public is value]
        for name in names:
            yield f"{title + ':':<12} {name}"


def render_end(outcome: Outcome, *, command: str, is_dry: bool) -> str:
    """The last lines: what stopped it, what is public, and the one command to go on."""
    if outcome.error is None and not outcome.findings:
        return "nothing was changed (dry run)" if is_dry else "released"
    lines = []
    if outcome.error is not None:
        lines.append(f"stopped: {outcome.error}")
    lines += render_things(outcome.things)
    lines.append(f"when that is mended, go on with: {command}")
    return "\n".join(lines)


def render_json(outcome: Outcome, job: Job, *, command: str) -> str:
    """The same for machines: one object."""
    error = outcome.error
    value = {
        "project": job.project.id,
        "version": job.version,
        "tag": job.tag,
        "outcome": "released" if not outcome.exit_code else "stopped",
        "exit_code": int(outcome.exit_code),
        "steps": [
            {
                "name": step.name,
                "state": str(answer.state),
                "note": answer.note,
                "findings": [finding.as_dict() for finding in answer.findings],
            }
            for step, answer in outcome.answers
        ],
        "error": None
        if error is None
        else {"where": error.where, "message": error.message, "hint": error.hint},
        "public": [thing.name for thing in outcome.things if thing.is_public],
        "not_public": [thing.name for thing in outcome.things if thing.is_public is False],
        "unknown": [thing.name for thing in outcome.things if thing.is_public is None],
        "go_on_with": command,
    }
    return json.dumps(value, indent=2, ensure_ascii=False)


class Lines:
    """Plain lines, for logs and pipes."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def line(self, text: str) -> None:
        """Write it."""
        self._write(text)

    def working(self, text: str | None) -> None:
        """A log shows what was done, not what is at work."""


class Silent:
    """Nothing, where a machine reads the end."""

    def line(self, text: str) -> None:
        """Say nothing."""

    def working(self, text: str | None) -> None:
        """Say nothing."""


class Screen:
    """A terminal: the step at work with a spinner, as rich draws it."""

    def __init__(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - 60 ms that a pipe does not pay

        self._console = Console(highlight=False, soft_wrap=True)
        self._stack = contextlib.ExitStack()

    def line(self, text: str) -> None:
        """Write it as it is: names from outside are no markup."""
        mark = text[:5].strip()
        style = {"STOP": "bold red", "did": "green", "ok": "dim"}.get(mark)
        self._console.print(text, markup=False, style=style)

    def working(self, text: str | None) -> None:
        """Turn the spinner on or off."""
        self._stack.close()
        if text is not None:
            from rich.text import Text  # noqa: PLC0415 - as above

            self._stack.enter_context(self._console.status(Text(f"{text} …")))
