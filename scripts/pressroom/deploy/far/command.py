"""A command of the user's on a target's machine: the server's own check of its configuration, its reload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.deploy.far import orders
from pressroom.deploy.far.answers import shown
from pressroom.deploy.far.script import LATE
from pressroom.deploy.state import VERSIONS
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    from pressroom.deploy.far.line import Line

# So long it may take over there; some seconds more to be stopped and to say so.
_ENDS, _GRACE = 60, 30.0
# So much of what it said is shown: the end, where the error is.
_SAID = 3_000


def run_command(line: Line, command: str, version: str) -> str:
    """As `Far.run`."""
    values = {"version": version, "command": command, "seconds": str(_ENDS)}
    done = line.try_run(orders.COMMAND, values, timeout=_ENDS + _GRACE)
    words = done.out[-_SAID:].decode("utf-8", "replace").strip()
    said = "\n".join(shown(one) for one in words.splitlines())
    if done.code == 0:
        return said
    why = f"did not end within {_ENDS} s" if done.code in LATE else f"failed with {done.code}"
    raise PressroomError(
        f"{why}: {said or shown(done.err.strip()) or 'it said nothing'}",
        where=shown(command),
        hint=f"try it by hand on {line.target.host or 'this machine'}, with VERSION set to "
        f"{line.target.folder}/{VERSIONS}/{version}",
    )
