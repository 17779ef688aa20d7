"""What was found, as a table for people and as JSON for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pressroom.changelog.proven import QUESTIONS, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.release.verifying.model import Report, Row

_SHORT = {
    State.OK: "ok",
    State.WRONG: "WRONG",
    State.MISSING: "MISSING",
    State.UNKNOWN: "?",
    State.NOT_ASKED: "-",
}


def render_table(report: Report) -> str:
    """A line a release, then what is wrong with each, then what is wrong beside them."""
    lines = [*_table(report), *_details(report), *(str(one) for one in report.findings)]
    lines.append(_sum(report))
    return "\n".join(lines) + "\n"


def render_one(report: Report) -> str:
    """All answers about one release, each with its reason."""
    (row,) = report.rows
    lines = [f"{report.name} {row.version}"]
    for name, check in row.checks.items():
        note = f"  {check.note}" if check.note else ""
        lines.append(f"  {QUESTIONS[name]:<13} {check.state:<10}{note}".rstrip())
        if check.hint:
            lines.append(f"    hint: {check.hint}")
    lines += [str(one) for one in report.findings]
    return "\n".join(lines) + "\n"


def render_json(report: Report) -> str:
    """The same for machines: one object."""
    value = {
        "project": report.project,
        "downloaded": report.downloaded,
        "exit_code": int(report.exit_code),
        "releases": [
            {
                "version": row.version,
                "date": row.date,
                "checks": {
                    name: {"state": str(check.state), "note": check.note, "hint": check.hint}
                    for name, check in row.checks.items()
                },
            }
            for row in report.rows
        ],
        "findings": [finding.as_dict() for finding in report.findings],
    }
    return json.dumps(value, indent=2) + "\n"


def _table(report: Report) -> Iterator[str]:
    rows = [
        [row.version, row.date or "no date", *(_SHORT[one.state] for one in row.checks.values())]
        for row in report.rows
    ]
    rows.insert(0, ["Version", "Date", *QUESTIONS.values()])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for cells in rows:
        padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _details(report: Report) -> Iterator[str]:
    for row in report.rows:
        for name, check in row.bad:
            yield f"{report.name} {row.version}: {QUESTIONS[name].lower()} {check.state}: {check.note}"
            yield f"  hint: {check.hint}"
    silent = {
        (one.note, one.hint)
        for row in report.rows
        for one in row.checks.values()
        if one.is_unanswered
    }
    for note, hint in sorted(silent):
        yield f"could not be asked: {note}"
        yield f"  hint: {hint}"


def _sum(report: Report) -> str:
    bad = sum(bool(row.bad) for row in report.rows)
    marks = "" if report.downloaded else "; nothing was downloaded (--deep does)"
    return f"{_count(report.rows)}: {len(report.rows) - bad} without a fault, {bad} with{marks}"


def _count(rows: tuple[Row, ...]) -> str:
    return f"{len(rows)} release{'s' * (len(rows) != 1)}"
