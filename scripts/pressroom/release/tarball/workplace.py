"""A folder that the programs of a build have for themselves: what they get, how long, and what they printed."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.errors import PressroomError
from pressroom.release.building.backend import BuildError
from pressroom.release.building.output import read_output, tail, wanted_network
from pressroom.release.building.surroundings import child_environment
from pressroom.world.disk import explained
from pressroom.world.process import ProgramTimeoutError, run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# Its output goes to a file, so that it is there when the program had to be stopped too.
_WRAPPED = 'umask "$1"; exec >"$2" 2>&1; shift 2; exec "$@"'
_LARGEST_OUTPUT = 32 << 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """`home` is theirs; `path` is PATH; what they print goes to the end of `log`, masked."""

    home: Path
    path: str
    index_url: str
    epoch: int
    timeout: float
    log: Path
    umask: str = "022"

    def open(self) -> None:
        """The folder is there."""
        with explained(self.home):
            (self.home / "tmp").mkdir(parents=True, exist_ok=True)
            self.log.parent.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self) -> Mapping[str, str]:
        """Nothing of ours, and no way for git or Perl to ask or to go out."""
        return {
            **child_environment(
                self.home, index_url=self.index_url, path=self.path, epoch=self.epoch
            ),
            "GIT_ALLOW_PROTOCOL": "file",
            "GIT_TERMINAL_PROMPT": "0",
            "NOCONFIGURE": "1",  # autogen.sh, by custom: make `configure`, and do not run it
            "PERL_HASH_SEED": "0",
            "PERL_MM_USE_DEFAULT": "1",
        }

    def run(self, *command: str, cwd: Path, hint: str = "") -> str:
        """What a program printed. Raises BuildError when it fails or does not end."""
        printed = self.home / "printed"
        what = " ".join(command[:2])
        code, timed_out = 0, False
        try:
            code = run(
                ["/bin/sh", "-c", _WRAPPED, "sh", self.umask, str(printed), *command],
                cwd=cwd,
                environment=self.environment,
                timeout=self.timeout,
            ).code
        except ProgramTimeoutError:
            timed_out = True
        said = self._record(command, printed)
        if timed_out:
            raise self.error(
                f"{what} did not end within {self.timeout:g} s and was stopped:\n{tail(said)}",
                hint="find out what it waits for: a build gets no input and no network",
            )
        if code != 0:
            raise self.error(
                f"{what} failed (exit code {code}):\n{tail(said)}", hint=hint or _advice(said)
            )
        return said

    def version_of(self, program: str) -> str:
        """The first line that `PROGRAM --version` prints, for the record; empty where it is not there."""
        try:
            said = self.run(program, "--version", cwd=self.home)
        except PressroomError:
            return ""
        return next((line.strip() for line in said.splitlines() if line.strip()), "")

    def error(self, message: str, *, hint: str) -> BuildError:
        """That the project cannot be made into a tarball as it stands."""
        return BuildError(message, where=str(self.log), hint=hint)

    def _record(self, command: Sequence[str], printed: Path) -> str:
        with explained(self.log):
            data = b""
            if printed.exists():
                with printed.open("rb") as file:
                    data = file.read(_LARGEST_OUTPUT)
                printed.unlink()
            said = read_output(data)
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"## {read_output(' '.join(command).encode())}\n{said}\n")
        return said


def _advice(said: str) -> str:
    if wanted_network(said):
        return (
            "it looked for the network, which a build must not need; the whole output is in the log"
        )
    return "the whole output is in the log; mend the project, commit, and start again"
