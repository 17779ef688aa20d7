"""The files server: what is there, hashed over there; and files put there, each once, whole, and never over another.

Nothing there is ever replaced or removed, whoever puts: a name gets its file by link(2), which fails where the name is
taken. The lock over there only keeps two releases from sending at the same time.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from pressroom.errors import ExitCode, FindingsError, PressroomError
from pressroom.findings import Finding
from pressroom.release.files import scripts
from pressroom.release.files.answers import failed, parse_look, parse_names, unusable
from pressroom.release.files.sums import FILE_NAME
from pressroom.release.state import digest
from pressroom.world.copying import Source, copy_files
from pressroom.world.shell import ShellError, open_shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from pressroom.release.files.answers import Served
    from pressroom.release.files.place import FilesPlace
    from pressroom.release.manifest import Frozen
    from pressroom.world.shell import Done, Shell

# To hash a folder of old releases on a slow machine; to send a release over a slow line.
_SLOW, _COPYING = 600.0, 3_600.0
_WAIT = 30.0


class BusyError(PressroomError):
    """Another release puts files there at this moment."""

    exit_code = ExitCode.OUTSIDE


@contextlib.contextmanager
def open_files(place: FilesPlace, *, environment: Mapping[str, str]) -> Iterator[FilesServer]:
    """The files server while we talk to its machine; raises ShellError where that cannot be reached."""
    with open_shell(place.host, environment=environment) as shell:
        yield FilesServer(place, shell, environment=environment)


class FilesServer:
    """A folder of files over there; only `put` changes anything. What a method cannot do it raises as PressroomError."""

    def __init__(
        self,
        place: FilesPlace,
        shell: Shell,
        *,
        environment: Mapping[str, str],
        wait: float = _WAIT,
    ) -> None:
        """`environment` is what rsync and ssh get; `wait`: so many seconds another release may take to end."""
        self.place = place
        self._shell = shell
        self._environment = environment
        self._wait = wait

    def check(self) -> None:
        """Raise for a folder that is not there or not to be written to, or if a program is missing there."""
        done = self._run(scripts.CHECK)
        if done.code == scripts.ABSENT:
            raise unusable(self.place, None)
        if done.code == scripts.DENIED:
            raise unusable(self.place, done.text)
        self._good(done)

    def names(self) -> tuple[str, ...]:
        """The names of everything that can be seen there; nothing is hashed."""
        done = self._run(scripts.NAMES)
        if done.code == scripts.ABSENT:
            raise unusable(self.place, None)
        return parse_names(self._good(done), place=self.place)

    def listing(self, names: Sequence[str] = ()) -> dict[str, Served]:
        """What is there that can be seen, by name; only these, if `names` are given. Nothing is hashed but them."""
        wanted = " ".join(_checked(name) for name in names)
        done = self._run(scripts.LOOK, {"names": wanted}, timeout=_SLOW)
        if done.code == scripts.ABSENT:
            raise unusable(self.place, None)
        return parse_look(self._good(done), place=self.place)

    def put(
        self,
        files: Sequence[Frozen],
        folder: Path,
        *,
        did: Callable[[str], None] = lambda _name: None,
    ) -> tuple[str, ...]:
        """The files, which are in `folder` here, are there, in this order, each at once; the names of those that were not yet.

        One that is there with the same bytes is done. Raises FindingsError with both hashes for each name that has
        other bytes, before anything is sent; BusyError while another release sends. Killed, it is to be called again.
        """
        if not self._missing(files):
            return ()
        self.check()
        if not self._shell.hold(f"{self.place.folder}/{scripts.LOCK}", wait=self._wait):
            raise BusyError(
                "another release puts files there",
                where=self.place.where,
                hint="wait for it to end, or stop it, then start again: the lock goes with its connection",
            )
        missing = self._missing(files)  # somebody may have been faster
        known = {"id": digest(*(f"{file.name} {file.sha256}" for file in files))[:16]}
        try:
            self._send(missing, folder, known)
            for file in missing:
                self._link(file, known)
                did(file.name)
        except ShellError:
            raise  # nobody is there to tidy up: the next release does
        except PressroomError:
            self._run(scripts.CLOSE, known, timeout=_SLOW)
            raise
        self._good(self._run(scripts.CLOSE, known, timeout=_SLOW))
        return tuple(file.name for file in missing)

    def _send(self, files: Sequence[Frozen], folder: Path, known: Mapping[str, str]) -> None:
        """They are over there, where nobody sees them."""
        self._good(self._run(scripts.OPEN, known, timeout=_SLOW))
        if not files:
            return
        copy_files(
            [Source(path=folder / file.name) for file in files],
            host=self.place.host,
            folder=f"{self.place.folder}/{scripts.INCOMING}{known['id']}",
            link="",
            environment=self._environment,
            timeout=_COPYING,
        )

    def _missing(self, files: Sequence[Frozen]) -> list[Frozen]:
        """Those that are not there; raises for those that are there with other bytes."""
        shown = self.listing([file.name for file in files])
        if found := other_bytes(self.place, files, shown):
            raise FindingsError(found)
        return [file for file in files if file.name not in shown]

    def _link(self, file: Frozen, known: Mapping[str, str]) -> None:
        values = {**known, "name": file.name, "sha256": file.sha256}
        done = self._run(scripts.PUT, values, timeout=_SLOW)
        if done.code == scripts.THERE:  # since we looked
            self._missing([file])
            return
        if done.code == scripts.BROKEN:
            raise PressroomError(
                f"{file.name} came over as {done.text}, and was sent as {file.sha256}",
                where=self.place.where,
                hint="look at the disk and the memory of both machines; then start again",
            )
        self._good(done)

    def _run(
        self, script: str, values: Mapping[str, str] | None = None, *, timeout: float = 60.0
    ) -> Done:
        known = {"folder": self.place.folder, **(values or {})}
        return self._shell.run(script, values=known, timeout=timeout)

    def _good(self, done: Done) -> bytes:
        if done.code:
            raise failed(self.place, done.err or f"a script there ended with {done.code}")
        return done.out


def other_bytes(
    place: FilesPlace, files: Sequence[Frozen], shown: Mapping[str, Served]
) -> list[Finding]:
    """A finding for each file whose name stands there for something else."""
    return [
        Finding(
            where=f"{place.where}/{file.name}",
            message=f"other bytes are there under that name: {shown[file.name].words}, ours are {file.sha256}",
            hint="find out who put them there; a name is never used twice: release the next version",
        )
        for file in files
        if file.name in shown and shown[file.name].sha256 != file.sha256
    ]


def _checked(name: str) -> str:
    if not FILE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a file")
    return name
