"""What was found when the releases of a project were verified: a table that is kept, and shown on a page."""

from __future__ import annotations

import dataclasses
import enum
import json

FOLDER = "proof"
FORMAT = 1

# What is asked of a release, in the order of the table: the name in records, and its title.
QUESTIONS = {
    "tag": "Tag",
    "signature": "Signature",
    "record": "Record",
    "index": "Index",
    "dates": "Dates",
    "source": "Source",
    "signatures": "Signed files",
    "page": "Page",
}


class State(enum.StrEnum):
    """What came of a question."""

    OK = "ok"
    WRONG = "wrong"
    MISSING = "missing"
    UNKNOWN = "not known"
    NOT_ASKED = "not asked"

    @property
    def is_bad(self) -> bool:
        """Whether somebody has to look."""
        return self in {State.WRONG, State.MISSING}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The answer to one question about one release, and why."""

    state: State
    note: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ProvenRelease:
    """One release and what was found, by the names of QUESTIONS; `date` as the changelog has it, in ISO 8601."""

    version: str
    date: str = ""
    checks: dict[str, Cell] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The record of a day on which all releases of a project were verified, newest release first.

    `downloaded` says whether files were fetched and compared; `findings` are about no single release.
    """

    format: int
    project: str
    date: str
    downloaded: bool
    releases: tuple[ProvenRelease, ...]
    findings: tuple[str, ...] = ()


def proof_path(project_id: str) -> str:
    """Where the record of a project is, seen from the root of the checkout."""
    return f"releases/{FOLDER}/{project_id}.json"


def render_proof(proof: Proof) -> str:
    """The record as JSON, a line a check: the same facts are the same bytes."""
    return json.dumps(dataclasses.asdict(proof), indent=1, sort_keys=True) + "\n"
