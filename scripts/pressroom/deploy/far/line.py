"""The line to a target's machine: scripts about its folder, and what went wrong with them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.deploy.far import questions
from pressroom.deploy.far.errors import failed, not_there
from pressroom.deploy.far.script import ABSENT
from pressroom.deploy.state import VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.deploy.target import Target
    from pressroom.world.shell import Done, Shell

# Bytes of a text beside the sites: a manifest of 300,000 files.
MOST = 50_000_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A session with the machine, and the folder that it is about."""

    shell: Shell
    target: Target

    @property
    def where(self) -> str:
        """The folder, as rsync would write it."""
        host = f"{self.target.host}:" if self.target.host else ""
        return f"{host}{self.target.folder}"

    def run(
        self, script: str, values: Mapping[str, str] | None = None, *, timeout: float = 60.0
    ) -> bytes:
        """What a script told; raises PressroomError with its words where it failed."""
        return self.check(self.try_run(script, values, timeout=timeout))

    def try_run(
        self, script: str, values: Mapping[str, str] | None = None, *, timeout: float = 60.0
    ) -> Done:
        """How a script ended: some codes have a meaning."""
        known = {"folder": self.target.folder, **(values or {})}
        return self.shell.run(script, values=known, timeout=timeout)

    def check(self, done: Done) -> bytes:
        """What it told, if it ended well; raises PressroomError with its words otherwise."""
        if done.code:
            raise failed(self.where, done.err or f"a script there ended with {done.code}")
        return done.out

    def read(self, version: str, name: str) -> tuple[str, str]:
        """A text beside the sites of a version, and where it is; raises PressroomError where it is not there."""
        where = f"{self.where}/{VERSIONS}/{version}/{name}"
        values = {"version": version, "name": name, "most": str(MOST)}
        done = self.try_run(questions.READ, values)
        if done.code == ABSENT:
            raise not_there(where, version)
        try:
            return self.check(done).decode("utf-8"), where
        except UnicodeDecodeError as error:
            raise failed(where, "is not UTF-8: it was changed by hand") from error
