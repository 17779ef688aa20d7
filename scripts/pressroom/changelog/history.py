"""What is known of releases beside their changelogs: tags, uploads, counts of files; one table for all projects."""

from __future__ import annotations

import csv
import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.history_cells import COLUMNS, Known, read_cells, shown
from pressroom.findings import Finding
from pressroom.shapes import suggestion
from pressroom.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pressroom.changelog.model import Changelog

FILE = "history.csv"
HEADER = ",".join(COLUMNS)
# Ten thousand releases are less than 1 MB.
MAX_CHARACTERS = 4 * 1024 * 1024

_NEEDED = ("project", "version")


def parse_history(text: str, *, where: str) -> tuple[tuple[Known, ...], list[Finding]]:
    """What the lines of a table `where` say, in file order, and all that is wrong with them.

    The columns that the first line names may be fewer than there are, in any order. An empty cell is not known,
    which is not "no".
    """
    if len(text) > MAX_CHARACTERS:
        what = f"has {len(text)} characters, more than {MAX_CHARACTERS}"
        return (), [Finding(where=where, message=what, hint="this is no table of releases")]
    table = _Table(where)
    header, *lines = text.removesuffix("\n").split("\n")
    columns = table.columns(header)
    for number, line in enumerate(lines, 2) if columns else ():
        table.read(columns, number, line)
    return tuple(table.rows), sorted(table.findings + check_text(text, where=where))


def check_history(
    history: tuple[Known, ...], changelogs: Mapping[str, Changelog], *, where: str
) -> list[Finding]:
    """Errors for lines about what no changelog has; `changelogs` by project id.

    A tag or a file without an entry is a fact that may be recorded: what it means is for `health` to say.
    """
    findings = []
    for known in history:
        changelog = changelogs.get(known.project)
        release = changelog.release(known.version) if changelog else None
        if changelog is None:
            message = f"no project {known.project!r}: releases/ has no such file"
            hint = "write the stem of the project's file"
        elif release is None and not (known.tags or known.files):
            message = f"releases/{known.project}.md has no release {known.version}"
            hint = "add its heading there, or delete this line"
        elif release is not None and known.own_date and known.own_date == release.date:
            message = f"own_date of {known.version} is the date that our changelog has, too"
            hint = "leave it empty: it is for a date that we state otherwise"
        else:
            continue
        findings.append(Finding(where=where, line=known.line, message=message, hint=hint))
    return findings


@dataclasses.dataclass(slots=True)
class _Table:
    """The lines that were read, and what is wrong with each by itself or beside those before."""

    where: str
    rows: list[Known] = dataclasses.field(default_factory=list)
    findings: list[Finding] = dataclasses.field(default_factory=list)
    _lines: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict)

    def columns(self, header: str) -> list[str]:
        """The names in the first line, or none where the table cannot be read."""
        wrong = len(self.findings)
        names = self._split(1, header) or []
        if len(names) > 2 * len(COLUMNS):
            self._add(1, f"the first line names {len(names)} columns", f"write {HEADER}")
            return []
        for name in names:
            if name not in COLUMNS:
                self._add(1, f"unknown column {shown(name)}", suggestion(name[:80], list(COLUMNS)))
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._add(1, f"column {shown(name)} stands twice", "keep one of them")
        for name in _NEEDED:
            if name not in names:
                self._add(1, f"there is no column {name}", f"the whole first line is {HEADER}")
        return [] if len(self.findings) > wrong else names

    def read(self, columns: list[str], number: int, line: str) -> None:
        cells = self._split(number, line)
        if cells is None:
            return
        if len(cells) != len(columns):
            what = f"has {len(cells)} cells, not {len(columns)}"
            self._add(number, what, "leave a cell empty where nothing is known, and keep its comma")
            return
        known, problems = read_cells(dict(zip(columns, cells, strict=True)), number)
        for message, hint in problems:
            self._add(number, message, hint)
        if known is None:
            return
        first = self._lines.setdefault((known.project, known.version.casefold()), number)
        if first != number:
            what = f"{known.project} {known.version} stands in line {first} too"
            self._add(number, what, "put what is known of a release into one line")
        elif not problems:
            self.rows.append(known)

    def _split(self, number: int, line: str) -> list[str] | None:
        """The cells of a line. One line at a time: a quote that is left open costs its line, not the rest."""
        try:
            return next(csv.reader([line], strict=True), [])
        except csv.Error as error:
            what = f"cannot be split into cells: {error}"
            hint = 'quote a cell as in "a, b", double a quote inside it; no cell holds a line end'
            self._add(number, what, hint)
            return None

    def _add(self, line: int, message: str, hint: str) -> None:
        self.findings.append(Finding(where=self.where, line=line, message=message, hint=hint))
