"""How well the releases of a project are documented: its changelog beside its tags, uploads and files."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from pressroom.changelog.health.facts import Case, Facts
from pressroom.changelog.health.rules import RULES
from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pressroom.changelog.history_cells import Known
    from pressroom.changelog.model import Changelog

# A finding that stands for several releases names no more than these.
MAX_NAMED = 12


class Telling(enum.Enum):
    """How `findings` tell of cases."""

    EACH = "each"  # two sources contradict each other: a person looks at every one
    TOGETHER = "together"  # something is missing, as a rule over years


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One question, how many releases it could be asked of, and those of which the answer is no."""

    title: str
    asked: int
    cases: tuple[Case, ...]
    together: str  # what is the matter with the cases: "no tag"
    hint: str
    telling: Telling

    @property
    def fine(self) -> int:
        """How many answered yes."""
        return self.asked - len(self.cases)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What came out for a project: rows in a fixed order, without those that could be asked of nothing."""

    project: str
    releases: int
    recorded: int  # of how many of them anything is known beside the changelog
    rows: tuple[Row, ...]

    @property
    def cases(self) -> int:
        """All that is to be noted."""
        return sum(len(row.cases) for row in self.rows)


def check_health(changelog: Changelog, history: Iterable[Known]) -> Health | None:
    """The health of a changelog's project; None where nothing is known of it but the changelog.

    `history` may tell of other projects, too.
    """
    project = changelog.project
    if project is None:
        return None
    known = {one.version: one for one in history if one.project == project.id}
    if not known:
        return None
    facts = Facts(
        project=project,
        pairs=tuple((one, known.get(one.version)) for one in changelog.published),
        strays=tuple(one for one in known.values() if changelog.release(one.version) is None),
    )
    rows = []
    for rule in RULES:
        asked, cases = rule.ask(facts)
        telling = Telling.EACH if rule.each else Telling.TOGETHER
        row = Row(
            title=rule.title,
            asked=asked,
            cases=tuple(cases),
            together=rule.together,
            hint=rule.hint,
            telling=telling,
        )
        rows += [row] if asked else []
    recorded = sum(one is not None for _, one in facts.pairs)
    return Health(
        project=project.id, releases=len(facts.pairs), recorded=recorded, rows=tuple(rows)
    )


def health_findings(health: Health, *, where: str, history_where: str) -> list[Finding]:
    """Warnings, for what is past is seldom mended: one a case, or one for all cases of a row."""
    findings = []
    for row in health.rows:
        if row.telling is Telling.EACH:
            told = [(case, case.message) for case in row.cases]
        else:
            told = [(row.cases[0], _together(row))] if row.cases else []
        for case, message in told:
            findings.append(
                Finding(
                    where=where if case.in_changelog else history_where,
                    line=case.line,
                    message=message,
                    hint=row.hint,
                    severity=Severity.WARNING,
                )
            )
    return sorted(findings)


def _together(row: Row) -> str:
    names = [case.version for case in row.cases[:MAX_NAMED]]
    rest = len(row.cases) - len(names)
    shown = ", ".join(names) + (f" and {rest} more" if rest else "")
    return f"{row.together}: {len(row.cases)} of {row.asked} releases ({shown})"
