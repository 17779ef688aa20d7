"""A session with one POSIX `sh`, on this machine or on a host over OpenSSH: script after script over one connection."""

from __future__ import annotations

import contextlib
import re
import shlex
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.world.dialogue import Dialogue, Done
from pressroom.world.openssh import ShellError, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["LOCK", "Done", "Shell", "ShellError", "open_shell"]

# The file descriptor of the lock over there. POSIX sh knows one digit.
LOCK = 9
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
# Exit codes that no flock has of its own (flock(1): 1, and those of sysexits.h for what it cannot do).
_IS_HELD, _NO_FILE = 100, 101
_NOT_FOUND = 127


@contextlib.contextmanager
def open_shell(host: str, *, environment: Mapping[str, str]) -> Iterator[Shell]:
    """A shell on `host` as ssh knows it, or on this machine if that is empty; `environment` is all that our program gets.

    Raises ShellError where there is no connection. After the block `sh` ends by itself, at the end of its input.
    """
    dialogue = Dialogue(host, environment)
    try:
        dialogue.greet()
        yield Shell(dialogue)
    finally:
        dialogue.end()


class Shell:
    """One `sh` that waits for the next script.

    Each script runs in a subshell with `set -eu` and nothing on its standard input: it ends at the first command that
    fails and at a variable that is not set, and leaves no variable, folder or file descriptor to the next one. LC_ALL is C,
    the folder is the root. However we end, `sh` ends after the script that it is at, and never begins one of which
    it has a part. What a script leaves running in the background goes on.
    """

    def __init__(self, dialogue: Dialogue) -> None:
        self.host = dialogue.host
        self._dialogue = dialogue
        self._holds: str | None = None

    def run(
        self, script: str, *, values: Mapping[str, str] | None = None, timeout: float = 60.0
    ) -> Done:
        """Run a script to its end; `values` are shell variables in it, not exported, and may be any text without NUL.

        An exit code that is not 0 is no error; a script that `sh` cannot read has 2. Raises ShellError if the connection breaks,
        and after `timeout` seconds; then this shell is of no more use. On this machine what it started is
        killed then. Over there it goes on, so a script calls what may hang by timeout(1). Raises ValueError for
        what cannot be a variable.
        """
        lines = [f"{_checked(name)}={_quoted(value)}\n" for name, value in (values or {}).items()]
        # The script as one word: no part of it, and no mistake in it, ends more than the subshell.
        return self._dialogue.ask(
            f"(\nset -eu\n{''.join(lines)}eval {_quoted(script)}\n) </dev/null\n", timeout
        )

    def hold(self, path: str, *, wait: float) -> bool:
        """The file is locked (flock, exclusive; made if missing) until this connection ends; False if another has had it for `wait` seconds.

        What scripts start inherits it, as file descriptor LOCK: a lock is held while a program of a dead session runs.
        What is meant to outlive us is to be started with `9>&-`. Raises PressroomError if the file cannot be opened or
        flock is missing, ValueError if this shell holds another one.
        """
        if self._holds is not None:
            if self._holds != path:
                raise ValueError(f"holds {self._holds} already")
            return True
        # Not in a subshell: `sh` itself holds it. A failing `exec` would end it, but for `command` (POSIX, special built-ins).
        done = self._dialogue.ask(
            f"if command exec {LOCK}>>{_quoted(path)}\n"
            f"then flock -x -w {max(wait, 0.001):.3f} -E {_IS_HELD} {LOCK} </dev/null\n"
            f"else (exit {_NO_FILE}); fi\n",
            max(wait, 0.0) + 15,
        )
        if done.code == 0:
            self._holds = path
            return True
        self._dialogue.ask(f"exec {LOCK}>&-\n", 15)
        if done.code == _IS_HELD:
            return False
        raise PressroomError(
            f"cannot be locked: {readable(done.err) or f'flock ended with {done.code}'}",
            where=f"{self.host}:{path}".removeprefix(":"),
            hint="install flock there: sudo apt install util-linux"
            if done.code == _NOT_FOUND
            else "let your user write to that file and to its folder",
        )


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a variable")
    return name


def _quoted(text: str) -> str:
    if "\0" in text:
        raise ValueError(f"{text[:40]!r}… has a NUL, which no program takes")
    return shlex.quote(text)
