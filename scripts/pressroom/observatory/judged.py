"""What was found on the pages of hosts, and whether it is good enough."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.observatory.grade import GRADES, is_at_least

if TYPE_CHECKING:
    from pressroom.observatory.algorithm import Outcome
    from pressroom.observatory.certificates import Certificate
    from pressroom.observatory.verdict import Verdict

# A page without any script cannot earn the points for integrity, which a site's other pages have.
SCRIPTLESS = "sri-not-implemented-but-no-scripts-loaded"
SCRIPTLESS_BONUS = 5
# Who has not renewed a certificate so near to its end has no machine that does.
DAYS_LEFT = 21


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why there is no verdict on a page, and what can be done."""

    message: str
    hint: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One page: the verdict, or why there is none."""

    path: str
    verdict: Verdict | None
    problem: Problem | None = None

    @property
    def is_scriptless(self) -> bool:
        """Whether the page loads no script, so that five points are out of its reach."""
        return self.verdict is not None and any(
            one.token == SCRIPTLESS for one in self.verdict.results.values()
        )

    @property
    def counted(self) -> int:
        """The score that a demand is compared with; 0 where there is no verdict."""
        if self.verdict is None:
            return 0
        return self.verdict.score + (SCRIPTLESS_BONUS if self.is_scriptless else 0)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What every page has to have: a grade, or a score, or both."""

    grade: str = GRADES[0]
    score: int = 0

    def is_met(self, page: Judged) -> bool:
        """Whether a page with a verdict is good enough."""
        if page.verdict is None:
            return False
        return page.counted >= self.score and is_at_least(page.verdict.grade, self.grade)

    def __str__(self) -> str:
        score = f"at least {self.score}"
        # Every page has the last grade.
        if self.grade == GRADES[-1]:
            return score
        return f"{self.grade} and {score}" if self.score else self.grade


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """An outcome that can be bettered: its test, on how many pages it is, and on which first."""

    test: str
    outcome: Outcome
    pages: int
    first: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HostReport:
    """All judged pages of a host, at least one, and its certificate as far as it was seen."""

    host: str
    pages: tuple[Judged, ...]
    certificate: Certificate | None = None
    # What is worth knowing about how its pages were found.
    note: str = ""

    @property
    def worst(self) -> Judged | None:
        """The page farthest below a demand, the first of several; None where no page has a verdict.

        A page that is given five points comes before one that has as many by itself.
        """
        seen = [page for page in self.pages if page.verdict is not None]
        return min(seen, key=lambda page: (page.counted, not page.is_scriptless), default=None)

    @property
    def unseen(self) -> tuple[Judged, ...]:
        """The pages without a verdict."""
        return tuple(page for page in self.pages if page.verdict is None)

    def below(self, demand: Demand) -> tuple[Judged, ...]:
        """The pages with a verdict that is not good enough."""
        return tuple(
            page for page in self.pages if page.verdict is not None and not demand.is_met(page)
        )

    @property
    def weaknesses(self) -> tuple[Weakness, ...]:
        """What can be bettered, the dearest first; each token once."""
        found: dict[tuple[str, str], Weakness] = {}
        for page in self.pages:
            results = page.verdict.results if page.verdict is not None else {}
            for test, outcome in results.items():
                if not outcome.advice:
                    continue
                known = found.get((test, outcome.token))
                found[test, outcome.token] = Weakness(
                    test=test,
                    outcome=outcome,
                    pages=known.pages + 1 if known else 1,
                    first=known.first if known else page.path,
                )
        return tuple(sorted(found.values(), key=lambda one: one.outcome.modifier))
