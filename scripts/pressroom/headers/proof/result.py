"""What a proof has found out, with the bytes that show it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.headers.proof.model import State

if TYPE_CHECKING:
    from pressroom.headers.proof.answer import Heard
    from pressroom.headers.proof.model import Kind, Request, Verdict
    from pressroom.headers.servers.server import Unavoidable
    from pressroom.world.wire import Wire


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One request to one site, what came back, and what is to be said of it."""

    site: str
    kind: Kind
    request: Request
    wire: Wire
    heard: Heard
    verdicts: tuple[Verdict, ...]

    def about(self, subject: str) -> Verdict | None:
        """The verdict about a header, or `status`; the worst, if there are several."""
        order = (State.WRONG, State.EXCUSED, State.FINE, State.ABSENT)
        mine = [one for one in self.verdicts if one.subject == subject]
        return min(mine, key=lambda one: order.index(one.state), default=None)

    @property
    def failures(self) -> tuple[Verdict, ...]:
        """What is wrong, and nothing excuses it."""
        return tuple(one for one in self.verdicts if one.state is State.WRONG)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refrained:
    """A kind of request that was not sent to a site, and why."""

    site: str
    kind: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unneeded:
    """Something called unavoidable (its number, from 1) that did not happen: for a kind, or one header of it."""

    number: int
    kind: str
    header: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The whole of it. `headers` are the columns of the matrix."""

    headers: tuple[str, ...]
    results: tuple[Result, ...]
    refrained: tuple[Refrained, ...]
    unavoidable: tuple[Unavoidable, ...]
    unneeded: tuple[Unneeded, ...]

    @property
    def fine(self) -> bool:
        """Whether nothing is wrong that has no reason, and no reason is left over."""
        return not self.unneeded and not any(result.failures for result in self.results)
