"""Why a copy failed, from what rsync said about it."""

from __future__ import annotations

import dataclasses
import re

from pressroom.errors import PressroomError
from pressroom.world.openssh import FAILED, ShellError, place, readable, refused

# What the system says when there is no room (LC_ALL=C): the disk, the quota, the limit on file sizes.
_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
# A login shell that does not find a program: of sh, bash, dash, zsh, fish, csh.
_MISSING = re.compile(
    r"(?:(rsync|flock): (?:command )?not found|command not found: (rsync|flock)|Unknown command:? '?(rsync|flock)|failed to execute (rsync))",
    re.IGNORECASE,
)
_PACKAGES = {"rsync": "rsync", "flock": "util-linux"}
# Exit codes of rsync(1): the protocol's stream, signals, timeouts.
_BROKEN = frozenset({10, 12, 20, 30, 35, FAILED})
# What our own line over there says about the lock.
HELD = "pressroom: somebody else has the lock"
NO_LOCK = "pressroom: no lock"
_UNCLEAN = "is your shell clean"


class NoRoomError(PressroomError):
    """The far side has no room for the copy; what was sent of it takes some."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A copy that did not come to its end: where to, rsync's exit code and words, and the seconds that were over, if they were."""

    host: str
    folder: str
    code: int
    words: str
    late: float | None = None

    @property
    def where(self) -> str:
        """The place that was copied to, for a person."""
        return f"{self.host}:{self.folder}".removeprefix(":")


def no_rsync(program: str, words: str) -> PressroomError:
    """The error for a machine, this one, without the program that copies."""
    return PressroomError(
        f"{program} cannot be started: {words}",
        where=place(""),
        hint=f"install it: sudo apt install {_PACKAGES.get(program, program)}",
    )


def explain(failure: Failure) -> PressroomError:
    """What to tell a person of it: ShellError if the outside did not answer, PressroomError if it said no."""
    if failure.late is not None:
        return ShellError(
            f"was not copied to within {failure.late:g} s",
            where=failure.where,
            hint="see that the network is up, then start the same command again: what is there already is not sent twice",
        )
    no = _no_room(failure) or _no_program(failure) or _no_lock(failure) or _no_quiet(failure)
    if no is not None:
        return no
    if failure.host and failure.code in _BROKEN:
        return refused(failure.host, failure.words, what="the copy broke off")
    return PressroomError(
        f"rsync ended with {failure.code}: {readable(failure.words)}",
        where=failure.where,
        hint="mend that and start again; what was live is untouched",
    )


def _no_room(failure: Failure) -> PressroomError | None:
    full = next((part for part in _FULL if part in failure.words), None)
    if full is None:
        return None
    return NoRoomError(
        f"there is no room: {full}",
        where=failure.where,
        hint="free some space there (df, or keep fewer versions) and start again; what was live is untouched",
    )


def _no_program(failure: Failure) -> PressroomError | None:
    missing = _MISSING.search(failure.words)
    if missing is None:
        return None
    program = next(name for name in missing.groups() if name).lower()
    return PressroomError(
        f"{program} is not installed there",
        where=place(failure.host),
        hint=f"install it there: sudo apt install {_PACKAGES[program]}",
    )


def _no_lock(failure: Failure) -> PressroomError | None:
    if HELD in failure.words:
        return PressroomError(
            "somebody else is at work there",
            where=failure.where,
            hint="wait for the other deploy to end, then start again",
        )
    if NO_LOCK in failure.words:
        return PressroomError(
            f"cannot be locked: {readable(failure.words)}",
            where=failure.where,
            hint="let your user write to that file and to its folder",
        )
    return None


def _no_quiet(failure: Failure) -> PressroomError | None:
    if _UNCLEAN not in failure.words:
        return None
    return PressroomError(
        "the login shell says something where rsync should",
        where=place(failure.host),
        hint="let its start-up file (~/.bashrc) print only where somebody is at a terminal; this must print nothing:"
        f" ssh {failure.host} true",
    )
