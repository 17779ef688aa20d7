"""What a release keeps outside every work tree, so that it can go on where it stopped."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any

from pressroom.errors import PressroomError
from pressroom.world.disk import explained, remove, save_durably

if TYPE_CHECKING:
    from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class StateFolder:
    """The folder of one release: `<state>/releases/<project>/<version>/`."""

    base: Path
    project: str
    version: str

    @property
    def folder(self) -> Path:
        """Where this release keeps its things."""
        return self.base / "releases" / self.project / self.version

    @property
    def plan(self) -> Path:
        """What was frozen before the first write elsewhere."""
        return self.folder / "plan.json"

    @property
    def journal(self) -> Path:
        """The trace."""
        return self.folder / "journal.jsonl"

    @property
    def scratch(self) -> Path:
        """A bare repository with the release commit and the tag, before any reference of others moves."""
        return self.folder / "objects.git"

    @property
    def dist(self) -> Path:
        """The frozen files of the release."""
        return self.folder / "dist"

    @property
    def work(self) -> Path:
        """Where builds and installations may make what they like; thrown away at every start."""
        return self.folder / "work"

    def result(self, name: str) -> Any | None:  # noqa: ANN401 - JSON
        """What was kept under a name, if it can be read."""
        path = self.folder / f"{name}.json"
        with explained(path):
            data = path.read_bytes() if path.exists() else b"null"
        try:
            return json.loads(data)
        except ValueError as error:
            raise PressroomError(
                "this file is damaged",
                where=str(path),
                hint=f"remove it and start again: {name} is done anew",
            ) from error

    def keep(self, name: str, value: object) -> None:
        """`value` under a name, on the disk when this returns, whole or not at all."""
        save_durably(
            self.folder / f"{name}.json",
            json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).encode() + b"\n",
        )

    def forget(self) -> None:
        """Everything but the journal is gone; for a release of which nothing is public."""
        with explained(self.folder):
            # The plan first: without it nothing of the rest counts.
            self.plan.unlink(missing_ok=True)
            for entry in self.folder.iterdir():
                if entry != self.journal:
                    remove(entry)

    @property
    def lock(self) -> Path:
        """One release of a project at a time, whatever its version."""
        return self.base / "releases" / self.project / "lock"


def digest(*parts: bytes | str) -> str:
    """One hash of several values; where one ends and the next begins counts."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        whole.update(str(len(data)).encode() + b":" + data)
    return whole.hexdigest()
