"""What mends the drift on one side: edits, each proved by reading the new text again."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

from pressroom.changelog.syncing.comparison import Kind
from pressroom.changelog.syncing.edits import apply_edits, unified
from pressroom.changelog.syncing.proof import prove_checkout, prove_here
from pressroom.changelog.syncing.sides import checkout_edits, here_edits
from pressroom.errors import PressroomError
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from pressroom.changelog.syncing.comparison import Drift
    from pressroom.changelog.syncing.edits import Edit
    from pressroom.changelog.syncing.sides import Pair


class Side(enum.StrEnum):
    """The file that is mended."""

    HERE = "here"
    CHECKOUT = "checkout"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """The edits that mend one side, how they look, and what has to be mended by hand."""

    edits: tuple[Edit, ...]
    diff: tuple[str, ...]
    versions: tuple[str, ...]
    refused: tuple[Finding, ...]


def plan_mending(pair: Pair, drift: Sequence[Drift], *, to: Side) -> Mending:
    """The side `to` with what the other one says of the versions in `drift`.

    A version that only the side to be mended has stays: nothing is ever deleted but words that others replace.
    Each edit is proved: read again, its version differs no longer and all others say what they said. One that
    cannot be proved is not made, and is a finding.
    """
    kinds: dict[str, set[Kind]] = {}
    for one in drift:
        kinds.setdefault(one.version, set()).add(one.kind)
    stays = Kind.ONLY_HERE if to is Side.HERE else Kind.ONLY_THERE
    wanted = {version: found for version, found in kinds.items() if found != {stays}}
    if to is Side.CHECKOUT:
        wanted = {version: found for version, found in wanted.items() if found != {Kind.NO_ENTRIES}}
    make, prove, text, where = (
        (here_edits, prove_here, pair.ours_text, pair.ours_where)
        if to is Side.HERE
        else (checkout_edits, prove_checkout, pair.theirs_text, pair.theirs_where)
    )
    edits, refused = make(pair, wanted)

    def proof(versions: Collection[str]) -> str:
        chosen = [edit for version in versions for edit in edits[version]]
        return prove(pair, apply_edits(text, chosen), versions)

    accepted, doubtful = _settle(list(edits), proof)
    refused |= doubtful
    chosen = [edit for version in accepted for edit in edits[version]]
    return Mending(
        edits=tuple(chosen),
        diff=tuple(unified(text, chosen, name=where)),
        versions=tuple(accepted),
        refused=tuple(
            _finding(version, error, where=where, line=_line(drift, version, to))
            for version, error in refused.items()
        ),
    )


def _settle(
    versions: Sequence[str], proof: Callable[[Collection[str]], str]
) -> tuple[list[str], dict[str, PressroomError]]:
    """The versions whose edits can be made together, and what speaks against each of the others."""
    if not versions or not (why := proof(versions)):
        return list(versions), {}
    if len(versions) == 1:
        return [], {versions[0]: _unproved(why)}
    half = len(versions) // 2
    first, refused = _settle(versions[:half], proof)
    second, more = _settle(versions[half:], proof)
    if first and second and (why := proof([*first, *second])):
        more |= {version: _unproved(why) for version in second}
        second = []
    return [*first, *second], refused | more


def _unproved(why: str) -> PressroomError:
    return PressroomError(why, where="", hint="mend it by hand in one of the two files")


def _finding(version: str, error: PressroomError, *, where: str, line: int) -> Finding:
    message = f"{version} is left alone: {error.message}"
    return Finding(where=where, line=line, message=message, hint=error.hint)


def _line(drift: Sequence[Drift], version: str, to: Side) -> int:
    sides = [one.here if to is Side.HERE else one.there for one in drift if one.version == version]
    return next((side.line for side in sides if side), 0)
