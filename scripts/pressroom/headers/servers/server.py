"""What all servers have in common for us: a name, a file in deploy/, a program, and what it cannot do."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pressroom.headers.model import Setup


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unavoidable:
    """Something that a server does and no configuration of it can change, shown with its reason by every proof.

    `kinds` are names of kinds of request (proof/kinds.py); `headers` those that are not as promised there, or
    ("*",) for all; `answer` is what comes instead of the wanted status, if it is another ("" for a closed connection).
    """

    kinds: tuple[str, ...]
    reason: str
    headers: tuple[str, ...] = ()
    answer: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A kind of web server.

    `render` makes the file that is deployed, `deploy/<file>`. `main` makes a file to start the program
    with on this machine, as any user: it includes the deployed file (first path) and keeps logs, the pid and
    temporary files in a folder of its own (second path). `command` and `check` are the arguments that run
    it in the foreground and that only check its syntax, given the main file and that folder.
    """

    name: str
    file: str
    # Where Debian puts it, and what brings it.
    program: str
    package: str
    render: Callable[[Setup], str]
    main: Callable[[Setup, Path, Path], str]
    command: Callable[[Path, Path], tuple[str, ...]]
    check: Callable[[Path, Path], tuple[str, ...]]
    unavoidable: tuple[Unavoidable, ...] = ()
