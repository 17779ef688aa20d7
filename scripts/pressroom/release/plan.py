"""The plan of a release: everything that could differ between two attempts, frozen before the first write."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

import msgspec

from pressroom.errors import PressroomError
from pressroom.world.disk import explained, save_durably

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT = 1


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a release will write; times are UTC, texts are what git gets, `files` are in base64."""

    project: str
    version: str
    tag: str
    created: str
    base: str  # the commit that the release commit stands on
    branch: str
    name: str
    email: str
    commit_message: str
    tag_message: str
    files: dict[str, str]
    inputs: str  # the hash of what it was made from
    format: int = FORMAT

    @property
    def time(self) -> dt.datetime:
        """When it was frozen."""
        return dt.datetime.fromisoformat(self.created)

    @property
    def epoch(self) -> int:
        """The same in seconds since 1970: the date of commit, tag and every archive member."""
        return int(self.time.timestamp())

    @property
    def changes(self) -> dict[str, bytes]:
        """The files of the project that the release commit changes, by path."""
        return {path: base64.b64decode(data) for path, data in self.files.items()}


def freeze_files(files: Mapping[str, bytes]) -> dict[str, str]:
    """Files as a plan keeps them."""
    return {path: base64.b64encode(data).decode() for path, data in sorted(files.items())}


def save_plan(plan: Plan, path: Path) -> None:
    """The plan is on the disk, whole, when this returns."""
    text = json.dumps(dataclasses.asdict(plan), indent=2, sort_keys=True, ensure_ascii=False)
    save_durably(path, text.encode() + b"\n")


def load_plan(path: Path) -> Plan | None:
    """The plan that was frozen, if one was. Raises PressroomError for one that cannot be used."""
    with explained(path):
        if not path.exists():
            return None
        data = path.read_bytes()
    try:
        if (found := json.loads(data).get("format")) != FORMAT:
            raise PressroomError(
                f"this plan has format {found!r}, and this Pressroom knows {FORMAT}",
                where=str(path),
                hint="go on with the Pressroom that began this release",
            )
        return msgspec.json.decode(data, type=Plan)
    except (ValueError, AttributeError) as error:
        raise PressroomError(
            "the plan of this release is damaged",
            where=str(path),
            hint="if nothing is public yet (the remote has no such tag), remove the folder it lies in "
            "and start again; else take the file from a backup",
        ) from error
