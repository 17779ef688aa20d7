"""What is said of the outbox, for a person and for a machine."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from pressroom.errors import ExitCode, PressroomError
from pressroom.release.outbox.record import State

if TYPE_CHECKING:
    from pressroom.release.outbox.store import Item, Outbox


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A parcel as it is listed; `state` is one word: a State, `no mail`, `sending` or `damaged`."""

    id: str
    state: str
    item: Item | None = None
    error: PressroomError | None = None

    @property
    def is_bad(self) -> bool:
        """Whether a person has to look."""
        return self.state in {State.DOUBT, State.REFUSED, "damaged"}


def rows_of(outbox: Outbox) -> list[Row]:
    """Everything in the outbox, by name; what cannot be read is a row too."""
    return [_row(outbox, name) for name in outbox.ids()]


def _row(outbox: Outbox, name: str) -> Row:
    try:
        item = outbox.load(name)
    except PressroomError as error:
        return Row(id=name, state="damaged", error=error)
    state = str(item.state) if item.is_mail else "no mail"
    if item.lines[-1].state is State.INTENT and _is_busy(outbox, name):
        state = "sending"
    return Row(id=name, state=state, item=item)


def _is_busy(outbox: Outbox, name: str) -> bool:
    try:
        with outbox.lock(name, wait=0):
            return False
    except PressroomError:
        return True


def recipients_of(item: Item) -> tuple[str, ...]:
    """Who gets the mail, as far as it may be said."""
    envelope = item.letter.envelope
    if envelope is None:
        return ()
    return ("a private address",) if item.letter.is_private else envelope.recipients


def exit_of(rows: list[Row]) -> ExitCode:
    """1 when something is in doubt, refused or damaged."""
    return ExitCode.FINDINGS if any(row.is_bad for row in rows) else ExitCode.FINE


def render_rows(rows: list[Row]) -> str:
    """A line each, and below it what there is to say."""
    if not rows:
        return "the outbox is empty"
    width = max(len(row.id) for row in rows)
    lines = []
    for row in rows:
        to = ", ".join(recipients_of(row.item)) if row.item else ""
        lines.append(f"{row.state:<9} {row.id:<{width}}  {to}".rstrip())
        if row.error is not None:
            lines.append(f"          {row.error.message}\n          hint: {row.error.hint}")
        elif row.item is not None and (note := row.item.lines[-1].note):
            lines.append(f"          {row.item.lines[-1].at} {note}")
    return "\n".join(lines)


def row_as_dict(row: Row) -> dict[str, Any]:
    """The row for `--json`."""
    value: dict[str, Any] = {"id": row.id, "state": row.state}
    if row.error is not None:
        value |= {"message": row.error.message, "hint": row.error.hint}
    if row.item is not None:
        letter, last = row.item.letter, row.item.lines[-1]
        value |= {
            "kind": letter.kind,
            "created": letter.created,
            "recipients": list(recipients_of(row.item)),
            "files": sorted(letter.files),
            "folder": str(row.item.folder),
            "at": last.at,
            "code": last.code,
            "note": last.note,
        }
    return value


def waiting(rows: list[Row]) -> list[Item]:
    """What can be sent without asking a person first: never tried, or put off by the server."""
    return [
        row.item
        for row in rows
        if row.item and row.item.is_mail and row.state in {State.MADE, State.LATER}
    ]


def worst(rows: list[Row]) -> ExitCode:
    """The exit code of what was tried: refused or in doubt counts more than unanswered."""
    codes = {row.error.exit_code for row in rows if row.error is not None}
    if ExitCode.FINDINGS in codes:
        return ExitCode.FINDINGS
    return ExitCode.OUTSIDE if codes else ExitCode.FINE


def render_plan(items: list[Item], server: str, words: str, *, as_json: bool) -> str:
    """What would go to whom."""
    if as_json:
        listed = [{"id": one.letter.id, "recipients": recipients_of(one)} for one in items]
        return json.dumps({"dry_run": True, "server": server, "items": listed}, indent=2)
    lines = [f"{one.letter.id} to {', '.join(recipients_of(one))} by {server}" for one in items]
    return "\n".join([f"{line} {words}" for line in lines] or [words])
