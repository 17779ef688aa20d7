"""How long to go on asking: tries, pauses that grow, and one deadline over all of it."""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# A link slower than this (bytes a second) is as good as none.
_SLOWEST = 20_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """What one question to the outside may cost.

    `clock` counts seconds and never goes back (time.monotonic); `deadline` is for all tries and pauses
    together, `once` for one request that carries next to nothing.
    """

    sleep: Callable[[float], None]
    clock: Callable[[], float]
    tries: int = 6
    deadline: float = 600.0
    once: float = 60.0
    longest: float = 60.0  # pause, whatever Retry-After says
    jitter: Callable[[], float] = random.random  # in [0, 1): not all who wait come back together

    def begin(self) -> Countdown:
        """The clock starts."""
        return Countdown(self)


class Countdown:
    """What is left of somebody's patience."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._ends = patience.clock() + patience.deadline
        self._pauses = 0

    @property
    def rest(self) -> Patience:
        """The same patience, but no longer than this one lasts."""
        return dataclasses.replace(self._patience, deadline=self._left)

    @property
    def _left(self) -> float:
        return max(0.0, self._ends - self._patience.clock())

    def limit(self, size: int = 0) -> float:
        """How many seconds a request that carries `size` bytes may take now."""
        return min(self._left, self._patience.once + size / _SLOWEST)

    def pause(self, asked: float | None = None) -> bool:
        """Wait: longer each time, and at least as long as was asked; False at once when time would be up."""
        patience = self._patience
        grown = min(patience.longest, 2.0 ** min(self._pauses, 16)) * (0.5 + patience.jitter() / 2)
        seconds = max(grown, min(patience.longest, asked or 0.0))
        if seconds >= self._left:
            return False
        patience.sleep(seconds)
        self._pauses += 1
        return True
