"""readers.csv: the table of card readers that people edit, one line a record."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from pressroom.findings import Finding, Severity
from pressroom.readers.cells import COLUMNS, read_cells
from pressroom.texts import check_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pressroom.readers.model import Reader

HEADER = ",".join(COLUMNS)
# Ten thousand readers are 1 MB.
MAX_CHARACTERS = 16 * 1024 * 1024


def parse_readers(text: str, *, where: str) -> tuple[tuple[Reader, ...], list[Finding]]:
    """The readers of a table in file order, and all that is wrong with it."""
    if len(text) > MAX_CHARACTERS:
        what = f"has {len(text)} characters, more than {MAX_CHARACTERS}"
        return (), [Finding(where=where, message=what, hint="this is no table of readers")]
    header, *lines = text.removesuffix("\n").split("\n")
    if header != HEADER:
        what = f"the first line is {header[:80]!r}, not the names of the columns"
        return (), [Finding(where=where, line=1, message=what, hint=f"write {HEADER}")]
    rows = _Rows(where)
    for number, line in enumerate(lines, 2):
        rows.read(number, line)
    readers = tuple(rows.readers)
    findings = rows.findings + check_text(text, where=where) + _contradictions(readers, where)
    return readers, sorted(findings)


def render_readers(readers: Iterable[Reader]) -> str:
    """The table: RFC 4180 with line feeds, sorted by slug."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for reader in sorted(readers, key=lambda reader: reader.slug):
        writer.writerow(_cells(reader))
    return file.getvalue()


def _cells(reader: Reader) -> tuple[str, ...]:
    return (
        reader.slug,
        reader.usb_id.vid,
        reader.usb_id.pid,
        reader.vendor,
        reader.name,
        str(reader.status),
        reader.since,
        reader.last,
        reader.url,
        reader.notes,
    )


class _Rows:
    """The lines that were read, each with what is wrong with it by itself or beside those before."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.readers: list[Reader] = []
        self.findings: list[Finding] = []
        self._slugs: dict[str, Reader] = {}
        self._last = ""

    def read(self, number: int, line: str) -> None:
        cells = self._split(number, line)
        if cells is None:
            return
        reader, problems = read_cells(dict(zip(COLUMNS, cells, strict=True)), number)
        for problem in problems:
            self._add(number, *problem)
        for column, cell in zip(COLUMNS, cells, strict=True):
            if cell != cell.strip():
                what = f"{column} starts or ends with a blank, which is not read"
                self._add(number, what, "delete it", Severity.WARNING)
        if reader is not None:
            self._keep(reader)

    def _split(self, number: int, line: str) -> list[str] | None:
        """The cells of a line. One line at a time: a quote that is left open costs its line, not the rest."""
        try:
            cells = next(csv.reader([line], strict=True), [])
        except csv.Error as error:
            what = f"cannot be split into cells: {error}"
            hint = 'quote a cell as in "a, b", double a quote inside it; no cell holds a line end'
            self._add(number, what, hint)
            return None
        if len(cells) != len(COLUMNS):
            what = f"has {len(cells)} cells, not {len(COLUMNS)}"
            self._add(number, what, f"write {HEADER}; quote a cell that holds a comma")
            return None
        return cells

    def _keep(self, reader: Reader) -> None:
        first = self._slugs.get(reader.slug)
        if first == reader:
            what = f"is the same as line {first.line}, and is read once"
            self._add(reader.line, what, "delete one of them", Severity.WARNING)
            return
        if first is not None:
            what = f"slug {reader.slug!r} stands in line {first.line} too"
            self._add(reader.line, what, "change one; a slug is part of a permanent address")
            return
        if reader.slug < self._last:
            what = f"slug {reader.slug!r} comes after {self._last!r}"
            self._add(reader.line, what, "keep the lines sorted by slug", Severity.WARNING)
        self._last = reader.slug
        self._slugs[reader.slug] = reader
        self.readers.append(reader)

    def _add(self, line: int, message: str, hint: str, severity: Severity = Severity.ERROR) -> None:
        self.findings.append(
            Finding(where=self.where, line=line, message=message, hint=hint, severity=severity)
        )


def _contradictions(readers: Iterable[Reader], where: str) -> list[Finding]:
    """Findings for an id that is said to be in two sections of the driver's list."""

    def found() -> Iterator[Finding]:
        firsts: dict[object, Reader] = {}
        for reader in readers:
            first = firsts.setdefault(reader.usb_id, reader)
            if first.status != reader.status:
                yield Finding(
                    where=where,
                    line=reader.line,
                    message=f"{reader.usb_id} is {reader.status} here "
                    f"and {first.status} in line {first.line}",
                    hint="the driver lists an id once: give both lines the same status",
                )

    return list(found())
