"""Commands of ours, each in a process of its own, without waiting each time for Python to read our modules.

A process that has read them makes a copy of itself (fork) for each command; the copy gets the arguments, folder,
environment, and files for what it prints, and calls what the console script calls.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PROGRAM = """
import json, os, sys
import pressroom.cli, pressroom.deploy.cli, pressroom.site.cli

def run(order):
    os.setsid()
    for number, name in enumerate((os.devnull, order["out"], order["err"])):
        os.dup2(os.open(name, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["pressroom", *order["arguments"]]
    exec(order["before"], {})
    pressroom.cli.main()

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            run(json.loads(line))
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    print(pid, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """The process that has read our modules, and a folder for what its copies print."""

    process: subprocess.Popen[bytes]
    folder: Path

    def run(
        self,
        arguments: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        timeout: float,
        before: str = "",
    ) -> subprocess.CompletedProcess[str]:
        """`pressroom ARGUMENTS`, to its end; `before` is Python that its process runs first."""
        out, err = self.folder / "out", self.folder / "err"
        order = {
            "arguments": list(arguments),
            "cwd": str(cwd),
            "environment": dict(environment),
            "out": str(out),
            "err": str(err),
            "before": before,
        }
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()
        pid = int(self._line(10))
        try:
            code = int(self._line(timeout))
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            self._line(10)
            raise
        return subprocess.CompletedProcess(list(arguments), code, out.read_text(), err.read_text())

    def _line(self, timeout: float) -> bytes:
        """What it says next; nothing is left in a buffer, since it says a line at a time and we read each."""
        assert self.process.stdout is not None
        if not select.select([self.process.stdout], [], [], timeout)[0]:
            raise TimeoutError(f"no answer in {timeout} s")
        return self.process.stdout.readline()


@contextlib.contextmanager
def ready_commands() -> Iterator[Commands]:
    """Commands that begin at once."""
    with (
        tempfile.TemporaryDirectory(prefix="pressroom-commands-") as folder,
        subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Else the second of two lines would be in the buffer, where select does not see it.
            bufsize=0,
        ) as process,
    ):
        try:
            yield Commands(process=process, folder=Path(folder))
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)
