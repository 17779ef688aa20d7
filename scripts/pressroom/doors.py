"""What every door does: an error becomes its message and its exit code, here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from pressroom.errors import ExitCode, PressroomError

if TYPE_CHECKING:
    from collections.abc import Callable


def run_door(door: Callable[[], Any]) -> int:
    """Call a door; an error of ours becomes its message and its exit code."""
    try:
        door()
    except PressroomError as error:
        click.echo(str(error), err=True)
        return int(error.exit_code)
    return int(ExitCode.FINE)
