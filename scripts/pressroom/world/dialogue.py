"""What we ask of one `sh`, and what it answers: lines for it, and its answers between markers, over the pipes of one process."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from pressroom.world.framing import Frame, exchange, read_rest
from pressroom.world.openssh import (
    COMMAND,
    FAILED,
    ShellError,
    check_host,
    place,
    readable,
    refused,
)
from pressroom.world.process import die_with_parent

if TYPE_CHECKING:
    from collections.abc import Mapping

# How long `sh` may take to answer for the first time: ssh gives up connecting after 15 s, but names and keys take time too.
_CONNECTING = 40.0
# How long it may take to end after its last line.
_FAREWELL = 3.0
# What an answer may take in memory, and how much of what is complained about is worth keeping.
_MOST = 256 * 1024 * 1024
_COMPLAINTS = 64 * 1024
# LC_ALL: programs say and sort the same everywhere. `cd`: one folder here and there, and no mount is kept busy.
_HELLO = "LC_ALL=C; export LC_ALL; unset CDPATH; cd /\n"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a script left: its exit code, its output, and the end of what it said on standard error."""

    code: int
    out: bytes
    err: str

    @property
    def text(self) -> str:
        """Its output as text, without the last line feed."""
        return self.out.decode("utf-8", "replace").removesuffix("\n")


class Dialogue:
    """One `sh`, here or over ssh, which does what it is asked to, one thing after another.

    It is killed when we die (here), or finds the end of its input (over there); it never begins commands of which it has a part.
    Raises ShellError where it cannot be started or reached.
    """

    def __init__(self, host: str, environment: Mapping[str, str]) -> None:
        check_host(host)
        self.host = host
        self._process = _start(host, environment)
        process = self._process
        pipes = [pipe.fileno() for pipe in (process.stdin, process.stdout, process.stderr) if pipe]
        for pipe in pipes:
            os.set_blocking(pipe, False)
        self._pipes = (pipes[0], pipes[1], pipes[2])
        self._is_new = True
        self._is_broken = False

    def greet(self) -> None:
        """`sh` is there, and in the state that scripts count on; raises ShellError with the reason if it is not."""
        self.ask(_HELLO, _CONNECTING)
        self._is_new = False

    def ask(self, commands: str, timeout: float) -> Done:
        """What `sh` says to commands, which have to be whole lines; raises ShellError if it does not, and then never again asks it."""
        if self._is_broken:
            raise ShellError(
                "the connection has ended", where=place(self.host), hint="open another one"
            )
        marker = secrets.token_hex(16)
        begin, end = f"printf '%s+\\n' {marker}", f"printf '\\n%s- %d\\n' {marker} $1"
        text = f"{begin}; {begin} >&2\n{commands}set -- $?; {end}; {end} >&2\n"
        out, err = Frame(marker, keep=_MOST), Frame(marker, keep=_COMPLAINTS)
        self._is_broken = True  # until all of the answer is here
        how = exchange(
            self._pipes,
            text.encode("utf-8", "surrogateescape"),
            (out, err),
            deadline=time.monotonic() + timeout,
        )
        if how == "ended":
            raise self._ended(out, err)
        if how != "whole":
            raise self._stopped(
                f"did not answer within {timeout:g} s"
                if how == "late"
                else f"answered with more than {_MOST} bytes"
            )
        self._is_broken = False
        words = err.content().decode("utf-8", "replace")
        return Done(code=out.code or 0, out=out.content(), err=f"…{words}" if err.is_cut else words)

    def _ended(self, out: Frame, err: Frame) -> ShellError:
        """Why there is no more connection."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_FAREWELL)
        read_rest(self._pipes[2], err, seconds=0.5)
        words = err.content().decode("utf-8", "replace")
        if not self.host:
            return self._stopped(f"sh ended in the middle: {readable(words)}")
        if not self._is_new:
            return refused(self.host, words, what="the connection broke")
        if self._process.returncode == FAILED:
            return refused(self.host, words, what="cannot connect")
        said = readable(f"{out.content().decode('utf-8', 'replace')}\n{words}")
        return ShellError(
            f"no sh starts there: {said}",
            where=place(self.host),
            hint=f"give that user a login shell; this must work: ssh {self.host} sh -c true",
        )

    def _stopped(self, message: str) -> ShellError:
        return ShellError(
            message,
            where=place(self.host),
            hint="look at what it is busy with (ps, df), then start the same command again",
        )

    def end(self) -> None:
        """No connection; what it was at is killed if it is on this machine."""
        process = self._process
        if not self._is_broken and process.stdin:
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_FAREWELL)
        if process.poll() is None or self._is_broken:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()


def _start(host: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    command = (*COMMAND, "--", host, "sh -s") if host else ("sh", "-s")
    try:
        return subprocess.Popen(  # noqa: S603 - a list, no shell of this machine in between
            command,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509 - calls prctl alone
        )
    except OSError as error:
        raise ShellError(
            f"{command[0]} cannot be started: {error.strerror}",
            where=place(host),
            hint="install it: sudo apt install openssh-client" if host else "put sh on PATH",
        ) from error
