"""A figure of a benchmark, and whether it keeps its limit."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with a limit, in what it is counted; one with neither limit is only printed."""

    what: str
    value: float
    unit: str = "x"
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return (self.at_most is None or self.value <= self.at_most) and (
            self.at_least is None or self.value >= self.at_least
        )

    def __str__(self) -> str:
        limit = "no limit"
        if self.at_most is not None:
            limit = f"at most {self.at_most:,g}{self.unit}"
        if self.at_least is not None:
            limit = f"at least {self.at_least:,g}{self.unit}"
        verdict = "ok    " if self.holds else "BROKEN"
        value = f"{self.value:,.0f}" if self.value >= 1_000 else f"{self.value:.3g}"
        return f"{verdict}  {self.what}: {value}{self.unit} ({limit})"
