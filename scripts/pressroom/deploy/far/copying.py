"""A version on its way: copied into a folder that nobody sees, looked through over there, and put in its place."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.deploy.far import orders, questions
from pressroom.deploy.far.answers import not_understood, parse_inspected
from pressroom.deploy.far.differences import bounded, compare_files, sites_of, whole
from pressroom.deploy.far.errors import in_the_way, not_there
from pressroom.deploy.far.line import MOST
from pressroom.deploy.far.script import ABSENT, IN_THE_WAY
from pressroom.deploy.manifest import VERSION_FILE, Manifest, render_manifest, version_text
from pressroom.deploy.record import render_record
from pressroom.deploy.state import MANIFEST, RECORD, VERSIONS
from pressroom.errors import PressroomError
from pressroom.world import disk
from pressroom.world.copying import Source, copy_files
from pressroom.world.copying_errors import NoRoomError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pressroom.deploy.far.answers import Inspected
    from pressroom.deploy.far.line import Line
    from pressroom.deploy.record import Record

# Hashing, syncing, removing gigabytes on a slow disk; sending them over a slow line.
SLOW = 900.0
_SENDING = 7_200.0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy took: bytes that were sent, and bytes of files that were not there yet."""

    sent: int
    new: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """How files get there: what rsync and ssh get for their environment, and the lock that each rsync shares."""

    line: Line
    environment: Mapping[str, str]
    lock: str
    on_progress: Callable[[float], None] | None

    def copy(
        self,
        manifest: Manifest,
        sources: Sequence[Path],
        *,
        base: str,
        stage: Path,
        record: Record,
    ) -> Copied:
        """As `Far.copy`."""
        values = {"version": manifest.id}
        _write_beside(stage, whole(manifest), render_record(record))
        self.line.run(orders.OPEN_INCOMING, values, timeout=SLOW)
        target = self.line.target
        versions = f"{target.folder}/{VERSIONS}"
        try:
            sent = copy_files(
                (*(Source(path=path) for path in sources), Source(path=stage, is_content=True)),
                host=target.host,
                folder=f"{versions}/.incoming-{manifest.id}",
                link=f"{versions}/{base}" if base else "",
                environment=self.environment,
                timeout=_SENDING,
                on_progress=self.on_progress,
                lock=self.lock,
            )
        except NoRoomError:
            # Else the disk stays full, for everybody who writes there.
            self.line.try_run(orders.REMOVE_INCOMING, values, timeout=SLOW)
            raise
        out = self.line.run(orders.CLOSE_INCOMING, values, timeout=SLOW)
        try:
            return Copied(sent=sent, new=sum(int(size) for size in out.split()))
        except ValueError as error:
            raise not_understood(self.line.where) from error


def place(line: Line, manifest: Manifest) -> None:
    """As `Far.place`."""
    version = manifest.id
    found = inspect(line, f".incoming-{version}")
    wrong = list(compare_files(found, manifest, Manifest(files={})))
    if found.manifest != render_manifest(whole(manifest)) and MANIFEST in found.files:
        wrong.append(f"{MANIFEST} was changed")
    if wrong:
        raise PressroomError(
            f"the copy is not what was built: {'; '.join(bounded(wrong))}",
            where=line.where,
            hint="leave public/ and deploy/ alone meanwhile and start again: what is right is used; "
            "if it stays wrong, look after that machine's disk",
        )
    done = line.try_run(orders.PLACE, {"version": version}, timeout=SLOW)
    if done.code == IN_THE_WAY:
        raise in_the_way(line.where, f"{version} is live and was changed by hand")
    line.check(done)


def inspect(line: Line, name: str) -> Inspected:
    """All that is in a folder below versions/, hashed over there."""
    values = {"version": name, "most": str(MOST)}
    done = line.try_run(questions.INSPECT, values, timeout=SLOW)
    if done.code == ABSENT:
        raise not_there(line.where, name)
    return parse_inspected(line.check(done), where=line.where)


def _write_beside(stage: Path, manifest: Manifest, record: str) -> None:
    """What goes beside the sites, and into them, as files below `stage`."""
    for site in sites_of(manifest):
        with disk.explained(stage):
            (stage / site).mkdir(parents=True, exist_ok=True)
        disk.save_text(stage / site / VERSION_FILE, version_text(manifest.id))
    disk.save_text(stage / MANIFEST, render_manifest(manifest))
    disk.save_text(stage / RECORD, record)
