"""What of an index is news: versions, files and states that are not ours, or no longer; each is told once."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import msgspec

from pressroom.errors import PressroomError
from pressroom.release.verifying.index_checks import file_count, recorded_files
from pressroom.release.verifying.shown import key_of
from pressroom.world.disk import explained, save_durably

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping
    from pathlib import Path

    from pressroom.release.index.listing import IndexFile
    from pressroom.release.verifying.load import Subject
    from pressroom.release.verifying.shown import Shown

FORMAT = 1
_WIDEST = 200


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a watch keeps: what was told, and each file by name with the hash it had when it was first seen."""

    format: int = FORMAT
    told: tuple[str, ...] = ()
    seen: dict[str, str] = dataclasses.field(default_factory=dict)


def load_memory(path: Path) -> Memory | None:
    """What was kept, or None where nothing was. Raises PressroomError for what cannot be used."""
    with explained(path):
        data = path.read_bytes() if path.exists() else None
    if data is None:
        return None
    try:
        memory = msgspec.json.decode(data, type=Memory)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        memory = None
    if memory is None or memory.format != FORMAT:
        raise PressroomError(
            "what was told before cannot be read",
            where=str(path),
            hint="remove the file: then all is told once more, and what vanished before is forgotten",
        )
    return memory


def save_memory(memory: Memory, path: Path) -> None:
    """It is on the disk, whole, when this returns."""
    with explained(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps(dataclasses.asdict(memory), indent=1, sort_keys=True)
    save_durably(path, text.encode() + b"\n")


def look(
    subject: Subject, shown: Shown, *, tagged: Mapping[str, bool], memory: Memory | None
) -> tuple[dict[str, str], Memory]:
    """All that is not as it should be, by a key that stays, and what to keep.

    `tagged` says of each version of the index, by its key as text, whether it has a tag of ours. Without a memory
    (the first time) the files that are there count as known, unless a record says otherwise.
    """
    files = {file.filename: file for file in shown.project.files}
    seen = dict(memory.seen) if memory else {}
    recorded = {
        name: file.sha256
        for record in subject.records.values()
        for name, file in recorded_files(record).items()
    }
    expected = seen | recorded
    news = dict(_project(shown, is_known=bool(expected)))
    added: dict[str, str] = {}
    if files or not expected:
        # Where a release has a record, that alone says what belongs to it; else what was there before.
        added = dict(_added(subject, shown, tagged, seen, is_first=memory is None))
        news |= dict(_versions(shown, tagged))
        news |= dict(_files(files, expected))
        news |= {f"added {name}": text for name, text in added.items()}
        news |= dict(_yanked(subject, shown))
    for name, file in files.items():
        if name not in added:
            seen.setdefault(name, recorded.get(name, file.sha256))
    return news, Memory(told=tuple(sorted(news)), seen=seen)


def _project(shown: Shown, *, is_known: bool) -> Iterator[tuple[str, str]]:
    status = shown.project.status[:40]
    if status != "active":
        why = f": {shown.project.status_reason[:_WIDEST]}" if shown.project.status_reason else ""
        yield f"status {status}", f"the index says that the project is {status}{why}"
    if is_known and not shown.project.files:
        yield "gone", "the index shows no file of the project any more"


def _versions(shown: Shown, tagged: Mapping[str, bool]) -> Iterator[tuple[str, str]]:
    for key in {key_of(version): None for version in shown.project.versions} | dict.fromkeys(
        shown.files
    ):
        if not tagged.get(str(key), False):
            text = str(key)[:_WIDEST]
            count = len(shown.files.get(key, ()))
            yield f"version {text}", f"version {text} has no tag of ours ({file_count(count)})"
    for file in shown.strays:
        name = file.filename[:_WIDEST]
        yield f"file {name}", f"{name} is of no version that we know"


def _files(
    files: Mapping[str, IndexFile], expected: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for name, sha256 in expected.items():
        file, short = files.get(name), name[:_WIDEST]
        if file is None:
            yield f"vanished {short}", f"{short} vanished"
        elif file.sha256 != sha256:
            message = f"{short} has other bytes: {file.sha256}, before {sha256}"
            yield f"changed {short} {file.sha256}", message


def _added(
    subject: Subject,
    shown: Shown,
    tagged: Mapping[str, bool],
    seen: Mapping[str, str],
    *,
    is_first: bool,
) -> Iterator[tuple[str, str]]:
    """Files that came to a release that was complete: not in its record, or, without one, after others were seen."""
    records = {key_of(version): one for version, one in subject.records.items() if one.index}
    for key, group in shown.files.items():
        if not tagged.get(str(key), False):
            continue  # its version is told
        record = records.get(key)
        known: Container[str]
        if record is not None:
            known = recorded_files(record)
        elif is_first or not any(file.filename in seen for file in group):
            continue
        else:
            known = seen
        for file in group:
            if file.filename not in known:
                short = file.filename[:_WIDEST]
                yield file.filename, f"{short} was added to a release that was complete"


def _yanked(subject: Subject, shown: Shown) -> Iterator[tuple[str, str]]:
    bad = {key_of(release.version) for release in subject.releases if release.bad}
    for key, group in shown.files.items():
        for file in group:
            if file.yanked is not None and key not in bad:
                name, why = file.filename[:_WIDEST], file.yanked[:_WIDEST]
                yield f"yanked {name} {why}", f"{name} was yanked{f': {why}' if why else ''}"
