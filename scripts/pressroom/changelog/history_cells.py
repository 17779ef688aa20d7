"""One line of history.csv: what its cells may hold, and what is then known of a release."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from typing import TYPE_CHECKING

from pressroom.changelog.published import PROJECT_ID, is_release
from pressroom.dates import PartialDate

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = (
    "project",
    "version",
    "tags",
    "tag_date",
    "annotated",
    "signed",
    "tagged",
    "debian",
    "sdists",
    "wheels",
    "others",
    "own_date",
)
# In `tags`: somebody looked, and there is none. In `tagged`: a tag that is no object has no day of its own.
NONE = "-"
MAX_CELL = 500

_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+/-]{0,199}", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,6}", re.ASCII)
_DATE_HINT = "write it as 2026-01-31, or leave it empty"

Problem = tuple[str, str]  # what, and how to mend it


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag in the project's repository; None is not known. `made`: when it was, if it is an object of its own."""

    name: str
    annotated: bool | None = None
    signed: bool | None = None
    made: dt.date | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one version; None is not known. `project` is an id.

    `tags` are empty where there is none. `tag_date` is the day of the tagged commit, `debian` of the upload to
    Debian; the counts are of files on the package index. `own_date` is what the project's own changelog says where
    ours does not follow it.
    """

    project: str
    version: str
    tags: tuple[Tag, ...] | None = None
    tag_date: dt.date | None = None
    debian: dt.date | None = None
    sdists: int | None = None
    wheels: int | None = None
    others: int | None = None
    own_date: PartialDate | None = None
    line: int = dataclasses.field(default=0, compare=False)

    @property
    def files(self) -> int:
        """How many files the package index has of it, as far as that is known."""
        return (self.sdists or 0) + (self.wheels or 0) + (self.others or 0)


def read_cells(cells: Mapping[str, str], line: int) -> tuple[Known | None, list[Problem]]:
    """What the cells of a line say, or None where they name no release, and all that is wrong with them."""
    reading = _Cells({name: cell.strip() for name, cell in cells.items()})
    project, version = reading.text("project"), reading.text("version")
    if not PROJECT_ID.fullmatch(project):
        what = f"project {shown(project)} is no project's id"
        return None, [(what, "write the stem of its file in releases/")]
    if not is_release(version):
        what = f"version {shown(version)} is none"
        return None, [(what, "write it as the changelog does")]
    known = Known(
        project=project,
        version=version,
        tags=reading.tags(),
        tag_date=reading.day("tag_date"),
        debian=reading.day("debian"),
        sdists=reading.count("sdists"),
        wheels=reading.count("wheels"),
        others=reading.count("others"),
        own_date=reading.date("own_date"),
        line=line,
    )
    if not any(cell for name, cell in reading.cells.items() if name not in ("project", "version")):
        reading.problems.append((f"nothing is said of {version}", "delete the line"))
    return known, reading.problems


class _Cells:
    """Reads the cells of a line by name; a wrong one is a problem, and read as not known."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.problems: list[Problem] = [
            (f"{name} has {len(cell)} characters, more than {MAX_CELL}", "shorten it")
            for name, cell in cells.items()
            if len(cell) > MAX_CELL
        ]

    def text(self, name: str) -> str:
        return self.cells.get(name, "")[: MAX_CELL + 1]

    def day(self, name: str) -> dt.date | None:
        return self._day(name, text) if (text := self.text(name)) else None

    def date(self, name: str) -> PartialDate | None:
        text = self.text(name)
        try:
            return PartialDate.from_iso(text) if text else None
        except ValueError:
            hint = "write it as 2026-01-31, 2026-01 or 2026, or leave it empty"
            self.problems.append((f"{name} {shown(text)} is no date", hint))
            return None

    def count(self, name: str) -> int | None:
        text = self.text(name)
        if text and not _COUNT.fullmatch(text):
            hint = "write digits, or leave it empty; 0 is for none"
            self.problems.append((f"{name} {shown(text)} is no number of files", hint))
            return None
        return int(text) if text else None

    def tags(self) -> tuple[Tag, ...] | None:
        """The tags with what is said of each; None where nobody looked."""
        names = self.text("tags").split()
        wrong = [name for name in names if not _TAG.fullmatch(name)]
        if names == [NONE] or not names:
            filled = [name for name in ("tag_date", *_EACH) if self.text(name)]
            for name in filled:
                self.problems.append((f"{name} is given without a tag", "name the tag in tags"))
            return () if names else None
        for name in wrong:
            hint = f"write it as git shows it, or {NONE} alone where there is no tag"
            self.problems.append((f"tag {shown(name)} is no plain name of a tag", hint))
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.problems.append((f"tag {shown(name)} stands twice", "keep one"))
        annotated, signed = self._yes("annotated", names), self._yes("signed", names)
        made = [self._day("tagged", word) for word in self._each("tagged", names)]
        return tuple(
            Tag(name=name, annotated=one, signed=two, made=three)
            for name, one, two, three in zip(names, annotated, signed, made, strict=True)
        )

    def _each(self, name: str, tags: list[str]) -> list[str]:
        """A word a tag; none where the cell is empty or does not fit."""
        words = self.text(name).split()
        if words and len(words) != len(tags):
            what = f"{name} has {len(words)} words for {len(tags)} tags"
            self.problems.append((what, "write one for each tag, in their order"))
            words = []
        return words or [NONE] * len(tags)

    def _yes(self, name: str, tags: list[str]) -> list[bool | None]:
        words = self._each(name, tags)
        for word in words:
            if word not in _YES:
                hint = "write yes or no for each tag, or leave it empty"
                self.problems.append((f"{name} {shown(word)} is not yes or no", hint))
        return [_YES.get(word) for word in words]

    def _day(self, name: str, text: str) -> dt.date | None:
        try:
            date = PartialDate.from_iso(text) if text != NONE or name != "tagged" else None
        except ValueError:
            date = PartialDate(1)
        if date is not None and date.day is None:
            self.problems.append((f"{name} {shown(text)} is no day", _DATE_HINT))
            return None
        return date.first if date else None


_EACH = ("annotated", "signed", "tagged")
_YES = {"yes": True, "no": False, NONE: None}


def shown(text: str) -> str:
    """The text so that every character shows, cut where it is long."""
    return ascii(text if len(text) <= 80 else text[:79] + "…")
