"""The far side: what a target's machine is asked and told, as scripts for its `sh`. The same for this machine and for a host.

It needs POSIX sh, GNU coreutils and findutils, util-linux (flock) and rsync, which every Debian has or can have.
Every script is short, and what it changes it changes by one rename.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.deploy.far import orders, questions
from pressroom.deploy.far.answers import not_understood, parse_state, shown
from pressroom.deploy.far.assets import chunks, link_assets
from pressroom.deploy.far.command import run_command
from pressroom.deploy.far.copying import SLOW, Copied, Copying, inspect, place
from pressroom.deploy.far.differences import differences_of
from pressroom.deploy.far.errors import busy, denied, in_the_way, not_there
from pressroom.deploy.far.line import Line
from pressroom.deploy.far.script import ABSENT, BUSY, DENIED, IN_THE_WAY
from pressroom.deploy.history import is_version, render_time
from pressroom.deploy.manifest import parse_manifest
from pressroom.deploy.record import parse_record
from pressroom.deploy.state import LOCK, MANIFEST, RECORD, VERSIONS
from pressroom.errors import PressroomError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pressroom.deploy.manifest import Manifest
    from pressroom.deploy.record import Record
    from pressroom.deploy.state import State
    from pressroom.deploy.target import Target
    from pressroom.world.shell import Shell

__all__ = ["Copied", "Far"]

LOCK_COPY = ".lock-copy"
# A rsync whose connection was cut notices soon; so long we wait for it.
_COPY_ENDS = 10


class Far:
    """One target, while we talk to its machine; what a method cannot do it raises as PressroomError.

    Nothing but `lock`, `copy`, `place`, `link_assets`, `renew`, `switch`, `confirm` and `prune` changes anything there.
    """

    def __init__(
        self,
        target: Target,
        shell: Shell,
        *,
        environment: Mapping[str, str],
        wait: float = 5.0,
        on_progress: Callable[[float], None] | None = None,
    ) -> None:
        """`environment` is what rsync and ssh get; `wait`: so many seconds another deploy may take to end."""
        self._target = target
        self._shell = shell
        self._environment = environment
        self._wait = wait
        self._on_progress = on_progress
        self._line = Line(shell=shell, target=target)

    def lock(self) -> None:
        """From here on nobody else deploys to the target, until our connection ends; makes the folder."""
        line = self._line
        done = line.try_run(orders.MAKE_FOLDER)
        if done.code == DENIED:
            raise denied(self._target, done)
        line.check(done)
        if not self._shell.hold(f"{self._target.folder}/{LOCK}", wait=self._wait):
            raise busy(line.where, "another deploy to this target is at work")
        done = line.try_run(
            orders.AWAIT_COPIES,
            {"lock": self._lock_copy, "seconds": str(_COPY_ENDS)},
        )
        if done.code == BUSY:
            raise busy(line.where, "the rsync of a deploy that is dead still writes there")
        line.check(done)

    def state(self) -> State:
        """The target as it is; empty where its folder is not there."""
        done = self._line.try_run(questions.STATE)
        if done.code == IN_THE_WAY:
            raise in_the_way(self._line.where, "is no folder")
        return parse_state(self._line.check(done), where=self._line.where)

    def has(self, version: str) -> bool:
        """Whether a version is there; `differences` says whether it is whole."""
        done = self._line.try_run(questions.HAS, {"version": _checked(version)})
        if done.code != ABSENT:
            self._line.check(done)
        return done.code == 0

    def manifest(self, version: str) -> Manifest:
        """The manifest of a version, with the version.txt of each site; raises where it is not of that version."""
        text, where = self._line.read(_checked(version), MANIFEST)
        manifest = parse_manifest(text, where=where)
        if manifest.id != version:
            raise PressroomError(
                "was changed: it is not the list of this version",
                where=where,
                hint="go back to another version, or deploy one, then deploy this one again",
            )
        return manifest

    def record(self, version: str) -> Record:
        """The record of a version."""
        text, where = self._line.read(_checked(version), RECORD)
        return parse_record(text, where=where)

    def differences(self, version: str) -> tuple[str, ...]:
        """How the files of a version differ from its manifest, hashed over there: sentences with the path."""
        return differences_of(inspect(self._line, _checked(version)), version)

    def copy(
        self,
        manifest: Manifest,
        sources: Sequence[Path],
        *,
        base: str,
        stage: Path,
        record: Record,
    ) -> Copied:
        """The files of the new version are in a folder that nobody sees yet; what `base` has is linked, not sent.

        `sources` are the folders of the manifest's first names, `stage` an empty folder here for what goes beside
        them. What a killed copy of the same version had sent is used.
        """
        copying = Copying(
            line=self._line,
            environment=self._environment,
            lock=self._lock_copy,
            on_progress=self._on_progress,
        )
        return copying.copy(
            manifest, sources, base=_checked(base) if base else "", stage=stage, record=record
        )

    def place(self, manifest: Manifest) -> None:
        """The copied folder, if it is what the manifest says, hashed over there, is versions/<id>."""
        place(self._line, manifest)

    def link_assets(self, version: str, carried: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """Assets of other versions are in this one too: path, and the id of the version that has it.

        What its version does not have any more, or has with other bytes, is left out, and said in sentences.
        """
        sources = {
            source: self.manifest(source) for source in dict.fromkeys(one for _, one in carried)
        }
        return link_assets(self._line, _checked(version), carried, sources)

    def renew(self, version: str, paths: Sequence[str]) -> None:
        """These files of a version are newer than any file that ever was there.

        Servers say by a file's time whether it has changed since a browser had it, and some take an older
        time for no change: so it is before a switch, whatever the version's age, and may the clock jump.
        """
        at = self._line.run(orders.NEW_TIME, timeout=SLOW).decode("ascii", "replace")
        if not at.isdecimal():
            raise not_understood(self._line.where)
        for chunk in chunks([f"{path}\n" for path in paths]):
            values = {"version": _checked(version), "at": at, "paths": chunk.removesuffix("\n")}
            self._line.run(orders.RENEW, values, timeout=SLOW)

    def switch(self, version: str, *, at: dt.datetime, is_rollback: bool = False) -> None:
        """`current` leads to the version, by one rename; the history has a line about it before."""
        why = " rollback" if is_rollback else ""
        values = {"version": _checked(version), "at": render_time(at), "why": why}
        done = self._line.try_run(orders.SWITCH, values)
        if done.code == ABSENT:
            raise not_there(self._line.where, version)
        if done.code == IN_THE_WAY:
            raise in_the_way(self._line.where, "current is no link, so it cannot be switched")
        self._line.check(done)

    def run(self, command: str, *, version: str) -> str:
        """What the target's `check` or `reload` said; raises PressroomError with its words where it failed."""
        return run_command(self._line, command, _checked(version))

    def confirm(self, version: str) -> None:
        """The version is written down as one whose live hosts said what they should."""
        self._line.run(orders.CONFIRM, {"version": _checked(version)})

    def prune(self, keep: Sequence[str]) -> tuple[str, ...]:
        """The ids of the versions that were removed: all but these, and what dead deploys left. Never the live one."""
        values = {"keep": " ".join(_checked(version) for version in keep)}
        out = self._line.run(orders.PRUNE, values, timeout=SLOW)
        names = [one.decode("ascii", "replace") for one in out.split(b"\0") if one]
        if not all(is_version(name) for name in names):
            raise not_understood(self._line.where)
        return tuple(names)

    @property
    def _lock_copy(self) -> str:
        return f"{self._target.folder}/{LOCK_COPY}"


def _checked(version: str) -> str:
    """The id; no other text of the far side becomes part of a path there."""
    if not is_version(version):
        raise PressroomError(
            f"{shown(version)!r} is no id of a version",
            where=VERSIONS,
            hint="pressroom deploy TARGET --list shows those that are there",
        )
    return version
